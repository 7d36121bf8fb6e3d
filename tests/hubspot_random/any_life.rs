//! Any life of a user, request after request. SCIM shows, and HubSpot has, the last requested values.

use hubspot_adapter::emulator::Fault;
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::TestCaseError;
use scim_tests::{Answer, Scene, entra_user, patch_op, with};
use serde_json::{Value, json};

use crate::{block_on, runner};

const ADA: &str = "ada@acme.example";
const USERS: &str = "/scim/v2/Users";

/// One event: by the identity provider, by the person, or by an administrator in HubSpot.
#[derive(Clone, Debug)]
enum Step {
    Name(&'static str, Option<&'static str>),
    Role(&'static str),
    Active(bool),
    Put {
        given: &'static str,
        role: &'static str,
        active: Option<bool>,
    },
    Post {
        given: &'static str,
        role: &'static str,
    },
    Delete,
    RemoveByHand,
    SignIn,
    TeamByHand(&'static str),
    Restart,
}

/// The failure during one request.
#[derive(Clone, Debug)]
struct Trouble {
    method: &'static str,
    skip: u32,
    status: Option<u16>,
    after_commit: bool,
}

impl Trouble {
    fn fault(&self) -> Fault {
        let fault = self.status.map_or_else(Fault::close, Fault::status);
        let fault = if self.after_commit && self.status.is_none() {
            fault.after_commit()
        } else {
            fault
        };
        fault.times(4).on(self.method, "*").skip(self.skip)
    }
}

#[derive(Clone, Debug)]
struct Life {
    policy: &'static str,
    behavior: String,
    steps: Vec<(Step, Option<Trouble>)>,
}

fn name() -> impl Strategy<Value = &'static str> {
    select(vec!["Ada", "Augusta", "Byron"])
}

fn role() -> impl Strategy<Value = &'static str> {
    select(vec!["Sales Rep", "Sales Manager", "Read Only"])
}

fn steps() -> impl Strategy<Value = Step> {
    let part = select(vec!["givenName", "familyName"]);
    prop_oneof![
        3 => (part, option::of(name())).prop_map(|(part, name)| Step::Name(part, name)),
        2 => role().prop_map(Step::Role),
        3 => any::<bool>().prop_map(Step::Active),
        2 => (name(), role(), option::of(any::<bool>()))
            .prop_map(|(given, role, active)| Step::Put { given, role, active }),
        2 => (name(), role()).prop_map(|(given, role)| Step::Post { given, role }),
        1 => Just(Step::Delete),
        1 => Just(Step::RemoveByHand),
        1 => Just(Step::SignIn),
        1 => select(vec!["5301", "5305"]).prop_map(Step::TeamByHand),
        1 => Just(Step::Restart),
    ]
}

