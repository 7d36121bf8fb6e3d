//! Plans of random changes, executed on an emulated account under every dialect.

#![cfg(feature = "emulator")]

use std::sync::Arc;

use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use proptest::test_runner::{Config, TestCaseError, TestRunner};
use scim_core::Error;

use super::Users;
use super::converge::PendingName;
use super::seats::NoSeat;
use crate::client::{NewUser, User, VirtualTimer};
use crate::dialect::{Activation, Dialect, OmittedRole, PaidRoleRefusal, SeatsGiven};
use crate::emulator::{Emulator, Fault};
use crate::plan::{self, Change};
use crate::{Features, HubSpot};

const ADA: &str = "ada@acme.example";
/// Permission sets of the account: two plain ones and one that takes `settings.billing.write`.
const PLAIN: [&str; 2] = ["140201", "140202"];
const PAID: &str = "140207";
const UNKNOWN: &str = "999";
/// The seat that this one takes, whether it is among those shown or not.
const PAID_SEAT: &str = "sales";
/// Seats of which there are only so many, and one that is not counted.
const COUNTED_SEATS: [&str; 3] = ["core", PAID_SEAT, "service"];
const SEATS: [&str; 4] = ["core", PAID_SEAT, "service", "view-only"];
/// Who holds no seat at the start.
const JAMES: &str = "james.oconnor@acme.example";
const TEAMS: [&str; 4] = ["5301", "5302", "5305", "5306"];

/// An account, a user in it, and what is to become of them.
#[derive(Clone, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is drawn on its own")]
struct Case {
    has_roles: bool,
    has_billing: bool,
    is_activated: bool,
    is_super_admin: bool,
    /// Whether no seat is free but the user's own.
    is_full: bool,
    paid_role: PaidRoleRefusal,
    roles: Vec<&'static str>,
    main_team: Option<&'static str>,
    extra_teams: Vec<&'static str>,
    seats: Vec<&'static str>,
    first_name: Option<&'static str>,
    last_name: Option<&'static str>,
    role: Role,
    wanted_main_team: Option<&'static str>,
    wanted_extra_teams: Option<Vec<&'static str>>,
    wanted_seats: Option<Vec<&'static str>>,
    /// Whether the planner is told what the account does.
    is_told: bool,
}

/// What a change says of the permission set.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Role {
    Stays,
    Goes,
    Becomes(&'static str),
}

fn cases() -> impl Strategy<Value = Case> {
    let mostly = || proptest::bool::weighted(0.85);
    let account = (
        mostly(),
        proptest::bool::weighted(0.7),
        any::<bool>(),
        proptest::bool::weighted(0.05),
        proptest::bool::weighted(0.2),
        select(PaidRoleRefusal::ALL.to_vec()),
    );
    let roles = select(vec![
        vec![],
        vec![PLAIN[0]],
        vec![PLAIN[1]],
        vec![PAID],
        vec![PAID],
        vec![PLAIN[0], PLAIN[1]],
    ]);
    let observed = (
        roles,
        proptest::option::of(select(TEAMS.to_vec())),
        subsequence(TEAMS.to_vec(), 0..=3),
        subsequence(SEATS.to_vec(), 0..=3),
    );
    let name = || proptest::option::of(select(vec!["", "Ada", "Augusta"]));
    let role = select(vec![
        Role::Stays,
        Role::Stays,
        Role::Goes,
        Role::Goes,
        Role::Becomes(PLAIN[0]),
        Role::Becomes(PLAIN[1]),
        Role::Becomes(PAID),
        Role::Becomes(UNKNOWN),
    ]);
    let team = select(vec!["", TEAMS[0], TEAMS[1], TEAMS[2], UNKNOWN]);
    let extra = subsequence(vec![TEAMS[0], TEAMS[1], TEAMS[2], TEAMS[3], UNKNOWN], 0..=3);
    let seats = subsequence([&SEATS[..], &[UNKNOWN]].concat(), 0..=3);
    let desired = (
        name(),
        name(),
        role,
        proptest::option::of(team),
        proptest::option::of(extra),
        proptest::option::of(seats),
        any::<bool>(),
    );
    (account, observed, desired).prop_map(|(account, observed, desired)| Case {
        has_roles: account.0,
        has_billing: account.1,
        is_activated: account.2,
        is_super_admin: account.3,
        is_full: account.4,
        paid_role: account.5,
        roles: if account.0 { observed.0 } else { Vec::new() },
        main_team: observed.1,
        extra_teams: observed.2,
        seats: observed.3,
        first_name: desired.0,
        last_name: desired.1,
        role: desired.2,
        wanted_main_team: desired.3,
        wanted_extra_teams: desired.4,
        wanted_seats: desired.5,
        is_told: desired.6,
    })
}

