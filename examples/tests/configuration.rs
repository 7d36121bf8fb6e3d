//! The operator's file: the sample in this folder, and the server's errors about wrong ones.

use std::fs;
use std::process::Command;

use hubspot_adapter::config::Config;
use hubspot_adapter::policy::Policy;

use crate::program;

const SAMPLE: &str = include_str!("../server.toml");

fn policy(text: &str) -> Policy {
    let config: Config = toml::from_str(text).unwrap();
    config.validate().unwrap()
}

/// The keys of a configuration, as the error about an unknown key lists them.
fn keys() -> Vec<String> {
    let error = toml::from_str::<Config>("no_such_key = 1").err().unwrap();
    let listed = error.message().split('`').skip(3).step_by(2);
    listed.map(str::to_owned).collect()
}

#[test]
fn the_sample_is_the_default_and_shows_every_key() {
    assert_eq!(policy(SAMPLE), Policy::default());
    let keys = keys();
    assert!(keys.len() >= 11, "{keys:?}");
    for key in keys {
        let is_shown = |line: &str| {
            line.trim_start_matches("# ")
                .starts_with(&format!("{key} = "))
                || line == format!("[{key}]")
        };
        assert!(SAMPLE.lines().any(is_shown), "{key}");
    }
}

#[test]
fn commented_out_values_of_the_sample_are_valid() {
    let shown = |line: &str| {
        let text = line.strip_prefix("# ").unwrap_or(line);
        let is_pair = text.starts_with('"')
            || text
                .split_once(" = ")
                .is_some_and(|(key, _)| !key.contains(' '));
        if is_pair {
            text.to_owned()
        } else {
            line.to_owned()
        }
    };
    let all: Vec<String> = SAMPLE
        .lines()
        .filter(|line| !line.starts_with("deprovision = "))
        .map(shown)
        .collect();
    let policy = policy(&all.join("\n"));
    assert_eq!(policy.default_role.as_deref(), Some("Read Only"));
    assert_eq!(policy.department_property.as_deref(), Some("department"));
    assert_eq!(policy.role_map.len(), 1);
}

/// Wrong files, with parts of the error about each.
const WRONG: &[(&str, &[&str])] = &[
    (
        "default_role = 3",
        &["line 1", "default_role", "expected a string"],
    ),
    (
        "\nrole_map = \"x\"",
        &["line 2", "role_map", "a map of names"],
    ),
    (
        "[role_map]\nAdmin = 1",
        &["line 2", "Admin", "expected a string"],
    ),
    ("unknown_role = true", &["line 1", "unknown_role"]),
    (
        "unknown_role = \"x\"",
        &["unknown_role: ", "default, minimal or refuse"],
    ),
    (
        "deprovision = 3",
        &["line 1", "deprovision", "no_access_role"],
    ),
    (
        "deprovision = { role = \"x\" }",
        &["line 1", "deprovision", "no_access_role"],
    ),
    ("deprovision = \"x\"", &["deprovision: ", "no_access_role"]),
    ("adopt = \"x\"", &["adopt: ", "by-email"]),
    (
        "welcome_email = \"yes\"",
        &["line 1", "welcome_email", "a boolean"],
    ),
    (
        "allowed_domains = \"x\"",
        &["line 1", "allowed_domains", "a sequence"],
    ),
    ("allowed_domains = [\"a@b\"]", &["allowed_domains: "]),
    ("protected_users = [\"a\"]", &["protected_users: "]),
    ("super_admins = \"x\"", &["super_admins: "]),
    (
        "service_accounts = \"x\"",
        &["service_accounts: ", "hidden"],
    ),
    (
        "department_property = \"hs_job_title\"",
        &["department_property: "],
    ),
    (
        "default_role = \"Super Admin\"",
        &["default_role: ", "cannot grant"],
    ),
    (
        "[role_map]\nx = \"Super Admin\"",
        &["role_map: ", "cannot grant"],
    ),
    (
        "adopt = \"refuse\"\nadpot = 1",
        &["line 2", "adpot", "adopt"],
    ),
    ("adopt = \"refuse\"\nadopt = refuse", &["line 2"]),
    ("adopt = ", &["line 1", "adopt"]),
    ("dialect = 3", &["line 1", "dialect", "expected a string"]),
    ("dialect = \"rolle=kept\"", &["dialect: ", "rolle"]),
    ("dialect = \"role=gone\"", &["dialect: ", "role", "gone"]),
    (
        "dialect = \"list=bare\"",
        &["dialect: ", "list", "role, teams and seats"],
    ),
    ("adopt = 3", &["line 1", "adopt", "expected a string"]),
    (
        "adopt = \"by-email\"\nadopt = \"refuse\"",
        &["line 2", "duplicate key"],
    ),
    (
        "protected_users = \"a@acme.example\"",
        &["line 1", "protected_users", "a sequence"],
    ),
    (
        "super_admins = false",
        &["line 1", "super_admins", "expected a string"],
    ),
    (
        "service_accounts = []",
        &["line 1", "service_accounts", "expected a string"],
    ),
    (
        "department_property = 3",
        &["line 1", "department_property", "expected a string"],
    ),
    (
        "default_role = \"super admin\"",
        &["default_role: ", "cannot grant"],
    ),
    (
        "deprovision = { no_access_role = \"SUPER ADMIN\" }",
        &["deprovision: ", "cannot mean no access"],
    ),
    (
        "default_role = \"Read Only\"\ndeprovision = { no_access_role = \"Read Only\" }",
        &["deprovision: ", "default_role", "active users"],
    ),
    (
        "deprovision = { no_access_role = \"A\" }\n[role_map]\nx = \"A\"",
        &["deprovision: ", "role_map", "active users"],
    ),
    (
        "[role_map]\nx = \"Sales Rep\"\n\ndeprovision = \"refuse\"",
        &["role_map: ", "deprovision is a key", "above [role_map]"],
    ),
    (
        "allowed_domains = [\"*.acme.example\"]",
        &["allowed_domains: "],
    ),
];

#[test]
fn a_wrong_file_ends_the_server_with_the_line_and_the_key() {
    let folder = std::env::temp_dir().join(format!("scim-configuration-{}", std::process::id()));
    fs::create_dir_all(&folder).unwrap();
    let file = folder.join("hubspot.toml");

    for (text, parts) in WRONG {
        fs::write(&file, text).unwrap();
        let output = Command::new(program::path())
            // An address of another machine, so a server that accepts the configuration ends too.
            .args(["--listen", "192.0.2.1:0", "--config"])
            .arg(&file)
            .env_remove("HUBSPOT_ACCESS_TOKEN")
            .env_remove("HUBSPOT_BASE_URL")
            .output()
            .unwrap();

        let error = String::from_utf8_lossy(&output.stderr);
        assert!(!output.status.success(), "{text}");
        assert_eq!(output.stdout, b"", "{text}");
        assert!(
            error.starts_with("error: ") && error.contains("hubspot.toml"),
            "{error}"
        );
        for part in *parts {
            assert!(error.contains(part), "{text}\n{error}");
        }
    }
    fs::remove_dir_all(&folder).unwrap();
}
