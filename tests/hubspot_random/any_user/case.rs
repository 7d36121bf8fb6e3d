//! A random case: an account, a configuration, a user, and a request about the user.

use hubspot_adapter::emulator::Behavior;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};

pub(crate) const SALES_REP: &str = "140201";
pub(crate) const SALES_MANAGER: &str = "140202";
pub(crate) const READ_ONLY: &str = "140205";
pub(crate) const NO_ACCESS: &str = "140206";
/// A permission set that needs `settings.billing.write` and a [`PAID_SEAT`].
pub(crate) const PAID: &str = "140207";
/// The permission sets of the cases, by id and name.
pub(crate) const ROLES: [(&str, &str); 5] = [
    (SALES_REP, "Sales Rep"),
    (SALES_MANAGER, "Sales Manager"),
    (READ_ONLY, "Read Only"),
    (NO_ACCESS, "No Access"),
    (PAID, "Sales Hub User"),
];
pub(crate) const PAID_SEAT: &str = "sales";
/// Seats of a limited number.
pub(crate) const COUNTED_SEATS: [&str; 3] = ["core", PAID_SEAT, "service"];
const SEATS: [&str; 4] = ["core", PAID_SEAT, "service", "view-only"];
pub(crate) const UNKNOWN_SEAT: &str = "throne";
const TEAMS: [&str; 4] = ["5301", "5302", "5305", "5306"];
/// An invalid time zone.
pub(crate) const NOWHERE: &str = "Nowhere";

/// The name HubSpot gives the account of an app.
const NAME_OF_APP: (&str, &str) = ("App", "Account");

