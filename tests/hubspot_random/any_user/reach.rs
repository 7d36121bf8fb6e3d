//! The changes that HubSpot's API or the configuration rules out, and the error for each.

use hubspot_adapter::dialect::OmittedRole;
use hubspot_adapter::emulator::behavior::WriteOutcome;

use super::case::{Case, Deprovision, Life, Method, NOWHERE, PAID, PAID_SEAT, UNKNOWN_SEAT};
use super::situation::{Act, RoleTo};

const ROW: [&str; 4] = [
    "title",
    "phoneNumbers",
    "timezone",
    "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department",
];
const SUPER_ADMIN: &str = "This user is a Super Admin";
const APP: &str = "This is the account of an app";
const PROTECTED: &str = "This user is protected";
const DEACTIVATED: &str = "This user is deactivated";

/// Whether an entry of the table applies.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Holds {
    No,
    /// The entry applies only if the CRM row is found in time.
    Perhaps,
    Yes,
}

/// The reason for a refusal.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Refusal {
    /// The attributes, one of which the error names, or its first words.
    pub(crate) says: Vec<&'static str>,
    /// Whether the refusal is certain, and not merely possible.
    pub(crate) is_certain: bool,
}

type Row = (Holds, &'static [&'static str]);

/// The reasons to refuse this request.
pub(crate) fn refusals(case: &Case) -> Vec<Refusal> {
    let all = by_hubspot(case).into_iter().chain(by_the_operator(case));
    all.filter(|(holds, _)| *holds != Holds::No)
        .map(|(holds, says)| Refusal {
            says: says.to_vec(),
            is_certain: holds == Holds::Yes,
        })
        .collect()
}

/// The changes that HubSpot's API cannot make.
fn by_hubspot(case: &Case) -> [Row; 14] {
    let act = case.act();
    let changes = act == Act::Change;
    let comes = case.ends_present();
    let role = case.role_to();
    let gets_paid = comes && role == RoleTo::Become(PAID) && !case.holds(PAID);
    let loses_role = role == RoleTo::Go && matches!(act, Act::Change | Act::Resume);
    let behavior = case.account.behavior;
    let settings = case.asked_settings();
    let is_stuck = case.person.is_deactivated
        && behavior.deactivated_update == WriteOutcome::Refused
        && changes;
    let wants = |is: &dyn Fn(&&str) -> bool| {
        let seats = case.wanted_seats().unwrap_or_default();
        seats.iter().any(is)
    };
    [
        // Change an e-mail address.
        (
            yes(case.wish.renames && (comes || case.is_checked_while_away())),
            &["userName"],
        ),
        // Change a Super Admin.
        (case.touches(case.is_known_super_admin()), &[SUPER_ADMIN]),
        // Leave several permission sets as they are.
        (yes(changes && case.collapses_roles(&settings)), &["roles"]),
        // Clear a permission set, under some behaviors.
        (
            yes(loses_role && behavior.dialect.omitted_role == OmittedRole::Kept),
            &["roles"],
        ),
        // Give a permission set with a seat, without the scope or without a free seat.
        (yes(gets_paid && !case.account.has_billing), &["roles"]),
        (yes(gets_paid && !case.has_free(PAID_SEAT)), &["roles"]),
        // Give a seat that is not free or does not exist.
        (
            yes(comes && wants(&|seat| !case.has_free(seat))),
            &["entitlements"],
        ),
        (
            yes((comes || case.is_checked_while_away()) && wants(&|seat| *seat == UNKNOWN_SEAT)),
            &["entitlements"],
        ),
        // Find a user by an address in another letter case before the creation.
        (
            perhaps(case.is_overlooked()),
            &["roles", "entitlements", PROTECTED],
        ),
        // Suspend on a plan without permission sets.
        (
            yes(act == Act::Disable
                && case.rules.deprovision == Deprovision::NoAccess
                && !case.account.has_roles),
            &["active"],
        ),
        // Reactivate a deactivated user; under some behaviors change or show one.
        (yes(act == Act::Enable), &["active"]),
        (
            yes(is_stuck && !settings.is_empty()),
            &["name.givenName", "name.familyName", "roles", "entitlements"],
        ),
        (case.touches(changes && case.is_unread()), &[DEACTIVATED]),
        // Accept an invalid time zone.
        (case.asks_for_nowhere(), &ROW),
    ]
}

/// The changes that the configuration rules out.
fn by_the_operator(case: &Case) -> [Row; 8] {
    let act = case.act();
    let posts = case.wish.method == Method::Post;
    let looks_at_roles =
        case.ends_present() || case.is_checked_while_away() || case.adopts_by_role();
    let comes_back = matches!(act, Act::Make | Act::Return | Act::Resume);
    [
        // A hidden user counts as absent, and no other user can have the address.
        (yes(act == Act::Unknown), &["Resource"]),
        (yes(act == Act::Taken), &["userName"]),
        (yes(posts && case.rules.shuts_out), &["userName"]),
        (yes(looks_at_roles && case.roles_are_refused()), &["roles"]),
        (case.touches(case.person.is_app), &[APP]),
        (
            if case.rules.protects && comes_back {
                Holds::Yes
            } else {
                case.touches(case.rules.protects)
            },
            &[PROTECTED],
        ),
        (
            yes(act == Act::Disable && case.rules.deprovision == Deprovision::Refuse),
            &["active"],
        ),
        // A disabled user is not created.
        (
            yes(act == Act::Make && case.wish.active == Some(false)),
            &["active"],
        ),
    ]
}

