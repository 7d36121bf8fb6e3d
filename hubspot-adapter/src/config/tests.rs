use super::*;

fn key_of(json: &str) -> &'static str {
    serde_json::from_str::<Config>(json)
        .unwrap()
        .validate()
        .unwrap_err()
        .key()
}

#[test]
fn an_error_names_its_key() {
    assert_eq!(key_of(r#"{"default_role":"Super Admin"}"#), "default_role");
    assert_eq!(key_of(r#"{"role_map":{"a":"Super Admin"}}"#), "role_map");
    assert_eq!(key_of(r#"{"unknown_role":"x"}"#), "unknown_role");
    assert_eq!(key_of(r#"{"deprovision":"delete"}"#), "deprovision");
    for refused in [
        r#"{"deprovision":{"no_access_role":""}}"#,
        r#"{"deprovision":{"no_access_role":"Super Admin"}}"#,
        r#"{"deprovision":{"no_access_role":"x"},"default_role":"x"}"#,
        r#"{"deprovision":{"no_access_role":"x"},"role_map":{"a":"x"}}"#,
    ] {
        assert_eq!(key_of(refused), "deprovision", "{refused}");
    }
    assert_eq!(key_of(r#"{"super_admins":"x"}"#), "super_admins");
    for refused in ["rolle=kept", "role=gone", "role", "rate=20"] {
        let json = format!(r#"{{"dialect":"{refused}"}}"#);
        assert_eq!(key_of(&json), "dialect", "{refused}");
    }
    assert_eq!(key_of(r#"{"adopt":"always"}"#), "adopt");
    assert_eq!(key_of(r#"{"allowed_domains":["a@b"]}"#), "allowed_domains");
    assert_eq!(key_of(r#"{"protected_users":["a"]}"#), "protected_users");
    for refused in ["", "hs_job_title", "hubspot_owner_id", "Department", "a b"] {
        let json = format!(r#"{{"department_property":"{refused}"}}"#);
        assert_eq!(key_of(&json), "department_property", "{refused}");
    }
    assert!(serde_json::from_str::<Config>(r#"{"rolemap":{}}"#).is_err());
}

#[test]
fn super_admin_is_refused_in_any_spelling() {
    for name in ["Super Admin", "super admin", "SUPER ADMIN", " Super Admin "] {
        for (key, json) in [
            ("default_role", format!(r#"{{"default_role":"{name}"}}"#)),
            ("role_map", format!(r#"{{"role_map":{{"a":"{name}"}}}}"#)),
            (
                "deprovision",
                format!(r#"{{"deprovision":{{"no_access_role":"{name}"}}}}"#),
            ),
        ] {
            assert_eq!(key_of(&json), key, "{json}");
        }
    }
}

#[test]
fn an_empty_name_in_the_role_map_is_refused() {
    for refused in [
        r#"{"role_map":{"a":""}}"#,
        r#"{"role_map":{"a":" "}}"#,
        r#"{"role_map":{"":"Sales"}}"#,
    ] {
        assert_eq!(key_of(refused), "role_map", "{refused}");
    }
}

/// TOML takes a key below `[role_map]` for a role, and would drop the operator's choice in silence.
#[test]
fn a_key_below_the_role_map_is_refused() {
    for refused in [
        r#"{"role_map":{"a":"Sales","deprovision":"refuse"}}"#,
        r#"{"role_map":{"adopt":"refuse"}}"#,
        r#"{"role_map":{"default_role":"Sales"}}"#,
        r#"{"role_map":{"department_property":"department"}}"#,
    ] {
        let config: Config = serde_json::from_str(refused).unwrap();
        let error = config.validate().unwrap_err();
        assert_eq!(error.key(), "role_map", "{refused}");
        assert!(error.to_string().contains("above [role_map]"), "{error}");
    }
}

#[test]
fn a_malformed_domain_is_refused() {
    for refused in [
        "*.acme.example",
        ".acme.example",
        "acme.example.",
        "acme..example",
        "acme.example\\t",
        "acme.example,other.example",
        "",
    ] {
        let json = format!(r#"{{"allowed_domains":["acme.example","{refused}"]}}"#);
        assert_eq!(key_of(&json), "allowed_domains", "{refused}");
    }
    for allowed in ["acme.example", "ACME-1.example", "m\\u00fcller.example"] {
        let json = format!(r#"{{"allowed_domains":["{allowed}"]}}"#);
        let config: Config = serde_json::from_str(&json).unwrap();
        assert!(config.validate().is_ok(), "{allowed}");
    }
}

#[test]
fn an_error_about_a_protected_user_hides_the_address() {
    let json = r#"{"protected_users":["a@acme.example","planted@acme.example and more"]}"#;
    let config: Config = serde_json::from_str(json).unwrap();
    let said = config.validate().unwrap_err().to_string();
    assert!(
        said.starts_with("protected_users: ") && said.contains('2'),
        "{said}"
    );
    assert!(!said.contains("planted"), "{said}");
}

#[test]
fn the_role_map_keeps_its_order() {
    let config: Config = serde_json::from_str(r#"{"role_map":{"z":"1","a":"2","m":"3"}}"#).unwrap();
    let names: Vec<_> = config
        .validate()
        .unwrap()
        .role_map
        .into_iter()
        .map(|(name, _)| name)
        .collect();
    assert_eq!(names, ["z", "a", "m"]);
}

#[test]
fn an_empty_configuration_is_the_default_policy() {
    assert_eq!(Config::default().validate(), Ok(Policy::default()));
}
