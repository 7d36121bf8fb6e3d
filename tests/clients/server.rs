//! The two servers that the clients talk to, and the checks on their data.

use std::collections::BTreeSet;

use hubspot_adapter::client::User;
use hubspot_adapter::emulator::Behavior;
use scim_core::Profile;
use scim_tests::{Answer, MemoryScene, Scene};
use serde_json::Value;

/// Behaviors of HubSpot that cover every pair of values of any two keys, and the opposite of the default.
pub(crate) fn behaviors() -> impl Iterator<Item = Behavior> {
    Behavior::pairwise().chain([opposite()])
}

/// The default behavior and its opposite.
pub(crate) fn extremes() -> [Behavior; 2] {
    [Behavior::default(), opposite()]
}

/// The behavior that differs from the default in every key.
fn opposite() -> Behavior {
    Behavior::combination(Behavior::COMBINATIONS - 1)
}

/// Runs a scenario on a new HubSpot server for each behavior.
#[expect(
    clippy::future_not_send,
    clippy::print_stdout,
    reason = "a test runs on one thread, and prints the behavior that fails"
)]
pub(crate) async fn on_hubspot(
    behaviors: impl IntoIterator<Item = Behavior>,
    scenario: impl AsyncFn(&Server),
) {
    for behavior in behaviors {
        println!("HubSpot plays {behavior}");
        scenario(&Server::hubspot(behavior).await).await;
    }
}

/// One of the two servers.
#[derive(Debug)]
pub(crate) enum Server {
    Memory(MemoryScene),
    HubSpot(Box<Scene>),
}

impl Server {
    pub(crate) fn memory() -> Self {
        Self::memory_as(Profile::default())
    }

    pub(crate) fn memory_as(profile: Profile) -> Self {
        Self::Memory(MemoryScene::with_profile(profile))
    }

    pub(crate) async fn hubspot(behavior: Behavior) -> Self {
        Self::HubSpot(Box::new(Scene::builder().behavior(behavior).start().await))
    }

    /// The emulated account, if this server has one.
    pub(crate) fn account(&self) -> Option<&Scene> {
        match self {
            Self::Memory(_) => None,
            Self::HubSpot(scene) => Some(scene),
        }
    }

    pub(crate) fn is_hubspot(&self) -> bool {
        self.account().is_some()
    }

    pub(crate) async fn exchange(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &str,
    ) -> Answer {
        match self {
            Self::Memory(scene) => scene.exchange(method, path, headers, body).await,
            Self::HubSpot(scene) => scene.exchange(method, path, headers, body).await,
        }
    }

    /// Sends a plain GET, independent of any client.
    pub(crate) async fn get(&self, path: &str) -> Answer {
        let path = format!("/scim/v2{path}");
        match self {
            Self::Memory(scene) => scene.get(&path).await,
            Self::HubSpot(scene) => scene.get(&path).await,
        }
    }

    /// Reads a user.
    pub(crate) async fn user(&self, id: &str) -> Value {
        self.get(&format!("/Users/{id}")).await.expect(200).clone()
    }

    /// The ids of the users that match a filter.
    pub(crate) async fn select(&self, filter: &str) -> Vec<String> {
        let filter = filter.replace(' ', "%20").replace('"', "%22");
        let answer = self.get(&format!("/Users?filter={filter}")).await;
        let found = answer.expect(200)["Resources"].as_array();
        let id = |user: &Value| user["id"].as_str().unwrap_or_default().to_owned();
        found.into_iter().flatten().map(id).collect()
    }

    /// The ids of a group's members.
    pub(crate) async fn members(&self, id: &str) -> BTreeSet<String> {
        let answer = self.get(&format!("/Groups/{id}")).await;
        let members = answer.expect(200)["members"].as_array();
        let members = members.map(Vec::as_slice).unwrap_or_default();
        let ids: BTreeSet<String> = members
            .iter()
            .filter_map(|member| member["value"].as_str())
            .map(str::to_owned)
            .collect();
        assert_eq!(ids.len(), members.len(), "a member is listed twice");
        ids
    }

