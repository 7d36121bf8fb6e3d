//! Properties of every projection of every resource, even of one with a password.

use proptest::prelude::*;
use scim_core::projection::Projection;
use scim_core::schema::{ENTERPRISE_USER, ResourceType, USER};
use scim_core::{Profile, Resource};
use serde_json::{Map, Value, json};

const SECRET: &str = "s3cret";

/// A name in random letter case.
fn spelled(name: &'static str) -> impl Strategy<Value = String> {
    prop::collection::vec(any::<bool>(), name.len()).prop_map(move |upper| {
        let letters = name.chars().zip(upper);
        letters
            .map(|(letter, upper)| {
                if upper {
                    letter.to_ascii_uppercase()
                } else {
                    letter
                }
            })
            .collect()
    })
}

/// A user with an `id`, some attributes, and a password at the top level or under the URN of the core schema.
fn user() -> impl Strategy<Value = Value> {
    let some = json!({
        "userName": "ada", "title": "", "active": true, "name": {"givenName": "Ada", "familyName": null}, "emails": [],
        "phoneNumbers": [{"value": "1", "type": "work"}], "unknown": {"a": [1.50]}, "schemas": [USER], "meta": {"version": "1"},
        ENTERPRISE_USER: {"department": "d", "manager": {"value": "7"}}, "groups": [{"value": "g"}],
    });
    let pairs: Vec<(String, Value)> = some.as_object().cloned().into_iter().flatten().collect();
    let some = prop::sample::subsequence(pairs, 0..=11);
    let keys = (spelled("id"), spelled("password"), spelled(USER));
    (some, keys, any::<(bool, bool)>()).prop_map(|(some, keys, (at_top, under_urn))| {
        let (id, password, core) = keys;
        let mut user: Map<String, Value> = some.into_iter().collect();
        user.insert(id, "7".into());
        if under_urn {
            user.insert(core, json!({password.clone(): SECRET, "nickName": "n"}));
        }
        if at_top {
            user.insert(password, SECRET.into());
        }
        Value::Object(user)
    })
}

/// A comma-separated list of names.
fn names() -> impl Strategy<Value = String> {
    let name = prop_oneof![
        spelled("id"),
        spelled("password"),
        spelled("schemas"),
        spelled("userName"),
        spelled("name.givenName"),
        spelled("emails.value"),
        spelled("meta.version"),
        spelled("urn:ietf:params:scim:schemas:core:2.0:User"),
        spelled("urn:ietf:params:scim:schemas:core:2.0:User:password"),
        spelled("urn:ietf:params:scim:schemas:core:2.0:User:id"),
        spelled("urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager.value"),
        "[a-z]{1,8}(\\.[a-z]{1,8})?",
    ];
    prop::collection::vec(name, 0..5).prop_map(|names| names.join(","))
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 2_000, ..ProptestConfig::default() })]

    #[test]
    fn no_projection_loses_the_id_or_shows_a_password(
        user in user(), attributes in prop::option::of(names()), excluded in prop::option::of(names()),
    ) {
        let of = ResourceType::user();
        let projection = Projection::parse(attributes.as_deref(), excluded.as_deref(), Profile::tolerant()).expect("names");
        let text = Resource::from_slice(user.to_string().as_bytes()).expect("a resource");
        // The same resource as a tree.
        let mut tree = text.clone();
        tree.set("x", 1).expect("a value");
        tree.remove("x");

        let shown = projection.apply(&text, &of);
        prop_assert!(shown.id().is_some_and(|id| id == "7"));
        prop_assert!(!shown.to_string().contains(SECRET), "{}", shown);
        prop_assert_eq!(text.schemas().count(), shown.schemas().count());
        prop_assert_eq!(projection.apply(&tree, &of), shown.clone());
        // A second projection changes nothing.
        prop_assert_eq!(projection.apply(&shown, &of), shown);
    }
}
