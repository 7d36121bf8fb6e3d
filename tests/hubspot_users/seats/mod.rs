//! `entitlements`: the seats of a user in HubSpot, if the token has the scope.

mod disabled;
mod given;
mod refused;

use hubspot_adapter::Features;
use hubspot_adapter::dialect::SeatsGiven;
use hubspot_adapter::emulator::Behavior;
use scim_tests::{Answer, Scene, SceneBuilder, entra_user, patch_op, with};
use serde_json::Value;

pub(crate) const ADA: &str = "ada@acme.example";
pub(crate) const AISHA: &str = "aisha.rahman@acme.example";
pub(crate) const INGRID: &str = "ingrid.halvorsen@acme.example";
pub(crate) const JAMES: &str = "james.oconnor@acme.example";
pub(crate) const LIN: &str = "lin.wei@acme.example";
pub(crate) const USERS: &str = "/settings/users/2026-09";
pub(crate) const SEATS: &str = "/settings/users/2026-09/seats";
/// The scopes for users, without the scope for seats.
pub(crate) const NO_BILLING: [&str; 2] = ["settings.users.read", "settings.users.write"];

pub(crate) fn builder() -> SceneBuilder {
    Scene::builder().features(Features::none().with_seats())
}

pub(crate) fn holding(seats: impl Into<Value>) -> Value {
    with(entra_user(ADA), "entitlements", seats)
}

pub(crate) fn behaviors() -> impl Iterator<Item = Behavior> {
    SeatsGiven::ALL.into_iter().map(|seats| {
        let mut behavior = Behavior::default();
        behavior.dialect.seats = seats;
        behavior
    })
}

pub(crate) async fn patch(scene: &Scene, id: &str, operations: &Value) -> Answer {
    let path = format!("/scim/v2/Users/{id}");
    scene.patch(&path, &patch_op(operations)).await
}

/// The values of `entitlements` in an answer.
#[track_caller]
pub(crate) fn shown(answer: &Answer) -> Vec<&str> {
    let entries = answer.json().get("entitlements").and_then(Value::as_array);
    let entries = entries.map(Vec::as_slice).unwrap_or_default();
    let value = |entry: &'_ Value| {
        entry
            .get("value")
            .and_then(Value::as_str)
            .map(str::to_owned)
    };
    assert!(
        entries
            .iter()
            .all(|entry| entry.get("display") == entry.get("value"))
    );
    assert!(entries.iter().all(|entry| value(entry).is_some()));
    entries
        .iter()
        .filter_map(|entry| entry["value"].as_str())
        .collect()
}

pub(crate) fn held(scene: &Scene, email: &str) -> Vec<String> {
    let mut seats = scene.member(email).seat_names;
    seats.sort();
    seats
}
