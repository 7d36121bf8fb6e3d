//! The requests, their preparation and the failures.

use hubspot_adapter::emulator::Fault;
use scim_tests::{entra_user, patch_op, with};
use serde_json::{Value, json};

pub(crate) const ADA: &str = "ada@acme.example";
/// A user in HubSpot before the first request, with a seat and a team.
pub(crate) const HANNAH: &str = "hannah.fischer@acme.example";

/// A request of the identity provider.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    pub(crate) method: &'static str,
    pub(crate) body: Option<Value>,
}

fn request(method: &'static str, body: Value) -> Request {
    let body = Some(body).filter(|body| !body.is_null());
    Request { method, body }
}

fn patch(operations: &Value) -> Request {
    request("PATCH", patch_op(operations))
}

pub(crate) fn active(to: bool) -> Request {
    patch(&json!([{"op": "Replace", "path": "active", "value": to}]))
}

fn employee(email: &str) -> Value {
    let user = with(entra_user(email), "title", "Engineer");
    let user = with(user, "roles", [json!({"value": "Sales Rep"})]);
    with(user, "entitlements", ["core", "service"])
}

fn promoted(email: &str) -> Value {
    let user = with(employee(email), "title", "Manager");
    let user = with(user, "timezone", "Europe/Berlin");
    let user = with(
        user,
        "name",
        json!({"givenName": "Augusta", "familyName": "Byron"}),
    );
    let user = with(user, "roles", [json!({"value": "Sales Hub User"})]);
    with(user, "entitlements", ["sales", "core"])
}

/// A preparation, a request, and the later requests that show its result.
pub(crate) struct Shape {
    pub(crate) name: &'static str,
    pub(crate) email: &'static str,
    pub(crate) before: Vec<Request>,
    pub(crate) request: Request,
    pub(crate) after: Vec<Request>,
}

pub(crate) fn shapes() -> Vec<Shape> {
    let shape = |name, email, before: &[Request], request: Request, after: &[Request]| Shape {
        name,
        email,
        before: before.to_vec(),
        request,
        after: after.to_vec(),
    };
    let created = request("POST", employee(ADA));
    let made = [created.clone()];
    let gone = [created.clone(), active(false)];
    let off = request("PUT", with(promoted(ADA), "active", false));
    vec![
        shape(
            "create",
            ADA,
            &[],
            created.clone(),
            &[active(false), active(true)],
        ),
        shape(
            "adopt",
            HANNAH,
            &[],
            request("POST", employee(HANNAH)),
            &[active(false), active(true)],
        ),
        shape("promote", ADA, &made, request("PUT", promoted(ADA)), &[]),
        shape(
            "promote by PATCH",
            ADA,
            &made,
            patch(&json!([
                {"op": "Replace", "path": "title", "value": "Manager"},
                {"op": "Replace", "path": "name.familyName", "value": "Byron"},
                {"op": "Replace", "path": "entitlements", "value": ["core"]},
                {"op": "Remove", "path": "roles"},
            ])),
            &[],
        ),
        shape("disable", ADA, &made, active(false), &[active(true)]),
        shape("disable and promote", ADA, &made, off, &[active(true)]),
        shape("enable", ADA, &gone, active(true), &[]),
        shape(
            "enable and promote",
            ADA,
            &gone,
            request("PUT", promoted(ADA)),
            &[],
        ),
        shape("create again", ADA, &gone, created, &[]),
        shape(
            "change the inactive",
            ADA,
            &gone,
            patch(&json!([
                {"op": "Replace", "path": "title", "value": "Manager"},
                {"op": "Replace", "path": "name.familyName", "value": "Byron"},
            ])),
            &[active(true)],
        ),
        shape("delete", ADA, &made, request("DELETE", Value::Null), &[]),
    ]
}

impl Shape {
    pub(crate) fn takes_access(&self) -> bool {
        matches!(self.name, "disable" | "disable and promote" | "delete")
    }
}

#[derive(Clone, Debug)]
pub(crate) enum Trouble {
    Fault {
        fault: Fault,
        /// One clear refusal by HubSpot, after which nothing is done.
        refuses: bool,
    },
    /// The process ends.
    Ends,
}

/// More times than any request calls HubSpot.
const LONG: u32 = 10_000;
/// The number of times the client sends a call.
const ATTEMPTS: u32 = 4;

pub(crate) fn troubles() -> Vec<Trouble> {
    let lost = [
        Fault::status(503).times(LONG),
        Fault::status(500).after_commit().times(ATTEMPTS),
        Fault::close().after_commit().times(ATTEMPTS),
        Fault::truncate(),
        Fault::html(200),
        Fault::status(429).with_policy("DAILY").times(LONG),
    ];
    let refused = [Fault::status(400), Fault::status(409)];
    let lost = lost.map(|fault| (fault, false));
    let refused = refused.map(|fault| (fault, true));
    let faults = lost.into_iter().chain(refused);
    faults
        .map(|(fault, refuses)| Trouble::Fault { fault, refuses })
        .chain([Trouble::Ends])
        .collect()
}
