//! The people of the emulated account, and the effect of each request on them.
//!
//! There is no HTTP here and no clock: a delay is a number of requests.

mod body;
mod by_hand;
mod create;
mod crm;
mod crm_search;
mod list;
mod remove;
mod row;
mod seats;
mod teams;
mod update;

use std::collections::{BTreeMap, HashMap};

use serde_json::{Value, json};

use self::crm::CrmRow;
use self::row::{row, user};
use self::seats::Seats;
use super::answer::Answer;
use super::seed;
use crate::client::{BILLING_SCOPE, ROLES_UNAVAILABLE, Role, User};
use crate::emulator::Behavior;
use crate::emulator::behavior::{EmailLookup, ListRows, PaidRoleRefusal, Reach, RefusalBody};

pub(super) use self::by_hand::ByHand;
pub(super) use self::list::PageRequest;

/// The first ids of seeded people, generated users, deactivated users, service accounts, and users created later.
const FIRST_IDS: [u64; 5] = [26_743_001, 31_000_001, 41_000_001, 51_000_001, 74_500_001];

/// The state of an account at the start.
#[derive(Clone, Debug)]
pub(super) struct Setup {
    pub(super) behavior: Behavior,
    /// Whether the account's plan has permission sets.
    pub(super) has_roles: bool,
    /// The number of generated users, besides the named ones.
    pub(super) users: u32,
    /// The number of further users, who are deactivated.
    pub(super) deactivated: u32,
    /// The number of further users, who are service accounts of apps.
    pub(super) service_accounts: u32,
    /// The number of free seats of each counted kind.
    pub(super) free_seats: u32,
    /// The account's own properties of CRM users.
    pub(super) properties: Vec<String>,
}

#[derive(Debug)]
pub(super) struct Account {
    pub(super) setup: Setup,
    roles: Vec<Role>,
    teams: Vec<(String, String)>,
    seats: Seats,
    people: BTreeMap<u64, Person>,
    by_email: HashMap<String, u64>,
    next_id: u64,
    /// The number of walks of the user list that have started.
    walks: u64,
    /// The CRM rows that searches find, if the index lags behind.
    index: Option<crm_search::Index>,
}

/// A person in HubSpot. Names and id belong to the person and outlive the membership.
#[derive(Clone, Debug, Default)]
struct Person {
    email: String,
    first_name: Option<String>,
    last_name: Option<String>,
    /// Whether the person has signed in to any account.
    activated: bool,
    is_service_account: bool,
    membership: Option<Membership>,
    crm: Option<CrmRow>,
    /// The number of walks after which the list shows the person.
    listed_after: u64,
    /// A past membership that the list shows up to this number of walks.
    lingering: Option<(u64, Membership)>,
    /// Whether the seat of the past membership is still taken.
    awaits_seat: bool,
}

#[derive(Clone, Debug, Default)]
struct Membership {
    role_ids: Vec<String>,
    super_admin: bool,
    deactivated: bool,
    main_team: Option<String>,
    extra_teams: Vec<String>,
    seats: Vec<String>,
}

/// The name of a user in a request.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) enum Key {
    Email(String),
    Id(String),
}

impl Account {
    pub(super) fn new(setup: Setup) -> Self {
        let role = |(id, name, billing): (&str, &str, bool)| {
            Role::new(id, name).with_requires_billing_write(billing)
        };
        let [.., next_id] = FIRST_IDS;

        let mut account = Self {
            roles: seed::ROLES.map(role).to_vec(),
            teams: seed::TEAMS
                .map(|(id, name)| (id.to_owned(), name.to_owned()))
                .to_vec(),
            seats: Seats::default(),
            people: BTreeMap::new(),
            by_email: HashMap::new(),
            next_id,
            walks: 0,
            index: None,
            setup,
        };

        account.add_seeded_people();
        account.seats = Seats::with_free(account.setup.free_seats, &account.seats_held());
        account.refresh_index();
        account
    }

    fn add_seeded_people(&mut self) {
        let [seeded, generated, deactivated, service_accounts, _] = FIRST_IDS;
        for (id, person) in (seeded..).zip(seed::PEOPLE) {
            let membership = Membership {
                role_ids: owned(person.roles),
                super_admin: person.super_admin,
                deactivated: false,
                main_team: person.main_team.map(str::to_owned),
                extra_teams: owned(person.extra_teams),
                seats: owned(person.seats),
            };
            self.add_member(id, person.email.to_owned(), person.name, membership);
        }

        for (id, number) in (generated..).zip(1..=self.setup.users) {
            let email = seed::generated_email("user", number);
            self.add_member(
                id,
                email,
                seed::generated_name(number),
                generated_member(number),
            );
        }

        for (id, number) in (deactivated..).zip(1..=self.setup.deactivated) {
            let email = seed::generated_email("left", number);
            let membership = Membership {
                deactivated: true,
                ..generated_member(number)
            };
            self.add_member(id, email, seed::generated_name(number), membership);
        }

        for (id, number) in (service_accounts..).zip(1..=self.setup.service_accounts) {
            let email = seed::generated_email("app", number);
            self.add_member(id, email, ("App", "Account"), Membership::default());
            if let Some(person) = self.people.get_mut(&id) {
                person.is_service_account = true;
            }
        }
    }

