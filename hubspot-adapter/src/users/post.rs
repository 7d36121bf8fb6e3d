//! Asking HubSpot to make a user, once.

use std::time::{Duration, SystemTime};

use scim_core::filter::case;
use scim_core::{Error, ErrorKind};

use super::Users;
use super::identity::in_use;
use super::seats::{Asked, NoSeat};
use crate::client::{self, NewUser, User};
use crate::error::{caused_by, from_hubspot, from_hubspot_list, from_state};
use crate::state::{Intended, Intent};

/// How long HubSpot's answer to a creation may be under way, its retries included: longer than the client waits for it.
const ANSWER_TAKES: Duration = Duration::from_secs(60);

/// What became of a request to HubSpot to make a user.
pub(super) enum Made {
    /// There is a user, made by this request.
    New(User),
    /// There is a user, and it is not known who made them.
    Existing(User),
}

impl Users {
    /// Asks HubSpot to make a user, once, and finds out what became of it.
    ///
    /// HubSpot did not have the user a moment ago. The intent is written first: should the answer be lost, and this process
    /// with it, a user who is found there later is known to be of our making. Of several servers that share the state, one at
    /// a time asks.
    pub(super) async fn post(&self, new: &NewUser, no_seat: NoSeat) -> Result<Made, Error> {
        let email = new.email.as_str();
        let now = self.clock.now();
        let intent = Intent::new(email, &*self.holder, now, ANSWER_TAKES);
        let intended = self.state.intend_create(&intent).await;
        let tried_before = match intended.map_err(from_state)? {
            Intended::First => false,
            Intended::Again => true,
            Intended::Elsewhere(until) => return Err(made_elsewhere(until, now)),
        };
        let error = match self.client.create_user(new).await {
            Ok(user) => return Ok(Made::New(user)),
            Err(error) => error,
        };
        // No answer is under way any more: any server may try again at once.
        if let Err(failed) = self.state.rest_create(email, &self.holder).await {
            tracing::warn!(error = %from_state(failed), "a creation that failed holds its address for a while");
        }
        if *error.kind() == client::ErrorKind::Ambiguous {
            // Never again blindly: whether HubSpot took it is read, not guessed.
            // An address in capitals may be stored in small letters, and only be found so.
            let has_capitals = email.bytes().any(|byte| byte.is_ascii_uppercase());
            let found = if has_capitals {
                self.find_by_email_in_any_case(email).await?
            } else {
                self.find_by_email(email).await?
            };
            return match found {
                Some(user) => Ok(Made::New(user)),
                None => Err(from_hubspot(error)),
            };
        }
        if !tried_before {
            // HubSpot said no: whoever has the address, this request did not make them.
            self.state.settle_create(email).await.map_err(from_state)?;
        }
        if *error.kind() == client::ErrorKind::Conflict {
            return match self.find_by_email_in_any_case(email).await? {
                Some(user) => Ok(Made::Existing(user)),
                None => Err(caused_by(in_use(), from_hubspot(error))),
            };
        }
        if error.is_not_found() {
            return Err(from_hubspot_list(error));
        }
        let no_seat = match no_seat {
            NoSeat::Final if error.no_seat_available() => self.no_seat().await,
            NoSeat::Final | NoSeat::Passing => no_seat,
        };
        Err(Asked::by_creation(new).refused(error, no_seat))
    }

    /// The user with an address in any spelling: whether HubSpot's own look-up minds the case is not known.
    ///
    /// Read by id at last, since a row of the list may lack teams.
    pub(super) async fn find_by_email_in_any_case(
        &self,
        email: &str,
    ) -> Result<Option<User>, Error> {
        if let Some(user) = self.find_by_email(email).await? {
            return Ok(Some(user));
        }
        let mut pages = self.client.walk_users();
        while let Some(users) = pages.next().await.map_err(from_hubspot_list)? {
            if let Some(user) = users.into_iter().find(|user| case::eq(&user.email, email)) {
                return match self.client.read_user(&user.id).await {
                    Ok(user) => Ok(Some(user)),
                    // HubSpot's list lags, or they are deactivated and cannot be read.
                    Err(error) if error.is_not_found() => Ok(None),
                    Err(error) => Err(from_hubspot(error)),
                };
            }
        }
        Ok(None)
    }
}

fn made_elsewhere(until: SystemTime, now: SystemTime) -> Error {
    let left = until.duration_since(now).unwrap_or_default();
    Error::new(
        ErrorKind::Unavailable,
        "userName: this user is being created by another server",
    )
    .with_retry_after(left.max(Duration::from_secs(1)))
}
