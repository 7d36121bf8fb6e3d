//! The emulated account: who is in it, and what a write does to them. No HTTP here.

use std::collections::{BTreeMap, HashMap};

use serde_json::{Map, Value, json};

use super::answer::Answer;
use super::seed;
use crate::client::{Role, Team, User};
use crate::dialect::{
    Activation, CLEARED_TEAM, Dialect, ExtraTeams, ListRows, OmittedRole, ROLES_UNAVAILABLE,
    SUPER_ADMIN, USER_NOT_ON_ANY_HUBS,
};

/// The first id of a seeded person, of a generated one, and of one created later.
const FIRST_IDS: [u64; 3] = [26_743_001, 31_000_001, 74_500_001];

/// How an account shall be at the start.
#[derive(Clone, Copy, Debug)]
pub(super) struct Plan {
    pub(super) dialect: Dialect,
    /// Whether the account's plan has permission sets.
    pub(super) has_roles: bool,
    /// How many users are generated besides the named ones.
    pub(super) users: u32,
}

#[derive(Debug)]
pub(super) struct Account {
    pub(super) plan: Plan,
    roles: Vec<Role>,
    teams: Vec<(String, String)>,
    people: BTreeMap<u64, Person>,
    by_email: HashMap<String, u64>,
    next_id: u64,
}

/// Someone HubSpot knows. Names and id outlive the membership: they belong to the person.
#[derive(Clone, Debug)]
struct Person {
    email: String,
    first_name: Option<String>,
    last_name: Option<String>,
    /// They have logged in to some account once.
    activated: bool,
    membership: Option<Membership>,
}

#[derive(Clone, Debug, Default)]
struct Membership {
    role_ids: Vec<String>,
    super_admin: bool,
    main_team: Option<String>,
    extra_teams: Vec<String>,
    seats: Vec<String>,
}

/// How a request names a user.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) enum Key {
    Email(String),
    Id(String),
}

impl Account {
    pub(super) fn new(plan: Plan) -> Self {
        let role = |(id, name, billing): (&str, &str, bool)| {
            Role::new(id, name).with_requires_billing_write(billing)
        };
        let [seeded, generated, next_id] = FIRST_IDS;
        let mut account = Self {
            plan,
            roles: seed::ROLES.map(role).to_vec(),
            teams: seed::TEAMS
                .map(|(id, name)| (id.to_owned(), name.to_owned()))
                .to_vec(),
            people: BTreeMap::new(),
            by_email: HashMap::new(),
            next_id,
        };
        for (id, person) in (seeded..).zip(seed::PEOPLE) {
            let membership = Membership {
                role_ids: owned(person.roles),
                super_admin: person.super_admin,
                main_team: person.main_team.map(str::to_owned),
                extra_teams: owned(person.extra_teams),
                seats: owned(person.seats),
            };
            account.settle(id, person.email.to_owned(), person.name, membership);
        }
        for (id, number) in (generated..).zip(1..=plan.users) {
            let (role, team) = seed::generated_place(number);
            let membership = Membership {
                role_ids: owned(&[role]),
                main_team: Some(team.to_owned()),
                seats: owned(&["core"]),
                ..Membership::default()
            };
            let name = seed::generated_name(number);
            account.settle(id, seed::generated_email(number), name, membership);
        }
        account
    }

    fn settle(&mut self, id: u64, email: String, name: (&str, &str), mut member: Membership) {
        if !self.plan.has_roles {
            member.role_ids.clear();
        }
        self.by_email.insert(folded(&email), id);
        let person = Person {
            email,
            first_name: Some(name.0.to_owned()),
            last_name: Some(name.1.to_owned()),
            activated: true,
            membership: Some(member),
        };
        self.people.insert(id, person);
    }

    /// Up to `limit` users with ids above `after`, and the last of these ids if there are more.
    pub(super) fn page(&self, limit: usize, after: u64) -> (Vec<Value>, Option<u64>) {
        let beyond = self.people.range(after.saturating_add(1)..);
        let mut members =
            beyond.filter_map(|(id, person)| Some((*id, person, person.membership.as_ref()?)));
        let mut rows = Vec::new();
        let mut last = None;
        for (id, person, member) in members.by_ref().take(limit) {
            rows.push(row(id, person, member, self.plan.dialect.list));
            last = Some(id);
        }
        let more = members.next().is_some();
        (rows, last.filter(|_| more))
    }

    pub(super) fn roles_json(&self) -> Result<Value, Answer> {
        if !self.plan.has_roles {
            return Err(roles_unavailable());
        }
        let role = |role: &Role| {
            json!({
                "id": role.id,
                "name": role.name,
                "requiresBillingWrite": role.requires_billing_write,
            })
        };
        Ok(json!({"results": self.roles.iter().map(role).collect::<Vec<_>>()}))
    }

