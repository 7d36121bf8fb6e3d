//! The address and the name by which a user is known, and the requests that cannot change them.

use scim_core::filter::case;
use scim_core::{Error, ErrorKind};

use crate::client::User;
use crate::mapping::{Desired, is_address};
use crate::state::UserRecord;

/// Refuses a change of the address by which HubSpot knows a user: no API call makes it.
///
/// # Errors
///
/// `Mutability` naming `userName` or `emails`.
pub(crate) fn check_identity(
    user: &User,
    record: Option<&UserRecord>,
    desired: &Desired,
) -> Result<(), Error> {
    let name = &desired.user_name;

    // The name that the client has always used is no change, even if the address in HubSpot has changed since.
    let is_recorded = record.is_some_and(|record| case::eq(name, &record.user_name));
    if is_address(name) && !is_recorded && !case::eq(name, &user.email) {
        return Err(address_change("userName"));
    }

    let Some(listed) = desired.listed_email.as_deref() else {
        return Ok(());
    };
    let is_known = case::eq(listed, &user.email)
        || match record {
            // The sign-in name and the mailbox may have differed from the start.
            Some(record) => {
                let other = record.other_email.as_deref();
                other.is_some_and(|other| case::eq(listed, other))
            }
            None => case::eq(name, &user.email),
        };
    if is_known {
        Ok(())
    } else {
        Err(address_change("emails"))
    }
}

fn address_change(attribute: &str) -> Error {
    Error::new(
        ErrorKind::Mutability,
        format!(
            "{attribute}: HubSpot's API cannot change a user's e-mail address. Ask the user to change it in HubSpot, or remove the user and create a new one"
        ),
    )
}

/// Refuses a creation because another user has the name or the address.
pub(crate) fn in_use() -> Error {
    Error::new(ErrorKind::Uniqueness, "userName is already in use")
}
