//! PATCH: applying a request, the changes it made, and making a request from a difference.
//!
//! Applying is a pure function: it applies a whole request or nothing.
//!
//! # Operations
//!
//! | target | `add` (RFC 7644 §3.5.2.1) | `replace` (§3.5.2.3) | `remove` (§3.5.2.2) |
//! |---|---|---|---|
//! | no path | applies to each attribute of the value | applies to each attribute of the value | `noTarget` |
//! | a simple attribute | sets it | sets it | removes it |
//! | a complex attribute | sets the given sub-attributes, the others stay | the same | removes it |
//! | a sub-attribute: `name.givenName` | sets it | sets it | removes it |
//! | a list: `emails` | adds missing entries; a present entry takes the new sub-attributes | the given entries replace the list | removes all entries |
//! | a list, with a value | | | removes the entries in the value; `invalidValue` without [`RemoveWithValue`] |
//! | entries: `emails[type eq "work"]` | sets the given sub-attributes in each | each becomes the value | removes them |
//! | their sub-attribute: `emails[type eq "work"].value` | sets it in each | sets it in each | removes it from each |
//! | a filter that selects no entry | creates one with [`ValuePathCreates`], else `noTarget` | the same | nothing; `noTarget` without [`RemoveWithoutMatch`] |
//! | an extension by its URN | applies to each attribute of the value | the same | removes its attributes |
//! | `schemas` | nothing, because the service writes it | nothing | `mutability` |
//!
//! # Rules
//!
//! - Operations apply in order, each to the result of the one before. If one fails, none applies (§3.5.2).
//! - If an operation makes an entry primary, the others lose the mark (§3.5.2). A request that makes several entries primary is
//!   `invalidValue`. With [`SeveralPrimary`], the first stays primary.
//! - `null`, an empty list and, with [`EmptyClears`], an empty text clear a value. Adding nothing to a list changes nothing.
//! - Writing a read-only attribute is `mutability`; with [`ReadOnlyIgnored`] it changes nothing. A client can set an immutable
//!   attribute once. An immutable sub-attribute stays in its entry of a list and goes with the entry. A single complex value that
//!   holds one cannot be removed.
//! - Required attributes must have a value in the end. It is `mutability` if the request removes one, and `invalidValue` if the
//!   request adds a value that lacks one.
//! - An unknown path is `invalidPath`, and an unknown sub-attribute in a filter is `invalidFilter`. With [`UnknownAttributes`],
//!   the first is ignored and the second selects nothing.
//! - Operations that look at more entries than the [limit] allows are `tooMany` (RFC 7644 §3.12).
//! - If the service refuses a request that deactivates a user, it applies the deactivation alone. See
//!   [`DeactivationFirst`](crate::Tolerance::DeactivationFirst) and [`PatchOp::deactivation`](crate::PatchOp::deactivation).
//! - A request without effect is no change: [`Applied::is_changed`] is false, and a provider keeps `lastModified` and the
//!   version.
//!
//! [limit]: crate::service::Limits::with_max_patch_entries
//! [`RemoveWithValue`]: crate::Tolerance::RemoveWithValue
//! [`ValuePathCreates`]: crate::Tolerance::ValuePathCreates
//! [`RemoveWithoutMatch`]: crate::Tolerance::RemoveWithoutMatch
//! [`SeveralPrimary`]: crate::Tolerance::SeveralPrimary
//! [`EmptyClears`]: crate::Tolerance::EmptyClears
//! [`ReadOnlyIgnored`]: crate::Tolerance::ReadOnlyIgnored
//! [`UnknownAttributes`]: crate::Tolerance::UnknownAttributes

mod apply;
mod budget;
mod deactivation;
mod deltas;
mod diff;
mod entries;
mod guard;
mod member_deltas;
mod members;
mod remove;
mod required;
mod target;
mod write;

use serde_json::Value;

use self::apply::Rules;
use self::budget::Budget;
pub use self::deltas::{Applied, Delta, DeltaKind};
pub use self::member_deltas::{MemberDeltas, MemberEntry};
use crate::resource::list_schemas;
use crate::resource::tree::{self, Object};
use crate::schema::ResourceType;
use crate::{Error, PatchOp, Profile, Resource};

/// Applies a PATCH request to a resource: all operations in order, or none.
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
/// - `InvalidPath` if a path names an unknown attribute.
/// - `InvalidFilter` if a filter names an unknown sub-attribute.
/// - `NoTarget` if a path selects no value.
/// - `Mutability` if the attribute is read-only, immutable or required.
/// - `InvalidValue` if a value does not fit its attribute.
/// - `TooMany` if the operations look at too many entries.
///
/// The [tolerances](crate::Tolerance) of a profile accept some of these requests.
///
/// Source: RFC 7644 §3.5.2.
pub fn apply(
    resource: &Resource,
    patch: &PatchOp,
    resource_type: &ResourceType,
    profile: Profile,
) -> Result<Applied, Error> {
    let mut after = resource.clone();
    let root = after.tree_mut();
    let rules = Rules {
        resource_type,
        profile,
        limits: patch.limits(),
        budget: Budget::new(patch.limits().patch_entries),
    };

    match members_at_once(patch, resource_type, profile) {
        Some(deltas) => {
            for operation in deltas.rest.operations() {
                apply::operation(root, operation, &rules)?;
            }
            deltas.apply(root, resource_type);
        }
        None => {
            for operation in patch.operations() {
                apply::operation(root, operation, &rules)?;
            }
        }
    }

    required::check_required(resource, &after, resource_type)?;
    list_schemas(&mut after, resource_type);
    Ok(Applied::new(resource.clone(), after, resource_type))
}

/// The sum of several operations on members, to pass over a long list once and not once for each operation.
fn members_at_once(
    patch: &PatchOp,
    resource_type: &ResourceType,
    profile: Profile,
) -> Option<MemberDeltas> {
    let deltas = match patch.operations() {
        [] | [_] => None,
        [_, _, ..] => patch.member_deltas(resource_type, profile),
    };
    deltas.filter(|deltas| !deltas.is_empty())
}

/// The value of `name`, if it has one. An empty value equals an absent one (RFC 7643 §2.5).
fn assigned<'t>(object: &'t Object, name: &str) -> Option<&'t Value> {
    tree::get(object, name).filter(|value| !tree::is_unassigned(value))
}
