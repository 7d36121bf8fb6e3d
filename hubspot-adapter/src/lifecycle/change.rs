//! The change of a member of the account, and the fields in which a user does not match it yet.

use crate::client::{NewUser, User, WRITABLE_ROLES, is_held_as};
use crate::mapping::Desired;
use crate::policy::RoleChoice;

/// The change of a user in HubSpot; `None` keeps a value, an empty text or list clears it.
#[derive(Clone, Default, Eq, PartialEq)]
pub(crate) struct Change {
    pub(crate) first_name: Option<String>,
    pub(crate) last_name: Option<String>,
    pub(crate) role: RoleChange,
    pub(crate) primary_team_id: Option<String>,
    /// The complete list of extra teams.
    pub(crate) secondary_team_ids: Option<Vec<String>>,
    /// The complete list of seats.
    pub(crate) seat_names: Option<Vec<String>>,
}

/// The change of a user's permission set.
#[derive(Clone, Default, Eq, PartialEq)]
pub(crate) enum RoleChange {
    /// The user keeps the current permission set.
    #[default]
    Keep,
    /// The user loses the current permission set and gets no other.
    Clear,
    /// The user gets the permission set with this id, and no other.
    Set(String),
}

/// A field of a user that a request can change and HubSpot can refuse.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Field {
    UserName,
    GivenName,
    FamilyName,
    Roles,
    MainTeam,
    ExtraTeams,
    Seats,
}

impl Field {
    /// The attribute's SCIM name, or HubSpot's name if SCIM has none.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::UserName => "userName",
            Self::GivenName => "name.givenName",
            Self::FamilyName => "name.familyName",
            Self::Roles => "roles",
            Self::MainTeam => "primaryTeamId",
            Self::ExtraTeams => "secondaryTeamIds",
            Self::Seats => "entitlements",
        }
    }
}

impl RoleChange {
    /// The id of the permission set that the user gets.
    pub(crate) fn id(&self) -> Option<&str> {
        match self {
            Self::Set(id) => Some(id),
            Self::Keep | Self::Clear => None,
        }
    }

    /// Whether the user still lacks this change.
    fn is_unmet(&self, observed: &User) -> bool {
        match self {
            Self::Keep => false,
            Self::Clear => observed.role().is_some(),
            Self::Set(id) => {
                differs(id, observed.role()) || observed.role_ids.len() > WRITABLE_ROLES
            }
        }
    }
}

impl From<RoleChoice> for RoleChange {
    fn from(choice: RoleChoice) -> Self {
        match choice {
            RoleChoice::Role(id) => Self::Set(id),
            RoleChoice::Minimal => Self::Clear,
        }
    }
}

impl Change {
    /// The change that only clears the permission set.
    pub(crate) fn clearing_role() -> Self {
        Self {
            role: RoleChange::Clear,
            ..Self::default()
        }
    }

    /// The fields that a user has after this creation.
    pub(crate) fn of(new: &NewUser) -> Self {
        let filled = |name: &Option<String>| name.clone().filter(|name| !name.is_empty());

        Self {
            first_name: filled(&new.first_name),
            last_name: filled(&new.last_name),
            role: new
                .role_id
                .clone()
                .map_or(RoleChange::Keep, RoleChange::Set),
            primary_team_id: new.primary_team_id.clone(),
            secondary_team_ids: (!new.secondary_team_ids.is_empty())
                .then(|| new.secondary_team_ids.clone()),
            seat_names: (!new.seat_names.is_empty()).then(|| new.seat_names.clone()),
        }
    }

    /// The names of a request.
    pub(crate) fn of_name(desired: &Desired) -> Self {
        Self {
            first_name: desired.first_name.clone(),
            last_name: desired.last_name.clone(),
            ..Self::default()
        }
    }

    /// The names of this change alone.
    pub(crate) fn name_alone(&self) -> Self {
        Self {
            first_name: self.first_name.clone(),
            last_name: self.last_name.clone(),
            ..Self::default()
        }
    }

    /// The teams of this change alone.
    pub(crate) fn teams_alone(&self) -> Self {
        Self {
            primary_team_id: self.primary_team_id.clone(),
            secondary_team_ids: self.secondary_team_ids.clone(),
            ..Self::default()
        }
    }

    /// This change without its teams.
    pub(crate) fn without_teams(self) -> Self {
        Self {
            primary_team_id: None,
            secondary_team_ids: None,
            ..self
        }
    }

    /// Whether the change gives the user a first or a last name.
    pub(crate) fn has_name(&self) -> bool {
        self.first_name.is_some() || self.last_name.is_some()
    }

    /// The user after this change.
    pub(crate) fn applied_to(&self, mut user: User) -> User {
        let change = self.clone();
        let filled = |text: String| Some(text).filter(|text| !text.is_empty());

        if change.role != RoleChange::Keep {
            user.set_role(change.role.id().map(str::to_owned));
        }

        User {
            first_name: change
                .first_name
                .map_or(user.first_name, |name| filled(name).into()),
            last_name: change
                .last_name
                .map_or(user.last_name, |name| filled(name).into()),
            primary_team_id: change.primary_team_id.map_or(user.primary_team_id, filled),
            secondary_team_ids: change.secondary_team_ids.unwrap_or(user.secondary_team_ids),
            seat_names: change.seat_names.unwrap_or(user.seat_names),
            ..user
        }
    }
}

/// The first field in which the user does not match the change.
pub(crate) fn unmet(observed: &User, change: &Change) -> Option<Field> {
    all_unmet(observed, change).next()
}

/// Every field in which the user does not match the change.
pub(crate) fn all_unmet<'a>(
    observed: &'a User,
    change: &'a Change,
) -> impl Iterator<Item = Field> + 'a {
    let text = |wanted: &Option<String>, held: &Option<String>| {
        let held = held.as_deref();
        wanted
            .as_deref()
            .is_some_and(|wanted| differs(wanted, held))
    };
    let list = |wanted: &Option<Vec<String>>, held: &[String]| {
        let wanted = wanted.as_deref();
        wanted.is_some_and(|wanted| !same_members(wanted, held))
    };

    let (wanted, held) = (change, observed);
    [
        (text(&wanted.first_name, &held.first_name), Field::GivenName),
        (text(&wanted.last_name, &held.last_name), Field::FamilyName),
        (wanted.role.is_unmet(held), Field::Roles),
        (
            text(&wanted.primary_team_id, &held.primary_team_id),
            Field::MainTeam,
        ),
        (
            list(&wanted.secondary_team_ids, &held.secondary_team_ids),
            Field::ExtraTeams,
        ),
        (list(&wanted.seat_names, &held.seat_names), Field::Seats),
    ]
    .into_iter()
    .filter_map(|(is_unmet, field)| is_unmet.then_some(field))
}

/// Whether HubSpot holds a text other than the wanted one.
pub(crate) fn differs(wanted: &str, held: Option<&str>) -> bool {
    !is_held_as(held.unwrap_or_default(), wanted)
}

/// Whether two lists name the same teams or seats, in any order.
pub(crate) fn same_members(a: &[String], b: &[String]) -> bool {
    a.iter().all(|one| b.contains(one)) && b.iter().all(|one| a.contains(one))
}