/// Title, phone number, time zone and department.
pub(crate) type Texts = [Option<&'static str>; 4];

#[derive(Clone, Debug)]
pub(crate) struct Case {
    pub(crate) account: Account,
    pub(crate) rules: Rules,
    pub(crate) person: Person,
    pub(crate) wish: Wish,
}

/// The HubSpot account.
#[derive(Clone, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is drawn on its own")]
pub(crate) struct Account {
    pub(crate) behavior: Behavior,
    /// Whether the adapter knows the dialect.
    pub(crate) is_told: bool,
    pub(crate) has_roles: bool,
    pub(crate) has_billing: bool,
    pub(crate) reads_crm: bool,
    pub(crate) has_department: bool,
    /// Whether other users hold all free seats.
    pub(crate) is_full: bool,
}

/// The configuration of the operator.
#[derive(Clone, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is drawn on its own")]
pub(crate) struct Rules {
    pub(crate) deprovision: Deprovision,
    pub(crate) unknown_role: &'static str,
    /// Whether a new user gets Read Only.
    pub(crate) has_default_role: bool,
    /// Whether `Admin` maps to Sales Manager.
    pub(crate) has_role_map: bool,
    pub(crate) adopt: &'static str,
    pub(crate) hides_super_admins: bool,
    pub(crate) shows_apps: bool,
    pub(crate) protects: bool,
    /// Whether only other domains are allowed.
    pub(crate) shuts_out: bool,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Deprovision {
    Remove,
    NoAccess,
    Refuse,
}

/// The user's past.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Life {
    Absent,
    /// In HubSpot, without a request so far.
    Stranger,
    /// Created by a request.
    Known,
    /// Created by a request, and removed by a disabling request.
    Removed,
    /// Created by a request, and removed by hand in HubSpot.
    RemovedByHand,
    /// Created by a request, and suspended by a disabling request.
    Suspended,
}

#[derive(Clone, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is drawn on its own")]
pub(crate) struct Person {
    pub(crate) life: Life,
    pub(crate) is_app: bool,
    pub(crate) is_activated: bool,
    pub(crate) is_super_admin: bool,
    pub(crate) is_deactivated: bool,
    pub(crate) name: Option<(&'static str, &'static str)>,
    pub(crate) roles: Vec<&'static str>,
    pub(crate) main_team: Option<&'static str>,
    pub(crate) extra_teams: Vec<&'static str>,
    pub(crate) seats: Vec<&'static str>,
    pub(crate) row: Texts,
    /// Whether an earlier read found the row.
    pub(crate) is_looked_at: bool,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Method {
    Post,
    Put,
    Patch,
}

/// The content of a request. An empty text or list in a PATCH removes the attribute.
#[derive(Clone, Debug)]
pub(crate) struct Wish {
    pub(crate) method: Method,
    pub(crate) active: Option<bool>,
    pub(crate) first_name: Option<&'static str>,
    pub(crate) last_name: Option<&'static str>,
    pub(crate) roles: Option<Vec<&'static str>>,
    pub(crate) seats: Option<Vec<&'static str>>,
    pub(crate) row: Texts,
    /// Whether the request changes the address.
    pub(crate) renames: bool,
    /// Whether the request has the address in capitals.
    pub(crate) shouts: bool,
    /// Whether the request is a POST of another person with the same address.
    pub(crate) is_of_another: bool,
}

pub(crate) fn cases() -> impl Strategy<Value = Case> {
    (accounts(), rules(), people(), wishes()).prop_map(|(account, rules, person, wish)| {
        let case = Case {
            account,
            rules,
            person,
            wish,
        };
        case.made_possible()
    })
}

fn rarely() -> impl Strategy<Value = bool> {
    proptest::bool::weighted(0.08)
}

fn mostly() -> impl Strategy<Value = bool> {
    proptest::bool::weighted(0.85)
}

/// The default behavior, one that differs in one key, or any.
fn behaviors() -> impl Strategy<Value = Behavior> {
    let neighbors: Vec<Behavior> = Behavior::neighbors().collect();
    prop_oneof![
        select(neighbors),
        (0..Behavior::COMBINATIONS).prop_map(Behavior::combination),
        (0..Behavior::COMBINATIONS).prop_map(Behavior::combination),
    ]
}

fn accounts() -> impl Strategy<Value = Account> {
    let flags = (
        any::<bool>(),
        mostly(),
        mostly(),
        mostly(),
        any::<bool>(),
        proptest::bool::weighted(0.2),
    );
    (behaviors(), flags).prop_map(|(behavior, flags)| Account {
        behavior,
        is_told: flags.0,
        has_roles: flags.1,
        has_billing: flags.2,
        reads_crm: flags.3,
        has_department: flags.4,
        is_full: flags.5,
    })
}

fn rules() -> impl Strategy<Value = Rules> {
    let deprovision = select(vec![
        Deprovision::Remove,
        Deprovision::Remove,
        Deprovision::NoAccess,
        Deprovision::NoAccess,
        Deprovision::Refuse,
    ]);
    let unknown_role = select(vec!["default", "minimal", "refuse"]);
    let adopt = select(vec!["by-email", "by-email", "if-role-matches", "refuse"]);
    let flags = (
        any::<bool>(),
        any::<bool>(),
        any::<bool>(),
        any::<bool>(),
        rarely(),
        rarely(),
    );
    (deprovision, unknown_role, adopt, flags).prop_map(
        |(deprovision, unknown_role, adopt, flags)| Rules {
            deprovision,
            unknown_role,
            has_default_role: flags.0,
            has_role_map: flags.1,
            adopt,
            hides_super_admins: flags.2,
            shows_apps: flags.3,
            protects: flags.4,
            shuts_out: flags.5,
        },
    )
}

fn people() -> impl Strategy<Value = Person> {
    let life = select(vec![
        Life::Absent,
        Life::Stranger,
        Life::Stranger,
        Life::Known,
        Life::Known,
        Life::Known,
        Life::Known,
        Life::Removed,
        Life::Removed,
        Life::RemovedByHand,
        Life::Suspended,
        Life::Suspended,
    ]);
    let flags = (
        rarely(),
        any::<bool>(),
        rarely(),
        proptest::bool::weighted(0.2),
        any::<bool>(),
    );
    let name = option::of(select(vec![("Ada", "Byron"), ("Augusta", "King")]));
    let roles = select(vec![
        vec![],
        vec![SALES_REP],
        vec![SALES_MANAGER],
        vec![PAID],
        vec![SALES_REP, SALES_MANAGER],
    ]);
    let places = (
        option::of(select(TEAMS.to_vec())),
        subsequence(TEAMS.to_vec(), 0..=3),
        subsequence(SEATS.to_vec(), 0..=3),
    );
    let text = || option::of(select(vec!["A", "B"]));
    let zone = option::of(select(vec!["Europe/Berlin", "America/New_York"]));
    let row = (text(), text(), zone, text());
    (life, flags, name, roles, places, row).prop_map(|(life, flags, name, roles, places, row)| {
        Person {
            life,
            is_app: flags.0,
            is_activated: flags.1,
            is_super_admin: flags.2,
            is_deactivated: flags.3,
            name,
            roles,
            main_team: places.0,
            extra_teams: places.1,
            seats: places.2,
            row: [row.0, row.1, row.2, row.3],
            is_looked_at: flags.4,
        }
    })
}

fn wishes() -> impl Strategy<Value = Wish> {
    let method = select(vec![Method::Post, Method::Put, Method::Patch]);
    let active = select(vec![None, Some(true), Some(true), Some(false)]);
    let name = || option::of(select(vec!["", "Ada", "Augusta"]));
    let role = select(vec![
        vec![],
        vec!["Sales Rep"],
        vec!["Sales Manager"],
        vec!["Sales Hub User"],
        vec![SALES_REP],
        vec!["Admin"],
        vec!["Chef"],
        vec![" sales rep "],
        vec!["User"],
        vec!["msiam_access"],
        vec!["Super Admin"],
        vec!["No Access"],
        vec!["Sales Rep", "Admin"],
        vec!["Chef", "Sales Manager"],
        vec!["Sales Manager", "Sales Rep"],
    ]);
    let seats = subsequence([&SEATS[..], &[UNKNOWN_SEAT]].concat(), 0..=3);
    let text = || option::of(select(vec!["", "A", "B"]));
    let zone = option::of(select(vec![
        "",
        "Europe/Berlin",
        "America/New_York",
        NOWHERE,
    ]));
    let row = (text(), text(), zone, text());
    let flags = (rarely(), proptest::bool::weighted(0.3), rarely());
    let places = (option::of(role), option::of(seats));
    (method, active, (name(), name()), places, row, flags).prop_map(
        |(method, active, name, places, row, flags)| Wish {
            method,
            active,
            first_name: name.0,
            last_name: name.1,
            roles: places.0,
            seats: places.1,
            row: [row.0, row.1, row.2, row.3],
            renames: flags.0,
            shouts: flags.1,
            is_of_another: flags.2,
        },
    )
}

impl Case {
    /// Removes contradictions from the case.
    fn made_possible(mut self) -> Self {
        let (account, person, wish) = (&mut self.account, &mut self.person, &mut self.wish);
        if person.life == Life::Suspended
            && (self.rules.deprovision != Deprovision::NoAccess || !account.has_roles)
        {
            person.life = Life::Removed;
        }
        if person.life == Life::Absent {
            wish.method = Method::Post;
        }
        let is_there = matches!(person.life, Life::Stranger | Life::Known);
        person.is_super_admin &= is_there;
        person.is_app &=
            person.life == Life::Stranger && account.reads_crm && !person.is_super_admin;
        person.is_deactivated &= is_there && account.reads_crm && !person.is_app;
        // Only a row that is found shows a deactivation.
        let needs_row = person.is_app || person.is_deactivated;
        person.is_activated |= needs_row;
        person.is_looked_at |= needs_row;
        if person.life == Life::Absent || !account.has_roles {
            person.roles.clear();
        }
        if person.life == Life::Absent || !person.is_activated {
            person.name = None;
        }
        if person.is_app {
            person.name = Some(NAME_OF_APP);
        }
        if !account.has_department {
            person.row[3] = None;
        }
        // An existing row is old enough for the search to find it at once.
        if !self.has_row() || (is_there && self.finds_row() != Some(true)) {
            self.person.row = [None; 4];
        }
        let wish = &mut self.wish;
        let is_back = matches!(
            self.person.life,
            Life::Removed | Life::RemovedByHand | Life::Suspended
        );
        wish.is_of_another &= is_back && wish.method == Method::Post;
        wish.renames &= wish.method != Method::Post;
        if wish.method != Method::Patch {
            // An empty or missing value requests nothing.
            for text in [&mut wish.first_name, &mut wish.last_name]
                .into_iter()
                .chain(&mut wish.row)
            {
                *text = text.filter(|text| !text.is_empty());
            }
            wish.roles = wish.roles.take().filter(|roles| !roles.is_empty());
            wish.seats = wish.seats.take().filter(|seats| !seats.is_empty());
        }
        if !self.account.has_billing {
            // The attribute is ignored like any other without a place in HubSpot.
            wish.seats = None;
        }
        if !self.account.reads_crm {
            wish.row = [None; 4];
        } else if !self.account.has_department {
            wish.row[3] = None;
        }
        self
    }
}
