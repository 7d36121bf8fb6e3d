//! The permission set that the role names of a request lead to.
//!
//! Names match exactly first: a key of the role map, then an id or a name of a permission set. A name that nothing matches exactly
//! matches without regard to case and outer blanks, if that leads to one key or one permission set alone.

use scim_core::filter::case;
use scim_core::{Error, ErrorKind};

use super::change::RoleChange;
use crate::client::{Role, is_super_admin};
use crate::policy::{Policy, RoleChoice, UnknownRole};

/// Role names that say that a user has no particular role: Entra ID's default app roles, and an empty text.
const PLACEHOLDERS: [&str; 3] = ["User", "msiam_access", ""];

/// The number of characters of a role name that an error or the audit trail shows.
const SHOWN: usize = 80;
/// The number of unknown names of one request that the audit trail lists.
const MOST_REPORTED: usize = 10;

/// The roles of a request, matched with the role map and the permission sets of the account.
#[derive(Debug, Default, Eq, PartialEq)]
pub(crate) struct RoleRequest {
    /// The permission set that the names lead to.
    pub(crate) chosen: Option<String>,
    /// The names that match nothing.
    pub(crate) unknown: Vec<UnknownName>,
    /// The names of other permission sets than the chosen one: HubSpot's API gives a user one.
    pub(crate) passed_over: Vec<String>,
    /// Whether the request names no role at all, not even a placeholder.
    is_empty: bool,
    asks_for_super_admin: bool,
}

/// A role name that matches no key of the role map and no permission set.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct UnknownName {
    /// The name, cut to 80 characters.
    pub(crate) name: String,
    /// The key or permission set that is almost spelled like it.
    pub(crate) suggestion: Option<String>,
}

impl RoleRequest {
    /// Matches the role names of a request.
    ///
    /// Of several mapped names, the first in the order of the role map decides. Without a mapped name, the first name of the
    /// request that is a permission set decides.
    ///
    /// # Errors
    ///
    /// `InvalidValue` if the role map leads to a permission set that the account lacks, or a name to the one that takes access
    /// away.
    pub(crate) fn of(names: &[String], policy: &Policy, roles: &[Role]) -> Result<Self, Error> {
        let mut mapped: Vec<usize> = Vec::new();
        let mut direct: Vec<&Role> = Vec::new();
        let mut request = Self {
            is_empty: names.is_empty(),
            ..Self::default()
        };

        for name in names {
            match find(name, policy, roles) {
                Some(Match::Mapped(entry)) => mapped.push(entry),
                Some(Match::Direct(role)) => direct.push(role),
                None if is_super_admin(name) => request.asks_for_super_admin = true,
                None if is_placeholder(name) => {}
                None => request.note_unknown(name, policy, roles),
            }
        }

        mapped.sort_unstable();
        let mapped = mapped
            .into_iter()
            .filter_map(|entry| policy.role_map.get(entry));
        let mut matched = Vec::new();
        for (_, set) in mapped {
            matched.push(named(set, roles)?);
        }
        matched.extend(direct);

        let Some(chosen) = matched.first() else {
            return Ok(request);
        };
        check_gives_access(chosen, policy, roles)?;
        let others = matched.iter().filter(|role| role.id != chosen.id);
        request.passed_over = others.map(|role| shown(&role.name)).collect();
        request.chosen = Some(chosen.id.clone());
        Ok(request)
    }

    /// Whether the request names no permission set, and no name that was meant to be one.
    fn names_nothing(&self) -> bool {
        self.chosen.is_none() && self.unknown.is_empty()
    }

    /// The permission set of a new user.
    ///
    /// # Errors
    ///
    /// `InvalidValue` for Super Admin, for an unknown name if the policy refuses it, and if the account lacks the default role.
    pub(crate) fn of_new_user(&self, policy: &Policy, roles: &[Role]) -> Result<RoleChoice, Error> {
        self.check(policy)?;
        if let Some(id) = &self.chosen {
            return Ok(RoleChoice::Role(id.clone()));
        }

        let is_unknown = !self.unknown.is_empty();
        match policy.unknown_role {
            UnknownRole::Minimal if is_unknown => Ok(RoleChoice::Minimal),
            UnknownRole::Minimal | UnknownRole::Default | UnknownRole::Refuse => {
                default_role(policy, roles)
            }
        }
    }

