//! App roles of Entra ID and roles of Okta in every form, and the names that result.

use scim_core::{Profile, Resource, User};
use serde_json::{Value, json};

use crate::support::{Client, USER};

struct Roles {
    client: Client,
    path: String,
}

impl Roles {
    /// Creates a user with these roles.
    fn of(roles: &Value) -> Self {
        let client = Client::new(Profile::tolerant());
        let user = json!({"schemas": [USER], "userName": "ada@acme.example", "roles": roles});
        let id = client.create("/scim/v2/Users", &user);
        let path = format!("/scim/v2/Users/{id}");
        Self { client, path }
    }

    fn patch(&self, operation: &Value) {
        let body = json!({
            "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
            "Operations": [operation],
        });
        let (status, answer) = self.client.send("PATCH", &self.path, body.to_string());
        assert_eq!(status, 200, "{answer}");
    }

    /// The role names of the stored user, joined by commas.
    fn names(&self) -> String {
        let shown = self.client.get(&self.path).to_string();
        let resource = Resource::from_slice(shown.as_bytes()).expect("a resource");
        let user = User::try_from(resource).expect("a user");
        user.role_names().join(",")
    }
}

#[test]
fn single_app_role_assignment() {
    let roles = Roles::of(&json!([
        {"primary": true, "type": "WindowsAzureActiveDirectoryRole", "value": "Admin"},
    ]));
    assert_eq!(roles.names(), "Admin");
    let roles = Roles::of(&json!([]));
    roles.patch(&json!({"op": "Add", "path": "roles", "value": [
        {"value": "{\"id\":\"06b07648-ecfe-589f-9d2f-6325724a46ee\",\"value\":\"25\",\"displayName\":\"Role1234\"}"},
    ]}));
    assert_eq!(roles.names(), "25");
}

#[test]
fn the_primary_entry_by_its_path() {
    let roles = Roles::of(&json!([{"primary": "True", "value": "Admin"}]));
    roles.patch(
        &json!({"op": "Replace", "path": "roles[primary eq \"True\"].value", "value": "User"}),
    );
    assert_eq!(roles.names(), "User");
    let roles = Roles::of(&json!([]));
    roles.patch(&json!({"op": "Add", "path": "roles[primary eq \"True\"].value", "value": "User"}));
    assert_eq!(roles.names(), "User");
}

#[test]
fn a_role_in_json_is_expanded_in_every_place() {
    let json = "{\"id\":\"06b07648\",\"value\":\"25\",\"displayName\":\"Role1234\"}";
    let nameless = "{\"id\":\"06b07648\",\"value\":null,\"displayName\":\"25\"}";

    for operation in [
        json!({"op": "Add", "path": "roles[primary eq \"True\"].value", "value": json}),
        json!({"op": "Replace", "path": "roles[type eq \"x\"]", "value": {"value": json}}),
        json!({"op": "Add", "path": "roles", "value": json}),
        json!({"op": "Add", "path": "roles", "value": [json]}),
        json!({"op": "Add", "path": "roles", "value": [{"value": nameless}]}),
        json!({"op": "Replace", "value": {"roles": [{"value": json}]}}),
    ] {
        let roles = Roles::of(&json!([]));
        roles.patch(&operation);
        let shown = roles.client.get(&roles.path);
        assert_eq!(shown["roles"][0]["value"], "25", "{operation}: {shown}");
        assert_eq!(roles.names(), "25");
    }
}

#[test]
fn the_display_name_in_json_gives_way_to_a_sent_one() {
    let entry = |json: Value, display: Value| {
        let roles = Roles::of(&json!([{"value": json.to_string(), "display": display}]));
        roles.client.get(&roles.path)["roles"][0].clone()
    };
    let json = json!({"value": "25", "displayName": "Role"});
    assert_eq!(
        entry(json.clone(), Value::Null),
        json!({"value": "25", "display": "Role"})
    );
    assert_eq!(
        entry(json, json!("Admin")),
        json!({"value": "25", "display": "Admin"})
    );

    let empty = json!({"value": "", "displayName": "Role"});
    assert_eq!(
        entry(empty, Value::Null),
        json!({"value": "Role", "display": "Role"})
    );
}

#[test]
fn json_inside_json_stays_a_name() {
    let inner = json!({"value": "Admin"}).to_string();
    let outer = json!({ "value": inner }).to_string();
    assert_eq!(Roles::of(&json!([{ "value": outer }])).names(), inner);
}

#[test]
fn app_role_assignments_complex() {
    let kind = "WindowsAzureActiveDirectoryRole";
    let roles = Roles::of(&json!([
        {"primary": false, "type": kind, "displayName": "Admin", "value": "Admin"},
        {"primary": false, "type": kind, "displayName": "User", "value": "User"},
    ]));
    assert_eq!(roles.names(), "Admin,User");
    roles.patch(&json!({"op": "Add", "path": "roles", "value": [
        {"value": "{\"id\":\"06b07648\",\"value\":\"User\",\"displayName\":\"User\"}"},
        {"value": "{\"id\":\"18d14569\",\"value\":\"Guest\",\"displayName\":\"Guest\"}"},
    ]}));
    assert_eq!(roles.names(), "Admin,User,Guest");
}

#[test]
fn assertive_app_role_assignments_complex_replaces_the_list() {
    let kind = "WindowsAzureActiveDirectoryRole";
    let roles = Roles::of(&json!([{"value": "Admin"}]));
    roles.patch(&json!({"op": "replace", "path": "roles", "value": [
        {"primary": false, "type": kind, "display": "User", "value": "User"},
        {"primary": false, "type": kind, "display": "Guest", "value": "Guest"},
    ]}));
    assert_eq!(roles.names(), "User,Guest");
    roles.patch(&json!({"op": "replace", "path": "roles", "value": []}));
    assert_eq!(roles.names(), "");
}

#[test]
fn okta_sends_texts_or_objects() {
    for roles in [
        json!(["Sales Rep", "Read Only"]),
        json!([{"value": "Sales Rep", "primary": false}, {"value": "Read Only"}]),
    ] {
        assert_eq!(Roles::of(&roles).names(), "Sales Rep,Read Only");
        let replaced = Roles::of(&json!([{"value": "Admin"}]));
        replaced.patch(&json!({"op": "replace", "value": {"roles": roles}}));
        assert_eq!(replaced.names(), "Sales Rep,Read Only");
        let user = json!({"schemas": [USER], "userName": "ada@acme.example", "roles": roles});
        let put = replaced
            .client
            .send("PUT", &replaced.path, user.to_string());
        assert_eq!(put.0, 200);
        assert_eq!(replaced.names(), "Sales Rep,Read Only");
    }
}
