//! Seats: which a request names, which somebody comes back with, and what is said where there are none.

use std::time::Duration;

use scim_core::{Error, ErrorKind};

use super::converge::teams_back;
use super::{Users, ignored};
use crate::client::{self, NewUser, User};
use crate::error::{
    caused_by, from_hubspot, from_state, lacks_billing, no_billing, refused_values,
};
use crate::mapping::Desired;
use crate::plan::{self, Change};
use crate::state::{Intent, UserRecord};

impl Users {
    /// The seats that a request wants a user to have who has `held`: by name, as permission sets are.
    ///
    /// How many are free is left to HubSpot, which alone can tell in the moment in which it gives one.
    ///
    /// # Errors
    ///
    /// `InvalidValue` for a seat that the account does not have.
    pub(super) async fn wanted_seats(
        &self,
        desired: &Desired,
        held: &[String],
    ) -> Result<Option<Vec<String>>, Error> {
        let Some(names) = &desired.seats else {
            return Ok(None);
        };
        let new = added(names, held);
        match self
            .directory
            .unknown_seats(&self.client, &new)
            .await?
            .as_slice()
        {
            [] => Ok(Some(names.clone())),
            unknown => Err(Error::new(
                ErrorKind::InvalidValue,
                format!(
                    "entitlements: the HubSpot account has no seat named {}",
                    unknown.join(", ")
                ),
            )),
        }
    }

    /// The seats with which a user comes back who had `was` and has `held`, unless a request says others.
    ///
    /// A seat that the account has no more must not keep them out for ever; one that is not free does, until somebody sees to
    /// it.
    pub(super) async fn seats_to_restore(
        &self,
        id: &str,
        was: &[String],
        held: &[String],
        desired: &Desired,
    ) -> Result<Option<Vec<String>>, Error> {
        if !self.features.seats || desired.seats.is_some() {
            return self.wanted_seats(desired, held).await;
        }
        let mut back = added(was, held);
        let gone = self.directory.unknown_seats(&self.client, &back).await?;
        if !gone.is_empty() {
            let detail = format!(
                "entitlements: the HubSpot account has no more a seat named {}",
                gone.join(", ")
            );
            ignored(id, &Error::new(ErrorKind::InvalidValue, detail));
            back.retain(|name| !gone.contains(name));
        }
        if back.is_empty() {
            return Ok(None);
        }
        Ok(Some(held.iter().cloned().chain(back).collect()))
    }

    /// The teams and seats that somebody who comes back is to have again.
    pub(super) async fn places_back(
        &self,
        user: &User,
        was: &User,
        desired: &Desired,
    ) -> Result<Change, Error> {
        let seats = self.seats_to_restore(&user.id, &was.seat_names, &user.seat_names, desired);
        Ok(Change {
            seat_names: seats.await?,
            ..teams_back(user, was)
        })
    }

    /// What it means now that HubSpot has no free seat.
    pub(super) async fn no_seat(&self) -> NoSeat {
        let is_recent = |last| {
            let since = self.clock.now().duration_since(last);
            since.is_ok_and(|since| since < SEAT_IS_FREED_WITHIN)
        };
        match self.state.intended_create(REMOVAL).await {
            Ok(last) if !last.is_some_and(is_recent) => NoSeat::Final,
            // Where it is not known, a refusal for good would be the worse answer.
            Ok(_) | Err(_) => NoSeat::Passing,
        }
    }

    /// Notes that HubSpot removed somebody, and will free their seat: in the state, since a restart is to change no answer.
    pub(super) async fn note_removal(&self) {
        let removal = Intent::new(REMOVAL, &*self.holder, self.clock.now(), Duration::ZERO);
        if let Err(failed) = self.state.intend_create(&removal).await {
            tracing::warn!(error = %from_state(failed), "it is not kept that a seat is about to be free");
        }
    }

