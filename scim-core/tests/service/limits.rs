//! The limits of a request: each one refuses a larger request without a change and accepts a smaller one.

use scim_core::Profile;
use scim_core::service::Limits;
use serde_json::{Value, json};

use crate::support::{Client, SEARCH, encoded};

/// A service with one group that a refused request must not change.
struct Scene {
    client: Client,
    group: String,
}

impl Scene {
    fn new(limits: Limits) -> Self {
        let client = Client::new(Profile::tolerant());
        let group = client.create(
            "/Groups",
            &json!({"displayName": "Staff", "members": [{"value": "1"}]}),
        );
        let client = client.with_limits(limits);
        Self { client, group }
    }

    /// Asserts that a request is refused and that nothing changed.
    #[track_caller]
    fn refuses(&self, method: &str, path: &str, body: &str, status: u16, kind: &str) {
        let path = path.replace("ID", &self.group);
        let before = self.client.get("/");
        let refused = self.client.refusal(method, &path, body.to_owned());
        assert_eq!(refused, (status, kind.to_owned()), "{method} {path}");
        assert_eq!(self.client.get("/"), before);
    }

    #[track_caller]
    fn takes(&self, method: &str, path: &str, body: &str) {
        let path = path.replace("ID", &self.group);
        let (status, answer) = self.client.send(method, &path, body.to_owned());
        assert!(status < 300, "{method} {path}: {status} {answer}");
    }
}

fn group(members: usize) -> Value {
    let members: Vec<Value> = (0..members)
        .map(|id| json!({"value": id.to_string()}))
        .collect();
    json!({"displayName": "Other", "members": members})
}

fn patch(operations: usize, members: usize) -> String {
    let one = json!({"op": "add", "path": "members", "value": group(members)["members"]});
    json!({"Operations": vec![one; operations]}).to_string()
}

#[test]
fn a_long_body_is_413() {
    let scene = Scene::new(Limits::default().with_max_body_bytes(200));
    let long = json!({"displayName": "x".repeat(200)}).to_string();
    scene.refuses("POST", "/Groups", &long, 413, "");
    scene.refuses("PUT", "/Groups/ID", &long, 413, "");
    scene.refuses("PATCH", "/Groups/ID", &long, 413, "");
    scene.refuses("POST", "/.search", &long, 413, "");
    scene.takes(
        "PUT",
        "/Groups/ID",
        &json!({"displayName": "x".repeat(100)}).to_string(),
    );
}

