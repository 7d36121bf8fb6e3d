//! The profiles of the checks.

use scim_core::Profile;

pub(crate) fn profiles() -> [Profile; 3] {
    [Profile::tolerant(), Profile::rfc(), Profile::entra()]
}
