//! From what HubSpot has to what a request wants: which call to make, and whether it took effect. Pure.

use scim_core::{Error, ErrorKind};

use crate::client::{User, UserUpdate};
use crate::dialect;

/// What is to become of a user whom HubSpot has; `None` is "as it is".
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(crate) struct Change {
    pub(crate) first_name: Option<String>,
    pub(crate) last_name: Option<String>,
    pub(crate) role_id: Option<String>,
    /// Whether the permission set is to go, and none to take its place.
    pub(crate) clears_role: bool,
    pub(crate) primary_team_id: Option<String>,
    pub(crate) secondary_team_ids: Option<Vec<String>>,
}

/// The PUT that leads from `observed` to `change`; `None` when it is so already.
///
/// The role is always sent, because an omitted one may be taken away ([`dialect::OmittedRole`]); teams are left out unless they
/// are to be, because omitted ones stay. Extra teams are only ever added here: that is right whether HubSpot adds to its list or
/// replaces it, since those already there are sent as well ([`dialect::ExtraTeams`]).
///
/// # Errors
///
/// `Mutability` when the user has several permission sets, of which HubSpot would keep one ([`dialect::WRITABLE_ROLES`]), and
/// the change does not choose one.
pub(crate) fn update(observed: &User, change: &Change) -> Result<Option<UserUpdate>, Error> {
    if unmet(observed, change).is_none() {
        return Ok(None);
    }
    let mut update = UserUpdate::new();
    update.first_name.clone_from(&change.first_name);
    update.last_name.clone_from(&change.last_name);
    if let Some(role_id) = &change.role_id {
        update.role_id = Some(role_id.clone());
    } else {
        if observed.role_ids.len() > dialect::WRITABLE_ROLES {
            return Err(several_roles());
        }
        // Left out, it goes where HubSpot takes an omitted role away; reading back tells whether it did.
        if !change.clears_role {
            update.role_id = role_of(observed).map(str::to_owned);
        }
    }
    update.primary_team_id.clone_from(&change.primary_team_id);
    if let Some(wanted) = &change.secondary_team_ids {
        let mut teams = observed.secondary_team_ids.clone();
        for team in wanted {
            if !teams.contains(team) {
                teams.push(team.clone());
            }
        }
        if !teams.is_empty() {
            update.secondary_team_ids = Some(teams);
        }
    }
    Ok(Some(update))
}

/// What is refused because HubSpot would keep one permission set of several ([`dialect::WRITABLE_ROLES`]).
pub(crate) fn several_roles() -> Error {
    Error::new(
        ErrorKind::Mutability,
        "roles: the user has several permission sets in HubSpot, and its API would drop all but one; change the user there",
    )
}

/// The first attribute of `change` that `observed` does not have, by its SCIM name.
pub(crate) fn unmet(observed: &User, change: &Change) -> Option<&'static str> {
    let differs = |wanted: &Option<String>, held: Option<&str>| {
        // HubSpot may take the blanks off a name.
        let wanted = wanted.as_deref().map(str::trim);
        wanted.is_some_and(|wanted| wanted != held.unwrap_or_default().trim())
    };
    if differs(&change.first_name, observed.first_name.as_deref()) {
        return Some("name.givenName");
    }
    if differs(&change.last_name, observed.last_name.as_deref()) {
        return Some("name.familyName");
    }
    if differs(&change.role_id, role_of(observed))
        || (change.role_id.is_some() && observed.role_ids.len() > dialect::WRITABLE_ROLES)
        || (change.clears_role && role_of(observed).is_some())
    {
        return Some("roles");
    }
    if differs(&change.primary_team_id, observed.primary_team_id.as_deref()) {
        return Some("primaryTeamId");
    }
    let teams = change.secondary_team_ids.as_deref().unwrap_or_default();
    if teams
        .iter()
        .any(|team| !observed.secondary_team_ids.contains(team))
    {
        return Some("secondaryTeamIds");
    }
    None
}

/// The one permission set of a user, wherever HubSpot says it.
pub(crate) fn role_of(user: &User) -> Option<&str> {
    user.role_id
        .as_deref()
        .or_else(|| user.role_ids.first().map(String::as_str))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ada() -> User {
        let mut user = User::new("7", "ada@acme.example");
        user.first_name = Some("Ada".to_owned());
        user.role_id = Some("1".to_owned());
        user.role_ids = vec!["1".to_owned()];
        user.secondary_team_ids = vec!["t1".to_owned()];
        user
    }

    #[test]
    fn nothing_is_sent_when_nothing_is_to_change() {
        let change = Change {
            first_name: Some("Ada".to_owned()),
            role_id: Some("1".to_owned()),
            ..Change::default()
        };
        assert_eq!(update(&ada(), &change).unwrap(), None);
        assert_eq!(update(&ada(), &Change::default()).unwrap(), None);
    }

    #[test]
    fn the_role_is_sent_with_every_change() {
        let change = Change {
            first_name: Some("Augusta".to_owned()),
            ..Change::default()
        };
        let put = update(&ada(), &change).unwrap().unwrap();
        assert_eq!(put.role_id.as_deref(), Some("1"));
        assert_eq!(put.secondary_team_ids, None);
    }

    #[test]
    fn several_permission_sets_are_not_collapsed_by_a_change_of_name() {
        let mut user = ada();
        user.role_ids.push("2".to_owned());
        let change = Change {
            first_name: Some("Augusta".to_owned()),
            ..Change::default()
        };
        assert_eq!(
            update(&user, &change).unwrap_err().kind(),
            ErrorKind::Mutability
        );
        let chosen = Change {
            role_id: Some("2".to_owned()),
            ..Change::default()
        };
        assert_eq!(
            update(&user, &chosen).unwrap().unwrap().role_id.as_deref(),
            Some("2")
        );
    }

    #[test]
    fn teams_already_there_are_sent_with_new_ones() {
        let change = Change {
            secondary_team_ids: Some(vec!["t2".to_owned()]),
            ..Change::default()
        };
        let put = update(&ada(), &change).unwrap().unwrap();
        assert_eq!(
            put.secondary_team_ids,
            Some(vec!["t1".to_owned(), "t2".to_owned()])
        );
    }

    #[test]
    fn what_did_not_take_effect_is_named() {
        let change = Change {
            last_name: Some("L".to_owned()),
            ..Change::default()
        };
        assert_eq!(unmet(&ada(), &change), Some("name.familyName"));
        let change = Change {
            role_id: Some("2".to_owned()),
            ..Change::default()
        };
        assert_eq!(unmet(&ada(), &change), Some("roles"));
    }
}