#[test]
fn deep_json_is_400_before_it_is_read() {
    let scene = Scene::new(Limits::default().with_max_json_depth(6));
    let nested = |depth: usize| {
        let (open, close) = ("[".repeat(depth - 1), "]".repeat(depth - 1));
        format!(r#"{{"displayName":"a","x":{open}{close}}}"#)
    };
    scene.takes("POST", "/Groups", &nested(6));
    // The second body ends where it gets too deep: the service does not read further.
    let cut = nested(7);

    for body in [
        nested(7),
        cut[..cut.find(']').expect("a bracket")].to_owned(),
    ] {
        scene.refuses("POST", "/Groups", &body, 400, "invalidSyntax");
        scene.refuses("PUT", "/Groups/ID", &body, 400, "invalidSyntax");
        scene.refuses("PATCH", "/Groups/ID", &body, 400, "invalidSyntax");
        scene.refuses("POST", "/Groups/.search", &body, 400, "invalidSyntax");
    }

    let deep = "[".repeat(1_000_000);
    Scene::new(Limits::default()).refuses("POST", "/Groups", &deep, 400, "invalidSyntax");
}

#[test]
fn many_members_are_413() {
    let scene = Scene::new(Limits::default().with_max_members(3));
    scene.refuses("POST", "/Groups", &group(4).to_string(), 413, "");
    scene.refuses("PUT", "/Groups/ID", &group(4).to_string(), 413, "");
    scene.refuses("PATCH", "/Groups/ID", &patch(1, 4), 413, "");
    scene.refuses("PATCH", "/Groups/ID", &patch(2, 4), 413, "");
    let pathless = json!({"Operations": [{"op": "add", "value": group(4)}]}).to_string();
    scene.refuses("PATCH", "/Groups/ID", &pathless, 413, "");
    scene.takes("POST", "/Groups", &group(3).to_string());
    // The limit applies to each operation on its own.
    scene.takes("PATCH", "/Groups/ID", &patch(4, 3));
}

#[test]
fn many_operations_are_413() {
    let scene = Scene::new(Limits::default().with_max_operations(3));
    scene.refuses("PATCH", "/Groups/ID", &patch(4, 1), 413, "");
    scene.takes("PATCH", "/Groups/ID", &patch(3, 1));
    scene.takes("POST", "/Groups", &group(9).to_string());
}

#[test]
fn repeated_scans_of_many_entries_are_400() {
    let scene = Scene::new(Limits::default().with_max_patch_entries(10));
    let of = |operations: usize, path: &str| {
        let one = json!({"op": "remove", "path": path});
        json!({"Operations": vec![one; operations]}).to_string()
    };
    scene.takes("PATCH", "/Groups/ID", &patch(1, 3));
    // Two operations compare three entries with two terms each.
    let path = r#"members[value sw "x" and type eq "User"]"#;
    scene.refuses("PATCH", "/Groups/ID", &of(2, path), 400, "tooMany");
    scene.takes("PATCH", "/Groups/ID", &of(1, path));

    // An item without an id is compared with every entry.
    let listed = |items: usize| {
        let items: Vec<Value> = (0..items)
            .map(|item| json!({"$ref": item.to_string()}))
            .collect();
        json!({"Operations": [{"op": "remove", "path": "members", "value": items}]}).to_string()
    };
    scene.takes("PATCH", "/Groups/ID", &listed(2));
    scene.refuses("PATCH", "/Groups/ID", &listed(3), 400, "tooMany");

    // An operation that names its members does not scan the others.
    scene.takes("PATCH", "/Groups/ID", &of(100, r#"members[value eq "x"]"#));
}

#[test]
fn a_long_query_is_414() {
    let scene = Scene::new(Limits::default().with_max_query_bytes(40));
    let long = format!(
        "filter={}",
        encoded(&format!("displayName eq \"{}\"", "x".repeat(20)))
    );
    scene.refuses("GET", &format!("/Groups?{long}"), "", 414, "");
    scene.refuses("GET", &format!("/?{long}"), "", 414, "");
    scene.refuses("DELETE", &format!("/Groups/ID?{long}"), "", 414, "");
    scene.takes("GET", "/Groups?filter=displayName+pr", "");
}

#[test]
fn a_large_filter_is_400_in_every_place() {
    let cases = [
        (
            Limits::default().with_max_filter_bytes(30),
            "displayName eq \"a\"",
            "displayName eq \"aaaaaaaaaaaaaaaaaaa\"",
        ),
        (
            Limits::default().with_max_filter_depth(2),
            "((displayName pr))",
            "(((displayName pr)))",
        ),
        (
            Limits::default().with_max_filter_terms(2),
            "id pr and id pr",
            "id pr and id pr and id pr",
        ),
    ];
    for (limits, small, large) in cases {
        let scene = Scene::new(limits);
        for path in ["/Groups", "/"] {
            scene.takes("GET", &format!("{path}?filter={}", encoded(small)), "");
            scene.refuses(
                "GET",
                &format!("{path}?filter={}", encoded(large)),
                "",
                400,
                "invalidFilter",
            );
            let body = |filter: &str| json!({"schemas": [SEARCH], "filter": filter}).to_string();
            let search = format!("{}/.search", path.trim_end_matches('/'));
            scene.takes("POST", &search, &body(small));
            scene.refuses("POST", &search, &body(large), 400, "invalidFilter");
        }
    }

    let scene = Scene::new(Limits::default().with_max_filter_terms(1));
    let remove = |path: &str| json!({"Operations": [{"op": "remove", "path": path}]}).to_string();
    let two = remove(r#"members[value eq "1" or value eq "2"]"#);
    scene.refuses("PATCH", "/Groups/ID", &two, 400, "invalidFilter");
    scene.takes("PATCH", "/Groups/ID", &remove(r#"members[value eq "1"]"#));
}

#[test]
fn many_attributes_are_400() {
    let scene = Scene::new(Limits::default().with_max_attributes(3));
    let many = "id,displayName,externalId,members";
    for name in ["attributes", "excludedAttributes"] {
        for path in ["/", "/Groups", "/Groups/ID"] {
            scene.refuses(
                "GET",
                &format!("{path}?{name}={many}"),
                "",
                400,
                "invalidValue",
            );
        }

        let write = json!({"displayName": "x"}).to_string();
        scene.refuses(
            "POST",
            &format!("/Groups?{name}={many}"),
            &write,
            400,
            "invalidValue",
        );
        scene.refuses(
            "PUT",
            &format!("/Groups/ID?{name}={many}"),
            &write,
            400,
            "invalidValue",
        );
        scene.refuses(
            "PATCH",
            &format!("/Groups/ID?{name}={many}"),
            &patch(1, 2),
            400,
            "invalidValue",
        );

        let listed: Vec<&str> = many.split(',').collect();
        for names in [json!(listed), json!([many])] {
            let body = json!({"schemas": [SEARCH], name: names}).to_string();
            scene.refuses("POST", "/Groups/.search", &body, 400, "invalidValue");
        }
        scene.takes("GET", &format!("/Groups?{name}=id,displayName,members"), "");
    }
}
