//! Applying a PATCH request: a pure, all-or-nothing function.

mod apply;
mod entries;
mod remove;
mod target;
mod write;

use scim_filter::AttrPath;
use serde_json::Value;

use crate::resource::tree::{self, Object};
use crate::resource::{list_schemas, missing};
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
    keeps_required(resource, &after, resource_type)?;
    list_schemas(&mut after, resource_type);
    let changed = changed(resource.tree(), after.tree(), resource_type);
    Ok(Applied {
        resource: after,
        changed,
    })
}

/// That nothing required is missing that was not missing before.
fn keeps_required(
    before: &Resource,
    after: &Resource,
    resource_type: &ResourceType,
) -> Result<(), Error> {
    let mut lacked = Vec::new();
    missing(before.tree(), resource_type, &mut |path| lacked.push(path));
    let mut lost = None;
    missing(after.tree(), resource_type, &mut |path| {
        if !lacked.contains(&path) {
            lost.get_or_insert(path);
        }
    });
    let Some(path) = lost else {
        return Ok(());
    };
    let had_it = tree::get(before.tree(), &path).is_some()
        || AttrPath::parse(&path).is_ok_and(|path| before.get(&path).is_some());
    Err(if had_it {
        let detail = format!("{path} is required and cannot be removed");
        Error::new(ErrorKind::Mutability, detail)
    } else {
        Error::new(ErrorKind::InvalidValue, format!("{path} is required"))
    })
}

/// The value of `name`, where it has one: what is empty is the same as what is not there (RFC 7643 §2.5).
fn assigned<'t>(object: &'t Object, name: &str) -> Option<&'t Value> {
    tree::get(object, name).filter(|value| !tree::is_unassigned(value))
}

/// The attributes that differ, those of an extension one by one.
fn changed(before: &Object, after: &Object, resource_type: &ResourceType) -> Vec<String> {
    let mut paths = Vec::new();
    differing(before, after, |name| {
        if let Some(extension) = resource_type.extension(name) {
            let empty = Object::new();
            let of = |side| tree::get(side, name).and_then(Value::as_object);
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