    fn add_member(&mut self, id: u64, email: String, name: (&str, &str), mut member: Membership) {
        if !self.setup.has_roles {
            member.role_ids.clear();
        }
        self.by_email.insert(folded(&email), id);
        let person = Person {
            email,
            first_name: Some(name.0.to_owned()),
            last_name: Some(name.1.to_owned()),
            activated: true,
            membership: Some(member),
            crm: Some(CrmRow::default()),
            ..Person::default()
        };
        self.people.insert(id, person);
    }

    pub(super) fn roles_json(&self) -> Result<Value, Answer> {
        if !self.setup.has_roles {
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

    pub(super) fn read(&self, key: &Key) -> Result<Value, Answer> {
        let (id, person, member) = self.find_member(key)?;
        if member.deactivated && self.setup.behavior.deactivated_read == Reach::Absent {
            return Err(self.absent());
        }
        Ok(row(id, person, member, ListRows::Full))
    }

    pub(super) fn users(&self) -> Vec<User> {
        let people = self.people.iter();
        people
            .filter_map(|(id, person)| Some(user(*id, person, person.membership.as_ref()?)))
            .collect()
    }

    pub(super) fn user(&self, key: &Key) -> Option<User> {
        self.membership_of(key)
            .map(|(id, person, member)| user(id, person, member))
    }

    pub(super) fn roles(&self) -> Vec<Role> {
        self.roles.clone()
    }

    /// Finds the member that a request names, by the rules of the look-up.
    fn find_member(&self, key: &Key) -> Result<(u64, &Person, &Membership), Answer> {
        let is_exact = self.setup.behavior.email_lookup == EmailLookup::Exact;
        let is_named = |person: &Person| match key {
            Key::Email(email) => !is_exact || person.email == *email,
            Key::Id(_) => true,
        };
        self.membership_of(key)
            .filter(|(_, person, _)| is_named(person))
            .ok_or_else(|| self.absent())
    }

    fn membership_of(&self, key: &Key) -> Option<(u64, &Person, &Membership)> {
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

    fn absent(&self) -> Answer {
        match self.setup.behavior.absent_body {
            RefusalBody::Full => Answer::not_found(),
            RefusalBody::Empty => Answer::not_found().without_body(),
        }
    }

    fn conflict(&self) -> Answer {
        match self.setup.behavior.conflict_body {
            RefusalBody::Full => Answer::conflict(),
            RefusalBody::Empty => Answer::conflict().without_body(),
        }
    }

    /// Returns the permission set if the token may assign it.
    fn assignable_role(&self, role: &str, billing: bool) -> Result<&Role, Answer> {
        if !self.setup.has_roles {
            return Err(roles_unavailable());
        }
        let Some(role) = self.roles.iter().find(|known| known.id == role) else {
            return Err(Answer::invalid("roleId is not the id of a permission set."));
        };
        if role.requires_billing_write && !billing {
            return Err(match self.setup.behavior.paid_role_refusal {
                PaidRoleRefusal::Forbidden => Answer::missing_scopes(&[BILLING_SCOPE]),
                PaidRoleRefusal::Invalid => Answer::invalid(&format!(
                    "This permission set requires the scope {BILLING_SCOPE}."
                )),
            });
        }
        Ok(role)
    }

    fn known_team(&self, team: impl AsRef<str>) -> Result<String, Answer> {
        let known = self.teams.iter().find(|(id, _)| id == team.as_ref());
        known
            .map(|(id, _)| id.clone())
            .ok_or_else(|| Answer::invalid("A team id is not valid."))
    }
}

fn generated_member(number: u32) -> Membership {
    let (role, team) = seed::generated_place(number);
    Membership {
        role_ids: owned(&[role]),
        main_team: Some(team.to_owned()),
        seats: owned(&["core"]),
        ..Membership::default()
    }
}

fn roles_unavailable() -> Answer {
    Answer::invalid(&format!("{ROLES_UNAVAILABLE}."))
}

fn replace(field: &mut Option<String>, value: Option<&str>) {
    if let Some(value) = value {
        *field = Some(value.to_owned()).filter(|value| !value.is_empty());
    }
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
