//! Every PATCH path in the text of RFC 7644, and those of known clients, with the first mode that
//! accepts each.

use scim_filter::{AttrPath, PatchPath};

use crate::support::Since::{self, Default, Lenient, Strict};
use crate::support::{ENTERPRISE, MODES, prefix};

/// First mode, path, attribute, filter (tree and text), sub-attribute.
type PathRow<'r> = (
    Since,
    &'r str,
    &'r str,
    Option<(&'r str, &'r str)>,
    Option<&'r str>,
);

#[track_caller]
fn check_paths(rows: &[PathRow<'_>]) {
    for &(since, input, attribute, filter, sub_attribute) in rows {
        for (mode, parser) in MODES {
            let path = match parser.patch_path(input) {
                Ok(path) => path,
                Err(error) if mode >= since => panic!("{input}\n{}", error.display_with(input)),
                Err(_) => continue,
            };
            assert!(mode >= since, "{input} was read in {mode:?} mode");
            assert_eq!(path.attribute().as_str(), attribute, "{input}");
            let read = path
                .filter()
                .map(|filter| (prefix(filter.as_ref()), filter.to_string()));
            let read = read
                .as_ref()
                .map(|(tree, text)| (tree.as_str(), text.as_str()));
            assert_eq!(read, filter, "{input}");
            assert_eq!(path.sub_attribute(), sub_attribute, "{input}");
            assert_eq!(PatchPath::parse(&path.to_string()), Ok(path.clone()));
            assert_eq!(path.clone().into_owned(), path);
            if since == Strict {
                assert_eq!(path.to_string(), input);
            }
        }
    }
}

#[test]
fn the_patch_paths_of_rfc_7644() {
    check_paths(&[
        // Figure 8
        (Strict, "members", "members", None, None),
        (Strict, "name.familyName", "name", None, Some("familyName")),
        (
            Strict,
            r#"addresses[type eq "work"]"#,
            "addresses",
            Some((r#"(eq type "work")"#, r#"type eq "work""#)),
            None,
        ),
        (
            Strict,
            r#"members[value eq "2819c223-7f76-453a-919d-413861904646"]"#,
            "members",
            Some((
                r#"(eq value "2819c223-7f76-453a-919d-413861904646")"#,
                r#"value eq "2819c223-7f76-453a-919d-413861904646""#,
            )),
            None,
        ),
        (
            Strict,
            r#"members[value eq "2819c223-7f76-453a-919d-413861904646"].displayName"#,
            "members",
            Some((
                r#"(eq value "2819c223-7f76-453a-919d-413861904646")"#,
                r#"value eq "2819c223-7f76-453a-919d-413861904646""#,
            )),
            Some("displayName"),
        ),
        // §3.5.2.2
        (
            Strict,
            r#"members[value eq "2819c223-7f76-...413861904646"]"#,
            "members",
            Some((
                r#"(eq value "2819c223-7f76-...413861904646")"#,
                r#"value eq "2819c223-7f76-...413861904646""#,
            )),
            None,
        ),
        (
            Strict,
            r#"emails[type eq "work" and value ew "example.com"]"#,
            "emails",
            Some((
                r#"(and (eq type "work") (ew value "example.com"))"#,
                r#"type eq "work" and value ew "example.com""#,
            )),
            None,
        ),
        // The RFC prints it without the blank that its grammar requires.
        (
            Lenient,
            r#"members[value eq"2819c223...919d-413861904646"]"#,
            "members",
            Some((
                r#"(eq value "2819c223...919d-413861904646")"#,
                r#"value eq "2819c223...919d-413861904646""#,
            )),
            None,
        ),
        // §3.5.2.3
        (
            Strict,
            r#"addresses[type eq "work"].streetAddress"#,
            "addresses",
            Some((r#"(eq type "work")"#, r#"type eq "work""#)),
            Some("streetAddress"),
        ),
        // §3.7.3
        (Strict, "nickName", "nickName", None, None),
        (Strict, "userName", "userName", None, None),
    ]);
}

#[test]
fn the_patch_paths_of_known_clients() {
    for simple in [
        "displayName",
        "externalId",
        "active",
        "roles",
        "manager",
        "members",
        "emails",
    ] {
        check_paths(&[(Strict, simple, simple, None, None)]);
    }

    for sub in ["givenName", "familyName", "formatted"] {
        check_paths(&[(Strict, &format!("name.{sub}"), "name", None, Some(sub))]);
    }

    for (attribute, kind, sub) in [
        ("emails", "work", "value"),
        ("emails", "other", "Value"),
        ("phoneNumbers", "work", "value"),
        ("phoneNumbers", "mobile", "value"),
        ("phoneNumbers", "fax", "value"),
        ("addresses", "work", "formatted"),
        ("addresses", "other", "Formatted"),
        ("addresses", "work", "streetAddress"),
        ("addresses", "work", "locality"),
        ("addresses", "work", "region"),
        ("addresses", "work", "postalCode"),
        ("addresses", "work", "country"),
    ] {
        let text = format!(r#"type eq "{kind}""#);
        let tree = format!(r#"(eq type "{kind}")"#);
        let path = format!("{attribute}[{text}].{sub}");
        check_paths(&[(Strict, &path, attribute, Some((&tree, &text)), Some(sub))]);
    }

    for sub in ["value", "display", "type"] {
        let path = format!(r#"roles[primary eq "True"].{sub}"#);
        let filter = (r#"(eq primary "True")"#, r#"primary eq "True""#);
        check_paths(&[(Strict, &path, "roles", Some(filter), Some(sub))]);
    }

    for name in ["employeeNumber", "department", "manager"] {
        let path = format!("{ENTERPRISE}:{name}");
        check_paths(&[(Strict, &path, &path, None, None)]);
        check_paths(&[(Strict, &format!("{path}.value"), &path, None, Some("value"))]);
        check_paths(&[(Default, &format!("{path}.$ref"), &path, None, Some("$ref"))]);
    }

    check_paths(&[
        (
            Strict,
            r#"members[value eq "x" and type eq "User"]"#,
            "members",
            Some((
                r#"(and (eq value "x") (eq type "User"))"#,
                r#"value eq "x" and type eq "User""#,
            )),
            None,
        ),
        (
            Lenient,
            "members[value eq 2819c223-7f76]",
            "members",
            Some((
                r#"(eq value "2819c223-7f76")"#,
                r#"value eq "2819c223-7f76""#,
            )),
            None,
        ),
        (
            Lenient,
            "roles[primary eq True]",
            "roles",
            Some(("(eq primary true)", "primary eq true")),
            None,
        ),
        (Strict, ENTERPRISE, ENTERPRISE, None, None),
    ]);
    assert_eq!(
        PatchPath::parse(ENTERPRISE).map(|path| path.as_uri().map(str::to_owned)),
        Ok(Some(ENTERPRISE.to_owned()))
    );
}

#[test]
fn the_attributes_and_sort_keys_of_rfc_7644() {
    for (input, uri, name, sub_attribute) in [
        ("userName", None, "userName", None),
        ("name.givenName", None, "name", Some("givenName")),
        (
            "urn:ietf:params:scim:schemas:core:2.0:User:name.givenName",
            Some("urn:ietf:params:scim:schemas:core:2.0:User"),
            "name",
            Some("givenName"),
        ),
        (
            "urn:ietf:params:scim:schemas:exampleCo:2.0:hr:age",
            Some("urn:ietf:params:scim:schemas:exampleCo:2.0:hr"),
            "age",
            None,
        ),
    ] {
        for (_, parser) in MODES {
            let path = parser
                .attr_path(input)
                .unwrap_or_else(|error| panic!("{input}: {error}"));
            assert_eq!(
                (path.uri(), path.name(), path.sub_attribute()),
                (uri, name, sub_attribute)
            );
        }
    }

    let list = AttrPath::parse_list("displayName,userName");
    assert_eq!(list.map(|list| list.len()), Ok(2));
}
