//! Finding the part of a PATCH request that takes access away.

use serde_json::Value;

use super::apply;
use crate::limits::FilterLimits;
use crate::message::Operation;
use crate::resource::tree::Object;
use crate::schema::{Key, ResourceType, Spellings, path_in_key};
use crate::{PatchOp, Profile, Resource};

impl PatchOp {
    /// Returns the part of the request that sets `active` to false, or `None` if the request does not deactivate.
    ///
    /// The service applies this part alone if it has to refuse the whole request. A provider asks whether there is one, to
    /// know that a request takes access away.
    ///
    /// ```
    /// use scim_core::schema::ResourceType;
    /// use scim_core::{PatchOp, Profile};
    ///
    /// let json = br#"{"Operations":[{"op":"replace","value":{"active":"False","title":7}}]}"#;
    /// let patch = PatchOp::from_slice(json, Profile::tolerant())?;
    /// let only = patch.deactivation(&ResourceType::user(), Profile::tolerant());
    /// assert_eq!(only, Some(PatchOp::new().replace_attributes(serde_json::json!({"active": "False"}))?));
    /// # Ok::<(), scim_core::Error>(())
    /// ```
    ///
    /// Source: `docs/evidence.md`, C38.
    #[must_use]
    pub fn deactivation(&self, resource_type: &ResourceType, profile: Profile) -> Option<Self> {
        let part = Part {
            attribute: "active",
            resource_type,
            profile,
            limits: self.limits(),
        };
        let deactivation = part.of_request(self);
        let applied = apply(&Resource::new(), &deactivation, resource_type, profile).ok()?;
        (applied.resource.boolean("active") == Some(false)).then_some(deactivation)
    }
}

/// The part of a request that names one attribute of the core schema.
#[derive(Clone, Copy)]
struct Part<'s> {
    attribute: &'s str,
    resource_type: &'s ResourceType,
    profile: Profile,
    limits: FilterLimits,
}

impl Part<'_> {
    fn of_request(self, patch: &PatchOp) -> PatchOp {
        let operations = patch.operations().iter();
        let parts = operations.filter_map(|operation| self.of_operation(operation));
        PatchOp::from_operations(parts.collect(), patch.limits())
    }

    fn of_operation(self, operation: &Operation) -> Option<Operation> {
        if let Some(path) = operation.path() {
            let spellings = Spellings::in_deactivation(self.profile);
            let key = self.resource_type.key_of_path(path.attribute(), spellings);
            if self.is_meant(key) {
                return Some(operation.clone());
            }
            let names_resource = matches!(key, Key::Resource) && path.as_uri().is_some();
            if !names_resource {
                return None;
            }
        }

        let members = self.of_members(operation.json()?.as_object()?);
        (!members.is_empty()).then(|| operation.with_value(Value::Object(members)))
    }

    /// The members of a value without a path that name the attribute, in the client's own spelling.
    fn of_members(self, members: &Object) -> Object {
        let part = |(key, value): (&String, &Value)| {
            let meaning = self.resource_type.key(key, Spellings::in_patch_value());
            if let (Key::Resource, Value::Object(inner)) = (meaning, value) {
                let inner = self.of_members(inner);
                return (!inner.is_empty()).then(|| (key.clone(), Value::Object(inner)));
            }
            let is_meant = self.is_meant(meaning) || self.is_path_to_it(key);
            is_meant.then(|| (key.clone(), value.clone()))
        };
        members.iter().filter_map(part).collect()
    }

    fn is_path_to_it(self, key: &str) -> bool {
        path_in_key(key, self.profile, self.limits).is_some_and(|path| {
            let spellings = Spellings::in_deactivation(self.profile);
            let meaning = self.resource_type.key_of_path(path.attribute(), spellings);
            path.filter().is_none() && self.is_meant(meaning)
        })
    }

    fn is_meant(self, key: Key<'_>) -> bool {
        match key {
            Key::Attribute(found) => found.is_top_level(self.attribute),
            Key::Extension(_) | Key::Resource | Key::Unknown => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::USER;

    #[test]
    fn the_part_about_one_attribute_is_found_however_it_is_named() {
        let user_type = ResourceType::user();
        let part = Part {
            attribute: "active",
            resource_type: &user_type,
            profile: Profile::tolerant(),
            limits: FilterLimits::default(),
        };

        for operation in [
            r#"{"op":"replace","path":"ACTIVE","value":false}"#.to_owned(),
            format!(r#"{{"op":"replace","path":"{USER}:active","value":false}}"#),
            r#"{"op":"replace","value":{"Active":false,"title":"x"}}"#.to_owned(),
            format!(r#"{{"op":"replace","value":{{"{USER}:active":false,"title":"x"}}}}"#),
            format!(r#"{{"op":"replace","value":{{"{USER}":{{"active":false,"title":"x"}}}}}}"#),
        ] {
            let json =
                format!(r#"{{"Operations":[{{"op":"remove","path":"title"}},{operation}]}}"#);
            let patch = PatchOp::from_slice(json.as_bytes(), Profile::tolerant()).unwrap();

            let only = part.of_request(&patch);
            assert_eq!(only.operations().len(), 1, "{operation}");

            let user = Resource::from_slice(br#"{"userName":"a","active":true}"#).unwrap();
            let applied = apply(&user, &only, &user_type, Profile::tolerant()).unwrap();
            assert_eq!(
                applied.resource.boolean("active"),
                Some(false),
                "{operation}"
            );
        }
    }
}
