//! Inputs that the benchmarks share: filters as clients send them, short and long.

/// A name for a report, and a filter.
pub type Input = (&'static str, String);

/// The filters on which parsers are compared.
///
/// ```
/// assert!(scim_benches::filters().iter().any(|(name, _)| *name == "value path"));
/// ```
#[must_use]
pub fn filters() -> Vec<Input> {
    let guid = |number: usize| format!("00000000-0000-4000-8000-{number:012}");
    let chain = |terms: usize, joint: &str| {
        let terms: Vec<String> = (0..terms)
            .map(|number| format!(r#"externalId eq "{}""#, guid(number)))
            .collect();
        terms.join(joint)
    };
    vec![
        ("pr", "title pr".to_owned()),
        ("userName eq", r#"userName eq "bjensen""#.to_owned()),
        ("guid", format!(r#"externalId eq "{}""#, guid(1))),
        ("lastModified", r#"meta.lastModified gt "2011-05-13T04:42:34Z""#.to_owned()),
        (
            "urn",
            r#"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department eq "Sales""#.to_owned(),
        ),
        ("value path", r#"emails[type eq "work" and value co "@example.com"]"#.to_owned()),
        ("entra", r#"emails[type eq "work"].value eq "bjensen@example.com""#.to_owned()),
        (
            "rfc not",
            r#"userType ne "Employee" and not (emails co "example.com" or emails.value co "example.org")"#
                .to_owned(),
        ),
        ("escapes", r#"displayName eq "a\"b\\c\/d\n\u00e9""#.to_owned()),
        ("8 brackets", "((((((((title pr))))))))".to_owned()),
        ("100 ids", chain(100, " or ")),
        ("875 terms", chain(875, " and ")),
        ("1 KB string", format!(r#"userName eq "{}""#, "x".repeat(1_000))),
        ("100 KB string", format!(r#"userName eq "{}""#, "x".repeat(100_000))),
    ]
}
