//! PATCH: applying a request, as a pure, all-or-nothing function; what it changes; and a request made from a difference.
//!
//! # What an operation does
//!
//! | at | `add` (RFC 7644 §3.5.2.1) | `replace` (§3.5.2.3) | `remove` (§3.5.2.2) |
//! |---|---|---|---|
//! | no path: each attribute of the value | as at that attribute | as at that attribute | `noTarget` |
//! | a simple attribute | sets it | sets it | takes it away |
//! | a complex attribute | sets the sub-attributes given, the others stay | the same | takes it away |
//! | a sub-attribute: `name.givenName` | sets it | sets it | takes it away |
//! | a list: `emails` | adds the entries that are not there; one that is takes on what the new one says | the entries are those given | takes all away |
//! | the same, with a value | | | takes away whom the value lists; `invalidValue` without [`RemoveWithValue`] |
//! | entries: `emails[type eq "work"]` | sets the sub-attributes given in each | each becomes the value | takes them away |
//! | their sub-attribute: `emails[type eq "work"].value` | sets it in each | sets it in each | takes it away in each |
//! | entries of which there are none | makes one where [`ValuePathCreates`] is on, else `noTarget` | the same | nothing; `noTarget` without [`RemoveWithoutMatch`] |
//! | an extension by its URN | as at each attribute of the value | the same | takes away what it has |
//! | `schemas` | nothing: it lists what is there | nothing | `mutability` |
//!
//! For all of them:
//!
//! - Operations apply in order, each to what the one before left; one that fails undoes all (§3.5.2).
//! - An entry that an operation makes primary takes that from the others (§3.5.2). A request that makes several primary is
//!   `invalidValue`; with [`SeveralPrimary`] the first is.
//! - `null`, an empty list and, with [`EmptyClears`], an empty text take a value away; an `add` of nothing to a list does nothing.
//! - What is read-only is `mutability`; with [`ReadOnlyIgnored`] it is left alone. What is immutable can be given once. In an
//!   entry of a list it stays what it was made with, and goes with the entry; a single complex value with it cannot be removed.
//! - What is required must be there in the end: `mutability` where the request took it away, `invalidValue` in what it brought.
//! - A path that no schema knows is `invalidPath`, a filter on what an entry cannot have `invalidFilter`; with
//!   [`UnknownAttributes`] the first is passed over, and the second selects nothing.
//! - Operations that together look at more entries than the [limit] are `tooMany` (RFC 7644 §3.12).
//! - A request that is refused, and takes access away besides, is what the service looks at once more, see
//!   [`DeactivationFirst`](crate::Tolerance::DeactivationFirst) and [`PatchOp::deactivation`](crate::PatchOp::deactivation).
//! - A change of nothing is no change: [`Applied::is_changed`] says so, and a provider keeps `lastModified` and the version.
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
/// `InvalidPath` when a path names nothing the schema knows, `InvalidFilter` when a filter does, `NoTarget` when a path selects
/// no value, `Mutability` when the attribute may not be changed or is required, `InvalidValue` when a value does not fit. Which
/// of these a profile passes over is said by its [tolerances](crate::Tolerance).
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

/// The sum of several operations on members: one pass over a long list instead of one for each.
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

/// The value of `name`, where it has one: what is empty is the same as what is not there (RFC 7643 §2.5).
fn assigned<'t>(object: &'t Object, name: &str) -> Option<&'t Value> {
    tree::get(object, name).filter(|value| !tree::is_unassigned(value))
}
