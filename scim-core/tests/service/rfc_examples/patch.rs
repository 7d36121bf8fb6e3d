//! RFC 7644 §3.5.2: every PATCH, applied to a matching group or user.

use scim_core::filter::PatchPath;
use scim_core::{PatchOp, Profile};
use serde_json::{Value, json};

use super::scene::Scene;
use super::{example, text};

const GROUP: &str = "acbf3ae7-8463-4692-b4fd-9b4da3f908ce";
const BABS: &str = "2819c223-7f76-453a-919d-413861904646";
const JAMES: &str = "08e1d05d-121c-4561-8b96-473d93df9210";

/// Creates a resource and applies an example to it. Returns the resource before and after.
#[track_caller]
fn patched(endpoint: &str, id: &str, before: &Value, example: &Value) -> (Value, Value) {
    let scene = Scene::new(&[id]);
    let before = scene.create(endpoint, before);
    scene.at("2011-08-02T00:00:00Z");
    let version = before["meta"]["version"].as_str();
    let answer = scene.send_if("PATCH", &format!("{endpoint}/{id}"), Some(example), version);
    assert_eq!(answer.status, 200, "{}", answer.json);
    let now = scene.get(&format!("{endpoint}/{id}")).json;
    assert_eq!(answer.json, now);
    (before, now)
}

#[track_caller]
fn group(members: &[&str], example: &Value) -> (Value, Value) {
    let members: Vec<Value> = members.iter().map(|id| json!({ "value": id })).collect();
    let before = json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group"],
        "displayName": "Tour Guides",
        "members": members,
    });
    patched("/Groups", GROUP, &before, example)
}

#[track_caller]
fn user(mut before: Value, example: &Value) -> Value {
    before["schemas"] = json!(["urn:ietf:params:scim:schemas:core:2.0:User"]);
    before["userName"] = json!("bjensen");
    patched("/Users", BABS, &before, example).1
}

fn members(group: &Value) -> Vec<&str> {
    let members = group["members"].as_array().expect("members");
    members
        .iter()
        .filter_map(|member| member["value"].as_str())
        .collect()
}

fn was_modified(before: &Value, after: &Value) -> bool {
    before["meta"]["lastModified"] != after["meta"]["lastModified"]
}

#[test]
fn every_example_path_is_read_and_written_3_5_2() {
    let paths = text("rfc7644-3.5.2-2-paths.txt");
    assert_eq!(paths.lines().count(), 5);
    for path in paths.lines() {
        assert_eq!(PatchPath::parse(path).expect(path).to_string(), path);
    }
}

#[test]
fn every_patch_is_read_under_the_rfc_profile() {
    for name in [
        "rfc7644-3.5.2-1-patch-request",
        "rfc7644-3.5.2.1-1-add-member",
        "rfc7644-3.5.2.2-4-remove-and-add-member",
        "rfc7644-3.5.2.3-4-replace-without-path",
    ] {
        let shown = example(name);
        let patch = PatchOp::from_slice(shown.to_string().as_bytes(), Profile::rfc());
        let operations = shown["Operations"].as_array().map(Vec::len);
        assert_eq!(Some(patch.expect(name).operations().len()), operations);
    }
}

#[test]
fn a_member_is_added_once_3_5_2_1() {
    for name in [
        "rfc7644-3.5.2-1-patch-request",
        "rfc7644-3.5.2.1-1-add-member",
    ] {
        let request = example(name);
        let (before, after) = group(&[JAMES], &request);
        assert_eq!(members(&after), [JAMES, BABS]);
        assert!(was_modified(&before, &after));
    }
}

#[test]
fn adding_an_existing_member_changes_nothing_3_5_2_1() {
    let mut request = example("rfc7644-3.5.2.1-1-add-member");
    // A sub-attribute that the server lacks would be a change.
    let member = &mut request["Operations"][0]["value"][0];
    member.as_object_mut().expect("a member").remove("$ref");
    let (before, after) = group(&[BABS], &request);
    assert_eq!(before, after);
}

