//! The users that requests must not change, and the users that nobody sees.

use scim_core::{Error, ErrorKind};

use super::member::{Member, UserState};
use crate::client::User;
use crate::policy::{Deprovision, Policy, ServiceAccounts};
use crate::row::Row;

/// Refuses to change a super admin, the account of an app, or a protected user.
///
/// # Errors
///
/// `Mutability` with the reason.
pub(crate) fn check_changeable(policy: &Policy, user: &User, row: &Row) -> Result<(), Error> {
    if user.super_admin {
        return Err(Error::new(
            ErrorKind::Mutability,
            "This user is a Super Admin, and HubSpot's API cannot change Super Admins. Change the user in HubSpot itself",
        ));
    }
    if row.is_service_account() {
        return Err(Error::new(
            ErrorKind::Mutability,
            "This is the account of an app or a bot, which this server does not change. Change it in HubSpot itself",
        ));
    }
    check_unprotected(policy, &user.email)
}

/// Refuses to touch a user listed in `protected_users`.
///
/// # Errors
///
/// `Mutability`.
pub(crate) fn check_unprotected(policy: &Policy, email: &str) -> Result<(), Error> {
    if policy.protects(email) {
        return Err(Error::new(
            ErrorKind::Mutability,
            "This user is protected by the configuration of this server (protected_users)",
        ));
    }
    Ok(())
}

/// Refuses to take the access of a user who must not be changed, or under a policy that forbids it.
///
/// # Errors
///
/// `Mutability` with the reason.
pub(crate) fn check_removable(policy: &Policy, user: &User, row: &Row) -> Result<(), Error> {
    check_changeable(policy, user, row)?;
    match policy.deprovision {
        Deprovision::Remove | Deprovision::NoAccess(_) => Ok(()),
        Deprovision::Refuse => Err(Error::new(
            ErrorKind::Mutability,
            "active: the configuration of this server does not let requests take access away (deprovision)",
        )),
    }
}

/// Refuses to change a deactivated user that HubSpot's API does not show.
///
/// HubSpot clears what a change omits, so a change needs the current values. The user may even be a super admin.
///
/// # Errors
///
/// `Mutability`.
pub(crate) fn check_is_read(row: &Row) -> Result<(), Error> {
    if row.held().is_some_and(|held| held.stands_alone) {
        return Err(Error::new(
            ErrorKind::Mutability,
            "This user is deactivated in HubSpot, and HubSpot's API does not show deactivated users. Reactivate the user in HubSpot first",
        ));
    }
    Ok(())
}

/// Refuses to enable a user that an administrator deactivated.
pub(crate) fn stays_deactivated() -> Error {
    Error::new(
        ErrorKind::Mutability,
        "active: an administrator deactivated this user in HubSpot, and HubSpot's API cannot undo it. Reactivate the user in HubSpot",
    )
}

/// Whether a request may write the user's row.
pub(crate) fn may_write_row(policy: &Policy, user: &User, row: &Row) -> bool {
    check_changeable(policy, user, row).is_ok() && check_is_read(row).is_ok()
}

/// Whether SCIM shows a user at all.
///
/// A suspended user without a record is, for SCIM, not in the account.
pub(crate) fn is_shown(policy: &Policy, state: &UserState) -> bool {
    let is_known = match state {
        UserState::Suspended(member) => member.record.is_some(),
        UserState::Present(_) | UserState::Deactivated(_) | UserState::Removed(_) => true,
    };
    is_known && !is_hidden(policy, state)
}

/// Whether the policy hides a user from SCIM.
pub(crate) fn is_hidden(policy: &Policy, state: &UserState) -> bool {
    match state {
        UserState::Present(member)
        | UserState::Suspended(member)
        | UserState::Deactivated(member) => {
            let Member { user, row, .. } = member;
            let hides_apps = policy.service_accounts == ServiceAccounts::Hidden;
            policy.hides(user) || (hides_apps && row.is_service_account())
        }
        UserState::Removed(_) => false,
    }
}
