//! A random account, a user in it, and a change of that user, drawn together.

use proptest::prelude::*;
use proptest::sample::{select, subsequence};

use crate::emulator::Behavior;
use crate::emulator::behavior::{Activation, PaidRoleRefusal};
use crate::lifecycle::{Change, RoleChange};

pub(super) const ADA: &str = "ada@acme.example";
/// Permission sets of the account: two plain ones and one that takes `settings.billing.write`.
pub(super) const PLAIN: [&str; 2] = ["140201", "140202"];
pub(super) const PAID: &str = "140207";
pub(super) const UNKNOWN: &str = "999";
/// The seat that the paid permission set takes, whether HubSpot shows it or not.
pub(super) const PAID_SEAT: &str = "sales";
/// The seats of which the account has a limited number; `SEATS` adds one without a limit.
pub(super) const COUNTED_SEATS: [&str; 3] = ["core", PAID_SEAT, "service"];
pub(super) const SEATS: [&str; 4] = ["core", PAID_SEAT, "service", "view-only"];
/// The user who holds no seat at the start.
pub(super) const JAMES: &str = "james.oconnor@acme.example";
pub(super) const TEAMS: [&str; 4] = ["5301", "5302", "5305", "5306"];

/// An account, a user in it, and a change of that user.
#[derive(Clone, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is drawn on its own")]
pub(super) struct Case {
    pub(super) has_roles: bool,
    pub(super) has_billing: bool,
    pub(super) is_activated: bool,
    pub(super) is_super_admin: bool,
    /// Whether the account has no free seat besides the user's own.
    pub(super) is_full: bool,
    pub(super) paid_role: PaidRoleRefusal,
    pub(super) roles: Vec<&'static str>,
    pub(super) main_team: Option<&'static str>,
    pub(super) extra_teams: Vec<&'static str>,
    pub(super) seats: Vec<&'static str>,
    pub(super) first_name: Option<&'static str>,
    pub(super) last_name: Option<&'static str>,
    pub(super) role: Role,
    pub(super) wanted_main_team: Option<&'static str>,
    pub(super) wanted_extra_teams: Option<Vec<&'static str>>,
    pub(super) wanted_seats: Option<Vec<&'static str>>,
    /// Whether the planner knows the account's dialect.
    pub(super) is_told: bool,
}

/// The change of the permission set.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Role {
    Stays,
    Goes,
    Becomes(&'static str),
}

pub(super) fn cases() -> impl Strategy<Value = Case> {
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

pub(super) fn owned(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}

impl Case {
    pub(super) fn change(&self) -> Change {
        Change {
            first_name: self.first_name.map(str::to_owned),
            last_name: self.last_name.map(str::to_owned),
            role: match self.role {
                Role::Stays => RoleChange::Keep,
                Role::Goes => RoleChange::Clear,
                Role::Becomes(id) => RoleChange::Set(id.to_owned()),
            },
            primary_team_id: self.wanted_main_team.map(str::to_owned),
            secondary_team_ids: self.wanted_extra_teams.as_deref().map(owned),
            seat_names: self.wanted_seats.as_deref().map(owned),
        }
    }

    pub(super) fn name_waits(&self, behavior: Behavior) -> bool {
        behavior.activation == Activation::Waits && !self.is_activated
    }
}