#[test]
fn attributes_are_added_without_a_path_3_5_2_1() {
    let request = example("rfc7644-3.5.2.1-2-add-without-path");
    let work = json!({"value": "bjensen@example.com", "type": "work"});
    let after = user(json!({"emails": [work], "nickName": "Barb"}), &request);
    let home = json!({"value": "babs@jensen.org", "type": "home"});
    assert_eq!(after["emails"], json!([work, home]));
    assert_eq!(after["nickName"], "Babs");
}

#[test]
fn one_member_is_removed_3_5_2_2() {
    let request = example("rfc7644-3.5.2.2-1-remove-member");
    assert_eq!(members(&group(&[BABS, JAMES], &request).1), [JAMES]);
    // "If the user was not a member of this group, no changes should be made".
    let (before, after) = group(&[JAMES], &request);
    assert_eq!(before, after);
}

#[test]
fn all_members_are_removed_3_5_2_2() {
    let request = example("rfc7644-3.5.2.2-2-remove-all-members");
    assert_eq!(group(&[BABS, JAMES], &request).1["members"], json!([]));
}

#[test]
fn the_matching_email_is_removed_3_5_2_2() {
    let request = example("rfc7644-3.5.2.2-3-remove-email");
    let home = json!({"value": "babs@example.com", "type": "home"});
    let work = json!({"value": "bjensen@example.com", "type": "work"});
    let other = json!({"value": "babs@jensen.org", "type": "work"});
    let after = user(json!({"emails": [home, work, other]}), &request);
    assert_eq!(after["emails"], json!([home, other]));
    let after = user(json!({"emails": [work]}), &request);
    assert_eq!(after.get("emails"), None);
}

#[test]
fn one_member_replaces_another_3_5_2_2() {
    let request = example("rfc7644-3.5.2.2-4-remove-and-add-member");
    assert_eq!(members(&group(&[BABS], &request).1), [JAMES]);
    let request = example("rfc7644-3.5.2.2-5-remove-and-add-all-members");
    assert_eq!(members(&group(&["7", "8"], &request).1), [BABS, JAMES]);
}

#[test]
fn all_members_are_replaced_3_5_2_3() {
    let request = example("rfc7644-3.5.2.3-1-replace-members");
    assert_eq!(members(&group(&["7", BABS], &request).1), [BABS, JAMES]);
}

#[test]
fn the_work_address_is_replaced_and_becomes_the_primary_one_3_5_2_3() {
    let request = example("rfc7644-3.5.2.3-2-replace-address");
    let work = json!({"type": "work", "locality": "Nowhere", "region": "NV"});
    let home = json!({"type": "home", "locality": "Hollywood", "primary": true});
    let after = user(json!({"addresses": [work, home]}), &request);
    let home = json!({"type": "home", "locality": "Hollywood", "primary": false});
    let replaced = &request["Operations"][0]["value"];
    assert_eq!(after["addresses"], json!([replaced, home]));
}

#[test]
fn a_street_is_replaced_in_the_work_address_only_3_5_2_3() {
    let request = example("rfc7644-3.5.2.3-3-replace-street");
    let address = |kind: &str, street: &str| json!({"type": kind, "streetAddress": street});
    let before = [
        address("work", "911 Universal City Plaza"),
        address("home", "456 Hollywood Blvd"),
    ];
    let after = user(json!({ "addresses": before }), &request);
    let wanted = [
        address("work", "1010 Broadway Ave"),
        address("home", "456 Hollywood Blvd"),
    ];
    assert_eq!(after["addresses"], json!(wanted));
}

#[test]
fn attributes_are_replaced_without_a_path_and_others_stay_3_5_2_3() {
    let request = example("rfc7644-3.5.2.3-4-replace-without-path");
    let before = json!({
        "emails": [{"value": "old@example.com", "type": "other"}],
        "nickName": "Barb",
        "title": "Tour Guide",
    });
    let after = user(before, &request);
    assert_eq!(after["emails"], request["Operations"][0]["value"]["emails"]);
    assert_eq!(after["nickName"], "Babs");
    assert_eq!(after["title"], "Tour Guide");
}
