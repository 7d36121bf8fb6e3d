//! Random changes of a user and of their row in the CRM together, on an emulated account under any dialect.

#![cfg(feature = "emulator")]

use std::sync::Arc;

use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::{Config, TestCaseError, TestRunner};
use scim_core::{Error, Resource};

use super::Users;
use crate::client::{CrmUser, NewUser, User, VirtualTimer};
use crate::dialect::{Activation, Dialect, Reach, Taken, Timing};
use crate::emulator::{Emulator, Fault};
use crate::mapping::Desired;
use crate::policy::{Policy, UnknownRole};
use crate::row::RowValues;
use crate::state::{MemoryState, StateStore, UserRecord};
use crate::{Features, HubSpot, RowFeatures};

const ADA: &str = "ada@acme.example";
/// Of the permission sets only the first two are there; of the zones the last one is none.
const ROLES: [&str; 3] = ["Sales Rep", "Sales Manager", "999"];
const ROLE_IDS: [&str; 2] = ["140201", "140202"];
const ZONES: [&str; 3] = ["Europe/Berlin", "America/New_York", "Nowhere"];
const DEPARTMENT: &str = "department";
const PROPERTIES: [(&str, &str); 4] = [
    ("title", "hs_job_title"),
    ("phoneNumbers", "hs_additional_phone"),
    ("timezone", "hs_standard_time_zone"),
    (
        "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department",
        DEPARTMENT,
    ),
];

