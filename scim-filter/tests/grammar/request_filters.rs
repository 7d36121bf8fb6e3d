//! Every filter in the text of RFC 7644, and those of known clients. Each row has the first mode that
//! accepts the text, the tree, and the printed form.

use scim_filter::Filter;

use crate::support::Since::{self, Default, Lenient, Strict};
use crate::support::{MODES, prefix};

/// First mode, filter, tree, printed form; an empty printed form means the filter itself.
type Row = (Since, &'static str, &'static str, &'static str);

#[track_caller]
fn check_filters(rows: &[Row]) {
    for &(since, input, expected, text) in rows {
        let text = if text.is_empty() { input } else { text };
        for (mode, parser) in MODES {
            match parser.filter(input) {
                Ok(filter) => {
                    assert!(mode >= since, "{input} was read in {mode:?} mode");
                    assert_eq!(
                        prefix(filter.as_ref()),
                        expected,
                        "{input} in {mode:?} mode"
                    );
                    assert_eq!(filter.to_string(), text, "{input} in {mode:?} mode");
                    assert_eq!(filter, filter.clone().into_owned());
                }
                Err(error) if mode >= since => panic!("{input}\n{}", error.display_with(input)),
                Err(error) => assert_eq!(error.scim_type(), "invalidFilter", "{input}"),
            }
        }
        // The default mode reads the printed form.
        assert_eq!(
            Filter::parse(text)
                .map(|filter| prefix(filter.as_ref()))
                .as_deref(),
            Ok(expected)
        );
    }
}

const RFC_7644: &[Row] = &[
    // §3.4.2.1
    (
        Lenient,
        "(meta.resourceType eq User) or (meta.resourceType eq Group)",
        r#"(or (eq meta.resourceType "User") (eq meta.resourceType "Group"))"#,
        r#"meta.resourceType eq "User" or meta.resourceType eq "Group""#,
    ),
    // §3.4.2.2
    (
        Strict,
        r#"userName Eq "john""#,
        r#"(eq userName "john")"#,
        r#"userName eq "john""#,
    ),
    (
        Strict,
        r#"Username eq "john""#,
        r#"(eq Username "john")"#,
        "",
    ),
    // Figure 2
    (
        Strict,
        r#"userName eq "bjensen""#,
        r#"(eq userName "bjensen")"#,
        "",
    ),
    (
        Strict,
        r#"name.familyName co "O'Malley""#,
        r#"(co name.familyName "O'Malley")"#,
        "",
    ),
    (Strict, r#"userName sw "J""#, r#"(sw userName "J")"#, ""),
    (
        Strict,
        r#"urn:ietf:params:scim:schemas:core:2.0:User:userName sw "J""#,
        r#"(sw urn:ietf:params:scim:schemas:core:2.0:User:userName "J")"#,
        "",
    ),
    (Strict, "title pr", "(pr title)", ""),
    (
        Strict,
        r#"meta.lastModified gt "2011-05-13T04:42:34Z""#,
        r#"(gt meta.lastModified "2011-05-13T04:42:34Z")"#,
        "",
    ),
    (
        Strict,
        r#"meta.lastModified ge "2011-05-13T04:42:34Z""#,
        r#"(ge meta.lastModified "2011-05-13T04:42:34Z")"#,
        "",
    ),
    (
        Strict,
        r#"meta.lastModified lt "2011-05-13T04:42:34Z""#,
        r#"(lt meta.lastModified "2011-05-13T04:42:34Z")"#,
        "",
    ),
    (
        Strict,
        r#"meta.lastModified le "2011-05-13T04:42:34Z""#,
        r#"(le meta.lastModified "2011-05-13T04:42:34Z")"#,
        "",
    ),
    (
        Strict,
        r#"title pr and userType eq "Employee""#,
        r#"(and (pr title) (eq userType "Employee"))"#,
        "",
    ),
    (
        Strict,
        r#"title pr or userType eq "Intern""#,
        r#"(or (pr title) (eq userType "Intern"))"#,
        "",
    ),
    (
        Strict,
        r#"schemas eq "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User""#,
        r#"(eq schemas "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User")"#,
        "",
    ),
    (
        Strict,
        r#"userType eq "Employee" and (emails co "example.com" or emails.value co "example.org")"#,
        r#"(and (eq userType "Employee") (or (co emails "example.com") (co emails.value "example.org")))"#,
        "",
    ),
    // The grammar of the RFC has no blank after `not`.
    (
        Default,
        r#"userType ne "Employee" and not (emails co "example.com" or emails.value co "example.org")"#,
        r#"(and (ne userType "Employee") (not (or (co emails "example.com") (co emails.value "example.org"))))"#,
        "",
    ),
    (
        Strict,
        r#"userType ne "Employee" and not(emails co "example.com" or emails.value co "example.org")"#,
        r#"(and (ne userType "Employee") (not (or (co emails "example.com") (co emails.value "example.org"))))"#,
        r#"userType ne "Employee" and not (emails co "example.com" or emails.value co "example.org")"#,
    ),
    (
        Strict,
        r#"userType eq "Employee" and (emails.type eq "work")"#,
        r#"(and (eq userType "Employee") (eq emails.type "work"))"#,
        r#"userType eq "Employee" and emails.type eq "work""#,
    ),
    (
        Strict,
        r#"userType eq "Employee" and emails[type eq "work" and value co "@example.com"]"#,
        r#"(and (eq userType "Employee") (in emails (and (eq type "work") (co value "@example.com"))))"#,
        "",
    ),
    (
        Strict,
        r#"emails[type eq "work" and value co "@example.com"] or ims[type eq "xmpp" and value co "@foo.com"]"#,
        r#"(or (in emails (and (eq type "work") (co value "@example.com"))) (in ims (and (eq type "xmpp") (co value "@foo.com"))))"#,
        "",
    ),
    // §3.4.3
    (
        Strict,
        r#"displayName sw "smith""#,
        r#"(sw displayName "smith")"#,
        "",
    ),
    // §3.7.1
    (
        Lenient,
        "displayName sw 'Group'",
        r#"(sw displayName "Group")"#,
        r#"displayName sw "Group""#,
    ),
];

#[test]
fn the_filters_of_rfc_7644() {
    check_filters(RFC_7644);
}

const CLIENTS: &[Row] = &[
    // Entra ID
    (
        Strict,
        r#"userName eq "5f7a0000-0000-4000-8000-00000000guid""#,
        r#"(eq userName "5f7a0000-0000-4000-8000-00000000guid")"#,
        "",
    ),
    (
        Strict,
        r#"userName eq "Test_User_00aa""#,
        r#"(eq userName "Test_User_00aa")"#,
        "",
    ),
    (
        Strict,
        r#"externalId eq "4045ea11-f""#,
        r#"(eq externalId "4045ea11-f")"#,
        "",
    ),
    (
        Strict,
        r#"externalId eq "johnwong""#,
        r#"(eq externalId "johnwong")"#,
        "",
    ),
    (
        Strict,
        r#"displayName eq "displayName""#,
        r#"(eq displayName "displayName")"#,
        "",
    ),
    (
        Strict,
        r#"displayName eq "Test'GroupTwnbct""#,
        r#"(eq displayName "Test'GroupTwnbct")"#,
        "",
    ),
    (
        Default,
        r#"emails[type eq "work"].value eq "user@contoso.com""#,
        r#"(in emails (and (eq type "work") (eq value "user@contoso.com")))"#,
        r#"emails[type eq "work" and value eq "user@contoso.com"]"#,
    ),
    (
        Lenient,
        "externalId eq jyoung",
        r#"(eq externalId "jyoung")"#,
        r#"externalId eq "jyoung""#,
    ),
    (
        Lenient,
        "id eq 54D382A4-2050-4C03-94D1-E769F1D15682 and manager eq 2819c223-7f76-453a-919d-413861904646",
        r#"(and (eq id "54D382A4-2050-4C03-94D1-E769F1D15682") (eq manager "2819c223-7f76-453a-919d-413861904646"))"#,
        r#"id eq "54D382A4-2050-4C03-94D1-E769F1D15682" and manager eq "2819c223-7f76-453a-919d-413861904646""#,
    ),
    (
        Strict,
        r#"manager eq "2819" and id eq "54D3""#,
        r#"(and (eq manager "2819") (eq id "54D3"))"#,
        "",
    ),
    (
        Strict,
        r#"id eq "54D3" and members eq "2819""#,
        r#"(and (eq id "54D3") (eq members "2819"))"#,
        "",
    ),
    // Okta
    (
        Strict,
        r#"userName eq "test.user@okta.local""#,
        r#"(eq userName "test.user@okta.local")"#,
        "",
    ),
    (
        Strict,
        r#"displayName eq "APP-Rostr-Users""#,
        r#"(eq displayName "APP-Rostr-Users")"#,
        "",
    ),
    // OneLogin, Google Workspace
    (
        Strict,
        r#"userName eq "onelogin-test-user01""#,
        r#"(eq userName "onelogin-test-user01")"#,
        "",
    ),
    (
        Strict,
        r#"userName eq "user@domain.com""#,
        r#"(eq userName "user@domain.com")"#,
        "",
    ),
    // PingOne
    (
        Strict,
        r#"username Eq "x""#,
        r#"(eq username "x")"#,
        r#"username eq "x""#,
    ),
    (
        Strict,
        r#"email Co "x""#,
        r#"(co email "x")"#,
        r#"email co "x""#,
    ),
    // AWS
    (
        Strict,
        r#"id eq "g" and members eq "u""#,
        r#"(and (eq id "g") (eq members "u"))"#,
        "",
    ),
    // authentik
    (
        Lenient,
        "userName eq akadmin",
        r#"(eq userName "akadmin")"#,
        r#"userName eq "akadmin""#,
    ),
    (
        Strict,
        r#"displayName eq "authentik Admins""#,
        r#"(eq displayName "authentik Admins")"#,
        "",
    ),
    // Clients that omit the quotation marks leave a backslash unescaped.
    (
        Lenient,
        r"userName eq DOMAIN\user",
        r#"(eq userName "DOMAIN\\user")"#,
        r#"userName eq "DOMAIN\\user""#,
    ),
    (
        Lenient,
        "active eq True",
        "(eq active true)",
        "active eq true",
    ),
    (Strict, r#"active eq "False""#, r#"(eq active "False")"#, ""),
];

#[test]
fn the_filters_of_known_clients() {
    check_filters(CLIENTS);
}

#[test]
fn leftovers_of_url_encoding_are_refused() {
    for input in [
        "userName+eq+%22x%22",
        "userName%20eq%20%22x%22",
        "userName eq \u{201c}x\u{201d}",
    ] {
        for (mode, parser) in [MODES[0], MODES[1]] {
            assert!(parser.filter(input).is_err(), "{input} in {mode:?} mode");
        }
    }
}
