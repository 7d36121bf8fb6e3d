//! The account, the user and the server of a case.

use std::sync::Arc;

use hubspot_adapter::HubSpot;
use hubspot_adapter::client::{CrmUser, NewUser, User, VirtualTimer};
use hubspot_adapter::config::Config;
use hubspot_adapter::emulator::Emulator;
use hubspot_adapter::state::{MemoryState, StateStore};
use scim_core::Service;
use scim_core::auth::BearerTokens;
use scim_core::tenant::Tenant;
use scim_tests::{Answer, Caller, SECRET_TOKEN, patch_op};
use serde_json::{Value, json};

use super::case::{COUNTED_SEATS, Case, Deprovision, Life};
use super::request;

const ADA: &str = "Ada@acme.example";
/// The service account of an app, which exists from the start.
const APP: &str = "app0000001@acme.example";
/// A user without a seat at the start.
const JAMES: &str = "james.oconnor@acme.example";
const DEPARTMENT: &str = "department";
const PROPERTIES: [&str; 4] = [
    "hs_job_title",
    "hs_additional_phone",
    "hs_standard_time_zone",
    DEPARTMENT,
];
/// The number of reads after which every behavior shows the row.
const LOOKS: usize = 5;

pub(crate) struct Stage {
    pub(crate) hubspot: Emulator,
    server: Caller,
    timer: Arc<VirtualTimer>,
    state: Arc<dyn StateStore>,
    /// The user's address.
    pub(crate) email: &'static str,
    /// The user's id, empty before the creation.
    pub(crate) id: String,
}

/// The user and the row in HubSpot, with lists in order.
pub(crate) type Held = Option<(User, Option<CrmUser>)>;

impl Stage {
    pub(crate) async fn set(case: &Case) -> Self {
        let timer = Arc::new(VirtualTimer::new());
        let account = &case.account;
        let mut scopes = vec![
            "settings.users.read",
            "settings.users.write",
            "settings.users.teams.read",
        ];
        if account.reads_crm {
            scopes.extend(["crm.objects.users.read", "crm.objects.users.write"]);
        }
        if account.has_billing {
            scopes.push("settings.billing.write");
        }
        let mut emulator = Emulator::builder()
            .behavior(account.behavior)
            .timer(Arc::<VirtualTimer>::clone(&timer))
            .scopes(scopes)
            .service_accounts(1)
            .free_seats(1);
        if !account.has_roles {
            emulator = emulator.play("roles=unavailable").unwrap();
        }
        if account.has_department {
            emulator = emulator.crm_property(DEPARTMENT);
        }
        let hubspot = emulator.start().await.unwrap();
        let mut stage = Self {
            server: nobody(),
            hubspot,
            timer,
            state: Arc::new(MemoryState::new()),
            email: if case.person.is_app { APP } else { ADA },
            id: String::new(),
        };
        stage.live(case).await;
        stage.fill(case);
        stage.server = stage.serve(case, &configuration(case)).await;
        if case.person.is_looked_at {
            stage.look().await;
        }
        stage
    }

    /// Plays the past of the user.
    async fn live(&mut self, case: &Case) {
        let life = case.person.life;
        if life == Life::Absent {
            return;
        }
        let deprovision = if life == Life::Suspended {
            json!({"no_access_role": "No Access"})
        } else {
            json!("remove")
        };
        let mut past = json!({"deprovision": deprovision});
        if case.account.has_department {
            past["department_property"] = DEPARTMENT.into();
        }
        self.server = self.serve(case, &past).await;
        if life != Life::Stranger {
            let user = json!({"userName": self.email, "externalId": "emp-0", "active": true});
            let made = self.server.post("/scim/v2/Users", &user).await;
            made.expect(201);
        } else if !case.person.is_app {
            let client = self.hubspot.client().build().unwrap();
            client.create_user(&NewUser::new(self.email)).await.unwrap();
        }
        self.by_hand(case);
        self.id = self.user().unwrap().id;
        if life != Life::Stranger {
            self.look().await;
            self.patch(
                json!({"op": "replace", "path": "externalId", "value": request::EXTERNAL_ID}),
            )
            .await
            .expect(200);
        }
        let disable = json!({"op": "replace", "path": "active", "value": false});
        match life {
            Life::Removed | Life::Suspended => {
                self.patch(disable).await.expect(200);
            }
            Life::RemovedByHand => assert!(self.hubspot.remove_user_by_hand(self.email)),
            Life::Absent | Life::Stranger | Life::Known => {}
        }
        if case.person.is_deactivated {
            assert!(self.hubspot.deactivate_by_hand(self.email));
        }
    }

