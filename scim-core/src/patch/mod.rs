//! Applying a PATCH request: a pure, all-or-nothing function.

mod apply;
mod target;

use crate::resource::list_schemas;
use crate::resource::tree::{self, Object};
use crate::schema::ResourceType;
use crate::{Error, ErrorKind, PatchOp, Profile, Resource};

/// What a PATCH request makes of a resource.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Applied {
    /// The resource afterwards.
    pub resource: Resource,
    /// The attributes whose value is another than before, those of an extension with its URN; empty when nothing changed.
    pub changed: Vec<String>,
}

impl Applied {
    /// Whether anything is different.
    #[must_use]
    pub fn is_changed(&self) -> bool {
        !self.changed.is_empty()
    }
}

/// Applies a PATCH request to a resource: every operation in order, or none.
///
/// ```
/// use scim_core::schema::ResourceType;
/// use scim_core::{PatchOp, Profile, Resource, patch};
///
/// let user = Resource::from_slice(br#"{"userName":"a","active":true}"#)?;
/// let request = PatchOp::from_slice(
///     br#"{"Operations":[{"op":"Replace","path":"active","value":"False"}]}"#,
///     Profile::tolerant(),
/// )?;
/// let applied = patch::apply(&user, &request, &ResourceType::user(), Profile::tolerant())?;
/// assert_eq!(applied.resource.boolean("active"), Some(false));
/// assert_eq!(applied.changed, ["active"]);
/// # Ok::<(), scim_core::Error>(())
/// ```
///
/// # Errors
///
/// `InvalidPath` when a path names nothing the schema knows, `NoTarget` when it selects no value, `Mutability` when the
/// attribute may not be changed or is required, `InvalidValue` when a value does not fit. Which of these a profile passes over
/// is said by its [tolerances](crate::Tolerance).
///
/// Source: RFC 7644 §3.5.2.
pub fn apply(
    resource: &Resource,
    patch: &PatchOp,
    resource_type: &ResourceType,
    profile: Profile,
) -> Result<Applied, Error> {
    let mut after = resource.clone();
    for operation in patch.operations() {
        apply::operation(after.tree_mut(), operation, resource_type, profile)?;
    }
    for attribute in resource_type.schema().attributes() {
        let name = attribute.name();
        if attribute.is_required()
            && tree::get(after.tree(), name).is_none_or(tree::is_unassigned)
            && tree::get(resource.tree(), name).is_some()
        {
            return Err(Error::new(
                ErrorKind::Mutability,
                format!("{name} is required and cannot be removed"),
            ));
        }
    }
    list_schemas(&mut after, resource_type);
    let changed = changed(resource.tree(), after.tree(), resource_type);
    Ok(Applied {
        resource: after,
        changed,
    })
}

/// The attributes that differ, those of an extension one by one.
fn changed(before: &Object, after: &Object, resource_type: &ResourceType) -> Vec<String> {
    let mut paths = Vec::new();
    differing(before, after, |name| {
        if let Some(extension) = resource_type.extension(name) {
            let empty = Object::new();
            let of = |side| tree::get(side, name).and_then(|v: &serde_json::Value| v.as_object());
            differing(
                of(before).unwrap_or(&empty),
                of(after).unwrap_or(&empty),
                |name| {
                    paths.push(format!("{}:{name}", extension.id()));
                },
            );
        } else if !name.eq_ignore_ascii_case("schemas") {
            paths.push(name.to_owned());
        }
    });
    paths
}

fn differing(before: &Object, after: &Object, mut visit: impl FnMut(&str)) {
    for (name, value) in before {
        if tree::get(after, name) != Some(value) {
            visit(name);
        }
    }
    for name in after.keys() {
        if tree::get(before, name).is_none() {
            visit(name);
        }
    }
}
