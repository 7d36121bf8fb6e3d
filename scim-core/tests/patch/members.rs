//! Member deltas, computed without the group, against the same request applied to the whole group.

use proptest::prelude::*;
use scim_core::patch::{self, MemberDeltas};
use scim_core::schema::{Attribute, AttributeType, Mutability, ResourceType};
use scim_core::{PatchOp, Profile, Resource, Schema, Tolerance, ValueRef};
use serde_json::{Map, Value, json};

const CORE: &str = "urn:ietf:params:scim:schemas:core:2.0:Group";

fn request(operations: &Value) -> Vec<u8> {
    json!({"schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"], "Operations": operations})
        .to_string()
        .into_bytes()
}

fn group(members: &[Value]) -> Map<String, Value> {
    let mut group = Map::new();
    group.insert("schemas".to_owned(), json!([CORE]));
    group.insert("displayName".to_owned(), json!("g"));
    if !members.is_empty() {
        group.insert("members".to_owned(), Value::from(members));
    }
    group
}

fn resource(tree: &Map<String, Value>) -> Resource {
    Resource::from_slice(Value::Object(tree.clone()).to_string().as_bytes()).expect("an object")
}

/// Applies deltas to stored memberships as the documentation of [`MemberDeltas`] says.
fn with_deltas(mut members: Vec<Value>, deltas: &MemberDeltas) -> Vec<Value> {
    let id = |member: &Value| member["value"].as_str().map(str::to_owned);
    if deltas.clears {
        members.clear();
    }

    members.retain(|member| {
        !deltas
            .removed
            .iter()
            .any(|removed| id(member).as_ref() == Some(removed))
    });
    for entry in &deltas.added {
        if !members
            .iter()
            .any(|member| id(member).as_deref() == Some(entry.id()))
        {
            members.push(serde_json::from_slice(&entry.to_vec()).expect("JSON"));
        }
    }

    members
}

/// Checks the deltas against the whole group. Returns whether the request has deltas.
fn compare(
    members: &[Value],
    operations: &Value,
    group_type: &ResourceType,
    profile: Profile,
) -> bool {
    let Ok(patch) = PatchOp::from_slice(&request(operations), profile) else {
        return false;
    };

    let mut tree = group(members);
    let whole = patch::apply(&resource(&tree), &patch, group_type, profile);
    let Some(deltas) = patch.member_deltas(group_type, profile) else {
        return false;
    };

    // Each operation on its own, applied to the whole group, gives the same result.
    let one_by_one = operations.as_array().into_iter().flatten().try_fold(
        resource(&tree),
        |group, operation| {
            let patch = PatchOp::from_slice(&request(&json!([operation])), profile)?;
            patch::apply(&group, &patch, group_type, profile).map(|applied| applied.resource)
        },
    );

    if let Ok(one_by_one) = one_by_one {
        let text = |group: &Resource| group.to_string().replace(",\"members\":[]", "");
        let whole = whole.as_ref().ok().map(|whole| text(&whole.resource));
        assert_eq!(whole, Some(text(&one_by_one)), "{operations}");
    }

    tree.remove("members");
    let rest = patch::apply(&resource(&tree), &deltas.rest, group_type, profile);
    match (whole, rest) {
        (Ok(whole), Ok(rest)) => {
            let mut whole: Map<String, Value> =
                serde_json::from_slice(&whole.resource.to_vec()).expect("an object");
            let left = match whole.remove("members") {
                Some(Value::Array(left)) => left,
                _ => Vec::new(),
            };
            assert_eq!(left, with_deltas(members.to_vec(), &deltas), "{operations}");
            let rest: Map<String, Value> =
                serde_json::from_slice(&rest.resource.to_vec()).expect("an object");
            assert_eq!(whole, rest, "{operations}");
        }
        (Err(whole), Err(rest)) => {
            assert_eq!(
                (whole.kind(), whole.detail()),
                (rest.kind(), rest.detail()),
                "{operations}"
            );
        }
        (whole, rest) => assert_eq!(whole.is_ok(), rest.is_ok(), "{operations}"),
    }
    true
}

fn members() -> impl Strategy<Value = Vec<Value>> {
    prop::collection::btree_set("[a-e]", 0..4).prop_flat_map(|ids| {
        let kinds = prop::collection::vec(prop::option::of("User|Group"), ids.len());
        kinds.prop_map(move |kinds| {
            let entry = |(id, kind): (&String, Option<String>)| match kind {
                Some(kind) => json!({"value": id, "type": kind}),
                None => json!({"value": id}),
            };
            ids.iter().zip(kinds).map(entry).collect()
        })
    })
}