fn yes(holds: bool) -> Holds {
    if holds { Holds::Yes } else { Holds::No }
}

fn perhaps(holds: bool) -> Holds {
    if holds { Holds::Perhaps } else { Holds::No }
}

impl Case {
    /// Whether a request changes a user whom no request may change.
    fn touches(&self, is_untouchable: bool) -> Holds {
        let waits = self.person.life == Life::Suspended && self.act() == Act::StayAway;
        // No role matches a super admin, or a user whose role is unknown.
        let is_obscure = self.is_known_super_admin() || self.is_unread();
        let names_a_role = is_obscure && self.asked_roles().is_some();
        if !is_untouchable {
            return Holds::No;
        }
        match self.act() {
            // A user without access may be disabled.
            Act::Disable if self.person.life == Life::Suspended => Holds::Perhaps,
            Act::Disable => Holds::Yes,
            Act::Change if names_a_role => Holds::Yes,
            Act::Change => self.changes(),
            Act::StayAway if waits => self.changes(),
            Act::Unknown
            | Act::Taken
            | Act::Link
            | Act::Make
            | Act::Enable
            | Act::Rest
            | Act::Return
            | Act::Resume
            | Act::StayAway => Holds::No,
        }
    }

    /// Whether a request for an absent user is checked as strictly as one for a present user.
    fn is_checked_while_away(&self) -> bool {
        self.act() == Act::StayAway && !self.disables()
    }

    fn holds(&self, role: &str) -> bool {
        self.act() == Act::Change && self.person.roles.contains(&role)
    }

    pub(crate) fn adopts_by_role(&self) -> bool {
        self.wish.method == Method::Post
            && self.person.life == Life::Stranger
            && self.rules.adopt == "if-role-matches"
    }

    /// The settings in HubSpot that the request changes.
    fn asked_settings(&self) -> Vec<&'static str> {
        let wishes = [self.wish.first_name, self.wish.last_name];
        let names = ["name.givenName", "name.familyName"];
        let shown = self.shown_name();
        let mut asked: Vec<&'static str> = (wishes.into_iter().zip(shown).zip(names))
            .filter(|((wish, shown), _)| wish.is_some_and(|wish| wish != *shown))
            .map(|(_, name)| name)
            .collect();
        if self.role_to() != RoleTo::Stay {
            asked.push("roles");
        }
        let seats = self.wanted_seats();
        if seats.is_some_and(|seats| seats != self.shown_seats()) {
            asked.push("entitlements");
        }
        asked
    }

    fn shown_seats(&self) -> Vec<&'static str> {
        if self.is_obscure() {
            return Vec::new();
        }
        self.held_seats()
    }

    /// Whether the request changes the row.
    fn changes_row(&self) -> Holds {
        let mut holds = Holds::No;
        for (wish, held) in self.wish.row.into_iter().zip(self.person.row) {
            let held = held.unwrap_or_default();
            let Some(wish) = wish else { continue };
            let (if_found, if_not) = (wish != held, !wish.is_empty());
            let one = match self.finds_row() {
                Some(true) => yes(if_found),
                Some(false) => yes(if_not),
                None if if_found && if_not => Holds::Yes,
                None if if_found || if_not => Holds::Perhaps,
                None => Holds::No,
            };
            holds = match (holds, one) {
                (Holds::Yes, _) | (_, Holds::Yes) => Holds::Yes,
                (Holds::Perhaps, _) | (_, Holds::Perhaps) => Holds::Perhaps,
                (Holds::No, Holds::No) => Holds::No,
            };
        }
        holds
    }

    fn changes(&self) -> Holds {
        if self.asked_settings().is_empty() {
            self.changes_row()
        } else {
            Holds::Yes
        }
    }

    /// Whether a change would reduce several permission sets to one without choosing it.
    fn collapses_roles(&self, settings: &[&str]) -> bool {
        let held = self.shown_roles();
        if held.len() < 2 {
            return false;
        }
        let names_all = self.asked_roles().is_some_and(|names| {
            held.iter().all(|id| {
                let is =
                    |name: &&'static str| name == id || super::case::ROLES.contains(&(*id, *name));
                names.iter().any(is)
            })
        });
        let chooses = matches!(self.role_to(), RoleTo::Become(_));
        names_all || (!chooses && !settings.is_empty())
    }

    /// Whether the request sets an invalid time zone in an existing row. Pending values are not checked.
    fn asks_for_nowhere(&self) -> Holds {
        let is_away = self.act() == Act::StayAway && self.person.life == Life::Suspended;
        let writes = is_away || matches!(self.act(), Act::Change | Act::Resume);
        if !writes || self.wish.row[2] != Some(NOWHERE) {
            return Holds::No;
        }
        match self.finds_row() {
            Some(finds) => yes(finds),
            None => Holds::Perhaps,
        }
    }
}
