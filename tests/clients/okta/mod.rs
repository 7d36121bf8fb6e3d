//! Okta (`docs/evidence.md`, C22, C23, C32 to C34, C41 to C45, C49, C50, C54, C64).
//!
//! There are two kinds of application, and one organization may have both. A custom application reads a document and puts it
//! back with its changes. A catalog application activates users and changes groups by PATCH (C43, C45).

mod groups;
mod users;

use scim_tests::{Answer, patch_op};
use serde_json::{Value, json};

use crate::server::Server;
use crate::wire::{Wire, encoded, only_id};

/// The kind of an application.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Kind {
    Custom,
    Catalog,
}

const KINDS: [Kind; 2] = [Kind::Custom, Kind::Catalog];

#[derive(Clone, Copy, Debug)]
struct Okta<'s> {
    wire: Wire<'s>,
    kind: Kind,
}

impl<'s> Okta<'s> {
    fn new(server: &'s Server, kind: Kind) -> Self {
        let wire = Wire {
            server,
            always: &[
                ("Accept", "application/scim+json"),
                ("Accept-Charset", "utf-8"),
                ("Accept-Encoding", "gzip,deflate"),
                ("User-Agent", "Okta SCIM Client 1.0.0"),
            ],
            with_body: &[("Content-Type", "application/scim+json; charset=utf-8")],
        };
        Self { wire, kind }
    }

    /// The id of the only resource that matches `attribute eq "value"`.
    async fn find(&self, endpoint: &str, attribute: &str, value: &str) -> Option<String> {
        let filter = encoded(&format!("{attribute} eq \"{value}\""), "%20");
        let path = format!("/{endpoint}?filter={filter}&startIndex=1&count=100");
        only_id(&self.wire.get(&path).await)
    }

    /// Reads a document, merges values into it, and puts the whole back.
    async fn read_and_put(&self, path: &str, merge: impl FnOnce(&mut Value)) -> Answer {
        let read = self.wire.get(path).await;
        let mut document = read.expect(200).clone();
        merge(&mut document);
        self.wire.put(path, &document).await
    }

    async fn update(&self, id: &str, merge: impl FnOnce(&mut Value)) -> Answer {
        self.read_and_put(&format!("/Users/{id}"), merge).await
    }

    async fn set_active(&self, id: &str, active: bool) -> Answer {
        match self.kind {
            Kind::Custom => self.update(id, |user| user["active"] = active.into()).await,
            Kind::Catalog => {
                let operations = json!([{"op": "replace", "value": {"active": active}}]);
                let patch = patch_op(&operations);
                self.wire.patch(&format!("/Users/{id}"), &patch).await
            }
        }
    }
}
