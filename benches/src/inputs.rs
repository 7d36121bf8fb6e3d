//! Filters of clients, short and long.

/// A name for a report, and a filter.
pub type Input = (&'static str, String);

/// The filters for comparing parsers.
///
/// ```
/// assert!(scim_benches::inputs::filters().iter().any(|(name, _)| *name == "value path"));
/// ```
#[must_use]
pub fn filters() -> Vec<Input> {
    let string = |len| format!(r#"displayName eq "{}""#, "x".repeat(len));
    vec![
        ("pr", "title pr".to_owned()),
        ("userName eq", r#"userName eq "bjensen""#.to_owned()),
        ("guid", format!(r#"externalId eq "{}""#, guid(1))),
        ("lastModified", r#"meta.lastModified gt "2011-05-13T04:42:34Z""#.to_owned()),
        (
            "URN",
            r#"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department eq "Sales""#.to_owned(),
        ),
        ("value path", r#"emails[type eq "work" and value co "@example.com"]"#.to_owned()),
        (
            "RFC not",
            r#"userType ne "Employee" and not (emails co "example.com" or emails.value co "example.org")"#
                .to_owned(),
        ),
        ("5 escapes", r#"displayName eq "Babs \"Jensen\" \\ \u00e9\n III""#.to_owned()),
        ("10 clauses", TEN_CLAUSES.to_owned()),
        ("8 brackets", "((((((((title pr))))))))".to_owned()),
        ("100 ids", lookup(100)),
        ("chain 1 KB", chain(9)),
        ("chain 10 KB", chain(96)),
        ("chain 100 KB", chain(875)),
        ("string 1 KB", string(1_000)),
        ("string 10 KB", string(10_000)),
        ("string 100 KB", string(100_000)),
        ("trailing garbage", r#"userName eq "bjensen" garbage"#.to_owned()),
    ]
}

const TEN_CLAUSES: &str = concat!(
    r#"(userName sw "b" or userName eq "x1") and active eq true and not (title pr) and "#,
    r#"(emails[type eq "work" and value co "@example.com"] or name.familyName ge "J") and "#,
    r#"age gt 30 and (meta.created lt "2024-01-01T00:00:00Z" or nickName pr)"#,
);

/// A lookup of many ids at once.
#[must_use]
pub fn lookup(ids: usize) -> String {
    let terms: Vec<String> = (0..ids)
        .map(|id| format!(r#"id eq "{}""#, guid(id)))
        .collect();
    terms.join(" or ")
}

/// A chain with about a hundred bytes per term; every third connective is `or`, the others `and`.
#[must_use]
pub fn chain(terms: usize) -> String {
    let term = |number| {
        let connective = match number {
            0 => "",
            _ if number % 3 == 0 => " or ",
            _ => " and ",
        };
        let test = match number % 3 {
            0 => "externalId eq",
            1 => "displayName co",
            _ => "name.formatted sw",
        };
        format!(
            r#"{connective}{test} "number {number:06} of the people in a directory that is large enough to matter to us""#
        )
    };
    (0..terms).map(term).collect()
}

fn guid(number: usize) -> String {
    format!("2819c223-7f76-453a-919d-{number:012}")
}