type Texts = [Option<&'static str>; 4];

/// An account, a user in it, and what is to become of them.
#[derive(Clone, Debug)]
struct Case {
    dialect: Dialect,
    is_super_admin: bool,
    is_deactivated: bool,
    held: Texts,
    wanted: Texts,
    /// A role by its place.
    role: Option<usize>,
    first_name: Option<&'static str>,
}

fn cases() -> impl Strategy<Value = Case> {
    let text = || proptest::option::of(select(vec!["", "A", "B"]));
    let held_zone = proptest::option::of(select(ZONES[..2].to_vec()));
    let zone = proptest::option::of(select(vec!["", ZONES[0], ZONES[1], ZONES[2]]));
    let held = (text(), text(), held_zone, text());
    let wanted = (text(), text(), zone, text());
    let role = proptest::option::of(select(vec![0, 1, 1, 1, 2]));
    let first_name = proptest::option::of(select(vec!["Ada", "Augusta"]));
    let flags = (proptest::bool::weighted(0.1), proptest::bool::weighted(0.2));
    let all = (
        0..Dialect::COMBINATIONS,
        flags,
        held,
        wanted,
        role,
        first_name,
    );
    all.prop_map(|(number, flags, held, wanted, role, first_name)| {
        let dialect = Dialect::combination(number);
        Case {
            dialect,
            is_super_admin: flags.0,
            // Without a row nothing tells.
            is_deactivated: flags.1 && finds_row(dialect),
            held: [held.0, held.1, held.2, held.3],
            wanted: [wanted.0, wanted.1, wanted.2, wanted.3],
            role,
            first_name,
        }
    })
}

/// Whether the first look finds the row.
fn finds_row(dialect: Dialect) -> bool {
    dialect.crm_row == Timing::AtOnce && dialect.search_index == Timing::AtOnce
}

impl Case {
    fn has_row(&self) -> bool {
        finds_row(self.dialect)
    }

    fn desired(&self) -> Desired {
        let [title, phone, time_zone, department] = self.wanted.map(|text| text.map(str::to_owned));
        Desired {
            user_name: ADA.to_owned(),
            first_name: self.first_name.map(str::to_owned),
            roles: self.role.map(|place| vec![ROLES[place].to_owned()]),
            row: RowValues {
                title,
                phone,
                time_zone,
                department,
            },
            ..Desired::default()
        }
    }

    /// The attributes that are to become others: those of the settings, and those of the row.
    fn asks(&self) -> (Vec<&'static str>, Vec<&'static str>) {
        let role = self.role.is_some_and(|place| place != 0).then_some("roles");
        let name = self.first_name.map(|_| "name.givenName");
        let rows = self.wanted.into_iter().zip(self.held).zip(PROPERTIES);
        let row = rows.filter_map(|((wanted, held), (attribute, _))| {
            let held = held.filter(|_| self.has_row()).unwrap_or_default();
            let differs = wanted.is_some_and(|wanted| wanted != held);
            differs.then_some(attribute)
        });
        (name.into_iter().chain(role).collect(), row.collect())
    }

    /// What HubSpot cannot do, by what an error about it begins with; no word of it comes from the planner.
    fn out_of_reach(&self) -> Vec<&'static str> {
        let (settings, row) = self.asks();
        let changes = !settings.is_empty() || !row.is_empty();
        let unread = self.dialect.deactivated_read == Reach::Absent;
        let is_stuck = self.is_deactivated && !settings.is_empty();
        // What somebody has who cannot be read is not known: not which role, nor whether they are a super admin.
        let is_unknown = self.is_deactivated && unread;
        let table: [(bool, &[&'static str]); 5] = [
            (
                self.is_super_admin && !is_unknown && (changes || self.role.is_some()),
                &["This user is a Super Admin"],
            ),
            (self.role == Some(2), &["roles"]),
            (
                is_unknown && (changes || self.role.is_some()),
                &["This user is deactivated"],
            ),
            (
                is_stuck && !unread && self.dialect.deactivated_update == Taken::Refused,
                &["name.givenName", "roles"],
            ),
            (
                self.has_row() && self.wanted[2] == Some(ZONES[2]),
                &["title", "phoneNumbers", "timezone"],
            ),
        ];
        let holding = table.into_iter().filter(|(holds, _)| *holds);
        holding.flat_map(|(_, begins)| begins).copied().collect()
    }
}

struct Scene {
    hubspot: Emulator,
    users: Users,
    state: Arc<MemoryState>,
    id: String,
}

impl Scene {
    async fn start(case: &Case) -> Self {
        let timer = Arc::new(VirtualTimer::new());
        let builder = Emulator::builder()
            .dialect(case.dialect)
            .timer(Arc::<VirtualTimer>::clone(&timer))
            .crm_property(DEPARTMENT);
        let hubspot = builder.start().await.unwrap();
        let client = hubspot.client().timer(timer).build().unwrap();
        let made = client.create_user(&NewUser::new(ADA)).await.unwrap();
        assert!(hubspot.set_roles_by_hand(ADA, &ROLE_IDS[..1]));
        if case.has_row() {
            for (value, (_, property)) in case.held.into_iter().zip(PROPERTIES) {
                let value = value.unwrap_or_default();
                assert!(hubspot.set_crm_property_by_hand(ADA, property, value));
            }
        }
        assert!(hubspot.set_super_admin_by_hand(ADA, case.is_super_admin));
        if case.is_deactivated {
            assert!(hubspot.deactivate_by_hand(ADA));
        }
        let rows = RowFeatures::all().with_department(DEPARTMENT);
        let state = Arc::new(MemoryState::new());
        let policy = Policy {
            unknown_role: UnknownRole::Refuse,
            ..Policy::default()
        };
        let users = HubSpot::builder(client)
            .policy(policy)
            .features(Features::none().with_rows(rows))
            .state(Arc::<MemoryState>::clone(&state))
            .build()
            .users();
        Self {
            hubspot,
            users,
            state,
            id: made.id,
        }
    }

    async fn bring(&self, desired: Desired) -> Result<Resource, Error> {
        let seen = self.users.observe(&self.id).await?;
        self.users.bring(seen, desired).await
    }

    fn now(&self) -> (User, CrmUser) {
        let user = self.hubspot.user_by_email(ADA);
        (user.unwrap(), self.hubspot.crm_user(ADA).unwrap())
    }

    async fn record(&self) -> Option<UserRecord> {
        self.state.by_id(&self.id).await.unwrap()
    }
}

/// What of a change HubSpot does not have, or the record keep for later.
fn missing(
    case: &Case,
    (user, row): &(User, CrmUser),
    record: Option<&UserRecord>,
) -> Vec<&'static str> {
    let waiting = record
        .and_then(|record| record.pending_row.clone())
        .unwrap_or_default();
    let waiting = [
        waiting.title,
        waiting.phone,
        waiting.time_zone,
        waiting.department,
    ];
    let mut missing = Vec::new();
    for ((wanted, waiting), (attribute, property)) in
        case.wanted.into_iter().zip(waiting).zip(PROPERTIES)
    {
        let held = row.get(property).unwrap_or_default();
        let is_kept = !case.has_row() && waiting.as_deref() == wanted;
        if wanted.is_some_and(|wanted| wanted != held && !is_kept) {
            missing.push(attribute);
        }
    }
    if case.role.is_some_and(|place| {
        ROLE_IDS.get(place) != user.role_ids.first().map(String::as_str).as_ref()
    }) {
        missing.push("roles");
    }
    let waits = case.dialect.activation == Activation::Waits;
    if !waits && case.first_name.is_some() && case.first_name != user.first_name.as_deref() {
        missing.push("name.givenName");
    }
    missing
}

async fn ends_as_desired(case: &Case) -> Result<(), TestCaseError> {
    let scene = Scene::start(case).await;
    let before = scene.now();
    let out_of_reach = case.out_of_reach();
    match scene.bring(case.desired()).await {
        Ok(told) => {
            prop_assert!(out_of_reach.is_empty(), "{:?} was reached", out_of_reach);
            let record = scene.record().await;
            prop_assert_eq!(
                missing(case, &scene.now(), record.as_ref()),
                Vec::<&str>::new()
            );
            prop_assert_eq!(told.boolean("active"), Some(!case.is_deactivated));
            let title = case.wanted[0].or(case.held[0].filter(|_| case.has_row()));
            let told = told.text("title");
            prop_assert_eq!(told.as_deref(), title.filter(|title| !title.is_empty()));
        }
        Err(error) => {
            let named = out_of_reach
                .iter()
                .any(|begins| error.detail().starts_with(begins));
            prop_assert!(named, "{} begins with none of {:?}", error, out_of_reach);
            prop_assert!(scene.now() == before, "HubSpot is not as it was");
            prop_assert!(scene.record().await.is_none());
        }
    }
    Ok(())
}

/// After the first sign-in the next request writes what waited, but for what HubSpot refuses.
async fn what_waited_is_written(case: &Case) -> Result<(), TestCaseError> {
    if case.has_row() || !case.out_of_reach().is_empty() {
        return Ok(());
    }
    let scene = Scene::start(case).await;
    scene.bring(case.desired()).await.unwrap();
    assert!(scene.hubspot.activate(ADA));
    while scene.users.row(&scene.id).await.unwrap().held().is_none() {}
    let next = Desired {
        user_name: ADA.to_owned(),
        external_id: Some("next-cycle".to_owned()),
        ..Desired::default()
    };
    prop_assert!(scene.bring(next).await.is_ok());
    let (_, row) = scene.now();
    for (wanted, (attribute, property)) in case.wanted.into_iter().zip(PROPERTIES) {
        let wanted = wanted.filter(|wanted| !wanted.is_empty() && *wanted != ZONES[2]);
        prop_assert_eq!(row.get(property), wanted, "{}", attribute);
    }
    // Nobody made a super admin meanwhile, so nothing is left to do.
    let record = scene.record().await.unwrap();
    prop_assert_eq!(record.pending_row, None);
    Ok(())
}

#[derive(Clone, Copy, Debug)]
enum Trouble {
    Refused,
    Lost,
    LostAfterwards,
    PassedOver,
}

fn fault(trouble: Trouble) -> Fault {
    match trouble {
        Trouble::Refused => Fault::status(503).times(4),
        Trouble::Lost => Fault::close().times(4),
        Trouble::LostAfterwards => Fault::close().after_commit().times(4),
        Trouble::PassedOver => Fault::status(200).with_body(serde_json::json!({
            "id": "1", "email": ADA, "roleIds": [], "superAdmin": false, "properties": {},
        })),
    }
}

async fn is_repaired_by_the_retry(
    case: &Case,
    trouble: Trouble,
    method: &str,
    step: u32,
) -> Result<(), TestCaseError> {
    // A row that comes between the two tries may refuse what waited for it.
    let is_refused_later = case.wanted[2] == Some(ZONES[2]);
    if is_refused_later || !case.out_of_reach().is_empty() {
        return Ok(());
    }
    let scene = Scene::start(case).await;
    // Found beforehand, so that the row is there for each of the steps to come.
    scene.users.observe(&scene.id).await.unwrap();
    scene
        .hubspot
        .inject(fault(trouble).on(method, "*").skip(step));
    if scene.bring(case.desired()).await.is_ok() {
        let record = scene.record().await;
        let left = missing(case, &scene.now(), record.as_ref());
        prop_assert!(left.is_empty(), "a success that left {:?}", left);
    }
    scene.hubspot.clear_faults();
    let retried = scene.bring(case.desired()).await;
    prop_assert!(retried.is_ok(), "{:?}", retried.err());
    let record = scene.record().await;
    prop_assert_eq!(
        missing(case, &scene.now(), record.as_ref()),
        Vec::<&str>::new()
    );
    Ok(())
}

fn runner(cases: u32) -> TestRunner {
    TestRunner::new(Config {
        cases,
        failure_persistence: None,
        ..Config::default()
    })
}

fn block_on<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap()
        .block_on(future)
}