    /// The change of a user that HubSpot or the state already has.
    ///
    /// A request that takes all roles away leads to the default role, or to no permission set. Unknown names and placeholders
    /// change nothing.
    ///
    /// # Errors
    ///
    /// As for a new user.
    pub(crate) fn of_existing_user(
        &self,
        policy: &Policy,
        roles: &[Role],
    ) -> Result<RoleChange, Error> {
        self.check(policy)?;
        match &self.chosen {
            Some(id) => Ok(RoleChange::Set(id.clone())),
            None if self.is_empty => default_role(policy, roles).map(RoleChange::from),
            None => Ok(RoleChange::Keep),
        }
    }

    /// Whether a user has the permission set that the request leads a new user to.
    ///
    /// # Errors
    ///
    /// As for a new user.
    pub(crate) fn matches(
        &self,
        held: Option<&str>,
        policy: &Policy,
        roles: &[Role],
    ) -> Result<bool, Error> {
        let choice = self.of_new_user(policy, roles)?;
        let is_meant = self.chosen.is_some() || self.names_nothing();
        Ok(match choice {
            RoleChoice::Role(id) => is_meant && held == Some(id.as_str()),
            RoleChoice::Minimal => is_meant && held.is_none(),
        })
    }

    fn check(&self, policy: &Policy) -> Result<(), Error> {
        if let (UnknownRole::Refuse, Some(unknown)) = (policy.unknown_role, self.unknown.first()) {
            let hint = match &unknown.suggestion {
                Some(suggestion) => format!(" Did you mean `{suggestion}`?"),
                None => String::new(),
            };
            return Err(invalid(format!(
                "roles: no permission set is named `{}` in HubSpot, and role_map does not list it.{hint} Rename the role in the identity provider, or add it to role_map.",
                unknown.name
            )));
        }
        if self.chosen.is_none() && self.asks_for_super_admin {
            return Err(invalid(
                "roles: HubSpot's API cannot grant Super Admin. Grant it in HubSpot, and assign another role in the identity provider."
                    .to_owned(),
            ));
        }
        Ok(())
    }

    fn note_unknown(&mut self, name: &str, policy: &Policy, roles: &[Role]) {
        if self.unknown.len() < MOST_REPORTED {
            let name = shown(name);
            let suggestion = nearest(&name, policy, roles);
            self.unknown.push(UnknownName { name, suggestion });
        }
    }
}

/// The entry of the role map, or the permission set, that a role name matches.
enum Match<'a> {
    /// An entry of the role map, by its index.
    Mapped(usize),
    Direct(&'a Role),
}

fn find<'a>(name: &str, policy: &Policy, roles: &'a [Role]) -> Option<Match<'a>> {
    let key = |is: &dyn Fn(&str) -> bool| only(policy.role_map.iter().map(|(from, _)| from), is);
    let set = |is: &dyn Fn(&str) -> bool| {
        let found = only(roles.iter().map(|role| &role.name), is)?;
        roles.get(found)
    };
    let is_exact = |other: &str| other == name;
    let is_close = |other: &str| case::eq(other.trim(), name.trim());

    // The first of several exact keys counts, as the configuration orders them.
    let exact_key = policy.role_map.iter().position(|(from, _)| from == name);
    let by_id = || roles.iter().find(|role| role.id == name);
    let exact = exact_key.map(Match::Mapped);
    exact
        .or_else(|| by_id().map(Match::Direct))
        .or_else(|| set(&is_exact).map(Match::Direct))
        .or_else(|| key(&is_close).map(Match::Mapped))
        .or_else(|| set(&is_close).map(Match::Direct))
}

/// The index of the one text that satisfies `is`.
fn only<'a>(texts: impl Iterator<Item = &'a String>, is: &dyn Fn(&str) -> bool) -> Option<usize> {
    let mut found = texts.enumerate().filter(|(_, text)| is(text));
    let (index, _) = found.next()?;
    found.next().is_none().then_some(index)
}

fn is_placeholder(name: &str) -> bool {
    let name = name.trim();
    PLACEHOLDERS
        .into_iter()
        .any(|placeholder| case::eq(placeholder, name))
}

fn default_role(policy: &Policy, roles: &[Role]) -> Result<RoleChoice, Error> {
    match &policy.default_role {
        Some(name) => {
            let role = named(name, roles)?;
            check_gives_access(role, policy, roles)?;
            Ok(RoleChoice::Role(role.id.clone()))
        }
        None => Ok(RoleChoice::Minimal),
    }
}

/// The permission set that the configuration names.
fn named<'a>(name: &str, roles: &'a [Role]) -> Result<&'a Role, Error> {
    roles.iter().find(|role| role.name == name).ok_or_else(|| {
        invalid(format!(
            "roles: no permission set is named `{name}` in HubSpot. Create it there, or correct role_map or default_role."
        ))
    })
}

