//! Taking a user's access away in HubSpot.

use std::time::Duration;

use scim_core::{Error, ErrorKind};

use super::{Account, SeatShortage, note_left_out};
use crate::client::{self, User};
use crate::error::{from_hubspot, from_hubspot_list, from_state, refused_values};
use crate::lifecycle::{Change, Withdrawal};

/// When a client should repeat a removal that was not proved.
const READ_BACK_WAIT: Duration = Duration::from_secs(30);

/// Why a user's access was not taken away.
pub(crate) enum NotWithdrawn {
    /// HubSpot still has the user.
    StillMember(Error),
    /// The outcome is unknown.
    Unknown(Error),
}

impl From<NotWithdrawn> for Error {
    fn from(not_withdrawn: NotWithdrawn) -> Self {
        match not_withdrawn {
            NotWithdrawn::StillMember(error) | NotWithdrawn::Unknown(error) => error,
        }
    }
}

impl Account {
    /// Takes a user's access away; returns the user if they stay a member of the account.
    pub(crate) async fn withdraw(
        &self,
        user: &User,
        withdrawal: &Withdrawal,
    ) -> Result<Option<User>, NotWithdrawn> {
        match withdrawal {
            Withdrawal::Removal => self.remove_user(&user.id).await.map(|()| None),
            Withdrawal::Suspension(no_access) => {
                let suspended = self.suspend(user, no_access).await;
                suspended.map(Some).map_err(NotWithdrawn::Unknown)
            }
        }
    }

    /// Whether HubSpot shows, after a failure, that the user still has access.
    pub(crate) async fn still_has_access(
        &self,
        id: &str,
        withdrawal: &Withdrawal,
        failed: &NotWithdrawn,
    ) -> bool {
        match withdrawal {
            Withdrawal::Removal => matches!(failed, NotWithdrawn::StillMember(_)),
            Withdrawal::Suspension(no_access) => {
                let read = self.client.read_user(id).await;
                read.is_ok_and(|now| now.role() != no_access.role.id())
            }
        }
    }

    /// Removes a user from the account and reads the result back: a 204 alone proves nothing.
    ///
    /// A removed user is 404 at once, by id and by address (`docs/evidence.md`, H16). After a failure the read decides, too: one of
    /// several tries may have succeeded, and only the error of the last one is known.
    async fn remove_user(&self, id: &str) -> Result<(), NotWithdrawn> {
        use client::ErrorKind as Hub;

        let deleted = self.client.delete_user(id).await;
        let read = self.client.read_user(id).await;
        if read.as_ref().is_err_and(client::Error::is_not_found) {
            self.note_removal().await;
            return Ok(());
        }

        let error = match deleted {
            Ok(()) if read.is_ok() => return Err(NotWithdrawn::StillMember(still_member())),
            Ok(()) => return Err(NotWithdrawn::Unknown(not_read_back())),
            Err(error) => error,
        };
        let is_refusal = matches!(
            error.kind(),
            Hub::Unauthorized | Hub::MissingScopes(_) | Hub::Forbidden | Hub::Invalid
        );
        let scim = if error.is_about_values() {
            refused_values(error, "active")
        } else {
            // The read tells whether HubSpot has the user: a 404 of the removal does not mean it.
            from_hubspot_list(error)
        };
        if read.is_ok() || is_refusal {
            Err(NotWithdrawn::StillMember(scim))
        } else {
            Err(NotWithdrawn::Unknown(scim))
        }
    }

    /// Removes a user that an administrator deactivated.
    ///
    /// A read may not find the user, so its 404 proves nothing. If it finds the user, HubSpot did not remove them.
    pub(crate) async fn remove_deactivated(&self, id: &str) -> Result<(), Error> {
        match self.client.delete_user(id).await {
            Ok(()) => match self.client.read_user(id).await {
                Ok(_) => Err(still_member()),
                Err(read) if read.is_not_found() => Ok(()),
                Err(_) => Err(not_read_back()),
            },
            Err(error) if error.is_not_found() => Ok(()),
            Err(error) => Err(from_hubspot(error)),
        }
    }

    /// Takes access, teams and seats away. If HubSpot refuses to take the seats back, the access goes all the same.
    async fn suspend(&self, user: &User, no_access: &Change) -> Result<User, Error> {
        let has_seats = no_access.seat_names.is_some() && !user.seat_names.is_empty();
        let outcome = self
            .converge(user.clone(), no_access, SeatShortage::Final)
            .await;

        match outcome {
            Err(refused) if has_seats => {
                note_left_out(&user.id, &refused);
                let keeping_seats = Change {
                    seat_names: None,
                    ..no_access.clone()
                };
                let kept = self
                    .converge(user.clone(), &keeping_seats, SeatShortage::Final)
                    .await;
                kept.map(|(user, _)| user)
            }
            outcome => outcome.map(|(user, _)| user),
        }
    }

    /// Notes that HubSpot removed a user and will free a seat. The note is in the state, since a restart must not change an answer.
    pub(crate) async fn note_removal(&self) {
        if let Err(failed) = self.state.note_removal(self.clock.now()).await {
            tracing::warn!(
                error = %from_state(failed),
                "the state store did not keep the time of a removal; a seat that is about to be free may be reported as missing"
            );
        }
    }
}

/// The error if HubSpot confirms a removal and still shows the membership.
fn still_member() -> Error {
    Error::new(
        ErrorKind::Unavailable,
        "active: HubSpot confirmed the removal and still shows the user. The user may still have access; the identity provider should try again",
    )
    .with_retry_after(READ_BACK_WAIT)
}

/// The error if HubSpot confirms a removal and then does not answer whether the user is gone.
fn not_read_back() -> Error {
    Error::new(
        ErrorKind::Unavailable,
        "active: HubSpot confirmed the removal, and cannot be asked whether the user is gone. The identity provider should try again",
    )
    .with_retry_after(READ_BACK_WAIT)
}