    pub(super) fn teams_json(&self) -> Value {
        let team = |team: Team| {
            json!({
                "id": team.id,
                "name": team.name,
                "userIds": team.user_ids,
                "secondaryUserIds": team.secondary_user_ids,
            })
        };
        json!({"results": self.teams().into_iter().map(team).collect::<Vec<_>>()})
    }

    pub(super) fn read(&self, key: &Key) -> Result<Value, Answer> {
        let (id, person, member) = self.member(key).ok_or_else(Answer::not_found)?;
        Ok(row(id, person, member, ListRows::Full))
    }

    /// Creates a membership; `billing` is whether the token has `settings.billing.write`.
    pub(super) fn create(&mut self, body: &Value, billing: bool) -> Result<(u64, Value), Answer> {
        let body = object(body)?;
        let email = match text(body, "email")? {
            Given::Text(email) if plausible(email) => email.to_owned(),
            Given::Text(_) => return Err(Answer::invalid("email is not a valid e-mail address.")),
            Given::Absent | Given::Null => return Err(Answer::invalid("email is required.")),
        };
        let Some(send_welcome_email) = body.get("sendWelcomeEmail").and_then(Value::as_bool) else {
            return Err(Answer::invalid("sendWelcomeEmail is required."));
        };
        let role = text(body, "roleId")?.present();
        let role_ids: Vec<String> = match role {
            Some(role) => vec![self.assignable(role, billing)?],
            None => Vec::new(),
        };
        let main_team = text(body, "primaryTeamId")?
            .present()
            .map(|id| self.known_team(id));
        let extra_teams = texts(body, "secondaryTeamIds")?.unwrap_or_default();
        let extra_teams: Vec<String> = extra_teams
            .into_iter()
            .map(|id| self.known_team(id))
            .collect::<Result<_, _>>()?;
        let membership = Membership {
            role_ids,
            super_admin: false,
            main_team: main_team.transpose()?,
            extra_teams: unique(extra_teams),
            seats: unique(owned(&texts(body, "seatNames")?.unwrap_or_default())),
        };
        let first_name = text(body, "firstName")?.present();
        let last_name = text(body, "lastName")?.present();

        let known = self.by_email.get(&folded(&email)).copied();
        let id = known.unwrap_or(self.next_id);
        let new = Person {
            email: email.clone(),
            first_name: None,
            last_name: None,
            activated: self.plan.dialect.activation == Activation::Immediate,
            membership: None,
        };
        let person = self.people.entry(id).or_insert(new);
        if person.membership.is_some() {
            return Err(Answer::conflict());
        }
        if known.is_none() {
            self.next_id = self.next_id.saturating_add(1);
            self.by_email.insert(folded(&email), id);
        }
        person.email = email;
        if person.activated {
            replace(&mut person.first_name, first_name);
            replace(&mut person.last_name, last_name);
        }
        let mut answer = row(id, person, &membership, ListRows::Full);
        if let Some(field) = answer.get_mut("sendWelcomeEmail") {
            *field = send_welcome_email.into();
        }
        person.membership = Some(membership);
        Ok((id, answer))
    }

    /// A PUT, which is not a replacement: see [`crate::dialect`].
    pub(super) fn update(
        &mut self,
        key: &Key,
        body: &Value,
        billing: bool,
    ) -> Result<Value, Answer> {
        let body = object(body)?;
        let (id, person, member) = self.member(key).ok_or_else(Answer::not_found)?;
        let mut person = person.clone();
        let mut member = member.clone();
        if member.super_admin {
            return Err(Answer::invalid(&format!(
                "A {SUPER_ADMIN} cannot be updated."
            )));
        }

        let first_name = text(body, "firstName")?.text();
        let last_name = text(body, "lastName")?.text();
        if !person.activated && (first_name.is_some() || last_name.is_some()) {
            return Err(Answer::invalid_with_code(
                &format!("The name cannot be changed: {USER_NOT_ON_ANY_HUBS}"),
                USER_NOT_ON_ANY_HUBS,
            ));
        }
        replace(&mut person.first_name, first_name);
        replace(&mut person.last_name, last_name);

        match text(body, "roleId")? {
            Given::Text(role) => {
                let held = member.role_ids.iter().any(|held| held == role);
                member.role_ids = vec![self.assignable(role, billing || held)?];
            }
            Given::Absent | Given::Null => match self.plan.dialect.omitted_role {
                OmittedRole::Wiped => member.role_ids.clear(),
                OmittedRole::Kept => member.role_ids.truncate(crate::dialect::WRITABLE_ROLES),
            },
        }

        match text(body, "primaryTeamId")? {
            Given::Text(CLEARED_TEAM) => member.main_team = None,
            Given::Text(team) => member.main_team = Some(self.known_team(team)?),
            Given::Absent | Given::Null => {}
        }

        match texts(body, "secondaryTeamIds")?.as_deref() {
            None | Some([]) => {}
            Some([CLEARED_TEAM]) => member.extra_teams.clear(),
            Some(given) => {
                let given: Vec<String> = given
                    .iter()
                    .map(|id| self.known_team(id))
                    .collect::<Result<_, _>>()?;
                let mut teams = match self.plan.dialect.extra_teams {
                    ExtraTeams::Additive => member.extra_teams,
                    ExtraTeams::Replacing => Vec::new(),
                };
                teams.extend(given);
                member.extra_teams = unique(teams);
            }
        }

        if let Some(seats) = texts(body, "seatNames")? {
            member.seats = unique(owned(&seats));
        }

        let answer = row(id, &person, &member, ListRows::Full);
        person.membership = Some(member);
        self.people.insert(id, person);
        Ok(answer)
    }

