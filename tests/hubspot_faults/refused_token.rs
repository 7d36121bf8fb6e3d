//! HubSpot's 401 and 403 become a 5xx, or a 403 that names the missing scope. They never become a 401, which would make the
//! identity provider distrust its own token (`docs/evidence.md`, C47, H30, H31).

use hubspot_adapter::emulator::Fault;
use scim_tests::{Answer, Scene, entra_user, patch_op, with};
use serde_json::{Value, json};

const ADA: &str = "ada@acme.example";
const ROLE: &str = "Sales Rep";
/// More calls than any operation makes.
const ALWAYS: u32 = 100;
const MOST_CALLS: u32 = 12;
const READ_SCOPES: [&str; 2] = ["settings.users.read", "crm.objects.users.read"];
const WRITE_SCOPES: [&str; 2] = ["settings.users.write", "crm.objects.users.write"];

/// Every operation of both providers, and the two connection tests.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Operation {
    CreateUser,
    AdoptUser,
    GetUser,
    ListUsers,
    FindByName,
    FindByExternalId,
    ReplaceUser,
    PatchUser,
    DisableUser,
    EnableUser,
    DeleteUser,
    GetGroup,
    ListGroups,
    FindGroup,
}

use Operation as Op;

const READS: [Op; 5] = [
    Op::GetUser,
    Op::ListUsers,
    Op::FindByName,
    Op::FindByExternalId,
    Op::AdoptUser,
];
const WRITES: [Op; 6] = [
    Op::CreateUser,
    Op::ReplaceUser,
    Op::PatchUser,
    Op::DisableUser,
    Op::EnableUser,
    Op::DeleteUser,
];
const GROUPS: [Op; 3] = [Op::GetGroup, Op::ListGroups, Op::FindGroup];

fn all() -> impl Iterator<Item = Op> {
    READS.into_iter().chain(WRITES).chain(GROUPS)
}

fn set(path: &str, value: impl Into<Value>) -> Value {
    patch_op(&json!([{"op": "replace", "path": path, "value": value.into()}]))
}

/// A scene with Ada as a managed user, disabled if the operation enables her.
async fn managed(operation: Op) -> (Scene, String) {
    let scene = Scene::start().await;
    let user = with(entra_user(ADA), "roles", [json!({"value": ROLE})]);
    let path = format!("/scim/v2/Users/{}", scene.create(&user).await);
    if operation == Op::EnableUser {
        scene.patch(&path, &set("active", false)).await.expect(200);
    }
    // The restart empties the caches.
    scene.timer().advance(std::time::Duration::from_secs(3600));
    (scene, path)
}

impl Operation {
    async fn run(self, scene: &Scene, ada: &str) -> Answer {
        let users = "/scim/v2/Users";
        let find = |filter: &str| format!("{users}?filter={filter}");
        let nobody = "5f7a1c9e-2b1d-4f7c-9a43-0c6f8a1d2e3b";
        match self {
            Self::CreateUser => {
                let new = with(entra_user("new@acme.example"), "externalId", "new");
                scene.post(users, &new).await
            }
            Self::AdoptUser => {
                let known = with(
                    entra_user("marcus.bennett@acme.example"),
                    "externalId",
                    "marcus",
                );
                scene.post(users, &known).await
            }
            Self::GetUser => scene.get(ada).await,
            Self::ListUsers => scene.get(&format!("{users}?startIndex=1&count=2")).await,
            Self::FindByName => {
                scene
                    .get(&find(&format!("userName+eq+%22{nobody}%22")))
                    .await
            }
            Self::FindByExternalId => {
                scene
                    .get(&find(&format!("externalId+eq+%22{nobody}%22")))
                    .await
            }
            Self::ReplaceUser => {
                let other = with(entra_user(ADA), "roles", [json!({"value": "Read Only"})]);
                scene.put(ada, &other).await
            }
            Self::PatchUser => scene.patch(ada, &set("name.givenName", "Augusta")).await,
            Self::DisableUser => scene.patch(ada, &set("active", false)).await,
            Self::EnableUser => scene.patch(ada, &set("active", true)).await,
            Self::DeleteUser => scene.delete(ada).await,
            Self::GetGroup => scene.get("/scim/v2/Groups/5301").await,
            Self::ListGroups => scene.get("/scim/v2/Groups").await,
            Self::FindGroup => {
                scene
                    .get("/scim/v2/Groups?excludedAttributes=members&filter=displayName+eq+%22x%22")
                    .await
            }
        }
    }
}