    /// Takes over the seats with which somebody without access is to come back.
    pub(super) async fn take_seats(
        &self,
        record: &mut UserRecord,
        desired: &Desired,
    ) -> Result<(), Error> {
        if let Some(names) = self
            .wanted_seats(desired, &record.last_seen.seat_names)
            .await?
        {
            record.last_seen.seat_names = names;
        }
        Ok(())
    }
}

/// Those of `names` that are not among `held`.
pub(super) fn added(names: &[String], held: &[String]) -> Vec<String> {
    let new = names.iter().filter(|name| !held.contains(name));
    new.cloned().collect()
}

/// How long after a removal HubSpot may still not see the seat that it frees (`docs/evidence.md`, H7).
const SEAT_IS_FREED_WITHIN: Duration = Duration::from_secs(120);

/// Under which the last removal is kept among the creations: no address, and so no user's.
const REMOVAL: &str = "removal";

const NO_SEAT_FOR_ROLE: &str =
    "roles: the HubSpot account has no free seat for this permission set";

/// What it means that HubSpot has no free seat.
#[derive(Clone, Copy)]
pub(super) enum NoSeat {
    /// There is none: an administrator has to see to it.
    Final,
    /// Right after a removal HubSpot may not see the seat that it sees a moment later: the client is asked to come back
    /// (`docs/evidence.md`, H7).
    Passing,
}

/// What of a call HubSpot may refuse.
pub(super) struct Asked {
    /// The attributes that the call is about.
    attributes: Vec<&'static str>,
    role: bool,
    /// The seats that are new, or all where none is; `None` where no seat is to change.
    seats: Option<Vec<String>>,
}

impl Asked {
    pub(super) fn by_creation(new: &NewUser) -> Self {
        let nobody = User::default();
        let asked = Change::of(new);
        let others = plan::all_unmet(&nobody, &asked);
        Self {
            attributes: std::iter::once("userName").chain(others).collect(),
            role: new.role_id.is_some(),
            seats: asked.seat_names,
        }
    }

    pub(super) fn by_change(user: &User, change: &Change) -> Self {
        let unmet: Vec<&str> = plan::all_unmet(user, change).collect();
        let wanted = change.seat_names.as_deref().unwrap_or_default();
        let new = added(wanted, &user.seat_names);
        let seats = if new.is_empty() { wanted.to_vec() } else { new };
        Self {
            role: unmet.contains(&"roles"),
            seats: unmet.contains(&"entitlements").then_some(seats),
            attributes: unmet,
        }
    }

    /// What an identity provider is told of a refusal.
    pub(super) fn refused(&self, error: client::Error, no_seat: NoSeat) -> Error {
        if error.no_seat_available() {
            let detail = self.without_seat();
            let scim = match no_seat {
                NoSeat::Final => Error::new(ErrorKind::InvalidValue, detail),
                NoSeat::Passing => Error::new(ErrorKind::Unavailable, detail)
                    .with_retry_after(Duration::from_secs(30)),
            };
            return caused_by(scim, from_hubspot(error));
        }
        if error.is_about_values() {
            return refused_values(error, &self.attributes.join(", "));
        }
        match (&self.seats, self.role) {
            (Some(_), true) if lacks_billing(&error) => no_billing("roles, entitlements", error),
            (Some(_), false) if lacks_billing(&error) => no_billing("entitlements", error),
            _ => from_hubspot(error),
        }
    }

    fn without_seat(&self) -> String {
        match &self.seats {
            Some(names) if names.is_empty() && !self.role => {
                "entitlements: HubSpot has the user's permission set take a seat".to_owned()
            }
            None => NO_SEAT_FOR_ROLE.to_owned(),
            Some(names) if names.is_empty() => NO_SEAT_FOR_ROLE.to_owned(),
            Some(names) if self.role => format!(
                "roles, entitlements: the HubSpot account has no free seat for this permission set, or none of these: {}",
                names.join(", ")
            ),
            Some(names) => format!(
                "entitlements: the HubSpot account has no free seat: {}",
                names.join(", ")
            ),
        }
    }
}
