//! The refusals of `Filter::check`.

use scim_filter::check::{Definition, Definitions, MismatchKind, SimpleType};
use scim_filter::{CompareOp, Filter, Parser, case, urn};

const ENTERPRISE: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

/// The simple attributes of a schema, with their types.
type Simple = [(&'static str, SimpleType)];

struct User;
struct Enterprise;
struct Parts(&'static Simple);

const NAME: Parts = Parts(&[
    ("givenName", SimpleType::String),
    ("familyName", SimpleType::String),
]);
const EMAIL: Parts = Parts(&[
    ("value", SimpleType::String),
    ("type", SimpleType::String),
    ("primary", SimpleType::Boolean),
]);
const CERTIFICATE: Parts = Parts(&[("value", SimpleType::Binary)]);
const META: Parts = Parts(&[
    ("created", SimpleType::DateTime),
    ("location", SimpleType::Reference),
]);

fn simple(of: &Simple, name: &str) -> Option<Definition<'static>> {
    of.iter()
        .find(|(known, _)| case::eq(known, name))
        .map(|&(_, simple)| Definition::simple(simple))
}

impl Definitions for Parts {
    fn definition(&self, uri: Option<&str>, name: &str) -> Option<Definition<'_>> {
        if uri.is_none() {
            simple(self.0, name)
        } else {
            None
        }
    }
}

impl Definitions for Enterprise {
    fn definition(&self, uri: Option<&str>, name: &str) -> Option<Definition<'_>> {
        if uri.is_none() && case::eq(name, "department") {
            Some(Definition::simple(SimpleType::String))
        } else {
            None
        }
    }
}

impl Definitions for User {
    fn definition(&self, uri: Option<&str>, name: &str) -> Option<Definition<'_>> {
        if let Some(uri) = uri {
            if urn::eq(uri, ENTERPRISE) {
                return Enterprise.definition(None, name);
            }
            return urn::eq_joined(ENTERPRISE, uri, name)
                .then_some(Definition::complex(&Enterprise));
        }
        let complex = |parts, multi_valued| {
            let definition = Definition::complex(parts);
            Some(if multi_valued {
                definition.multi_valued()
            } else {
                definition
            })
        };
        match name.to_ascii_lowercase().as_str() {
            "name" => complex(&NAME, false),
            "emails" => complex(&EMAIL, true),
            "x509certificates" => complex(&CERTIFICATE, true),
            "meta" => complex(&META, false),
            "schemas" => Some(Definition::simple(SimpleType::Reference).multi_valued()),
            _ => simple(
                &[
                    ("userName", SimpleType::String),
                    ("active", SimpleType::Boolean),
                    ("age", SimpleType::Integer),
                    ("height", SimpleType::Decimal),
                    ("photo", SimpleType::Binary),
                ],
                name,
            ),
        }
    }
}

/// The kind of the first mismatch, the name of its attribute, and the message.
fn refusal(filter: &str) -> Option<(MismatchKind, String, String)> {
    let error = Filter::parse(filter).unwrap().check(&User).err()?;
    assert_eq!(error.scim_type(), "invalidFilter");
    Some((
        error.kind(),
        error.attribute().to_owned(),
        error.to_string(),
    ))
}

