//! Creating a user in HubSpot, once.

use std::time::{Duration, SystemTime};

use scim_core::{Error, ErrorKind};

use super::refusal::Asked;
use super::{Account, SeatShortage};
use crate::client::{self, NewUser, User};
use crate::error::{caused_by, from_hubspot, from_hubspot_list, from_state};
use crate::lifecycle::identity::in_use;
use crate::state::{Claim, CreateIntent};

/// How long HubSpot's answer to a creation may be under way, retries included; longer than the client waits for it.
const ANSWER_TAKES: Duration = Duration::from_secs(60);

/// How long after a removal HubSpot may not see the freed seat (`docs/evidence.md`, H7).
const SEAT_IS_FREED_WITHIN: Duration = Duration::from_secs(120);

/// The outcome of a request to create a user.
pub(crate) enum Creation {
    /// This request created the user.
    New(User),
    /// HubSpot has the user, and another request or person created it.
    Existing(User),
}

impl Account {
    /// Creates a user that HubSpot did not have a moment ago, and finds out the result.
    ///
    /// The intent is stored before the call. If the answer is lost, and this process with it, a user found at the address later
    /// counts as created by us. Of several servers that share the state, one at a time creates.
    pub(crate) async fn create(
        &self,
        new: &NewUser,
        shortage: SeatShortage,
    ) -> Result<Creation, Error> {
        let email = new.email.as_str();
        let was_tried_before = self.intend_creation(email).await?;

        let error = match self.client.create_user(new).await {
            Ok(user) => return Ok(Creation::New(user)),
            Err(error) => error,
        };

        // No answer is under way any more: every server may try again at once.
        if let Err(failed) = self.state.release_creation(email, &self.holder).await {
            tracing::warn!(
                error = %from_state(failed),
                "the state store failed after a failed creation; the address stays reserved for up to a minute"
            );
        }

        if *error.kind() == client::ErrorKind::Ambiguous {
            return match self.read_created(email).await? {
                Some(user) => Ok(Creation::New(user)),
                None => Err(from_hubspot(error)),
            };
        }

        if !was_tried_before {
            // HubSpot refused: this request did not create the user at the address, if there is one.
            self.state
                .settle_creation(email)
                .await
                .map_err(from_state)?;
        }

        if *error.kind() == client::ErrorKind::Conflict {
            return match self.read_by_email_in_any_case(email).await? {
                Some(user) => Ok(Creation::Existing(user)),
                None => Err(caused_by(in_use(), from_hubspot(error))),
            };
        }
        if error.is_not_found() {
            return Err(from_hubspot_list(error));
        }

        let shortage = match shortage {
            SeatShortage::Final if error.no_seat_available() => self.seat_shortage().await,
            SeatShortage::Final | SeatShortage::Passing => shortage,
        };
        Err(Asked::by_creation(new).refused(error, shortage))
    }

    /// Stores the intent to create a user; returns whether an earlier creation at the address is unsettled.
    async fn intend_creation(&self, email: &str) -> Result<bool, Error> {
        let now = self.clock.now();
        let intent = CreateIntent::new(email, &*self.holder, now, ANSWER_TAKES);
        let intended = self.state.claim_creation(&intent).await;
        match intended.map_err(from_state)? {
            Claim::First => Ok(false),
            Claim::Again => Ok(true),
            Claim::HeldUntil(until) => Err(created_elsewhere(until, now)),
        }
    }

    /// The user of a creation whose answer was lost: HubSpot is asked, the creation is not repeated.
    async fn read_created(&self, email: &str) -> Result<Option<User>, Error> {
        // HubSpot may store an address with capitals in lower case, and find it only so.
        let has_capitals = email.bytes().any(|byte| byte.is_ascii_uppercase());
        if has_capitals {
            self.read_by_email_in_any_case(email).await
        } else {
            self.read_by_email(email).await
        }
    }

    /// The meaning of a missing seat at this moment.
    async fn seat_shortage(&self) -> SeatShortage {
        let is_recent = |last| {
            let since = self.clock.now().duration_since(last);
            since.is_ok_and(|since| since < SEAT_IS_FREED_WITHIN)
        };
        match self.state.last_removal().await {
            Ok(last) if !last.is_some_and(is_recent) => SeatShortage::Final,
            // If the last removal is unknown, a final refusal would be the worse answer.
            Ok(_) | Err(_) => SeatShortage::Passing,
        }
    }
}

fn created_elsewhere(until: SystemTime, now: SystemTime) -> Error {
    let left = until.duration_since(now).unwrap_or_default();
    Error::new(
        ErrorKind::Unavailable,
        "userName: another server is creating this user at the moment",
    )
    .with_retry_after(left.max(Duration::from_secs(1)))
}
