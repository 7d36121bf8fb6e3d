//! The plan of a change: which calls to make, in which order, and what must be true afterwards.

use scim_core::{Error, ErrorKind};

use super::change::{Change, RoleChange, differs, same_members, unmet};
use crate::client::{User, UserUpdate, WRITABLE_ROLES};
use crate::dialect::{Dialect, ExtraTeams, OmittedRole, SeatsGiven};

/// The calls that carry out a change.
#[derive(Clone, Eq, PartialEq)]
pub(crate) struct Plan {
    /// PUTs, one after the other.
    pub(crate) steps: Vec<UserUpdate>,
    /// The state that a read must show afterwards: the change, and the permission set that every PUT repeats.
    pub(crate) claims: Change,
    /// The PUT that restores the extra teams and seats taken away by the first of two steps, for when the second fails.
    pub(crate) undo: Option<UserUpdate>,
}

/// Plans the calls that lead from `observed` to `change`; `None` if the user matches the change already.
///
/// Every PUT carries the role, because HubSpot may clear an omitted one ([`OmittedRole`]). Names and teams are sent only
/// if they change, because HubSpot keeps omitted ones. A longer list of extra teams is sent whole, which is right whether HubSpot
/// appends or replaces ([`ExtraTeams`]). A shorter list takes two steps, first none and then the wanted teams, unless the
/// dialect says that HubSpot replaces the list. Seats follow the same rule ([`SeatsGiven`]). They travel in the same PUT
/// as the permission set, which may take one of them.
///
/// # Errors
///
/// `Mutability` if the user has several permission sets and the change does not choose one, since HubSpot would keep only one of
/// them ([`WRITABLE_ROLES`]). `InvalidValue` if the change clears the permission set and the dialect says that HubSpot
/// keeps it.
pub(crate) fn update(
    observed: &User,
    change: &Change,
    dialect: Dialect,
) -> Result<Option<Plan>, Error> {
    if unmet(observed, change).is_none() {
        return Ok(None);
    }

    let role_id = role_to_send(observed, change, dialect)?;
    let text = |wanted: &Option<String>, held: &Option<String>| {
        let wanted = wanted.clone();
        wanted.filter(|wanted| differs(wanted, held.as_deref()))
    };
    let mut last = UserUpdate {
        first_name: text(&change.first_name, &observed.first_name).into(),
        last_name: text(&change.last_name, &observed.last_name).into(),
        role_id: role_id.clone(),
        primary_team_id: text(&change.primary_team_id, &observed.primary_team_id),
        ..UserUpdate::new()
    };

    // The first of two steps changes nothing else: if the second is refused, the first can be taken back completely.
    let role_alone = role_of_first_step(observed, change);
    let (mut first, mut undo) = (role_alone.clone(), role_alone.clone());

    let (teams, seats) = (&observed.secondary_team_ids, &observed.seat_names);
    let replaces = dialect.extra_teams == ExtraTeams::Replacing;
    match list_change(teams, change.secondary_team_ids.as_ref(), replaces) {
        ListChange::Keep => {}
        ListChange::Clear => last = last.clear_secondary_teams(),
        ListChange::Send(wanted) => last = last.with_secondary_teams(wanted),
        ListChange::ClearThenSend(wanted) => {
            last = last.with_secondary_teams(wanted);
            first = first.clear_secondary_teams();
            undo = undo.with_secondary_teams(teams);
        }
    }

    let replaces = dialect.seats == SeatsGiven::Replacing;
    match list_change(seats, change.seat_names.as_ref(), replaces) {
        ListChange::Keep => {}
        ListChange::Clear => last = last.clear_seats(),
        ListChange::Send(wanted) => last = last.with_seats(wanted),
        ListChange::ClearThenSend(wanted) => {
            last = last.with_seats(wanted);
            first = first.clear_seats();
            undo = undo.with_seats(seats);
        }
    }

    let takes_two = first != role_alone;
    let first = takes_two.then_some(first);
    Ok(Some(Plan {
        steps: first.into_iter().chain([last]).collect(),
        claims: Change {
            role: role_id.map_or(change.role.clone(), RoleChange::Set),
            ..change.clone()
        },
        undo: takes_two.then_some(undo),
    }))
}

/// The way to change a list of teams or seats.
enum ListChange<'a> {
    Keep,
    Clear,
    Send(&'a [String]),
    ClearThenSend(&'a [String]),
}

fn list_change<'a>(
    held: &[String],
    wanted: Option<&'a Vec<String>>,
    replaces: bool,
) -> ListChange<'a> {
    match wanted {
        None => ListChange::Keep,
        Some(wanted) if same_members(wanted, held) => ListChange::Keep,
        Some(wanted) if wanted.is_empty() => ListChange::Clear,
        Some(wanted) if replaces || held.iter().all(|one| wanted.contains(one)) => {
            ListChange::Send(wanted)
        }
        Some(wanted) => ListChange::ClearThenSend(wanted),
    }
}

/// The permission set that every PUT of a change carries; `None` if the change clears it.
fn role_to_send(
    observed: &User,
    change: &Change,
    dialect: Dialect,
) -> Result<Option<String>, Error> {
    if let RoleChange::Set(id) = &change.role {
        return Ok(Some(id.clone()));
    }
    if observed.role_ids.len() > WRITABLE_ROLES {
        return Err(several_roles());
    }
    if change.role == RoleChange::Keep {
        return Ok(observed.role().map(str::to_owned));
    }
    if observed.role().is_some() && dialect.omitted_role == OmittedRole::Kept {
        return Err(role_kept());
    }
    Ok(None)
}

/// A PUT that keeps the user's permission set. Of several sets no PUT keeps all, so it carries the one that the change chooses.
fn role_of_first_step(observed: &User, change: &Change) -> UserUpdate {
    let held = if observed.role_ids.len() > WRITABLE_ROLES {
        change.role.id()
    } else {
        observed.role()
    };
    UserUpdate {
        role_id: held.map(str::to_owned),
        ..UserUpdate::new()
    }
}

/// Refuses a change of a user with several permission sets, of which HubSpot would keep one ([`WRITABLE_ROLES`]).
pub(crate) fn several_roles() -> Error {
    Error::new(
        ErrorKind::Mutability,
        "roles: the user has several permission sets in HubSpot, and HubSpot's API would drop all but one. Change the user in HubSpot",
    )
}

/// Refuses a change that clears the permission set, since HubSpot keeps it ([`OmittedRole`]).
pub(crate) fn role_kept() -> Error {
    Error::new(
        ErrorKind::InvalidValue,
        "roles: this role maps to no permission set, and HubSpot does not remove the current one. Set default_role or role_map",
    )
}

#[cfg(test)]
mod tests;