    /// Ends a membership. Who is not there is gone already.
    pub(super) fn remove(&mut self, key: &Key) -> bool {
        let id = self.id(key);
        let person = id.and_then(|id| self.people.get_mut(&id));
        person.is_some_and(|person| person.membership.take().is_some())
    }

    pub(super) fn users(&self) -> Vec<User> {
        let people = self.people.iter();
        people
            .filter_map(|(id, person)| Some(user(*id, person, person.membership.as_ref()?)))
            .collect()
    }

    pub(super) fn user(&self, key: &Key) -> Option<User> {
        self.member(key)
            .map(|(id, person, member)| user(id, person, member))
    }

    pub(super) fn roles(&self) -> Vec<Role> {
        self.roles.clone()
    }

    pub(super) fn teams(&self) -> Vec<Team> {
        let mut teams: Vec<Team> = self
            .teams
            .iter()
            .map(|(id, name)| Team::new(id, name))
            .collect();
        for (id, person) in &self.people {
            let Some(member) = &person.membership else {
                continue;
            };
            for team in &mut teams {
                if member.main_team.as_ref() == Some(&team.id) {
                    team.user_ids.push(id.to_string());
                }
                if member.extra_teams.contains(&team.id) {
                    team.secondary_user_ids.push(id.to_string());
                }
            }
        }
        teams
    }

    /// What an administrator does in HubSpot's own pages.
    pub(super) fn change_by_hand(&mut self, key: &Key, change: ByHand) -> bool {
        let id = self.id(key);
        let Some(person) = id.and_then(|id| self.people.get_mut(&id)) else {
            return false;
        };
        let Some(member) = &mut person.membership else {
            return false;
        };
        match change {
            ByHand::Activate => person.activated = true,
            ByHand::ExtraTeams(ids) => member.extra_teams = ids,
            ByHand::MainTeam(id) => member.main_team = id,
            ByHand::Name(first, last) => {
                person.first_name = Some(first);
                person.last_name = Some(last);
            }
            ByHand::Roles(ids) => member.role_ids = ids,
            ByHand::SuperAdmin(is) => member.super_admin = is,
        }
        true
    }

    fn member(&self, key: &Key) -> Option<(u64, &Person, &Membership)> {
        let id = self.id(key)?;
        let person = self.people.get(&id)?;
        Some((id, person, person.membership.as_ref()?))
    }

    fn id(&self, key: &Key) -> Option<u64> {
        match key {
            Key::Email(email) => self.by_email.get(&folded(email)).copied(),
            // A number read leniently would find `007` and `+7` as well.
            Key::Id(text) => text.parse().ok().filter(|id: &u64| id.to_string() == *text),
        }
    }

    fn assignable(&self, role: &str, billing: bool) -> Result<String, Answer> {
        if !self.plan.has_roles {
            return Err(roles_unavailable());
        }
        let Some(role) = self.roles.iter().find(|known| known.id == role) else {
            return Err(Answer::invalid("roleId is not the id of a permission set."));
        };
        if role.requires_billing_write && !billing {
            return Err(Answer::missing_scopes(&["settings.billing.write"]));
        }
        Ok(role.id.clone())
    }

    fn known_team(&self, team: impl AsRef<str>) -> Result<String, Answer> {
        let known = self.teams.iter().find(|(id, _)| id == team.as_ref());
        known
            .map(|(id, _)| id.clone())
            .ok_or_else(|| Answer::invalid("A team id is not valid."))
    }
}

