//! Okta (`docs/evidence.md`, C22, C23, C32 to C34, C41 to C45, C49, C50, C54, C64).
//!
//! Two kinds of application, which one organisation may have side by side: a custom one whose every write is a PUT of the document
//! that it has just read, and one of the catalogue that activates users and changes groups by PATCH (C43, C45).

mod groups;
mod users;

use scim_tests::{Answer, patch_op};
use serde_json::{Value, json};

use crate::server::Server;
use crate::wire::{Wire, encoded, only};

/// The kind of an application.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Kind {
    Custom,
    Catalogue,
}

const KINDS: [Kind; 2] = [Kind::Custom, Kind::Catalogue];

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

    /// The one whom a filter of the form `attribute eq "value"` finds.
    async fn find(&self, endpoint: &str, attribute: &str, value: &str) -> Option<String> {
        let filter = encoded(&format!("{attribute} eq \"{value}\""), "%20");
        let path = format!("/{endpoint}?filter={filter}&startIndex=1&count=100");
        only(&self.wire.get(&path).await)
    }

    /// Reads a document, merges values into it, and puts all of it back.
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
            Kind::Catalogue => {
                let operations = json!([{"op": "replace", "value": {"active": active}}]);
                let patch = patch_op(&operations);
                self.wire.patch(&format!("/Users/{id}"), &patch).await
            }
        }
    }
}