    /// Expects a user to have these values.
    ///
    /// HubSpot derives the display name from the given and the family name. It keeps few attributes, and an answer may leave
    /// out the others, but must not show another value.
    #[track_caller]
    pub(crate) fn expect_values(&self, user: &Value, expected: &[(&str, Value)]) {
        for (place, value) in expected {
            let shown = at(user, place);
            let is_expected = match *place {
                _ if !self.is_hubspot() => shown == Some(value),
                "displayName" | "name/formatted" => shown == Some(&display_name(user)),
                // HubSpot may store the address in lower case.
                "emails/work/value" | "emails/0/value" => {
                    lower_case(shown) == lower_case(Some(value))
                }
                _ if HUBSPOT_ATTRIBUTES.contains(place) => shown == Some(value),
                _ => shown.is_none_or(|shown| shown == value),
            };
            assert!(is_expected, "expected {place} to be {value} in {user}");
        }
    }

    /// Expects a returned user to be as before.
    #[track_caller]
    pub(crate) fn expect_restored(&self, user: &Value, before: &Value) {
        assert_eq!(user["id"], before["id"]);
        if self.is_hubspot() {
            for place in HUBSPOT_ATTRIBUTES {
                assert_eq!(at(user, place), at(before, place), "{place}");
            }
        } else {
            let mut user = user.clone();
            user["meta"] = before["meta"].clone();
            assert_eq!(&user, before);
        }
    }

    /// Signs a person in to HubSpot for the first time. From then on HubSpot accepts names.
    pub(crate) fn sign_in(&self, email: &str) {
        if let Some(scene) = self.account() {
            assert!(scene.hubspot().activate(email));
        }
    }

    /// Adds a user to a main team and an extra team by hand in HubSpot.
    pub(crate) fn add_to_teams(&self, email: &str) {
        if let Some(scene) = self.account() {
            let hubspot = scene.hubspot();
            assert!(hubspot.set_primary_team_by_hand(email, Some(MAIN_TEAM)));
            assert!(hubspot.set_secondary_teams_by_hand(email, &[EXTRA_TEAM]));
        }
    }

    /// Expects a user still to be in those teams. No client sends the teams of a returning user.
    #[track_caller]
    pub(crate) fn expect_in_teams(&self, email: &str) {
        if let Some(scene) = self.account() {
            let held = scene.member(email);
            assert_eq!(held.primary_team_id.as_deref(), Some(MAIN_TEAM));
            assert_eq!(held.secondary_team_ids, [EXTRA_TEAM]);
        }
    }

    /// Expects HubSpot to have this user, with this name and these permission sets.
    #[track_caller]
    pub(crate) fn expect_member(&self, email: &str, name: [&str; 2], roles: &[&str]) {
        if let Some(scene) = self.account() {
            let held = scene.member(email);
            let [given, family] =
                [&held.first_name, &held.last_name].map(|name| name.as_deref().unwrap_or_default());
            assert_eq!([given, family], name);
            assert_eq!(scene.roles_of(email), roles);
        }
    }

    /// Expects HubSpot to have no user at this address.
    #[track_caller]
    pub(crate) fn expect_no_member(&self, email: &str) {
        if let Some(scene) = self.account() {
            assert_eq!(scene.hubspot().user_by_email(email), None);
        }
    }

    /// All users in HubSpot, for a later comparison.
    pub(crate) fn hubspot_users(&self) -> Vec<User> {
        self.account()
            .map(|scene| scene.hubspot().users())
            .unwrap_or_default()
    }
}

/// Teams of the emulated account.
const MAIN_TEAM: &str = "5301";
const EXTRA_TEAM: &str = "5306";

/// The attributes that HubSpot or the adapter's state keeps as sent.
const HUBSPOT_ATTRIBUTES: [&str; 6] = [
    "userName",
    "externalId",
    "active",
    "name/givenName",
    "name/familyName",
    "roles/0/value",
];

fn display_name(user: &Value) -> Value {
    let part = |place| at(user, place).and_then(Value::as_str).unwrap_or_default();
    let name = format!("{} {}", part("name/givenName"), part("name/familyName"));
    name.trim().into()
}

fn lower_case(value: Option<&Value>) -> Option<String> {
    value?.as_str().map(str::to_lowercase)
}

/// The value at a place in a resource: names joined by slashes. A list entry goes by its type or its index.
pub(crate) fn at<'v>(resource: &'v Value, place: &str) -> Option<&'v Value> {
    let step = |value: &'v Value, name: &str| match value {
        Value::Array(entries) => match name.parse::<usize>() {
            Ok(index) => entries.get(index),
            Err(_) => entries.iter().find(|entry| entry["type"] == name),
        },
        Value::Object(members) => members.get(name),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => None,
    };
    place.split('/').try_fold(resource, step)
}