fn missing_scopes(scopes: &[&str]) -> Fault {
    Fault::status(403).with_body(json!({
        "status": "error",
        "message": "This app hasn't been granted all required scopes to make this call.",
        "errors": [{
            "message": "One or more of the following scopes are required.",
            "context": {"requiredGranularScopes": scopes},
        }],
        "category": "MISSING_SCOPES",
    }))
}

/// Expects a 5xx, or a 403 that names a scope.
#[track_caller]
fn expect_refusal(answer: &Answer, context: &str) {
    if (500..600).contains(&answer.status()) {
        return;
    }
    let detail = answer.expect_error(403, None);
    assert!(detail.contains("settings.users."), "{context}: {detail}");
}

#[tokio::test]
async fn a_token_that_hubspot_refuses_is_a_502_that_names_it() {
    for operation in all() {
        let (scene, path) = managed(operation).await;
        let before = scene.hubspot().users();
        scene.hubspot().inject(Fault::status(401).times(ALWAYS));
        let answer = operation.run(&scene, &path).await;
        let detail = answer.expect_error(502, None);
        assert!(detail.contains("access token of this server"), "{detail}");
        assert_eq!(answer.header("www-authenticate"), None, "{operation:?}");
        assert_eq!(scene.hubspot().users(), before, "{operation:?}");
    }
}

#[tokio::test]
async fn a_missing_scope_is_a_403_that_names_it() {
    for (operations, scopes) in [
        (READS.as_slice(), READ_SCOPES.as_slice()),
        (&WRITES, &WRITE_SCOPES),
        (&GROUPS, &["settings.users.teams.read"]),
    ] {
        for operation in operations {
            let (scene, path) = managed(*operation).await;
            let before = scene.hubspot().users();
            scene.hubspot().inject(missing_scopes(scopes).times(ALWAYS));
            let answer = operation.run(&scene, &path).await;
            let detail = answer.expect_error(403, None);
            for scope in scopes {
                assert!(detail.contains(scope), "{operation:?}: {detail}");
            }
            assert_eq!(scene.hubspot().users(), before, "{operation:?}");
        }
    }
}

#[tokio::test]
async fn a_missing_scope_is_named_even_if_hubspot_does_not() {
    let message = "This app hasn't been granted all required scopes to make this call.";
    for body in [
        json!({"category": "MISSING_SCOPES"}),
        json!({"category": "MISSING_SCOPES", "message": message, "errors": []}),
        json!({"message": message}),
    ] {
        for (operations, methods, scopes) in [
            (READS.as_slice(), "*", READ_SCOPES.as_slice()),
            (&WRITES, "POST PUT DELETE", &WRITE_SCOPES),
            (&GROUPS, "*", &["settings.users.teams.read"]),
        ] {
            for operation in operations {
                let (scene, path) = managed(*operation).await;
                let refused = Fault::status(403).with_body(body.clone()).times(ALWAYS);
                for method in methods.split(' ') {
                    scene.hubspot().inject(refused.clone().on(method, "*"));
                }
                let answer = operation.run(&scene, &path).await;
                let detail = answer.expect_error(403, None);
                for scope in scopes {
                    assert!(detail.contains(scope), "{operation:?} {body}: {detail}");
                }
            }
        }
    }
}

