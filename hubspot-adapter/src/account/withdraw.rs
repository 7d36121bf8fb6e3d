//! Taking a user's access away in HubSpot.

use scim_core::Error;

use super::{Account, SeatShortage, note_left_out};
use crate::client::{self, User};
use crate::error::{from_hubspot, from_hubspot_list, from_state, refused_values};
use crate::lifecycle::{Change, Withdrawal};

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
    /// Takes a user's access away; answers the user if they stay a member of the account.
    pub(crate) async fn withdraw(
        &self,
        user: &User,
        withdrawal: &Withdrawal,
    ) -> Result<Option<User>, NotWithdrawn> {
        match withdrawal {
            Withdrawal::Removal => self.remove(&user.id).await.map(|()| None),
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

    /// Removes a user from the account. HubSpot's 204 is proof: a removed user was 404 at once, by id and by address
    /// (`docs/evidence.md`, H16).
    ///
    /// After a failure HubSpot is asked whether it has the user: one of several tries may have succeeded, and only the error of
    /// the last one is known.
    async fn remove(&self, id: &str) -> Result<(), NotWithdrawn> {
        use client::ErrorKind as Hub;

        let error = match self.client.delete_user(id).await {
            Ok(()) => {
                self.note_removal().await;
                return Ok(());
            }
            Err(error) => error,
        };

        let is_refusal = matches!(
            error.kind(),
            Hub::Unauthorized | Hub::MissingScopes(_) | Hub::Forbidden | Hub::Invalid
        );
        let scim = if error.is_about_values() {
            refused_values(error, "active")
        } else {
            // A read tells whether HubSpot has the user: a 404 here does not mean it.
            from_hubspot_list(error)
        };

        match self.client.read_user(id).await {
            Err(read) if read.is_not_found() => {
                self.note_removal().await;
                Ok(())
            }
            Ok(_) => Err(NotWithdrawn::StillMember(scim)),
            Err(_) if is_refusal => Err(NotWithdrawn::StillMember(scim)),
            Err(_) => Err(NotWithdrawn::Unknown(scim)),
        }
    }

    /// Removes a user that an administrator deactivated.
    ///
    /// A read may not find the user: only HubSpot's answer to the removal counts.
    pub(crate) async fn remove_deactivated(&self, id: &str) -> Result<(), Error> {
        match self.client.delete_user(id).await {
            Ok(()) => Ok(()),
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