fn check_gives_access(role: &Role, policy: &Policy, roles: &[Role]) -> Result<(), Error> {
    match policy.no_access_role(roles) {
        Some(no_access) if no_access.id == role.id => Err(invalid(format!(
            "roles: `{}` is the permission set of users without access. Send active: false instead, or name another role.",
            no_access.name
        ))),
        Some(_) | None => Ok(()),
    }
}

fn shown(name: &str) -> String {
    name.chars().take(SHOWN).collect()
}

/// The key of the role map or the permission set whose spelling is closest to a name, if it is close at all.
fn nearest(name: &str, policy: &Policy, roles: &[Role]) -> Option<String> {
    let keys = policy.role_map.iter().map(|(from, _)| from);
    let sets = roles.iter().map(|role| &role.name);
    let distance = |other: &str| edit_distance(&letters(name), &letters(&shown(other)));

    let (distance, nearest) = keys
        .chain(sets)
        .map(|other| (distance(other), other))
        .min_by_key(|(distance, _)| *distance)?;
    let is_near =
        distance <= 2.max(name.chars().count() / 4).min(4) && distance < letters(name).len();
    is_near.then(|| shown(nearest))
}

/// The letters and digits of a name in lower case: blanks and punctuation do not make two names different.
fn letters(name: &str) -> Vec<char> {
    let name = name.chars().filter(|c| c.is_alphanumeric());
    name.flat_map(char::to_lowercase).collect()
}

/// How many characters have to be inserted, removed or replaced to make `b` of `a`.
fn edit_distance(a: &[char], b: &[char]) -> usize {
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, from) in a.iter().enumerate() {
        let mut diagonal = i;
        let mut left = i + 1;
        for (to, cell) in b.iter().zip(row.iter_mut().skip(1)) {
            let replaced = diagonal + usize::from(from != to);
            diagonal = *cell;
            left = replaced.min(left + 1).min(*cell + 1);
            *cell = left;
        }
        if let Some(first) = row.first_mut() {
            *first = i + 1;
        }
    }
    row.last().copied().unwrap_or_default()
}