#[tokio::test]
async fn with_a_read_only_token_every_write_names_the_missing_scope() {
    for operation in WRITES {
        let (scene, path) = managed(operation).await;
        let before = scene.hubspot().users();
        for method in ["POST", "PUT", "DELETE"] {
            let refused = missing_scopes(&WRITE_SCOPES).on(method, "/settings/users/*");
            scene.hubspot().inject(refused.times(ALWAYS));
        }
        let answer = operation.run(&scene, &path).await;
        let detail = answer.expect_error(403, None);
        assert!(detail.contains(WRITE_SCOPES[0]), "{operation:?}: {detail}");
        assert_eq!(scene.hubspot().users(), before, "{operation:?}");
    }
}

#[tokio::test]
async fn a_token_refused_in_the_middle_of_an_operation_is_never_a_401() {
    for operation in all() {
        let mut succeeded = 0;
        for skip in 0..MOST_CALLS {
            if succeeded == 4 {
                break;
            }
            succeeded = 0;
            for (name, fault) in [
                ("401", Fault::status(401)),
                ("403", missing_scopes(&WRITE_SCOPES)),
                ("bare 403", Fault::status(403)),
                ("page", Fault::html(403)),
            ] {
                let (scene, path) = managed(operation).await;
                scene.hubspot().clear_requests();
                scene.hubspot().inject(fault.skip(skip).times(ALWAYS));
                let answer = operation.run(&scene, &path).await;
                let context = format!("{operation:?} after {skip} calls: {name}");
                if answer.status() < 300 {
                    succeeded += 1;
                    // The answer may lack data that could not be read. It never
                    // reports a refused write as done.
                    let refused = |call: &String| {
                        let (method, status) = (call.split(' ').next(), call.rsplit(' ').next());
                        method != Some("GET") && matches!(status, Some("401" | "403"))
                    };
                    let calls = scene.calls();
                    assert!(!calls.iter().any(refused), "{context}: {calls:?}");
                } else if name == "bare 403" {
                    assert!(
                        matches!(answer.status(), 403 | 500..600),
                        "{context}: {}",
                        answer.text()
                    );
                } else {
                    expect_refusal(&answer, &context);
                }
            }
        }
        assert_eq!(succeeded, 4, "{operation:?} takes more calls");
    }
}

#[tokio::test]
async fn both_connection_tests_fail_with_a_refused_token() {
    for path in [
        "/scim/v2/Users?filter=userName+eq+%225f7a1c9e-2b1d-4f7c-9a43-0c6f8a1d2e3b%22",
        "/scim/v2/Users?filter=userName+eq+%22nobody@acme.example%22",
        "/scim/v2/Users?startIndex=1&count=2",
        "/scim/v2/Users",
        "/scim/v2/Groups",
    ] {
        let scene = Scene::builder().hubspot_token("pat-expired").start().await;
        let answer = scene.get(path).await;
        answer.expect_error(502, None);
        assert!(!answer.text().contains("pat-expired"));
        let scene = Scene::builder()
            .scopes(&["crm.objects.contacts.read"])
            .start()
            .await;
        let answer = scene.get(path).await;
        let detail = answer.expect_error(403, None);
        assert!(detail.contains("settings.users."), "{path}: {detail}");
    }
}

#[tokio::test]
async fn group_writes_are_never_answered_with_401() {
    let scene = Scene::builder().hubspot_token("pat-expired").start().await;
    let group = json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group"],
        "displayName": "Sales",
    });
    for (method, path) in [
        ("POST", "/scim/v2/Groups"),
        ("PUT", "/scim/v2/Groups/5301"),
        ("PATCH", "/scim/v2/Groups/5301"),
        ("DELETE", "/scim/v2/Groups/5301"),
    ] {
        let body = (method != "DELETE").then_some(&group);
        let answer = scene.send(method, path, body).await;
        assert!(matches!(answer.status(), 405 | 501), "{}", answer.text());
        assert!(scene.calls().is_empty(), "{method}");
    }
}