fn lives() -> impl Strategy<Value = Life> {
    let trouble = (
        select(vec!["PUT", "POST", "GET", "DELETE"]),
        0..4_u32,
        option::of(Just(503)),
        any::<bool>(),
    )
        .prop_map(|(method, skip, status, after_commit)| Trouble {
            method,
            skip,
            status,
            after_commit,
        });
    let key = |pair: [&'static str; 2]| select(pair.to_vec());
    let behavior = (
        key(["role=wiped", "role=kept"]),
        key(["activation=immediate", "activation=waits"]),
        key(["teams=additive", "teams=replacing"]),
        key(["list=full", "list=bare"]),
        key(["removed=at-once", "removed=late"]),
        key(["created=at-once", "created=late"]),
        key(["freed-seat=at-once", "freed-seat=late"]),
    )
        .prop_map(|(a, b, c, d, e, f, g)| [a, b, c, d, e, f, g].join(","));
    let policy = select(vec![
        "{}",
        r#"{"deprovision": {"no_access_role": "No Access"}}"#,
    ]);
    let steps = vec((steps(), option::weighted(0.3, trouble)), 1..8);
    (policy, behavior, steps).prop_map(|(policy, behavior, steps)| Life {
        policy,
        behavior,
        steps,
    })
}

/// The confirmed requests, and the changes by an administrator.
#[derive(Debug)]
struct Model {
    there: bool,
    active: bool,
    by_hand: bool,
    given: Option<&'static str>,
    family: Option<&'static str>,
    role: &'static str,
    /// The main team from an administrator, if the adapter has surely seen it.
    team: Option<&'static str>,
}

fn user(given: &str, role: &str) -> Value {
    let name = json!({"givenName": given, "familyName": "Lovelace"});
    let user = with(entra_user(ADA), "name", name);
    with(user, "roles", json!([{"value": role}]))
}

struct Stage {
    scene: Scene,
    id: String,
    model: Model,
    suspends: bool,
    names_are_kept: bool,
}

impl Stage {
    async fn set(life: &Life) -> Self {
        let scene = Scene::builder()
            .play(&life.behavior)
            .configure(life.policy)
            .start()
            .await;
        let id = scene.create(&user("Ada", "Sales Rep")).await;
        Self {
            scene,
            id,
            model: Model {
                there: true,
                active: true,
                by_hand: false,
                given: Some("Ada"),
                family: Some("Lovelace"),
                role: "Sales Rep",
                team: None,
            },
            suspends: life.policy != "{}",
            names_are_kept: life.behavior.contains("activation=immediate"),
        }
    }

    /// Sends a request as an identity provider does, and repeats it after a failure.
    async fn send(
        &self,
        method: &str,
        path: &str,
        body: Option<&Value>,
        trouble: Option<&Trouble>,
    ) -> Answer {
        if let Some(trouble) = trouble {
            self.scene.hubspot().inject(trouble.fault());
        }
        let mut answer = self.scene.send(method, path, body).await;
        self.scene.hubspot().clear_faults();
        for _ in 0..3 {
            if answer.status() >= 500 {
                answer = self.scene.send(method, path, body).await;
            }
        }
        answer
    }

    async fn patch(&self, operation: Value, trouble: Option<&Trouble>) -> Answer {
        let path = format!("{USERS}/{}", self.id);
        let body = patch_op(&json!([operation]));
        self.send("PATCH", &path, Some(&body), trouble).await
    }

    async fn post(
        &mut self,
        given: &'static str,
        role: &'static str,
        trouble: Option<&Trouble>,
    ) -> Result<(), TestCaseError> {
        let answer = self
            .send("POST", USERS, Some(&user(given, role)), trouble)
            .await;
        prop_assert_eq!(answer.status(), 201, "{}", answer.text());
        prop_assert_eq!(answer.id(), &self.id);
        if !self.model.there {
            self.model.team = None;
        }
        self.model.there = true;
        self.model.active = true;
        self.model.by_hand = false;
        (self.model.given, self.model.family, self.model.role) =
            (Some(given), Some("Lovelace"), role);
        Ok(())
    }

    async fn take(&mut self, step: &Step, trouble: Option<&Trouble>) -> Result<(), TestCaseError> {
        let hubspot = self.scene.hubspot();
        let path = format!("{USERS}/{}", self.id);
        let is_member = hubspot.users().iter().any(|user| user.email == ADA);
        let ok = |answer: Answer| {
            prop_assert_eq!(answer.status(), 200, "{}", answer.text());
            Ok(())
        };
        match step {
            Step::Post { given, role } if !self.model.there || !self.model.active => {
                self.post(given, role, trouble).await?;
            }
            // Without a record the adapter cannot know that a seat will be free soon.
            Step::RemoveByHand if is_member && self.model.there => {
                prop_assert!(hubspot.remove_user_by_hand(ADA));
                self.model.by_hand = true;
                self.model.active = false;
                self.model.team = None;
            }
            Step::SignIn if is_member => drop(hubspot.activate(ADA)),
            Step::TeamByHand(team) if is_member && self.model.active => {
                prop_assert!(hubspot.set_primary_team_by_hand(ADA, Some(team)));
                self.model.team = Some(team);
            }
            Step::Restart => self.scene.restart(),
            _ if !self.model.there => {}
            Step::Name(part, name) => {
                let path = format!("name.{part}");
                let operation = match name {
                    Some(name) => json!({"op": "replace", "path": path, "value": name}),
                    None => json!({"op": "remove", "path": path}),
                };
                ok(self.patch(operation, trouble).await)?;
                match *part {
                    "givenName" => self.model.given = *name,
                    _ => self.model.family = *name,
                }
            }
            Step::Role(role) => {
                let operation =
                    json!({"op": "replace", "path": "roles", "value": [{"value": role}]});
                ok(self.patch(operation, trouble).await)?;
                self.model.role = role;
            }
            Step::Active(active) => {
                let operation = json!({"op": "replace", "path": "active", "value": active});
                ok(self.patch(operation, trouble).await)?;
                self.model.active = *active;
                self.model.by_hand &= !active;
            }
            Step::Put {
                given,
                role,
                active,
            } => {
                let mut body = user(given, role);
                match active {
                    Some(active) => body["active"] = json!(active),
                    None => drop(body.as_object_mut().unwrap().remove("active")),
                }
                // Access is removed even if the rest fails. The log tells.
                let trouble = trouble.filter(|_| *active != Some(false));
                ok(self.send("PUT", &path, Some(&body), trouble).await)?;
                (self.model.given, self.model.family, self.model.role) =
                    (Some(*given), Some("Lovelace"), *role);
                self.model.active = active.unwrap_or(self.model.active);
                self.model.by_hand &= !self.model.active;
            }
            Step::Delete => {
                let answer = self.send("DELETE", &path, None, trouble).await;
                let is_done = matches!((answer.status(), trouble), (204, _) | (404, Some(_)));
                prop_assert!(is_done, "{}", answer.text());
                self.model.there = false;
                self.model.active = false;
            }
            Step::Post { .. } | Step::RemoveByHand | Step::SignIn | Step::TeamByHand(_) => {}
        }
        Ok(())
    }

    /// Expects SCIM to show, and HubSpot to have, the last confirmed values.
    async fn expect_agreement(&self) -> Result<(), TestCaseError> {
        let Model {
            there,
            active,
            by_hand,
            given,
            family,
            role,
            team,
        } = &self.model;
        let shown = self.scene.get(&format!("{USERS}/{}", self.id)).await;
        prop_assert_eq!(shown.status(), if *there { 200 } else { 404 });
        if *there {
            let shown = shown.json();
            let name = |part: &str| shown["name"].get(part).and_then(Value::as_str);
            prop_assert_eq!(&shown["active"], active, "{}", shown);
            prop_assert_eq!(name("givenName"), *given, "{}", shown);
            prop_assert_eq!(name("familyName"), *family, "{}", shown);
            prop_assert_eq!(&shown["roles"][0]["value"], role, "{}", shown);
        }
        let users = self.scene.hubspot().users();
        let held = users.iter().find(|user| user.email == ADA);
        let Some(held) = held.filter(|_| *active) else {
            prop_assert!(!active);
            if held.is_some() {
                prop_assert!(self.suspends);
                prop_assert_eq!(self.scene.roles_of(ADA), ["No Access"]);
            } else {
                prop_assert!(!self.suspends || *by_hand || !there);
            }
            return Ok(());
        };
        prop_assert_eq!(self.scene.roles_of(ADA), [*role]);
        if self.names_are_kept {
            prop_assert_eq!(
                held.first_name.as_deref().unwrap_or_default(),
                given.unwrap_or_default()
            );
            prop_assert_eq!(
                held.last_name.as_deref().unwrap_or_default(),
                family.unwrap_or_default()
            );
        }
        if team.is_some() {
            prop_assert_eq!(held.primary_team_id.as_deref(), *team);
        }
        Ok(())
    }
}

async fn run_life(life: &Life) -> Result<(), TestCaseError> {
    let mut stage = Stage::set(life).await;
    for (step, trouble) in &life.steps {
        stage.take(step, trouble.as_ref()).await?;
        stage.expect_agreement().await?;
    }
    Ok(())
}

#[test]
fn the_last_confirmed_values_are_shown_and_held() {
    runner(150)
        .run(&lives(), |life| block_on(run_life(&life)))
        .unwrap();
}