fn invalid(detail: String) -> Error {
    Error::new(ErrorKind::InvalidValue, detail)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn roles() -> Vec<Role> {
        vec![
            Role::new("1", "Sales Rep"),
            Role::new("2", "Marketing"),
            Role::new("3", "Viewer"),
            Role::new("4", "viewer "),
        ]
    }

    fn request(policy: &Policy, names: &[&str]) -> RoleRequest {
        let names: Vec<String> = names.iter().map(|&name| name.to_owned()).collect();
        RoleRequest::of(&names, policy, &roles()).unwrap()
    }

    fn chosen(policy: &Policy, names: &[&str]) -> Option<String> {
        request(policy, names).chosen
    }

    #[test]
    fn a_name_matches_without_case_and_outer_blanks_where_one_permission_set_does() {
        let policy = Policy::default();
        for name in ["Sales Rep", "sales rep", " Sales Rep ", "SALES REP", "1"] {
            assert_eq!(chosen(&policy, &[name]).as_deref(), Some("1"), "{name}");
        }
        // Two permission sets differ by case and a blank: only the exact name tells them apart.
        assert_eq!(chosen(&policy, &["Viewer"]).as_deref(), Some("3"));
        assert_eq!(chosen(&policy, &["viewer "]).as_deref(), Some("4"));
        assert_eq!(chosen(&policy, &["VIEWER"]), None);
    }

    #[test]
    fn keys_of_the_role_map_match_likewise_and_in_their_own_order() {
        let policy = Policy {
            role_map: vec![
                ("HubSpot Admin".to_owned(), "Marketing".to_owned()),
                ("User".to_owned(), "Viewer".to_owned()),
            ],
            ..Policy::default()
        };
        assert_eq!(chosen(&policy, &["hubspot admin"]).as_deref(), Some("2"));
        assert_eq!(chosen(&policy, &["User"]).as_deref(), Some("3"));
        let both = request(&policy, &["user", "HubSpot Admin", "Sales Rep"]);
        assert_eq!(both.chosen.as_deref(), Some("2"));
        assert_eq!(both.passed_over, ["Viewer", "Sales Rep"]);
    }

    #[test]
    fn the_map_comes_before_names_and_in_its_own_order() {
        let policy = Policy {
            role_map: vec![
                ("Admin".to_owned(), "Marketing".to_owned()),
                ("Sales Rep".to_owned(), "Viewer".to_owned()),
            ],
            ..Policy::default()
        };
        assert_eq!(
            chosen(&policy, &["Sales Rep", "Admin"]).as_deref(),
            Some("2")
        );
        assert_eq!(chosen(&policy, &["Sales Rep"]).as_deref(), Some("3"));
        assert_eq!(chosen(&policy, &["Viewer"]).as_deref(), Some("3"));
    }

    #[test]
    fn no_role_is_the_default_role() {
        let policy = Policy {
            default_role: Some("Viewer".to_owned()),
            ..Policy::default()
        };
        let role = |policy: &Policy, names: &[&str]| {
            request(policy, names)
                .of_new_user(policy, &roles())
                .unwrap()
        };
        let viewer = RoleChoice::Role("3".to_owned());
        assert_eq!(role(&policy, &[]), viewer);
        assert_eq!(role(&policy, &["Chef"]), viewer);
        assert_eq!(role(&Policy::default(), &[]), RoleChoice::Minimal);
        assert_eq!(role(&Policy::default(), &["Chef"]), RoleChoice::Minimal);
    }

    #[test]
    fn what_cannot_be_granted_is_refused_by_name() {
        let refusing = Policy {
            unknown_role: UnknownRole::Refuse,
            ..Policy::default()
        };
        let mapped_to_missing = Policy {
            role_map: vec![("Admin".to_owned(), "Gone".to_owned())],
            ..Policy::default()
        };
        for (policy, names) in [
            (&refusing, vec!["Chef"]),
            (&refusing, vec!["Sales Rep", "Chef"]),
            (&Policy::default(), vec!["Super Admin"]),
            (&Policy::default(), vec!["super admin"]),
            (&mapped_to_missing, vec!["Admin"]),
        ] {
            let names: Vec<String> = names.into_iter().map(str::to_owned).collect();
            let request = RoleRequest::of(&names, policy, &roles());
            let new = request.and_then(|request| request.of_new_user(policy, &roles()));
            assert_eq!(
                new.unwrap_err().kind(),
                ErrorKind::InvalidValue,
                "{names:?}"
            );
        }
    }

    #[test]
    fn an_unknown_name_keeps_the_permission_set_of_an_existing_user() {
        let policy = Policy {
            default_role: Some("Viewer".to_owned()),
            ..Policy::default()
        };
        let typo = request(&policy, &["Sales Repp"]);
        assert_eq!(typo.unknown[0].suggestion.as_deref(), Some("Sales Rep"));
        let kept = typo.of_existing_user(&policy, &roles()).unwrap();
        assert!(kept == RoleChange::Keep);
        let new = typo.of_new_user(&policy, &roles()).unwrap();
        assert_eq!(new, RoleChoice::Role("3".to_owned()));
    }

    #[test]
    fn placeholders_are_no_role() {
        let policy = Policy::default();
        for name in ["User", "msiam_access", "", " "] {
            let placeholder = request(&policy, &[name]);
            assert_eq!(placeholder.unknown, [], "{name}");
            let kept = placeholder.of_existing_user(&policy, &roles()).unwrap();
            assert!(kept == RoleChange::Keep, "{name}");
        }
    }

    #[test]
    fn all_roles_taken_away_lead_to_the_default_role_or_none() {
        let none = request(&Policy::default(), &[]);
        let change = none.of_existing_user(&Policy::default(), &roles()).unwrap();
        assert!(change == RoleChange::Clear);
    }

    #[test]
    fn a_suggestion_is_close_or_missing() {
        let policy = Policy::default();
        let suggestion = |name: &str| request(&policy, &[name]).unknown[0].suggestion.clone();
        assert_eq!(suggestion("Sales-Rep").as_deref(), Some("Sales Rep"));
        assert_eq!(suggestion("Marketting").as_deref(), Some("Marketing"));
        assert_eq!(suggestion("Chef"), None);
        assert_eq!(suggestion("x"), None);
    }

    #[test]
    fn a_name_is_cut_before_anybody_sees_it() {
        let policy = Policy {
            unknown_role: UnknownRole::Refuse,
            ..Policy::default()
        };
        let long = "x".repeat(1000);
        let refused = request(&policy, &[&long]).of_new_user(&policy, &roles());
        let detail = refused.unwrap_err().detail().to_owned();
        assert!(detail.contains(&"x".repeat(80)), "{detail}");
        assert!(!detail.contains(&"x".repeat(81)), "{detail}");
    }
}
