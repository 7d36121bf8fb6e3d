//! The changes that a PATCH request made to a resource, attribute by attribute.

use std::fmt;

use serde_json::Value;

use super::assigned;
use super::entries::{beyond, entries_of};
use crate::resource::tree::{self, Object};
use crate::schema::ResourceType;
use crate::{Resource, ValueRef};

/// The result of applying a PATCH request.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Applied {
    /// The resource afterwards.
    pub resource: Resource,
    /// The changed attributes, those of an extension with its URN.
    pub changed: Vec<String>,
    before: Resource,
    places: Vec<Place>,
}

/// The place of an attribute in a resource.
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

    /// Whether the request changed anything.
    #[must_use]
    pub fn is_changed(&self) -> bool {
        !self.changed.is_empty()
    }

    /// The changes, one for each attribute, in the order of [`changed`](Self::changed).
    ///
    /// For a provider that writes only differences, and for an audit trail. A delta borrows its values from the resources.
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

/// The change of one attribute.
#[derive(Clone, Copy)]
pub struct Delta<'a> {
    path: &'a str,
    before: Option<&'a Value>,
    after: Option<&'a Value>,
}

/// The kind of a [`Delta`].
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[expect(
    clippy::exhaustive_enums,
    reason = "before and after, an attribute is assigned or not (RFC 7643 §2.5)"
)]
pub enum DeltaKind {
    /// The attribute had no value and has one now.
    Added,
    /// The attribute had a value and has none now.
    Removed,
    /// The attribute has another value now.
    Replaced,
}

impl<'a> Delta<'a> {
    /// The attribute, with the URN of its extension.
    #[must_use]
    pub fn path(&self) -> &'a str {
        self.path
    }

    /// The kind of change.
    #[must_use]
    pub fn kind(&self) -> DeltaKind {
        match (self.before, self.after) {
            (None, _) => DeltaKind::Added,
            (Some(_), None) => DeltaKind::Removed,
            (Some(_), Some(_)) => DeltaKind::Replaced,
        }
    }

    /// The value before, if there was one.
    #[must_use]
    pub fn before(&self) -> Option<ValueRef<'a>> {
        self.before.map(ValueRef::new)
    }

    /// The value afterwards, if there is one.
    #[must_use]
    pub fn after(&self) -> Option<ValueRef<'a>> {
        self.after.map(ValueRef::new)
    }

    /// The new entries of a list, or the new value of any other attribute.
    ///
    /// A changed entry appears here as it is now, and in [`removed`](Self::removed) as it was.
    #[must_use]
    pub fn added(&self) -> Vec<ValueRef<'a>> {
        entries_beyond(self.before, self.after)
    }

    /// The former entries of a list, or the former value of any other attribute.
    #[must_use]
    pub fn removed(&self) -> Vec<ValueRef<'a>> {
        entries_beyond(self.after, self.before)
    }
}

impl fmt::Debug for Delta<'_> {
    /// Hides the values, which are personal data.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Delta")
            .field("path", &self.path)
            .field("kind", &self.kind())
            .finish_non_exhaustive()
    }
}

fn entries_beyond<'a>(base: Option<&Value>, list: Option<&'a Value>) -> Vec<ValueRef<'a>> {
    let base = base.map(entries_of).unwrap_or_default();
    let beyond = beyond(base, list.map(entries_of).unwrap_or_default());
    beyond.into_iter().map(ValueRef::new).collect()
}

/// The places of the attributes that differ, those of an extension one by one.
fn places(before: &Object, after: &Object, resource_type: &ResourceType) -> Vec<Place> {
    let mut places = Vec::new();
    for_each_difference(before, after, |name| {
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
        for_each_difference(
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

fn for_each_difference(before: &Object, after: &Object, mut visit: impl FnMut(&str)) {
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