/// A change that does not come through the API.
#[derive(Clone, Debug)]
pub(super) enum ByHand {
    Activate,
    ExtraTeams(Vec<String>),
    MainTeam(Option<String>),
    Name(String, String),
    Roles(Vec<String>),
    SuperAdmin(bool),
}

/// A field as a body gives it.
#[derive(Clone, Copy, Debug)]
enum Given<'a> {
    Absent,
    Null,
    Text(&'a str),
}

impl<'a> Given<'a> {
    fn text(self) -> Option<&'a str> {
        match self {
            Self::Text(text) => Some(text),
            Self::Absent | Self::Null => None,
        }
    }

    fn present(self) -> Option<&'a str> {
        self.text().filter(|text| !text.is_empty())
    }
}

fn object(body: &Value) -> Result<&Map<String, Value>, Answer> {
    body.as_object()
        .ok_or_else(|| Answer::invalid("Invalid input JSON: an object is expected."))
}

fn text<'a>(body: &'a Map<String, Value>, field: &str) -> Result<Given<'a>, Answer> {
    match body.get(field) {
        None => Ok(Given::Absent),
        Some(Value::Null) => Ok(Given::Null),
        Some(Value::String(text)) => Ok(Given::Text(text)),
        Some(Value::Array(_) | Value::Bool(_) | Value::Number(_) | Value::Object(_)) => Err(
            Answer::invalid(&format!("Invalid input JSON: {field} must be a string.")),
        ),
    }
}

/// A list of strings, `None` for absent and null.
fn texts<'a>(body: &'a Map<String, Value>, field: &str) -> Result<Option<Vec<&'a str>>, Answer> {
    let invalid = || Answer::invalid(&format!("Invalid input JSON: {field} must list strings."));
    match body.get(field) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::Array(items)) => items
            .iter()
            .map(|item| item.as_str().ok_or_else(invalid))
            .collect::<Result<_, _>>()
            .map(Some),
        Some(Value::Bool(_) | Value::Number(_) | Value::Object(_) | Value::String(_)) => {
            Err(invalid())
        }
    }
}

fn row(id: u64, person: &Person, member: &Membership, rows: ListRows) -> Value {
    let mut row = json!({
        "id": id.to_string(),
        "email": person.email,
        "roleIds": member.role_ids,
        "superAdmin": member.super_admin,
    });
    let mut set = |field: &str, value: Value| {
        if let Some(object) = row.as_object_mut() {
            object.insert(field.to_owned(), value);
        }
    };
    for (field, value) in [
        ("firstName", person.first_name.as_ref()),
        ("lastName", person.last_name.as_ref()),
        ("roleId", member.role_ids.first()),
    ] {
        if let Some(value) = value {
            set(field, value.clone().into());
        }
    }
    match rows {
        ListRows::Bare => {}
        ListRows::Full => {
            if let Some(team) = &member.main_team {
                set("primaryTeamId", team.clone().into());
            }
            set("secondaryTeamIds", member.extra_teams.clone().into());
            set("seatNames", member.seats.clone().into());
            set("sendWelcomeEmail", false.into());
        }
    }
    row
}

fn user(id: u64, person: &Person, member: &Membership) -> User {
    let mut user = User::new(id.to_string(), &person.email);
    user.first_name.clone_from(&person.first_name);
    user.last_name.clone_from(&person.last_name);
    user.role_id = member.role_ids.first().cloned();
    user.role_ids.clone_from(&member.role_ids);
    user.super_admin = member.super_admin;
    user.primary_team_id.clone_from(&member.main_team);
    user.secondary_team_ids.clone_from(&member.extra_teams);
    user.seat_names.clone_from(&member.seats);
    user
}

fn roles_unavailable() -> Answer {
    Answer::invalid(&format!("{ROLES_UNAVAILABLE}."))
}

fn replace(field: &mut Option<String>, value: Option<&str>) {
    if let Some(value) = value {
        *field = Some(value.to_owned()).filter(|value| !value.is_empty());
    }
}

fn plausible(email: &str) -> bool {
    let blank = email.chars().any(|c| c.is_whitespace() || c.is_control());
    !blank
        && email
            .split_once('@')
            .is_some_and(|(local, domain)| !local.is_empty() && domain.contains('.'))
}

fn folded(email: &str) -> String {
    email.to_lowercase()
}

fn owned(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}

fn unique(mut texts: Vec<String>) -> Vec<String> {
    let mut seen = std::collections::HashSet::new();
    texts.retain(|text| seen.insert(text.clone()));
    texts
}
