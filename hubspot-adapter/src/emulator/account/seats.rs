//! Seats: their kinds, their numbers, and the rules for taking one.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{Account, Membership, owned, unique};
use crate::client::{BILLING_SCOPE, CLEARED_SEATS, Seat};
use crate::dialect::SeatsGiven;
use crate::emulator::answer::Answer;
use crate::emulator::seed;

/// The number of seats of each kind in the account, or `None` for a kind that HubSpot does not count.
#[derive(Clone, Debug, Default)]
pub(super) struct Seats(BTreeMap<&'static str, Option<u64>>);

impl Seats {
    /// Creates seats such that this number of each counted kind is free.
    pub(super) fn with_free(free: u32, held: &BTreeMap<String, u64>) -> Self {
        let kind = |(name, _, counted): (&'static str, &str, bool)| {
            let held = held.get(name).copied().unwrap_or(0);
            (name, counted.then(|| held.saturating_add(u64::from(free))))
        };
        Self(seed::SEATS.map(kind).into_iter().collect())
    }
}

impl Account {
    /// Counts the members who hold each kind. Deactivated users do not count.
    pub(super) fn seats_held(&self) -> BTreeMap<String, u64> {
        let mut held = BTreeMap::new();
        let members = self
            .people
            .values()
            .filter_map(|person| person.membership.as_ref());
        for member in members.filter(|member| !member.deactivated) {
            for (name, ..) in seed::SEATS
                .iter()
                .filter(|(name, ..)| self.uses(member, name))
            {
                let count: &mut u64 = held.entry((*name).to_owned()).or_default();
                *count = count.saturating_add(1);
            }
        }
        held
    }

    pub(in crate::emulator) fn seats(&self) -> Vec<Seat> {
        let held = self.seats_held();
        let seat = |(name, description, _): (&str, &str, bool)| {
            let held = held.get(name).copied().unwrap_or(0);
            let total = self.seats.0.get(name).copied().flatten();
            let remaining = total.map(|total| total.saturating_sub(held));
            let mut seat = Seat::new(name, remaining.and_then(|free| i64::try_from(free).ok()));
            seat.description = Some(description.to_owned());
            seat
        };
        seed::SEATS.map(seat).to_vec()
    }

    pub(in crate::emulator) fn seats_json(&self) -> Value {
        let seat = |seat: Seat| {
            let mut json = json!({"name": seat.name, "description": seat.description});
            if let (Some(free), Some(object)) = (seat.remaining_seats, json.as_object_mut()) {
                object.insert("remainingSeats".to_owned(), free.into());
            }
            json
        };
        json!({"results": self.seats().into_iter().map(seat).collect::<Vec<_>>()})
    }

    /// Returns the seats of a user after a request that gives these. `id` is `None` for a new user.
    pub(super) fn seats_for(
        &self,
        given: &[&str],
        id: Option<u64>,
        held: &[String],
        billing: bool,
    ) -> Result<Vec<String>, Answer> {
        let replaces = self.setup.behavior.dialect.seats == SeatsGiven::Replacing;
        match given {
            [] if held.is_empty() || !replaces => return Ok(held.to_vec()),
            _ if !billing => return Err(Answer::missing_scopes(&[BILLING_SCOPE])),
            [] | [CLEARED_SEATS] => return Ok(Vec::new()),
            _ => {}
        }

        for name in given {
            if !self.seats.0.contains_key(name) {
                return Err(Answer::invalid("seatNames has a seat that is not known."));
            }
            if !held.iter().any(|held| held == name) && !self.is_free(name, id) {
                return Err(Answer::no_seat());
            }
        }

        let mut seats = if replaces { Vec::new() } else { held.to_vec() };
        seats.extend(owned(given));
        Ok(unique(seats))
    }

    /// Refuses a paid permission set if no seat is left for it. The seat that it takes is not among
    /// the seats shown: no report says that HubSpot shows it.
    pub(super) fn take_paid_seat(
        &self,
        member: &Membership,
        id: Option<u64>,
    ) -> Result<(), Answer> {
        let has_seat = member.seats.iter().any(|seat| seat == seed::PAID_SEAT);
        if self.is_paid(member) && !has_seat && !self.is_free(seed::PAID_SEAT, id) {
            return Err(Answer::no_seat());
        }
        Ok(())
    }

    fn uses(&self, member: &Membership, name: &str) -> bool {
        member.seats.iter().any(|seat| seat == name)
            || (name == seed::PAID_SEAT && self.is_paid(member))
    }

    fn is_paid(&self, member: &Membership) -> bool {
        let held = |id: &String| self.roles.iter().find(|role| role.id == *id);
        let mut roles = member.role_ids.iter().filter_map(held);
        roles.any(|role| role.requires_billing_write)
    }

    /// Whether a seat is free for a user, whose own seat does not count.
    fn is_free(&self, name: &str, id: Option<u64>) -> bool {
        let total = self.seats.0.get(name).copied().flatten();
        let others = self.people.iter().filter(|(other, _)| Some(**other) != id);
        let members = others.filter_map(|(_, person)| person.membership.as_ref());
        let held = members
            .filter(|member| !member.deactivated && self.uses(member, name))
            .count();
        total.is_none_or(|total| u64::try_from(held).is_ok_and(|held| held < total))
    }
}