#[test]
fn sensible_filters_pass() {
    for filter in [
        "userName pr",
        "NAME pr and emails pr and emails.TYPE pr and emails[Primary pr] and photo pr",
        r#"userName eq "a" or userName gt "a" or userName co "a" or userName ew """#,
        "age eq 1 and age ge 1.5 and height lt 1e3 and not (age ne 3)",
        "active eq true or active ne false",
        r#"photo eq "AQID" and photo ne "x" and x509Certificates eq "AQID""#,
        r#"meta.created gt "2011-05-13T04:42:34Z" and meta.created sw "2011-05""#,
        r#"meta.location le "https://example.com/" and meta.location co "Users""#,
        r#"emails co "@example.com" and emails.value co "x" and emails[type eq "work" and value ew "x"]"#,
        r#"schemas eq "urn:x" and schemas[value sw "urn:" or not (VALUE pr)]"#,
        "userName eq null and name ne null and active eq null and photo eq null",
    ] {
        assert_eq!(refusal(filter), None, "{filter}");
    }

    for filter in [
        format!(r#"{ENTERPRISE}:department eq "x""#),
        format!("{} pr", ENTERPRISE.to_uppercase()),
        format!(r#"{ENTERPRISE}[department sw "x"]"#),
    ] {
        assert_eq!(refusal(&filter), None, "{filter}");
    }
}

#[test]
fn each_mismatch_has_its_kind_and_names_the_attribute() {
    use MismatchKind::{Coerced, NotComplex, NotOrdered, NotSimple, NotText, Unknown, WrongType};
    for (filter, kind, attribute) in [
        ("shoeSize pr", Unknown, "shoeSize"),
        ("shoeSize ne 7", Unknown, "shoeSize"),
        (
            "urn:x:2.0:User:userName pr",
            Unknown,
            "urn:x:2.0:User:userName",
        ),
        ("name.nope pr", Unknown, "name.nope"),
        ("emails[color pr]", Unknown, "emails.color"),
        ("emails[urn:x:value pr]", Unknown, "emails.urn:x:value"),
        ("nope[value pr]", Unknown, "nope"),
        ("schemas[type pr]", Unknown, "schemas.type"),
        ("userName.value pr", NotComplex, "userName.value"),
        ("schemas.value pr", NotComplex, "schemas.value"),
        ("emails[type.value pr]", NotComplex, "emails.type.value"),
        ("userName[value pr]", NotComplex, "userName"),
        ("name.givenName[value pr]", NotComplex, "name.givenName"),
        (r#"name eq "x""#, NotSimple, "name"),
        (r#"name ne "x""#, NotSimple, "name"),
        ("active gt true", NotOrdered, "active"),
        ("active ge null", NotOrdered, "active"),
        ("emails.primary lt true", NotOrdered, "emails.primary"),
        ("emails[primary le false]", NotOrdered, "emails.primary"),
        (r#"photo gt "AQ==""#, NotOrdered, "photo"),
        (
            r#"x509Certificates le "AQ==""#,
            NotOrdered,
            "x509Certificates",
        ),
        ("active co true", NotText, "active"),
        (r#"age sw "1""#, NotText, "age"),
        ("height ew 1", NotText, "height"),
        (r#"photo co "AQ""#, NotText, "photo"),
        ("active eq 1", WrongType, "active"),
        (r#"active ne "yes""#, WrongType, "active"),
        ("age eq true", WrongType, "age"),
        (r#"height lt "tall""#, WrongType, "height"),
        ("userName gt null", WrongType, "userName"),
        ("userName co null", WrongType, "userName"),
        (r#"active eq "True""#, Coerced, "active"),
        (r#"age ge "31""#, Coerced, "age"),
        ("userName eq 701984", Coerced, "userName"),
        ("emails[value eq true]", Coerced, "emails.value"),
        ("meta.created eq 2011", Coerced, "meta.created"),
        (r#"meta.created ge "2011-05-13""#, Coerced, "meta.created"),
    ] {
        let (found, name, sentence) = refusal(filter).unwrap();
        assert_eq!((found, name.as_str()), (kind, attribute), "{filter}");
        assert!(sentence.starts_with(attribute), "{sentence}");
    }
}

#[test]
fn the_message_names_the_attribute_and_no_value() {
    for (filter, sentence) in [
        ("shoeSize eq 46", "shoeSize is not a filterable attribute"),
        (
            r#"userName.x eq "secret""#,
            "userName.x has no sub-attributes",
        ),
        (
            r#"name eq "secret""#,
            "name is complex: compare one of its sub-attributes instead",
        ),
        (
            "active gt true",
            "active is boolean and has no order: gt does not apply",
        ),
        (
            r#"age co "secret""#,
            "age is integer, not text: co does not apply",
        ),
        (
            r#"active eq "secret""#,
            "active is boolean: eq needs a value of that type",
        ),
        (
            r#"emails[primary eq "TRUE"]"#,
            "emails.primary is boolean: write the value as boolean",
        ),
    ] {
        assert_eq!(refusal(filter).unwrap().2, sentence);
    }

    let endless = "x".repeat(100_000);
    let (_, name, sentence) = refusal(&format!("{endless} pr")).unwrap();
    assert_eq!(name, endless);
    assert!(sentence.len() < 200);
}

#[test]
fn evaluation_may_match_a_coerced_value_but_never_one_of_a_wrong_type() {
    // The documentation of the two kinds promises this.
    for (simple, text) in [
        (SimpleType::Boolean, "true"),
        (SimpleType::Integer, "31"),
        (SimpleType::String, "31"),
        (SimpleType::String, "true"),
    ] {
        for literal in ["true", "31", "\"TRUE\"", "\"31\"", "\"x\"", "null"] {
            let filter = format!("a eq {literal}");
            let filter = Filter::parse(&filter).unwrap();
            let mismatch = filter
                .mismatches(&One(simple))
                .next()
                .map(|mismatch| mismatch.kind());
            let matches = filter.matches(&Stored(simple, text));
            if mismatch == Some(MismatchKind::WrongType) {
                assert!(!matches, "{filter} on {text}");
            }
            if matches {
                assert!(
                    matches!(mismatch, None | Some(MismatchKind::Coerced)),
                    "{filter} on {text}"
                );
            }
        }
    }
}

struct One(SimpleType);

impl Definitions for One {
    fn definition(&self, _: Option<&str>, _: &str) -> Option<Definition<'_>> {
        Some(Definition::simple(self.0))
    }
}

struct Stored(SimpleType, &'static str);

impl scim_filter::Attributes for Stored {
    fn attribute(
        &self,
        _: Option<&str>,
        _: &str,
        emit: &mut scim_filter::eval::Sink<'_>,
    ) -> core::ops::ControlFlow<()> {
        use scim_filter::eval::Datum;
        emit(match self.0 {
            SimpleType::Boolean => Datum::boolean_text(self.1),
            SimpleType::Decimal | SimpleType::Integer => {
                Datum::Number(scim_filter::Number::parse(self.1).unwrap())
            }
            SimpleType::Binary => Datum::Binary(self.1.into()),
            SimpleType::DateTime => Datum::DateTime(self.1.into()),
            SimpleType::Reference => Datum::exact_text(self.1),
            SimpleType::String => Datum::text(self.1),
        })
    }

    fn is_empty(&self) -> bool {
        false
    }
}

#[test]
fn mismatches_come_in_order_and_an_unknown_value_path_counts_once() {
    let filter = Filter::parse(
        "a pr and (nope[b eq 1 or not (c pr)] or active gt true) and emails[d pr and value pr and e pr]",
    )
    .unwrap();
    let found: Vec<_> = filter
        .mismatches(&User)
        .map(|mismatch| (mismatch.kind(), mismatch.path().as_str(), mismatch.op()))
        .collect();
    assert_eq!(
        found,
        [
            (MismatchKind::Unknown, "a", None),
            (MismatchKind::Unknown, "nope", None),
            (MismatchKind::NotOrdered, "active", Some(CompareOp::Gt)),
            (MismatchKind::Unknown, "d", None),
            (MismatchKind::Unknown, "e", None),
        ]
    );
}

#[test]
fn the_whole_filter_depends_on_a_conjunct() {
    for (filter, conjunct) in [
        ("nope eq 1", true),
        ("userName pr and nope eq 1", true),
        ("((userName pr and (nope eq 1)))", true),
        ("userName pr or nope eq 1", false),
        ("not (nope eq 1)", false),
        ("userName pr and not (nope eq 1)", false),
        ("userName pr and (active pr or nope eq 1)", false),
        ("userName pr and emails[nope eq 1]", false),
        ("userName pr and nope[a eq 1]", true),
    ] {
        let filter = Filter::parse(filter).unwrap();
        let mismatches: Vec<_> = filter.mismatches(&User).collect();
        assert_eq!(mismatches.len(), 1, "{filter}");
        assert_eq!(mismatches[0].is_conjunct(), conjunct, "{filter}");
    }
}

#[test]
fn a_caller_may_accept_some_mismatches() {
    let filter = Parser::lenient()
        .filter("active eq True and userName eq 701984 and nope eq 1")
        .unwrap();
    let refused = filter
        .mismatches(&User)
        .find(|mismatch| mismatch.kind() != MismatchKind::Coerced);
    assert_eq!(refused.map(|mismatch| mismatch.path().name()), Some("nope"));
    let owned = filter.clone().into_owned();
    assert_eq!(owned.check(&User), filter.check(&User));
    // A trait object and a reference also work.
    let schema: &dyn Definitions = &User;
    assert_eq!(filter.check(schema), filter.check(&&User));
}
