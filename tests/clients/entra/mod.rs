//! Entra ID (`docs/evidence.md`, C18 to C21, C25 to C31, C35 to C40, C46, C54, C55).
//!
//! It sends PATCH in two dialects: the default one, and that of the flag `aadOptscim062020` in the Tenant URL. On-demand
//! provisioning ignores the flag, so one tenant receives both (C35).

mod at_once;
mod groups;
mod mapped;
mod users;

use std::sync::atomic::{AtomicUsize, Ordering};

use scim_tests::{Answer, patch_op};
use serde_json::{Map, Value, json};

use crate::server::{Server, at};
use crate::wire::{Wire, encoded, only_id};

/// The dialect of PATCH that an Entra ID sends.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Dialect {
    Default,
    Flagged,
    /// Both, in turn.
    Interleaved,
}

/// An attribute's name in the mapping of Entra ID, and its place in a user.
type Mapped = (&'static str, &'static str);

#[derive(Debug)]
struct Entra<'s> {
    wire: Wire<'s>,
    dialect: Dialect,
    requests: AtomicUsize,
}

impl<'s> Entra<'s> {
    fn new(server: &'s Server, dialect: Dialect) -> Self {
        Self {
            wire: Wire {
                server,
                // There is no User-Agent, and only bodies have a media type.
                always: &[],
                with_body: &[("Content-Type", "application/scim+json; charset=utf-8")],
            },
            dialect,
            requests: AtomicUsize::new(0),
        }
    }

    /// Whether the next request has the flag.
    fn is_flagged(&self) -> bool {
        match self.dialect {
            Dialect::Default => false,
            Dialect::Flagged => true,
            Dialect::Interleaved => self.requests.fetch_add(1, Ordering::Relaxed) % 2 == 1,
        }
    }

    fn path(path: &str, is_flagged: bool) -> String {
        match (is_flagged, path.split_once('?')) {
            (false, _) => path.to_owned(),
            (true, None) => format!("{path}?aadOptscim062020"),
            (true, Some((path, query))) => format!("{path}?aadOptscim062020&{query}"),
        }
    }

    async fn get(&self, path: &str) -> Answer {
        self.wire.get(&Self::path(path, self.is_flagged())).await
    }

    async fn post(&self, path: &str, body: &Value) -> Answer {
        let path = Self::path(path, self.is_flagged());
        self.wire.post(&path, body).await
    }

    async fn delete(&self, path: &str) -> Answer {
        self.wire.delete(&Self::path(path, self.is_flagged())).await
    }

    async fn patch(&self, path: &str, operations: &Value, is_flagged: bool) -> Answer {
        let path = Self::path(path, is_flagged);
        self.wire.patch(&path, &patch_op(operations)).await
    }

    /// The id of the only user that matches a filter.
    async fn find(&self, filter: &str) -> Option<String> {
        let filter = encoded(filter, "+");
        only_id(&self.get(&format!("/Users?filter={filter}")).await)
    }

    /// The id of the only group with a name.
    async fn find_group(&self, name: &str) -> Option<String> {
        let filter = encoded(&format!("displayName eq \"{name}\""), "+");
        let path = format!("/Groups?excludedAttributes=members&filter={filter}");
        only_id(&self.get(&path).await)
    }

    /// Reads a user and writes the changes: `Add` for a missing attribute, `Replace` for a present one.
    async fn update(&self, id: &str, changes: &[(Mapped, Value)]) -> Answer {
        let path = format!("/Users/{id}");
        let read = self.get(&path).await;
        let held = read.expect(200);
        let is_flagged = self.is_flagged();
        let mut operations = Vec::new();
        let mut together = Map::new();
        for ((name, place), value) in changes {
            let op = if at(held, place).is_some() {
                "Replace"
            } else {
                "Add"
            };
            if !is_flagged {
                operations.push(json!({"op": op, "path": name, "value": value}));
            } else if name.contains('[') {
                operations.push(json!({"op": op.to_lowercase(), "path": name, "value": value}));
            } else {
                together.insert((*name).to_owned(), value.clone());
            }
        }
        if !together.is_empty() {
            operations.push(json!({"op": "replace", "value": together}));
        }
        self.patch(&path, &operations.into(), is_flagged).await
    }

    async fn set_active(&self, id: &str, active: bool) -> Answer {
        let is_flagged = self.is_flagged();
        let operation = match (is_flagged, active) {
            (true, active) => json!({"op": "replace", "path": "active", "value": active}),
            (false, true) => json!({"op": "Replace", "path": "active", "value": "True"}),
            (false, false) => json!({"op": "Replace", "path": "active", "value": "False"}),
        };
        let path = format!("/Users/{id}");
        self.patch(&path, &json!([operation]), is_flagged).await
    }
}

/// Expects a PATCH to succeed: with the user, or with a 204 if the profile says so.
#[track_caller]
fn expect_accepted(answer: &Answer, id: &str) {
    match answer.status() {
        204 => answer.expect_no_content(),
        _ => assert_eq!(answer.expect(200)["id"], id),
    }
}
