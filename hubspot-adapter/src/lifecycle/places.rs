//! The places of a user in the account, teams and seats, and how they come back with the user.

use super::change::{Change, RoleChange};
use crate::client::User;
use crate::features::Features;
use crate::mapping::Desired;

/// The change that leaves a user no team and no seat.
pub(crate) fn no_places(features: &Features) -> Change {
    Change {
        primary_team_id: Some(String::new()),
        secondary_team_ids: Some(Vec::new()),
        seat_names: features.seats.then(Vec::new),
        ..Change::default()
    }
}

/// The teams of a returning user: the former ones, and those given since. A main team given since stays the main team.
pub(crate) fn teams_to_restore(user: &User, former: &User) -> Change {
    let main_team = user.primary_team_id.as_ref();
    let extra_teams = union(&user.secondary_team_ids, &former.secondary_team_ids);
    Change {
        primary_team_id: main_team.or(former.primary_team_id.as_ref()).cloned(),
        secondary_team_ids: Some(extra_teams),
        ..Change::default()
    }
}

/// A user who got only part of the former access back, with the rest added.
pub(crate) fn with_former_access(user: &User, former: &User) -> User {
    let lost_role = former.role().filter(|_| user.role().is_none());
    let missing = Change {
        role: lost_role.map_or(RoleChange::Keep, |id| RoleChange::Set(id.to_owned())),
        ..places_to_restore(user, former)
    };
    missing.applied_to(user.clone())
}

/// A user who got only part of the former teams and seats back, with the rest added.
pub(crate) fn with_former_places(user: &User, former: &User) -> User {
    places_to_restore(user, former).applied_to(user.clone())
}

fn places_to_restore(user: &User, former: &User) -> Change {
    Change {
        seat_names: Some(union(&user.seat_names, &former.seat_names)),
        ..teams_to_restore(user, former)
    }
}

/// Keeps the seats that HubSpot gave a returning user, unless the request lists the seats.
pub(crate) fn keeping_seats(mut change: Change, user: &User, desired: &Desired) -> Change {
    if let (Some(seats), None) = (&mut change.seat_names, &desired.seats) {
        *seats = union(&user.seat_names, seats);
    }
    change
}

/// Keeps the extra teams that a returning user has.
pub(crate) fn keeping_teams(change: Change, user: &User) -> Change {
    let teams = change.secondary_team_ids.as_deref();
    let teams = teams.map(|teams| union(&user.secondary_team_ids, teams));
    Change {
        secondary_team_ids: teams,
        ..change
    }
}

/// The held names, then the added ones that are not among them.
pub(crate) fn union(held: &[String], added: &[String]) -> Vec<String> {
    let new = missing_from(held, added);
    held.iter().cloned().chain(new).collect()
}

/// Those of `names` that are not among `held`.
pub(crate) fn missing_from(held: &[String], names: &[String]) -> Vec<String> {
    let new = names.iter().filter(|name| !held.contains(name));
    new.cloned().collect()
}
