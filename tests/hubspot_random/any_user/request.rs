//! The request of a case in the form of an identity provider.

use serde_json::{Value, json};

use super::case::{Case, Method};

const ENTERPRISE: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
pub(crate) const EXTERNAL_ID: &str = "emp-1";

pub(crate) struct Request {
    pub(crate) method: &'static str,
    pub(crate) path: String,
    pub(crate) body: Value,
}

pub(crate) fn of(case: &Case, email: &str, id: &str) -> Request {
    let path = format!("/scim/v2/Users/{id}");
    let (method, path, body) = match case.wish.method {
        Method::Post => ("POST", "/scim/v2/Users".to_owned(), document(case, email)),
        Method::Put => ("PUT", path, document(case, email)),
        Method::Patch => (
            "PATCH",
            path,
            scim_tests::patch_op(&operations(case, email)),
        ),
    };
    Request { method, path, body }
}

fn user_name(case: &Case, email: &str) -> String {
    let name = if case.wish.renames {
        "other@acme.example"
    } else {
        email
    };
    if case.wish.shouts {
        name.to_uppercase()
    } else {
        name.to_owned()
    }
}

fn entries(names: &[&str]) -> Value {
    names.iter().map(|name| json!({"value": name})).collect()
}

fn document(case: &Case, email: &str) -> Value {
    let wish = &case.wish;
    let mut user = json!({
        "userName": user_name(case, email),
        "externalId": if wish.is_of_another { "emp-2" } else { EXTERNAL_ID },
        "name": {},
    });
    let mut set = |name: &str, value: Value| user[name] = value;
    if let Some(active) = wish.active {
        set("active", active.into());
    }
    if let Some(roles) = &wish.roles {
        set("roles", entries(roles));
    }
    if let Some(seats) = &wish.seats {
        set("entitlements", entries(seats));
    }
    let [title, phone, zone, department] = wish.row;
    if let Some(title) = title {
        set("title", title.into());
    }
    if let Some(phone) = phone {
        set("phoneNumbers", json!([{"type": "work", "value": phone}]));
    }
    if let Some(zone) = zone {
        set("timezone", zone.into());
    }
    if let Some(department) = department {
        set(ENTERPRISE, json!({"department": department}));
    }
    if let Some(first) = wish.first_name {
        user["name"]["givenName"] = first.into();
    }
    if let Some(last) = wish.last_name {
        user["name"]["familyName"] = last.into();
    }
    user
}

fn operations(case: &Case, email: &str) -> Value {
    let wish = &case.wish;
    let mut operations = Vec::new();
    let mut says = |path: &str, value: Value| {
        operations.push(if value == "" || value == json!([]) {
            json!({"op": "remove", "path": path})
        } else {
            json!({"op": "replace", "path": path, "value": value})
        });
    };
    if wish.renames || wish.shouts {
        says("userName", user_name(case, email).into());
    }
    let department = format!("{ENTERPRISE}:department");
    let [title, phone, zone, of_department] = wish.row;
    for (path, text) in [
        ("name.givenName", wish.first_name),
        ("name.familyName", wish.last_name),
        ("title", title),
        ("phoneNumbers[type eq \"work\"].value", phone),
        ("timezone", zone),
        (&department, of_department),
    ] {
        if let Some(text) = text {
            says(path, text.into());
        }
    }
    if let Some(roles) = &wish.roles {
        says("roles", entries(roles));
    }
    if let Some(seats) = &wish.seats {
        says("entitlements", entries(seats));
    }
    if let Some(active) = wish.active {
        says("active", active.into());
    }
    if operations.is_empty() {
        operations.push(json!({"op": "replace", "path": "externalId", "value": EXTERNAL_ID}));
    }
    operations.into()
}