fn entry() -> impl Strategy<Value = Value> {
    let id = "[a-f]";
    prop_oneof![
        60 => id.prop_map(|id| json!({"value": id})),
        10 => (id, "User|Group").prop_map(|(id, kind)| json!({"value": id, "type": kind})),
        5 => id.prop_map(|id| json!({"VALUE": id, "$ref": null, "display": "x"})),
        1 => id.prop_map(|id| json!({"value": id, "$ref": format!("../Users/{id}")})),
        2 => id.prop_map(Value::from),
        1 => Just(json!({"type": "User"})),
        1 => Just(json!({"$ref": "x"})),
        1 => Just(json!({"value": ""})),
        1 => Just(json!({"value": "a", "shoeSize": 1})),
        1 => Just(json!({})),
        1 => Just(json!(7)),
    ]
}

fn value() -> impl Strategy<Value = Value> {
    prop_oneof![
        24 => prop::collection::vec(entry(), 0..4).prop_map(Value::from),
        3 => entry(),
        1 => Just(Value::Null),
        1 => Just(json!("")),
        1 => Just(json!("new name")),
    ]
}

fn path() -> impl Strategy<Value = String> {
    let term = || {
        prop_oneof![
            40 => "[a-f]".prop_map(|id| format!("value eq \"{id}\"")),
            1 => "[a-f]".prop_map(|id| format!("VALUE EQ \"{id}\"")),
            1 => Just("display eq \"x\"".to_owned()),
            1 => Just("type eq \"User\"".to_owned()),
            1 => Just("value co \"a\"".to_owned()),
            1 => Just("value eq 5".to_owned()),
        ]
    };

    let filter = (
        prop::collection::vec(term(), 1..4),
        prop_oneof![12 => Just(" or "), 1 => Just(" and ")],
    )
        .prop_map(|(terms, joint)| terms.join(joint));

    let members = || prop_oneof![4 => Just("members"), 1 => Just("MEMBERS"), 1 => Just("urn:ietf:params:scim:schemas:core:2.0:Group:members")];
    prop_oneof![
        18 => members().prop_map(str::to_owned),
        6 => (members(), filter, prop_oneof![60 => Just(""), 1 => Just(".value"), 1 => Just(".display")])
            .prop_map(|(members, filter, sub)| format!("{members}[{filter}]{sub}")),
        2 => Just("displayName".to_owned()),
        1 => Just("externalId".to_owned()),
        1 => Just("members.value".to_owned()),
        1 => Just("members.display".to_owned()),
        1 => Just("id".to_owned()),
        1 => Just("shoeSize".to_owned()),
        1 => Just(CORE.to_owned()),
    ]
}

fn path_less() -> impl Strategy<Value = Value> {
    prop::collection::vec((path(), value()), 0..3).prop_flat_map(|pairs| {
        let inner: Map<String, Value> = pairs.into_iter().collect();
        prop_oneof![
            3 => Just(Value::Object(inner.clone())),
            1 => Just(json!({CORE: inner, "schemas": [CORE]})),
        ]
    })
}

fn operation() -> impl Strategy<Value = Value> {
    let op = || prop::sample::select(vec!["add", "remove", "replace"]);
    prop_oneof![
        9 => (op(), Just("members"), prop::collection::vec(entry(), 0..3))
            .prop_map(|(op, path, value)| json!({"op": op, "path": path, "value": value})),
        6 => (op(), path(), value()).prop_map(|(op, path, value)| json!({"op": op, "path": path, "value": value})),
        3 => path().prop_map(|path| json!({"op": "remove", "path": path})),
        2 => (op(), path_less()).prop_map(|(op, value)| json!({"op": op, "value": value})),
        1 => (op(), path_less()).prop_map(|(op, value)| json!({"op": op, "path": CORE, "value": value})),
    ]
}

fn profile() -> impl Strategy<Value = Profile> {
    prop::sample::select(vec![
        Profile::tolerant(),
        Profile::rfc(),
        Profile::tolerant().without(Tolerance::RemoveWithoutMatch),
        Profile::tolerant().without(Tolerance::UnknownAttributes),
        Profile::rfc().with(Tolerance::RemoveWithValue),
    ])
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 1500, ..ProptestConfig::default() })]

    #[test]
    fn deltas_equal_the_effect_on_the_whole_group(
        members in members(), operations in prop::collection::vec(operation(), 0..5), profile in profile(),
    ) {
        compare(&members, &Value::from(operations), &ResourceType::group(), profile);
    }
}

