//! Attribute paths, lists of them, and PATCH paths.

use scim_filter::{AttrPath, ErrorKind, PatchPath};

use crate::support::{ENTERPRISE, LENIENT, STRICT};

#[test]
fn names_and_uris() {
    for (input, uri, name, sub) in [
        ("userName", None, "userName", None),
        ("a-b_c1.d-2", None, "a-b_c1", Some("d-2")),
        ("members.$ref", None, "members", Some("$ref")),
        ("$ref", None, "$ref", None),
        (
            "urn:okta:my_app:1.0:user:custom",
            Some("urn:okta:my_app:1.0:user"),
            "custom",
            None,
        ),
        (
            "urn:x:2.0:User:manager.value",
            Some("urn:x:2.0:User"),
            "manager",
            Some("value"),
        ),
        (
            "http://example.com/s%20a/2.0:a",
            Some("http://example.com/s%20a/2.0"),
            "a",
            None,
        ),
    ] {
        let path = AttrPath::parse(input).unwrap();
        assert_eq!(
            (path.uri(), path.name(), path.sub_attribute()),
            (uri, name, sub),
            "{input}"
        );
        assert_eq!(path.to_string(), input);
    }

    for (input, kind) in [
        ("", ErrorKind::Empty),
        ("1a", ErrorKind::ExpectedAttribute),
        ("a.", ErrorKind::ExpectedAttribute),
        ("a..b", ErrorKind::ExpectedAttribute),
        ("a.b.c", ErrorKind::ExpectedAttribute),
        (".a", ErrorKind::ExpectedAttribute),
        ("a=b", ErrorKind::ExpectedAttribute),
        ("é", ErrorKind::ExpectedAttribute),
        ("$", ErrorKind::ExpectedAttribute),
        ("urn:x:", ErrorKind::ExpectedAttribute),
        ("urn:x:1.0", ErrorKind::ExpectedAttribute),
        (":a", ErrorKind::InvalidUri),
        ("user:name", ErrorKind::InvalidUri),
        ("1urn:x:name", ErrorKind::InvalidUri),
        ("urn:%zz:name", ErrorKind::InvalidUri),
        ("urn:a#b#c:name", ErrorKind::InvalidUri),
        ("http://a@b@c:name", ErrorKind::InvalidUri),
        ("http://host:port:name", ErrorKind::InvalidUri),
        (" a", ErrorKind::Blank),
        ("a ", ErrorKind::Blank),
        ("a b", ErrorKind::Blank),
        ("a]", ErrorKind::TrailingInput),
        ("a[b pr]", ErrorKind::TrailingInput),
    ] {
        let error = AttrPath::parse(input).expect_err(input);
        assert_eq!(error.kind(), kind, "{input}");
        assert_eq!(error.scim_type(), "invalidPath");
    }

    assert_eq!(
        STRICT.attr_path("members.$ref").unwrap_err().kind(),
        ErrorKind::ExpectedAttribute
    );
    assert_eq!(LENIENT.attr_path(" a ").unwrap().name(), "a");
    assert_eq!(
        AttrPath::new(Some(ENTERPRISE), "manager", Some("value")).unwrap(),
        AttrPath::parse(&format!("{ENTERPRISE}:MANAGER.value")).unwrap(),
    );
    assert!(AttrPath::new(None, "a.b", Some("c")).is_err());
}

#[test]
fn lists_of_attributes() {
    let names = |input: &str| {
        AttrPath::parse_list(input).map(|list| {
            list.iter()
                .map(ToString::to_string)
                .collect::<Vec<_>>()
                .join("|")
        })
    };

    assert_eq!(names("userName"), Ok("userName".into()));
    assert_eq!(
        names("userName,name.givenName , emails"),
        Ok("userName|name.givenName|emails".into())
    );
    assert_eq!(
        names(&format!("id, {ENTERPRISE}")),
        Ok(format!("id|{ENTERPRISE}"))
    );
    assert_eq!(names(""), Ok(String::new()));
    assert_eq!(names("  "), Ok(String::new()));
    for (input, kind, span) in [
        ("a,", ErrorKind::ExpectedAttribute, 2..2),
        ("a,,b", ErrorKind::ExpectedAttribute, 2..2),
        ("a, b.. ,c", ErrorKind::ExpectedAttribute, 5..6),
        ("a, b c ,d", ErrorKind::Blank, 4..5),
    ] {
        let error = AttrPath::parse_list(input).expect_err(input);
        assert_eq!((error.kind(), error.span()), (kind, span), "{input}");
    }
}

#[test]
fn a_patch_path_may_be_the_uri_of_an_extension() {
    let manager_value = format!("{ENTERPRISE}:manager.value");
    assert_eq!(
        PatchPath::parse(ENTERPRISE).unwrap().as_uri(),
        Some(ENTERPRISE)
    );
    assert_eq!(PatchPath::parse(&manager_value).unwrap().as_uri(), None);
    assert_eq!(PatchPath::parse("a[b pr]").unwrap().as_uri(), None);
    assert_eq!(
        PatchPath::parse("NAME.GivenName"),
        PatchPath::parse("name.givenName")
    );
    let owned = "name.givenName".parse::<PatchPath<'static>>().unwrap();
    assert_eq!(
        (owned.attribute().as_str(), owned.sub_attribute()),
        ("name", Some("givenName"))
    );
}

#[test]
fn invalid_patch_paths_are_refused() {
    for (input, kind, span, scim_type) in [
        ("", ErrorKind::Empty, 0..0, "invalidPath"),
        (
            "/members/0",
            ErrorKind::ExpectedAttribute,
            0..1,
            "invalidPath",
        ),
        (
            "members[0]",
            ErrorKind::ExpectedAttribute,
            8..9,
            "invalidFilter",
        ),
        (
            "members[]",
            ErrorKind::ExpectedAttribute,
            8..9,
            "invalidFilter",
        ),
        (
            "members[value eq x]",
            ErrorKind::ExpectedValue,
            17..18,
            "invalidFilter",
        ),
        (
            r#"members[value eq "x""#,
            ErrorKind::UnclosedValuePath,
            7..8,
            "invalidFilter",
        ),
        (
            r#"members[value eq "x")"#,
            ErrorKind::UnmatchedBracket,
            20..21,
            "invalidFilter",
        ),
        (
            r#"members[value eq "x"]]"#,
            ErrorKind::TrailingInput,
            21..22,
            "invalidPath",
        ),
        (
            r#"members[value eq "x"]."#,
            ErrorKind::ExpectedAttribute,
            22..22,
            "invalidPath",
        ),
        (
            r#"members[value eq "x"].a.b"#,
            ErrorKind::ExpectedAttribute,
            22..25,
            "invalidPath",
        ),
        (
            r#"members[value eq "x"] "#,
            ErrorKind::Blank,
            21..22,
            "invalidPath",
        ),
        (
            r#"emails[type eq "work"].value eq "x""#,
            ErrorKind::Blank,
            28..29,
            "invalidPath",
        ),
        (
            "a[b[c pr]]",
            ErrorKind::NestedValuePath,
            3..4,
            "invalidFilter",
        ),
        ("title pr", ErrorKind::Blank, 5..6, "invalidPath"),
    ] {
        let error = PatchPath::parse(input).expect_err(input);
        let found = (error.kind(), error.span(), error.scim_type());
        assert_eq!(found, (kind, span, scim_type), "{input}");
    }

    assert!(LENIENT.patch_path(r" members[ value eq 2819 ] ").is_ok());
}