    fn by_hand(&self, case: &Case) {
        let (hubspot, email, person) = (&self.hubspot, self.email, &case.person);
        assert!(hubspot.set_roles_by_hand(email, &person.roles));
        assert!(hubspot.set_primary_team_by_hand(email, person.main_team));
        assert!(hubspot.set_secondary_teams_by_hand(email, &person.extra_teams));
        assert!(hubspot.set_seats_by_hand(email, &person.seats));
        assert!(hubspot.set_super_admin_by_hand(email, person.is_super_admin));
        if person.is_activated {
            assert!(hubspot.activate(email));
        }
        let (first, last) = person.name.unwrap_or_default();
        if person.is_activated && !person.is_app {
            assert!(hubspot.rename_by_hand(email, first, last));
        }
        for (value, property) in person.row.into_iter().zip(PROPERTIES) {
            if let Some(value) = value {
                assert!(hubspot.set_crm_property_by_hand(email, property, value));
            }
        }
    }

    /// Gives all seats that the user does not need to others.
    fn fill(&self, case: &Case) {
        if case.account.is_full {
            let mut others = COUNTED_SEATS.to_vec();
            others.retain(|seat| !case.uses(seat));
            assert!(self.hubspot.set_seats_by_hand(JAMES, &others));
        }
    }

    async fn serve(&self, case: &Case, configuration: &Value) -> Caller {
        let config: Config = serde_json::from_value(configuration.clone()).unwrap();
        let client = self
            .hubspot
            .client()
            .timer(Arc::<VirtualTimer>::clone(&self.timer));
        let mut builder = HubSpot::builder(client.build().unwrap())
            .policy(config.validate().unwrap())
            .state(Arc::clone(&self.state))
            .timer(Arc::<VirtualTimer>::clone(&self.timer));
        if case.account.is_told {
            builder = builder.dialect(case.account.behavior.dialect);
        }
        let (hubspot, _) = builder.connect().await;
        let tenant = tenant()
            .provider(hubspot.users())
            .provider(hubspot.groups());
        Caller::new(Service::new(tenant.build().unwrap()))
    }

    fn path(&self) -> String {
        format!("/scim/v2/Users/{}", self.id)
    }

    /// Reads the user from the server.
    pub(crate) async fn get(&self) -> Answer {
        self.server.get(&self.path()).await
    }

    /// Reads the user until an existing row is found.
    pub(crate) async fn look(&self) {
        for _ in 0..LOOKS {
            self.get().await;
        }
    }

    pub(crate) async fn patch(&self, operation: Value) -> Answer {
        let patch = patch_op(&json!([operation]));
        self.server.patch(&self.path(), &patch).await
    }

    /// Sends the request of a case, and remembers the id of a created user.
    pub(crate) async fn send(&mut self, case: &Case) -> Answer {
        let request = request::of(case, self.email, &self.id);
        let answer = self
            .server
            .send(request.method, &request.path, Some(&request.body))
            .await;
        if answer.status() < 300 {
            answer.id().clone_into(&mut self.id);
        }
        answer
    }

    fn user(&self) -> Option<User> {
        let mut user = self.hubspot.user_by_email(self.email)?;
        user.secondary_team_ids.sort();
        user.seat_names.sort();
        Some(user)
    }

    pub(crate) fn held(&self) -> Held {
        let user = self.user()?;
        Some((user, self.hubspot.crm_user(self.email)))
    }
}

/// The values of a row.
pub(crate) fn values(row: &CrmUser) -> [&str; 4] {
    PROPERTIES.map(|property| row.get(property).unwrap_or_default())
}

fn tenant() -> scim_core::tenant::TenantBuilder {
    Tenant::builder("https://scim.acme.example/scim/v2".parse().unwrap())
        .authenticator(BearerTokens::new("identity provider", SECRET_TOKEN))
}

/// A server without providers, until the real one starts.
fn nobody() -> Caller {
    Caller::new(Service::new(tenant().build().unwrap()))
}

/// The configuration in the form of an operator.
fn configuration(case: &Case) -> Value {
    let rules = &case.rules;
    let word = |is: bool, yes: &'static str, no: &'static str| if is { yes } else { no };
    let mut config = json!({
        "unknown_role": rules.unknown_role,
        "deprovision": match rules.deprovision {
            Deprovision::Remove => json!("remove"),
            Deprovision::NoAccess => json!({"no_access_role": "No Access"}),
            Deprovision::Refuse => json!("refuse"),
        },
        "adopt": rules.adopt,
        "super_admins": word(rules.hides_super_admins, "hidden", "read-only"),
        "service_accounts": word(rules.shows_apps, "read-only", "hidden"),
    });
    if rules.has_default_role {
        config["default_role"] = "Read Only".into();
    }
    if rules.has_role_map {
        config["role_map"] = json!({"Admin": "Sales Manager"});
    }
    if rules.protects {
        config["protected_users"] = json!([ADA, APP]);
    }
    if rules.shuts_out {
        config["allowed_domains"] = json!(["other.example"]);
    }
    if case.account.has_department {
        config["department_property"] = DEPARTMENT.into();
    }
    config
}
