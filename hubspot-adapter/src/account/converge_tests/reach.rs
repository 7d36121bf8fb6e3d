//! The limits of HubSpot, and the unmet parts of a change, stated independently of the planner.

use super::case::{COUNTED_SEATS, Case, PAID, PAID_SEAT, Role, UNKNOWN, owned};
use crate::client::User;
use crate::dialect::OmittedRole;
use crate::emulator::Behavior;

impl Case {
    /// The attributes of a change that HubSpot cannot make, as an error names them. None of this comes from the planner.
    ///
    /// A change never holds an e-mail address, Super Admin, or several permission sets.
    pub(super) fn out_of_reach(
        &self,
        behavior: Behavior,
        asks: &[&'static str],
    ) -> Vec<&'static str> {
        let holds_several = self.roles.len() > 1;
        let held = self.roles.first().copied();
        let asked = |attribute| asks.contains(&attribute);
        let role = match self.role {
            Role::Becomes(id) => {
                let is_known = self.has_roles && id != UNKNOWN;
                let may = id != PAID || self.has_billing || self.roles.contains(&PAID);
                let is_free = id != PAID || self.has_free(PAID_SEAT);
                asked("roles") && !(is_known && may && is_free)
            }
            Role::Goes => held.is_some() && behavior.dialect.omitted_role == OmittedRole::Kept,
            Role::Stays => false,
        };
        let collapses = holds_several && !matches!(self.role, Role::Becomes(_)) && !asks.is_empty();
        let extra = self.wanted_extra_teams.as_deref().unwrap_or_default();
        let seats = self.wanted_seats.as_deref().unwrap_or_default();
        let seats_free = seats
            .iter()
            .all(|name| *name != UNKNOWN && self.has_free(name));
        let seats = asked("entitlements") && !(self.has_billing && seats_free);
        let table: [(bool, &[&'static str]); 6] = [
            (self.is_super_admin && !asks.is_empty(), asks),
            (collapses, &["roles"]),
            (role, &["roles"]),
            (self.wanted_main_team == Some(UNKNOWN), &["primaryTeamId"]),
            (extra.contains(&UNKNOWN), &["secondaryTeamIds"]),
            (seats, &["entitlements"]),
        ];
        let holding = table.into_iter().filter(|(holds, _)| *holds);
        holding
            .flat_map(|(_, attributes)| attributes)
            .copied()
            .collect()
    }

    /// Whether the user uses a seat: it is shown, or their permission set takes it.
    pub(super) fn uses(&self, seat: &str) -> bool {
        self.seats.contains(&seat) || (seat == PAID_SEAT && self.roles.contains(&PAID))
    }

    fn has_free(&self, seat: &str) -> bool {
        !self.is_full || !COUNTED_SEATS.contains(&seat) || self.uses(seat)
    }
}

/// The attributes in which a user does not match a change, stated independently of the planner. A pending name counts as met.
pub(super) fn missing(user: &User, case: &Case, behavior: Behavior) -> Vec<&'static str> {
    let is = |held: Option<&str>, wanted: Option<&str>| {
        wanted.is_none_or(|wanted| held.unwrap_or_default() == wanted)
    };
    let role = match case.role {
        Role::Stays => true,
        Role::Goes => user.role_ids.is_empty(),
        Role::Becomes(id) => user.role_ids == [id],
    };
    let extra = case.wanted_extra_teams.as_deref().is_none_or(|wanted| {
        let (mut held, mut wanted) = (user.secondary_team_ids.clone(), owned(wanted));
        held.sort();
        wanted.sort();
        held == wanted
    });
    let seats = case.wanted_seats.as_deref().is_none_or(|wanted| {
        let (mut held, mut wanted) = (user.seat_names.clone(), owned(wanted));
        held.sort();
        wanted.sort();
        held == wanted
    });
    let waits = case.name_waits(behavior);
    [
        (
            waits || is(user.first_name.as_deref(), case.first_name),
            "name.givenName",
        ),
        (
            waits || is(user.last_name.as_deref(), case.last_name),
            "name.familyName",
        ),
        (role, "roles"),
        (
            is(user.primary_team_id.as_deref(), case.wanted_main_team),
            "primaryTeamId",
        ),
        (extra, "secondaryTeamIds"),
        (seats, "entitlements"),
    ]
    .into_iter()
    .filter_map(|(holds, attribute)| (!holds).then_some(attribute))
    .collect()
}

/// The attributes in which a change asks for something new.
pub(super) fn asked(user: &User, case: &Case) -> Vec<&'static str> {
    let mut activated = case.clone();
    activated.is_activated = true;
    missing(user, &activated, Behavior::default())
}

/// Whether everything that the change does not name is as before.
pub(super) fn kept(case: &Case, before: &User, after: &User) -> bool {
    (case.role != Role::Stays || before.role_ids == after.role_ids)
        && (case.wanted_main_team.is_some() || before.primary_team_id == after.primary_team_id)
        && (case.wanted_extra_teams.is_some()
            || before.secondary_team_ids == after.secondary_team_ids)
        && (case.wanted_seats.is_some() || before.seat_names == after.seat_names)
        && before.email == after.email
}

/// The same user with sorted lists, since HubSpot returns them in any order.
pub(super) fn in_order(mut user: User) -> User {
    user.secondary_team_ids.sort();
    user.seat_names.sort();
    user
}
