//! From what HubSpot has to what a request wants: which calls to make, in which order, and what they claim. Pure.

use scim_core::{Error, ErrorKind};

use crate::client::{User, UserUpdate};
use crate::dialect::{self, Dialect, ExtraTeams, OmittedRole, SeatsGiven};

/// What is to become of a user whom HubSpot has; `None` is "as it is", an empty text or list "none".
#[derive(Clone, Default, Eq, PartialEq)]
pub(crate) struct Change {
    pub(crate) first_name: Option<String>,
    pub(crate) last_name: Option<String>,
    pub(crate) role_id: Option<String>,
    /// Whether the permission set is to go, and none to take its place.
    pub(crate) clears_role: bool,
    pub(crate) primary_team_id: Option<String>,
    /// All extra teams that there are to be, and no others.
    pub(crate) secondary_team_ids: Option<Vec<String>>,
    /// All seats that there are to be, and no others.
    pub(crate) seat_names: Option<Vec<String>>,
}

/// The way from what HubSpot has to what a request wants.
#[derive(Clone, Eq, PartialEq)]
pub(crate) struct Plan {
    /// One PUT after the other.
    pub(crate) steps: Vec<UserUpdate>,
    /// What must be read back afterwards: the change, and a permission set that was only sent again.
    pub(crate) claims: Change,
    /// What puts back the extra teams and seats that the first of two steps takes away, where the second fails.
    pub(crate) undo: Option<UserUpdate>,
}

/// The steps that lead from `observed` to `change`; `None` when it is so already.
///
/// The role is always sent, because an omitted one may be taken away ([`dialect::OmittedRole`]); names and teams are left out
/// unless they are to be others, because omitted ones stay. Extra teams that are only added to are sent with those already
/// there, which is right whether HubSpot adds to its list or replaces it ([`dialect::ExtraTeams`]); to have fewer of them takes
/// two steps, all away and the wanted ones back, unless the dialect says that the list is replaced. Seats are as teams are
/// ([`dialect::SeatsGiven`]), and go with the permission set that may take one of them: in one PUT, HubSpot never sees the one
/// without the other.
///
/// # Errors
///
/// `Mutability` when the user has several permission sets, of which HubSpot would keep one ([`dialect::WRITABLE_ROLES`]), and
/// the change does not choose one; `InvalidValue` when the permission set is to go and the dialect says that it stays.
pub(crate) fn update(
    observed: &User,
    change: &Change,
    dialect: Dialect,
) -> Result<Option<Plan>, Error> {
    if unmet(observed, change).is_none() {
        return Ok(None);
    }
    let role_id = role_to_send(observed, change, dialect)?;
    let wanted = |wanted: &Option<String>, held: Option<&str>| {
        wanted.clone().filter(|wanted| differ(wanted, held))
    };
    let mut last = UserUpdate {
        first_name: wanted(&change.first_name, observed.first_name.as_deref()).into(),
        last_name: wanted(&change.last_name, observed.last_name.as_deref()).into(),
        role_id: role_id.clone(),
        primary_team_id: wanted(&change.primary_team_id, observed.primary_team_id.as_deref()),
        ..UserUpdate::new()
    };
    // Nothing else in the first of two steps: should the second be refused, the first can be taken back whole.
    let role_alone = role_before(observed, change);
    let (mut first, mut undo) = (role_alone.clone(), role_alone.clone());
    let (teams, seats) = (&observed.secondary_team_ids, &observed.seat_names);
    let replaces = dialect.extra_teams == ExtraTeams::Replacing;
    match way(teams, change.secondary_team_ids.as_ref(), replaces) {
        Way::Stay => {}
        Way::Clear => last = last.clear_secondary_teams(),
        Way::Send(wanted) => last = last.with_secondary_teams(wanted),
        Way::ClearAndSend(wanted) => {
            last = last.with_secondary_teams(wanted);
            first = first.clear_secondary_teams();
            undo = undo.with_secondary_teams(teams);
        }
    }
    let replaces = dialect.seats == SeatsGiven::Replacing;
    match way(seats, change.seat_names.as_ref(), replaces) {
        Way::Stay => {}
        Way::Clear => last = last.clear_seats(),
        Way::Send(wanted) => last = last.with_seats(wanted),
        Way::ClearAndSend(wanted) => {
            last = last.with_seats(wanted);
            first = first.clear_seats();
            undo = undo.with_seats(seats);
        }
    }
    let takes_two = first != role_alone;
    Ok(Some(Plan {
        steps: takes_two
            .then_some(first)
            .into_iter()
            .chain([last])
            .collect(),
        claims: Change {
            role_id,
            ..change.clone()
        },
        undo: takes_two.then_some(undo),
    }))
}

