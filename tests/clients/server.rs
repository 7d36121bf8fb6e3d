//! Either server, and what it holds.

use std::collections::BTreeSet;

use hubspot_adapter::client::User;
use hubspot_adapter::emulator::Behavior;
use scim_core::Profile;
use scim_tests::{Answer, MemoryScene, Scene};
use serde_json::Value;

/// The HubSpot behaviors to live under: any two keys with each pair of their answers, and all second answers at once.
pub(crate) fn behaviors() -> impl Iterator<Item = Behavior> {
    Behavior::pairwise().chain([opposite()])
}

/// The behavior that gives every second answer.
pub(crate) fn opposite() -> Behavior {
    Behavior::combination(Behavior::COMBINATIONS - 1)
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

    /// The emulated account, where there is one.
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

    /// A GET that owes nothing to any client.
    pub(crate) async fn get(&self, path: &str) -> Answer {
        let path = format!("/scim/v2{path}");
        match self {
            Self::Memory(scene) => scene.get(&path).await,
            Self::HubSpot(scene) => scene.get(&path).await,
        }
    }

    /// A user as the server has them.
    pub(crate) async fn user(&self, id: &str) -> Value {
        self.get(&format!("/Users/{id}")).await.expect(200).clone()
    }

    /// The ids of those whom a filter selects.
    pub(crate) async fn select(&self, filter: &str) -> Vec<String> {
        let filter = filter.replace(' ', "%20").replace('"', "%22");
        let answer = self.get(&format!("/Users?filter={filter}")).await;
        let found = answer.expect(200)["Resources"].as_array();
        let id = |user: &Value| user["id"].as_str().unwrap_or_default().to_owned();
        found.into_iter().flatten().map(id).collect()
    }

    /// The ids of the members of a group.
    pub(crate) async fn members(&self, id: &str) -> BTreeSet<String> {
        let answer = self.get(&format!("/Groups/{id}")).await;
        let members = answer.expect(200)["members"].as_array();
        let members = members.map(Vec::as_slice).unwrap_or_default();
        let ids: BTreeSet<String> = members
            .iter()
            .filter_map(|member| member["value"].as_str())
            .map(str::to_owned)
            .collect();
        assert_eq!(ids.len(), members.len(), "nobody is a member twice");
        ids
    }

    /// Whether a user has these values.
    ///
    /// HubSpot makes names to show of the other two, and keeps few attributes: what it does not keep must not be shown either.
    #[track_caller]
    pub(crate) fn shows(&self, user: &Value, expected: &[(&str, Value)]) {
        for (place, value) in expected {
            let shown = at(user, place);
            let is_so = match *place {
                _ if !self.is_hubspot() => shown == Some(value),
                "displayName" | "name/formatted" => shown == Some(&name_to_show(user)),
                // As HubSpot has it, which may be in lower case.
                "emails/work/value" | "emails/0/value" => {
                    lower_case(shown) == lower_case(Some(value))
                }
                _ if KEPT_IN_HUBSPOT.contains(place) => shown == Some(value),
                _ => shown.is_none_or(|shown| shown == value),
            };
            assert!(is_so, "{place} shall be {value} in {user}");
        }
    }

    /// Whether a user who was away is as before.
    #[track_caller]
    pub(crate) fn is_back(&self, user: &Value, before: &Value) {
        assert_eq!(user["id"], before["id"]);
        if self.is_hubspot() {
            for place in KEPT_IN_HUBSPOT {
                assert_eq!(at(user, place), at(before, place), "{place}");
            }
        } else {
            let mut user = user.clone();
            user["meta"] = before["meta"].clone();
            assert_eq!(&user, before);
        }
    }

    /// Has a person sign in to HubSpot for the first time, after which it takes names.
    pub(crate) fn signs_in(&self, email: &str) {
        if let Some(scene) = self.account() {
            assert!(scene.hubspot().activate(email));
        }
    }

    /// Has somebody in HubSpot put a user into a main team and an extra one.
    pub(crate) fn joins_teams(&self, email: &str) {
        if let Some(scene) = self.account() {
            let hubspot = scene.hubspot();
            assert!(hubspot.set_primary_team_by_hand(email, Some(MAIN_TEAM)));
            assert!(hubspot.set_secondary_teams_by_hand(email, &[EXTRA_TEAM]));
        }
    }

    /// Whether HubSpot holds a user in these teams still: no client sends the memberships of who returns.
    #[track_caller]
    pub(crate) fn is_in_teams(&self, email: &str) {
        if let Some(scene) = self.account() {
            let held = scene.member(email);
            assert_eq!(held.primary_team_id.as_deref(), Some(MAIN_TEAM));
            assert_eq!(held.secondary_team_ids, [EXTRA_TEAM]);
        }
    }

    /// Whether HubSpot holds this user, under this name and with these permission sets.
    #[track_caller]
    pub(crate) fn hubspot_holds(&self, email: &str, name: [&str; 2], roles: &[&str]) {
        if let Some(scene) = self.account() {
            let held = scene.member(email);
            let [given, family] =
                [&held.first_name, &held.last_name].map(|name| name.as_deref().unwrap_or_default());
            assert_eq!([given, family], name);
            assert_eq!(scene.roles_of(email), roles);
        }
    }

    /// Whether HubSpot holds nobody of this address.
    #[track_caller]
    pub(crate) fn hubspot_lacks(&self, email: &str) {
        if let Some(scene) = self.account() {
            assert_eq!(scene.hubspot().user_by_email(email), None);
        }
    }

    /// Everybody in HubSpot, to compare with later.
    pub(crate) fn everybody(&self) -> Vec<User> {
        self.account()
            .map(|scene| scene.hubspot().users())
            .unwrap_or_default()
    }
}

/// Teams of the emulated account.
const MAIN_TEAM: &str = "5301";
const EXTRA_TEAM: &str = "5306";

/// What HubSpot, or the adapter beside it, keeps as it was sent.
const KEPT_IN_HUBSPOT: [&str; 6] = [
    "userName",
    "externalId",
    "active",
    "name/givenName",
    "name/familyName",
    "roles/0/value",
];

fn name_to_show(user: &Value) -> Value {
    let part = |place| at(user, place).and_then(Value::as_str).unwrap_or_default();
    let name = format!("{} {}", part("name/givenName"), part("name/familyName"));
    name.trim().into()
}

fn lower_case(value: Option<&Value>) -> Option<String> {
    value?.as_str().map(str::to_lowercase)
}

/// What a resource has at a place: names with slashes between, where the entry of a list is named by its type or its index.
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
