//! The content of every emulated account at the start.

/// The permission sets: id, name, and whether to assign it needs `settings.billing.write`.
pub(super) const ROLES: [(&str, &str, bool); 7] = [
    ("140201", "Sales Rep", false),
    ("140202", "Sales Manager", false),
    ("140203", "Marketing Editor", false),
    ("140204", "Customer Success Agent", false),
    ("140205", "Read Only", false),
    ("140206", "No Access", false),
    ("140207", "Sales Hub User", true),
];

/// The teams: id and name.
pub(super) const TEAMS: [(&str, &str); 6] = [
    ("5301", "Sales"),
    ("5302", "Marketing"),
    ("5303", "Customer Success"),
    ("5304", "Revenue Operations"),
    ("5305", "Leadership"),
    ("5306", "Partnerships"),
];

/// The kinds of seats: name, description, and whether HubSpot counts the free ones.
pub(super) const SEATS: [(&str, &str, bool); 4] = [
    ("core", "Core seat", true),
    ("sales", "Sales Hub seat", true),
    ("service", "Service Hub seat", true),
    ("view-only", "View-only seat", false),
];

/// The seat of a permission set that requires billing rights.
pub(super) const PAID_SEAT: &str = "sales";

/// The properties of CRM rows: name, label, and whether the API can write them.
pub(super) const PROPERTIES: [(&str, &str, bool); 13] = [
    ("hs_additional_phone", "Additional phone number", true),
    ("hs_deactivated", "Deactivated user", false),
    ("hs_email", "Email", false),
    ("hs_family_name", "Last name", false),
    ("hs_given_name", "First name", false),
    ("hs_internal_user_id", "User ID", false),
    ("hs_is_app_service_account", "Is app service account", false),
    ("hs_is_bot", "Is bot", false),
    (
        "hs_is_hubspot_generated_app_service_account",
        "Is HubSpot service account",
        false,
    ),
    ("hs_job_title", "Job title", true),
    ("hs_main_user_language_skill", "Main language skill", true),
    ("hs_object_id", "Record ID", false),
    ("hs_standard_time_zone", "Time zone", true),
];

/// A person of the start.
pub(super) struct Person {
    pub(super) email: &'static str,
    pub(super) name: (&'static str, &'static str),
    pub(super) roles: &'static [&'static str],
    pub(super) super_admin: bool,
    pub(super) main_team: Option<&'static str>,
    pub(super) extra_teams: &'static [&'static str],
    pub(super) seats: &'static [&'static str],
}

const fn person(email: &'static str, name: (&'static str, &'static str)) -> Person {
    Person {
        email,
        name,
        roles: &[],
        super_admin: false,
        main_team: None,
        extra_teams: &[],
        seats: &["core"],
    }
}

/// The people. An administrator gave Oluwaseun the second role in HubSpot's pages.
pub(super) const PEOPLE: [Person; 12] = [
    Person {
        super_admin: true,
        main_team: Some("5305"),
        ..person("ingrid.halvorsen@acme.example", ("Ingrid", "Halvorsen"))
    },
    Person {
        super_admin: true,
        main_team: Some("5304"),
        ..person("tomas.novak@acme.example", ("Tomáš", "Novák"))
    },
    Person {
        roles: &["140202"],
        main_team: Some("5301"),
        extra_teams: &["5305"],
        seats: &["core", "sales"],
        ..person("marcus.bennett@acme.example", ("Marcus", "Bennett"))
    },
    Person {
        roles: &["140201"],
        main_team: Some("5301"),
        seats: &["core", "sales"],
        ..person("aisha.rahman@acme.example", ("Aisha", "Rahman"))
    },
    Person {
        roles: &["140201"],
        main_team: Some("5301"),
        extra_teams: &["5306"],
        seats: &["core", "sales"],
        ..person("diego.fuentes@acme.example", ("Diego", "Fuentes"))
    },
    Person {
        roles: &["140207"],
        main_team: Some("5301"),
        seats: &["core", "sales"],
        ..person("lin.wei@acme.example", ("Wei", "Lin"))
    },
    Person {
        roles: &["140203"],
        main_team: Some("5302"),
        ..person("chloe.martin@acme.example", ("Chloé", "Martin"))
    },
    Person {
        roles: &["140203", "140205"],
        main_team: Some("5302"),
        extra_teams: &["5304", "5306"],
        ..person("oluwaseun.adeyemi@acme.example", ("Oluwaseun", "Adeyemi"))
    },
    Person {
        roles: &["140204"],
        main_team: Some("5303"),
        seats: &["core", "service"],
        ..person("hannah.fischer@acme.example", ("Hannah", "Fischer"))
    },
    Person {
        roles: &["140204"],
        main_team: Some("5303"),
        extra_teams: &["5301"],
        seats: &["core", "service"],
        ..person("priya.nair@acme.example", ("Priya", "Nair"))
    },
    Person {
        roles: &["140205"],
        main_team: Some("5304"),
        seats: &[],
        ..person("james.oconnor@acme.example", ("James", "O'Connor"))
    },
    Person {
        seats: &[],
        ..person("yuki.tanaka+contractor@acme.example", ("Yuki", "Tanaka"))
    },
];

const GIVEN_NAMES: [&str; 10] = [
    "Ana", "Ben", "Carla", "David", "Elif", "Farid", "Grace", "Hugo", "Ines", "Jonas",
];
const FAMILY_NAMES: [&str; 11] = [
    "Almeida", "Brandt", "Costa", "Dubois", "Eriksen", "Ferrari", "Garcia", "Haddad", "Ivanova",
    "Jansen", "Kowalski",
];

/// Returns the name of the generated user `number`.
pub(super) fn generated_name(number: u32) -> (&'static str, &'static str) {
    (pick(&GIVEN_NAMES, number), pick(&FAMILY_NAMES, number))
}

/// Returns the role and main team of the generated user `number`.
pub(super) fn generated_place(number: u32) -> (&'static str, &'static str) {
    let role = ROLES.get(number as usize % 5).map_or("", |(id, ..)| *id);
    let team = TEAMS
        .get(number as usize % TEAMS.len())
        .map_or("", |(id, _)| *id);
    (role, team)
}

fn pick(names: &[&'static str], number: u32) -> &'static str {
    names
        .get(number as usize % names.len().max(1))
        .copied()
        .unwrap_or_default()
}

/// Returns the e-mail address of the generated user `number` of a kind, counted from 1.
pub(super) fn generated_email(kind: &str, number: u32) -> String {
    format!("{kind}{number:07}@acme.example")
}