fn owned(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}

impl Case {
    fn change(&self) -> Change {
        Change {
            first_name: self.first_name.map(str::to_owned),
            last_name: self.last_name.map(str::to_owned),
            role_id: match self.role {
                Role::Becomes(id) => Some(id.to_owned()),
                Role::Stays | Role::Goes => None,
            },
            clears_role: self.role == Role::Goes,
            primary_team_id: self.wanted_main_team.map(str::to_owned),
            secondary_team_ids: self.wanted_extra_teams.as_deref().map(owned),
            seat_names: self.wanted_seats.as_deref().map(owned),
        }
    }

    /// What HubSpot cannot do, and the attribute that an error about it names: no word of it comes from the planner.
    ///
    /// An e-mail address, Super Admin and several permission sets are no part of a change at all.
    fn out_of_reach(&self, dialect: Dialect, asks: &[&'static str]) -> Vec<&'static str> {
        let holds_several = self.roles.len() > 1;
        let held = self.roles.first().copied();
        let asked = |attribute| asks.contains(&attribute);
        let role = match self.role {
            Role::Becomes(id) => {
                let is_known = self.has_roles && id != UNKNOWN;
                let may = id != PAID || self.has_billing || self.roles.contains(&PAID);
                let is_free = id != PAID || self.has_free(PAID_SEAT);
                asked("roles") && !(is_known && may && is_free)
            }
            Role::Goes => held.is_some() && dialect.omitted_role == OmittedRole::Kept,
            Role::Stays => false,
        };
        let collapses = holds_several && !matches!(self.role, Role::Becomes(_)) && !asks.is_empty();
        let extra = self.wanted_extra_teams.as_deref().unwrap_or_default();
        let seats = self.wanted_seats.as_deref().unwrap_or_default();
        let seats_free = seats
            .iter()
            .all(|name| *name != UNKNOWN && self.has_free(name));
        let seats = asked("entitlements") && !(self.has_billing && seats_free);
        let table: [(bool, &[&'static str]); 6] = [
            (self.is_super_admin && !asks.is_empty(), asks),
            (collapses, &["roles"]),
            (role, &["roles"]),
            (self.wanted_main_team == Some(UNKNOWN), &["primaryTeamId"]),
            (extra.contains(&UNKNOWN), &["secondaryTeamIds"]),
            (seats, &["entitlements"]),
        ];
        let holding = table.into_iter().filter(|(holds, _)| *holds);
        holding
            .flat_map(|(_, attributes)| attributes)
            .copied()
            .collect()
    }

    /// Whether the user uses a seat: it is shown, or their permission set takes it.
    fn uses(&self, seat: &str) -> bool {
        self.seats.contains(&seat) || (seat == PAID_SEAT && self.roles.contains(&PAID))
    }

    fn has_free(&self, seat: &str) -> bool {
        !self.is_full || !COUNTED_SEATS.contains(&seat) || self.uses(seat)
    }

    fn name_waits(&self, dialect: Dialect) -> bool {
        dialect.activation == Activation::Waits && !self.is_activated
    }
}

struct Scene {
    hubspot: Emulator,
    users: Users,
    before: User,
}

impl Scene {
    async fn start(case: &Case, mut dialect: Dialect) -> Self {
        dialect.paid_role_refusal = case.paid_role;
        let timer = Arc::new(VirtualTimer::new());
        let mut scopes = vec!["settings.users.read", "settings.users.write"];
        if case.has_billing {
            scopes.push("settings.billing.write");
        }
        let mut builder = Emulator::builder()
            .dialect(dialect)
            .timer(Arc::<VirtualTimer>::clone(&timer))
            .scopes(scopes)
            .free_seats(1);
        if !case.has_roles {
            builder = builder.play("roles=unavailable").unwrap();
        }
        let hubspot = builder.start().await.unwrap();
        let client = hubspot.client().timer(timer).build().unwrap();
        client.create_user(&NewUser::new(ADA)).await.unwrap();
        assert!(hubspot.set_roles_by_hand(ADA, &case.roles));
        assert!(hubspot.set_primary_team_by_hand(ADA, case.main_team));
        assert!(hubspot.set_secondary_teams_by_hand(ADA, &case.extra_teams));
        assert!(hubspot.set_seats_by_hand(ADA, &case.seats));
        if case.is_full {
            let mut others = COUNTED_SEATS.to_vec();
            others.retain(|name| !case.uses(name));
            assert!(hubspot.set_seats_by_hand(JAMES, &others));
        }
        assert!(hubspot.set_super_admin_by_hand(ADA, case.is_super_admin));
        if case.is_activated {
            assert!(hubspot.activate(ADA));
        }
        let known = if case.is_told {
            dialect
        } else {
            Dialect::default()
        };
        let mut features = Features::none();
        features.seats = case.has_billing;
        let users = HubSpot::builder(client)
            .dialect(known)
            .features(features)
            .build()
            .users();
        let before = hubspot.user_by_email(ADA).unwrap();
        Self {
            hubspot,
            users,
            before,
        }
    }

    fn now(&self) -> User {
        self.hubspot.user_by_email(ADA).unwrap()
    }

    async fn converge(&self, change: &Change) -> Result<(User, PendingName), Error> {
        self.users.converge(self.now(), change, NoSeat::Final).await
    }
}

/// What of a change a user does not have, said apart from the planner; names that wait are had later.
fn missing(user: &User, case: &Case, dialect: Dialect) -> Vec<&'static str> {
    let is = |held: Option<&str>, wanted: Option<&str>| {
        wanted.is_none_or(|wanted| held.unwrap_or_default() == wanted)
    };
    let role = match case.role {
        Role::Stays => true,
        Role::Goes => user.role_ids.is_empty(),
        Role::Becomes(id) => user.role_ids == [id],
    };
    let extra = case.wanted_extra_teams.as_deref().is_none_or(|wanted| {
        let (mut held, mut wanted) = (user.secondary_team_ids.clone(), owned(wanted));
        held.sort();
        wanted.sort();
        held == wanted
    });
    let seats = case.wanted_seats.as_deref().is_none_or(|wanted| {
        let (mut held, mut wanted) = (user.seat_names.clone(), owned(wanted));
        held.sort();
        wanted.sort();
        held == wanted
    });
    let waits = case.name_waits(dialect);
    [
        (
            waits || is(user.first_name.as_deref(), case.first_name),
            "name.givenName",
        ),
        (
            waits || is(user.last_name.as_deref(), case.last_name),
            "name.familyName",
        ),
        (role, "roles"),
        (
            is(user.primary_team_id.as_deref(), case.wanted_main_team),
            "primaryTeamId",
        ),
        (extra, "secondaryTeamIds"),
        (seats, "entitlements"),
    ]
    .into_iter()
    .filter_map(|(holds, attribute)| (!holds).then_some(attribute))
    .collect()
}

/// What a change asks for that is not so already.
fn asked(user: &User, case: &Case) -> Vec<&'static str> {
    let mut activated = case.clone();
    activated.is_activated = true;
    missing(user, &activated, Dialect::default())
}

/// What no change says stays as it was.
fn kept(case: &Case, before: &User, after: &User) -> bool {
    (case.role != Role::Stays || before.role_ids == after.role_ids)
        && (case.wanted_main_team.is_some() || before.primary_team_id == after.primary_team_id)
        && (case.wanted_extra_teams.is_some()
            || before.secondary_team_ids == after.secondary_team_ids)
        && (case.wanted_seats.is_some() || before.seat_names == after.seat_names)
        && before.email == after.email
}

/// The same user, with lists that come in no order in one.
fn in_order(mut user: User) -> User {
    user.secondary_team_ids.sort();
    user.seat_names.sort();
    user
}

async fn ends_as_desired(case: &Case, dialect: Dialect) -> Result<(), TestCaseError> {
    let scene = Scene::start(case, dialect).await;
    let asks = asked(&scene.before, case);
    let out_of_reach = case.out_of_reach(dialect, &asks);
    let outcome = scene.converge(&case.change()).await;
    let after = scene.now();
    match outcome {
        Ok((told, pending)) => {
            prop_assert!(out_of_reach.is_empty(), "{out_of_reach:?} was reached");
            prop_assert_eq!(missing(&after, case, dialect), Vec::<&str>::new());
            prop_assert!(kept(case, &scene.before, &after), "{after:?}");
            prop_assert_eq!(told, after);
            if let Some((first, last)) = pending {
                prop_assert!(case.name_waits(dialect));
                prop_assert_eq!(first.as_deref(), case.first_name);
                prop_assert_eq!(last.as_deref(), case.last_name);
            }
        }
        Err(error) => {
            let (names, _) = error.detail().split_once(':').unwrap_or_default();
            let attributes: Vec<&str> = names.split(", ").collect();
            prop_assert!(
                out_of_reach
                    .iter()
                    .any(|attribute| attributes.contains(attribute)),
                "{error} names none of {out_of_reach:?}"
            );
            // A PUT leaves one permission set of several, and that one was chosen.
            if case.roles.len() < 2 {
                prop_assert_eq!(in_order(after), in_order(scene.before));
            }
        }
    }
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
            "id": "1", "email": ADA, "roleIds": [], "superAdmin": false,
        })),
    }
}