#[test]
fn every_form_of_client_gives_deltas_without_the_group() {
    let base = [json!({"value": "7", "type": "User"}), json!({"value": "8"})];
    for operations in [
        json!([{"op": "Add", "path": "members", "value": [{"$ref": null, "value": "9"}]}]),
        json!([{"op": "Add", "path": "members", "value": {"value": "9"}}]),
        json!([{"op": "Add", "path": "members", "value": "9"}]),
        json!([{"op": "add", "value": {"members": [{"value": "9", "display": "x"}]}}]),
        json!([{"op": "add", "value": {CORE: {"members": [{"value": "9"}]}, "schemas": [CORE]}}]),
        json!([{"op": "add", "path": format!("{CORE}:members"), "value": ["9"]}]),
        json!([{"op": "Remove", "path": "members", "value": [{"$ref": null, "value": "7"}]}]),
        json!([{"op": "Remove", "path": "members", "value": [{"value": "7", "type": "Group", "display": "x"}]}]),
        json!([{"op": "remove", "path": "members[value eq \"7\"]"}]),
        json!([{"op": "remove", "path": "members[value eq \"7\" or value eq \"8\" or value eq \"1\"]"}]),
        json!([{"op": "remove", "path": "members"}]),
        json!([{"op": "replace", "path": "members", "value": []}]),
        json!([{"op": "replace", "path": "members", "value": [{"value": "7"}, {"value": "7"}, {"value": "3"}]}]),
        json!([{"op": "replace", "value": {"id": "x", "displayName": "New", "members": [{"value": "5"}]}}]),
        json!([
            {"op": "remove", "path": "members[value eq \"7\"]"},
            {"op": "add", "path": "members", "value": [{"value": "7", "type": "Group"}, {"value": "4"}]},
            {"op": "replace", "path": "displayName", "value": "New"},
            {"op": "remove", "path": "members[value eq \"4\"]"},
        ]),
        json!([{"op": "replace", "path": "members", "value": ["1"]}, {"op": "remove", "path": "members[value eq \"7\"]"}]),
        json!([{"op": "replace", "path": "displayName", "value": "New"}]),
    ] {
        assert!(
            compare(
                &base,
                &operations,
                &ResourceType::group(),
                Profile::tolerant()
            ),
            "{operations}"
        );
    }
}

#[test]
fn operations_that_depend_on_current_members_give_no_deltas() {
    let without_match = Profile::tolerant().without(Tolerance::RemoveWithoutMatch);
    for (operations, profile) in [
        (
            json!([{"op": "remove", "path": "members[display eq \"x\"]"}]),
            Profile::tolerant(),
        ),
        (
            json!([{"op": "remove", "path": "members[value eq \"7\" and type eq \"User\"]"}]),
            Profile::tolerant(),
        ),
        (
            json!([{"op": "remove", "path": "members[not (value eq \"7\")]"}]),
            Profile::tolerant(),
        ),
        (
            json!([{"op": "remove", "path": "members[value eq \"7\"]"}]),
            without_match,
        ),
        (
            json!([{"op": "replace", "path": "members[value eq \"7\"].type", "value": "User"}]),
            Profile::tolerant(),
        ),
        (
            json!([{"op": "add", "path": "members", "value": [{"$ref": "../Users/7"}]}]),
            Profile::tolerant(),
        ),
        // Only the request on the whole group reports a fault in `members`.
        (
            json!([{"op": "add", "path": "members", "value": 7}]),
            Profile::tolerant(),
        ),
        (
            json!([{"op": "remove", "path": "members", "value": ["7"]}]),
            Profile::rfc(),
        ),
    ] {
        let patch = PatchOp::from_slice(&request(&operations), profile).expect("a request");
        assert!(
            patch
                .member_deltas(&ResourceType::group(), profile)
                .is_none(),
            "{operations}"
        );
    }
}

/// A group type whose members have the sub-attribute `sub` too.
fn with_sub_attribute(sub: Attribute) -> ResourceType {
    let value = Attribute::new("value", AttributeType::String)
        .case_exact()
        .with_mutability(Mutability::Immutable);
    let members = Attribute::new("members", AttributeType::Complex)
        .multi_valued()
        .with_sub_attributes(vec![value, sub]);
    let name = Attribute::new("displayName", AttributeType::String);
    ResourceType::new(
        "Team",
        "/Teams",
        Schema::new("urn:example:Team", "Team", vec![name, members]),
    )
}

#[test]
fn an_entry_keeps_the_sub_attributes_of_its_schema() {
    let badge =
        Attribute::new("badge", AttributeType::String).with_mutability(Mutability::Immutable);
    let operations =
        json!([{"op": "add", "path": "members", "value": [{"value": "1", "badge": "b"}]}]);
    let patch = PatchOp::from_slice(&request(&operations), Profile::rfc()).expect("a request");
    let deltas = patch
        .member_deltas(&with_sub_attribute(badge), Profile::rfc())
        .expect("deltas");

    let badge = deltas.added[0].value().member("badge");
    assert_eq!(badge.and_then(ValueRef::as_str).as_deref(), Some("b"));
    assert!(!format!("{deltas:?}").contains("\"b\""));
}

#[test]
fn merging_into_a_member_gives_no_deltas() {
    let role = with_sub_attribute(Attribute::new("role", AttributeType::String));
    let deltas = |op: &str| {
        let operations =
            json!([{"op": op, "path": "members", "value": [{"value": "1", "role": "r"}]}]);
        PatchOp::from_slice(&request(&operations), Profile::rfc())
            .expect("a request")
            .member_deltas(&role, Profile::rfc())
    };
    assert_eq!(deltas("add"), None);
    assert!(deltas("replace").is_some());
}