/// How a list becomes another.
enum Way<'a> {
    Stay,
    Clear,
    Send(&'a [String]),
    /// All away, and then these.
    ClearAndSend(&'a [String]),
}

fn way<'a>(held: &[String], wanted: Option<&'a Vec<String>>, replaces: bool) -> Way<'a> {
    match wanted {
        None => Way::Stay,
        Some(wanted) if same(wanted, held) => Way::Stay,
        Some(wanted) if wanted.is_empty() => Way::Clear,
        Some(wanted) if replaces || held.iter().all(|one| wanted.contains(one)) => {
            Way::Send(wanted)
        }
        Some(wanted) => Way::ClearAndSend(wanted),
    }
}

/// The permission set that every PUT of a change carries; left out where it is to go.
fn role_to_send(
    observed: &User,
    change: &Change,
    dialect: Dialect,
) -> Result<Option<String>, Error> {
    if change.role_id.is_some() {
        return Ok(change.role_id.clone());
    }
    if observed.role_ids.len() > dialect::WRITABLE_ROLES {
        return Err(several_roles());
    }
    if !change.clears_role {
        return Ok(role_of(observed).map(str::to_owned));
    }
    if role_of(observed).is_some() && dialect.omitted_role == OmittedRole::Kept {
        return Err(role_stays());
    }
    Ok(None)
}

/// A PUT that leaves a user the permission set they have; of several, which none survives, the one that is chosen.
fn role_before(observed: &User, change: &Change) -> UserUpdate {
    let held = if observed.role_ids.len() > dialect::WRITABLE_ROLES {
        change.role_id.as_deref()
    } else {
        role_of(observed)
    };
    UserUpdate {
        role_id: held.map(str::to_owned),
        ..UserUpdate::new()
    }
}

/// What is refused because HubSpot would keep one permission set of several ([`dialect::WRITABLE_ROLES`]).
pub(crate) fn several_roles() -> Error {
    Error::new(
        ErrorKind::Mutability,
        "roles: the user has several permission sets in HubSpot, and its API would drop all but one; change the user there",
    )
}

/// What is refused because HubSpot keeps a permission set that a PUT leaves out ([`dialect::OmittedRole`]).
pub(crate) fn role_stays() -> Error {
    Error::new(
        ErrorKind::InvalidValue,
        "roles: no permission set belongs to this, and HubSpot does not take the present one away; set default_role or role_map",
    )
}

/// The first attribute of `change` that `observed` does not have, by its SCIM name, or by HubSpot's where SCIM has none.
pub(crate) fn unmet(observed: &User, change: &Change) -> Option<&'static str> {
    all_unmet(observed, change).next()
}

/// Every attribute of `change` that `observed` does not have.
pub(crate) fn all_unmet<'a>(
    observed: &'a User,
    change: &'a Change,
) -> impl Iterator<Item = &'static str> + 'a {
    let differs = |wanted: &Option<String>, held: Option<&str>| {
        wanted.as_deref().is_some_and(|wanted| differ(wanted, held))
    };
    let role = role_of(observed);
    let chooses = change.role_id.is_some() && observed.role_ids.len() > dialect::WRITABLE_ROLES;
    let teams = change.secondary_team_ids.as_deref();
    let seats = change.seat_names.as_deref();
    [
        (
            differs(&change.first_name, observed.first_name.as_deref()),
            "name.givenName",
        ),
        (
            differs(&change.last_name, observed.last_name.as_deref()),
            "name.familyName",
        ),
        (
            differs(&change.role_id, role) || chooses || (change.clears_role && role.is_some()),
            "roles",
        ),
        (
            differs(&change.primary_team_id, observed.primary_team_id.as_deref()),
            "primaryTeamId",
        ),
        (
            teams.is_some_and(|teams| !same(teams, &observed.secondary_team_ids)),
            "secondaryTeamIds",
        ),
        (
            seats.is_some_and(|seats| !same(seats, &observed.seat_names)),
            "entitlements",
        ),
    ]
    .into_iter()
    .filter_map(|(is_unmet, attribute)| is_unmet.then_some(attribute))
}

/// Whether a text is another.
fn differ(wanted: &str, held: Option<&str>) -> bool {
    !dialect::is_held_as(held.unwrap_or_default(), wanted)
}

/// Whether two lists name the same teams or seats.
fn same(a: &[String], b: &[String]) -> bool {
    a.iter().all(|team| b.contains(team)) && b.iter().all(|team| a.contains(team))
}

/// The one permission set of a user, wherever HubSpot says it.
pub(crate) fn role_of(user: &User) -> Option<&str> {
    user.role_id
        .as_deref()
        .or_else(|| user.role_ids.first().map(String::as_str))
}

#[cfg(test)]
mod tests;