async fn is_repaired_by_the_retry(
    case: &Case,
    dialect: Dialect,
    trouble: Trouble,
    step: u32,
) -> Result<(), TestCaseError> {
    let scene = Scene::start(case, dialect).await;
    let asks = asked(&scene.before, case);
    if !case.out_of_reach(dialect, &asks).is_empty() {
        return Ok(());
    }
    scene
        .hubspot
        .inject(fault(trouble).on("PUT", "*").skip(step));
    let change = case.change();
    let outcome = scene.converge(&change).await;
    if outcome.is_ok() {
        let left = missing(&scene.now(), case, dialect);
        prop_assert!(left.is_empty(), "a success that left {left:?}");
    }
    scene.hubspot.clear_faults();
    prop_assert!(scene.converge(&change).await.is_ok());
    let after = scene.now();
    prop_assert_eq!(missing(&after, case, dialect), Vec::<&str>::new());
    prop_assert!(kept(case, &scene.before, &after), "{after:?}");
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

/// Every dialect that a change depends on.
fn dialects() -> impl Iterator<Item = Dialect> {
    Dialect::all().flat_map(|dialect| {
        SeatsGiven::ALL
            .into_iter()
            .map(move |seats| Dialect { seats, ..dialect })
    })
}

#[test]
fn a_plan_ends_in_the_desired_state_or_names_what_hubspot_cannot_do() {
    for dialect in dialects() {
        runner(48)
            .run(&cases(), |case| block_on(ends_as_desired(&case, dialect)))
            .unwrap_or_else(|error| panic!("{dialect}: {error}"));
    }
}

#[test]
fn a_plan_that_breaks_at_any_step_is_repaired_by_the_retry() {
    let trouble = select(vec![
        Trouble::Refused,
        Trouble::Lost,
        Trouble::LostAfterwards,
        Trouble::PassedOver,
    ]);
    for dialect in dialects() {
        runner(32)
            .run(
                &(cases(), trouble.clone(), 0..3_u32),
                |(case, trouble, step)| {
                    block_on(is_repaired_by_the_retry(&case, dialect, trouble, step))
                },
            )
            .unwrap_or_else(|error| panic!("{dialect}: {error}"));
    }
}

#[test]
fn the_cases_hold_every_shape_of_a_plan() {
    use proptest::strategy::ValueTree;
    let mut runner = TestRunner::deterministic();
    let mut shapes = std::collections::BTreeSet::new();
    for _ in 0..2000 {
        let case = cases().new_tree(&mut runner).unwrap().current();
        let mut user = User::new("1", ADA);
        user.role_ids = owned(&case.roles);
        user.role_id = user.role_ids.first().cloned();
        user.secondary_team_ids = owned(&case.extra_teams);
        user.seat_names = owned(&case.seats);
        if let Ok(plan) = plan::update(&user, &case.change(), Dialect::default()) {
            shapes.insert(plan.map_or(0, |plan| plan.steps.len()));
        }
    }
    assert_eq!(shapes.into_iter().collect::<Vec<_>>(), [0, 1, 2]);
}