#[test]
fn the_cases_hold_every_kind_of_end() {
    use proptest::strategy::ValueTree;
    let mut runner = TestRunner::deterministic();
    let mut ends = std::collections::BTreeSet::new();
    for _ in 0..2000 {
        let case = cases().new_tree(&mut runner).unwrap().current();
        let (settings, row) = case.asks();
        let reason = case.out_of_reach().first().copied();
        ends.insert((reason, case.has_row(), settings.is_empty(), row.is_empty()));
    }
    for (has_row, no_settings, no_row) in [
        (true, false, false),
        (true, true, false),
        (true, false, true),
        (false, true, false),
        (false, false, false),
        (true, true, true),
    ] {
        assert!(ends.contains(&(None, has_row, no_settings, no_row)));
    }
    let reasons: std::collections::BTreeSet<_> = ends.into_iter().filter_map(|end| end.0).collect();
    for reason in [
        "This user is a Super Admin",
        "This user is deactivated",
        "name.givenName",
        "roles",
        "title",
    ] {
        assert!(reasons.contains(reason), "{reason}");
    }
}

#[test]
fn user_and_row_end_as_desired_or_the_error_names_what_hubspot_cannot_do() {
    runner(400)
        .run(&cases(), |case| block_on(ends_as_desired(&case)))
        .unwrap();
}

#[test]
fn whatever_waited_for_a_row_is_written_once_there_is_one() {
    runner(150)
        .run(&cases(), |case| block_on(what_waited_is_written(&case)))
        .unwrap();
}

#[test]
fn user_and_row_are_repaired_by_the_retry_whatever_breaks() {
    let trouble = select(vec![
        Trouble::Refused,
        Trouble::Lost,
        Trouble::LostAfterwards,
        Trouble::PassedOver,
    ]);
    let place = select(vec![
        ("PATCH", 0),
        ("PATCH", 1),
        ("PUT", 0),
        ("GET", 2),
        ("GET", 3),
        ("GET", 4),
    ]);
    runner(400)
        .run(
            &(cases(), trouble, place),
            |(case, trouble, (method, step))| {
                block_on(is_repaired_by_the_retry(&case, trouble, method, step))
            },
        )
        .unwrap();
}
