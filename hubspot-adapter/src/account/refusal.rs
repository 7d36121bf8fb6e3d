//! HubSpot's refusal of a change, as a SCIM error that names the attributes.

use std::time::Duration;

use scim_core::{Error, ErrorKind};

use crate::client::{self, NewUser, User};
use crate::error::{caused_by, from_hubspot, lacks_billing, no_billing, refused_values};
use crate::lifecycle::change::all_unmet;
use crate::lifecycle::places::missing_from;
use crate::lifecycle::{Change, Field};

const NO_SEAT_FOR_ROLE: &str =
    "roles: the HubSpot account has no free seat for this permission set";

/// The meaning of HubSpot's answer that no seat is free.
#[derive(Clone, Copy)]
pub(crate) enum SeatShortage {
    /// An administrator has to buy or free a seat.
    Final,
    /// A seat may be free in a moment: right after a removal HubSpot does not see it yet (`docs/evidence.md`, H7).
    Passing,
}

/// The fields and seats that a call to HubSpot asks for.
pub(super) struct Asked {
    fields: Vec<Field>,
    /// The new seats, or all if none is new; `None` if the call changes no seats.
    seats: Option<Vec<String>>,
}

impl Asked {
    pub(super) fn by_creation(new: &NewUser) -> Self {
        let nobody = User::default();
        let asked = Change::of(new);
        let others = all_unmet(&nobody, &asked);
        Self {
            fields: std::iter::once(Field::UserName).chain(others).collect(),
            seats: asked.seat_names,
        }
    }

    pub(super) fn by_change(user: &User, change: &Change) -> Self {
        let fields: Vec<Field> = all_unmet(user, change).collect();
        let wanted = change.seat_names.as_deref().unwrap_or_default();
        let new = missing_from(&user.seat_names, wanted);
        let seats = if new.is_empty() { wanted.to_vec() } else { new };
        Self {
            seats: fields.contains(&Field::Seats).then_some(seats),
            fields,
        }
    }

    /// The error that tells an identity provider of HubSpot's refusal.
    pub(super) fn refused(&self, error: client::Error, shortage: SeatShortage) -> Error {
        if error.no_seat_available() {
            let detail = self.no_seat_detail();
            let scim = match shortage {
                SeatShortage::Final => Error::new(ErrorKind::InvalidValue, detail),
                SeatShortage::Passing => Error::new(ErrorKind::Unavailable, detail)
                    .with_retry_after(Duration::from_secs(30)),
            };
            return caused_by(scim, from_hubspot(error));
        }

        if error.is_about_values() {
            let names: Vec<&str> = self.fields.iter().map(|field| field.name()).collect();
            return refused_values(error, &names.join(", "));
        }

        match (&self.seats, self.asks_for_role()) {
            (Some(_), true) if lacks_billing(&error) => no_billing("roles, entitlements", error),
            (Some(_), false) if lacks_billing(&error) => no_billing("entitlements", error),
            _ => from_hubspot(error),
        }
    }

    fn asks_for_role(&self) -> bool {
        self.fields.contains(&Field::Roles)
    }

    fn no_seat_detail(&self) -> String {
        let asks_for_role = self.asks_for_role();
        match &self.seats {
            Some(names) if names.is_empty() && !asks_for_role => {
                "entitlements: the user's permission set in HubSpot needs a seat".to_owned()
            }
            None => NO_SEAT_FOR_ROLE.to_owned(),
            Some(names) if names.is_empty() => NO_SEAT_FOR_ROLE.to_owned(),
            Some(names) if asks_for_role => format!(
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
