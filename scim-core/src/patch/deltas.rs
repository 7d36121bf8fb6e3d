//! What a PATCH request made of a resource, attribute by attribute.

use std::fmt;

use serde_json::Value;

use super::assigned;
use super::entries::{beyond, slice};
use crate::resource::tree::{self, Object};
use crate::schema::ResourceType;
use crate::{Resource, ValueRef};

/// What a PATCH request makes of a resource.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Applied {
    /// The resource afterwards.
    pub resource: Resource,
    /// The attributes whose value is another than before, those of an extension with its URN; empty when nothing changed.
    pub changed: Vec<String>,
    before: Resource,
    places: Vec<Place>,
}

/// Where an attribute is.
#[derive(Clone, Debug, PartialEq)]
struct Place {
    uri: Option<String>,
    name: String,
}

impl Place {
    fn read<'r>(&self, resource: &'r Resource) -> Option<&'r Value> {
        let holder = match &self.uri {
            None => resource.tree(),
            Some(uri) => tree::get(resource.tree(), uri)?.as_object()?,
        };
        assigned(holder, &self.name)
    }
}

impl Applied {
    pub(super) fn new(before: Resource, after: Resource, resource_type: &ResourceType) -> Self {
        let places = places(before.tree(), after.tree(), resource_type);
        let changed = places.iter().map(|place| match &place.uri {
            None => place.name.clone(),
            Some(uri) => format!("{uri}:{}", place.name),
        });
        Self {
            changed: changed.collect(),
            resource: after,
            before,
            places,
        }
    }

    /// Whether anything is different.
    #[must_use]
    pub fn is_changed(&self) -> bool {
        !self.changed.is_empty()
    }

    /// What changed, one for each attribute, in the order of [`changed`](Self::changed).
    ///
    /// For a provider that writes the differences alone, and for an audit trail. The values are read where they are.
    ///
    /// ```
    /// use scim_core::patch::{self, DeltaKind};
    /// use scim_core::schema::ResourceType;
    /// use scim_core::{PatchOp, Profile, Resource};
    ///
    /// let user = Resource::from_slice(br#"{"userName":"a","emails":[{"value":"a@b.example"}]}"#)?;
    /// let request = PatchOp::new()
    ///     .replace("title", "Guide")?
    ///     .add("emails", [serde_json::json!({"value": "c@d.example"})])?;
    /// let applied = patch::apply(&user, &request, &ResourceType::user(), Profile::rfc())?;
    /// let emails = applied.deltas().find(|delta| delta.path() == "emails").unwrap();
    /// assert_eq!(emails.kind(), DeltaKind::Replaced);
    /// assert_eq!((emails.added().len(), emails.removed().len()), (1, 0));
    /// # Ok::<(), scim_core::Error>(())
    /// ```
    pub fn deltas(&self) -> impl Iterator<Item = Delta<'_>> {
        let paths = self.places.iter().zip(&self.changed);
        paths.map(|(place, path)| Delta {
            path,
            before: place.read(&self.before),
            after: place.read(&self.resource),
        })
    }
}

/// What happened to one attribute.
#[derive(Clone, Copy)]
pub struct Delta<'a> {
    path: &'a str,
    before: Option<&'a Value>,
    after: Option<&'a Value>,
}

/// What happened to the attribute of a [`Delta`].
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[expect(
    clippy::exhaustive_enums,
    reason = "an attribute is assigned or not, before and after (RFC 7643 §2.5)"
)]
pub enum DeltaKind {
    /// It had no value and has one.
    Added,
    /// It had a value and has none.
    Removed,
    /// It has another value.
    Replaced,
}

impl<'a> Delta<'a> {
    /// The attribute, with the URN of its extension.
    #[must_use]
    pub fn path(&self) -> &'a str {
        self.path
    }

    /// What happened to it.
    #[must_use]
    pub fn kind(&self) -> DeltaKind {
        match (self.before, self.after) {
            (None, _) => DeltaKind::Added,
            (Some(_), None) => DeltaKind::Removed,
            (Some(_), Some(_)) => DeltaKind::Replaced,
        }
    }

    /// The value before, where there was one.
    #[must_use]
    pub fn before(&self) -> Option<ValueRef<'a>> {
        self.before.map(ValueRef::new)
    }

    /// The value afterwards, where there is one.
    #[must_use]
    pub fn after(&self) -> Option<ValueRef<'a>> {
        self.after.map(ValueRef::new)
    }

    /// The entries of a list that are there afterwards and were not before; of any other attribute its value.
    ///
    /// An entry of which a part changed is among these as it is now, and among [`removed`](Self::removed) as it was.
    #[must_use]
    pub fn added(&self) -> Vec<ValueRef<'a>> {
        entries_beyond(self.before, self.after)
    }

    /// The entries of a list that were there before and are not afterwards; of any other attribute its value.
    #[must_use]
    pub fn removed(&self) -> Vec<ValueRef<'a>> {
        entries_beyond(self.after, self.before)
    }
}

impl fmt::Debug for Delta<'_> {
    /// Without the values, which are personal data.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Delta")
            .field("path", &self.path)
            .field("kind", &self.kind())
            .finish_non_exhaustive()
    }
}

fn entries_beyond<'a>(base: Option<&Value>, of: Option<&'a Value>) -> Vec<ValueRef<'a>> {
    let base = base.map(slice).unwrap_or_default();
    let beyond = beyond(base, of.map(slice).unwrap_or_default());
    beyond.into_iter().map(ValueRef::new).collect()
}

/// The attributes that differ, those of an extension one by one.
fn places(before: &Object, after: &Object, resource_type: &ResourceType) -> Vec<Place> {
    let mut places = Vec::new();
    differing(before, after, |name| {
        let Some(extension) = resource_type.extension(name) else {
            if !name.eq_ignore_ascii_case("schemas") {
                places.push(Place {
                    uri: None,
                    name: name.to_owned(),
                });
            }
            return;
        };
        let empty = Object::new();
        let of = |side| tree::get(side, name).and_then(Value::as_object);
        differing(
            of(before).unwrap_or(&empty),
            of(after).unwrap_or(&empty),
            |name| {
                places.push(Place {
                    uri: Some(extension.id().to_owned()),
                    name: name.to_owned(),
                });
            },
        );
    });
    places
}

fn differing(before: &Object, after: &Object, mut visit: impl FnMut(&str)) {
    for name in before.keys() {
        if assigned(after, name) != assigned(before, name) {
            visit(name);
        }
    }
    for name in after.keys() {
        if tree::get(before, name).is_none() && assigned(after, name).is_some() {
            visit(name);
        }
    }
}
