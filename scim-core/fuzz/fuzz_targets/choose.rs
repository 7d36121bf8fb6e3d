//! The profile of an input.

use scim_core::Profile;

use crate::profiles::profiles;

/// The one profile under which a target checks an input: all three would take three times as long.
pub(crate) fn profile_of(input: &[u8]) -> Profile {
    let sum: usize = input.iter().copied().map(usize::from).sum();
    profiles()[sum % 3]
}
