//! The built-in schemas against RFC 7643, and the linter.

use std::fs;
use std::path::Path;

use scim_core::schema::{
    Attribute, AttributeType, FindingKind, Mutability, ResourceType, Returned,
};
use scim_core::{ErrorKind, Schema};
use serde_json::Value;

fn ours() -> [Schema; 6] {
    [
        Schema::user(),
        Schema::group(),
        Schema::enterprise_user(),
        Schema::service_provider_config(),
        Schema::resource_type(),
        Schema::for_schemas(),
    ]
}

/// The schemas as RFC 7643 §8.7 prints them.
fn printed() -> Vec<Schema> {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/service/rfc_examples/data");
    [
        "8.7.1-1-resource-schemas",
        "8.7.2-1-service-provider-schemas",
    ]
    .iter()
    .flat_map(|name| {
        let text = fs::read(data.join(format!("rfc7643-{name}.json"))).expect("an example");
        serde_json::from_slice::<Vec<Value>>(&text).expect("a list")
    })
    .map(|schema| Schema::from_slice(schema.to_string().as_bytes()).expect("a schema"))
    .collect()
}

fn findings(schema: &Schema) -> Vec<String> {
    schema.lint().iter().map(ToString::to_string).collect()
}

#[test]
fn the_built_in_schemas_pass_the_linter() {
    for schema in ours() {
        let none: [&str; 0] = [];
        assert_eq!(findings(&schema), none, "{}", schema.id());
    }
}

#[test]
fn the_built_in_schemas_differ_from_the_rfc_only_by_errata_and_prose() {
    let mut differences = Vec::new();
    for (printed, ours) in printed().iter().zip(ours()) {
        assert_eq!(printed.id(), ours.id());
        let name = printed.id().rsplit_once(':').map_or("", |(_, name)| name);
        compare(
            printed.attributes(),
            ours.attributes(),
            &format!("{name}:"),
            &mut differences,
        );
    }

    // Ids, references (RFC 7643 §2.3.7, §3.1) and values that an identity provider defines are case-exact.
    differences.retain(|difference| !difference.ends_with(" case-exact"));
    assert_eq!(
        differences,
        [
            // RFC 7643 §2.4 has `primary` for every list.
            "User:addresses.primary is new",
            // Erratum 8471.
            "User:groups.$ref refers to [\"Group\"]",
            // Erratum 5368.
            "Group:displayName required",
            // Erratum 6011, reported.
            "Group:members.display is new",
            // RFC 7643 §5.
            "ServiceProviderConfig:etag is new",
            "ServiceProviderConfig:authenticationSchemes.type is new",
            "ServiceProviderConfig:authenticationSchemes.primary is new",
            // Erratum 7522, and RFC 7643 §6.
            "ResourceType:schemaExtensions optional",
            "ResourceType:schemaExtensions is a list",
            // RFC 7643 §7.
            "Schema:id returned Always",
            "Schema:id unique Server",
            "Schema:name optional",
            // Errata 5606 and 8435.
            "Schema:attributes.type suggests binary",
            // Errata 8435, 8415 and 5607.
            "Schema:attributes.subAttributes.type suggests binary",
            "Schema:attributes.subAttributes.type does not suggest complex",
            "Schema:attributes.subAttributes.referenceTypes is a list",
        ]
    );
}

/// Describes how `ours` differ from the `printed` attributes.
fn compare(printed: &[Attribute], ours: &[Attribute], prefix: &str, found: &mut Vec<String>) {
    for shown in printed {
        let is_there = ours.iter().any(|own| own.name() == shown.name());
        assert!(is_there, "{prefix}{} is missing", shown.name());
    }
    for own in ours {
        let path = format!("{prefix}{}", own.name());
        let mut say = |words: String| found.push(format!("{path} {words}"));
        let Some(shown) = printed.iter().find(|shown| shown.name() == own.name()) else {
            say("is new".to_owned());
            continue;
        };

        assert_eq!(own.kind(), shown.kind(), "{path}");
        assert_eq!(own.mutability(), shown.mutability(), "{path}");

        if own.is_required() != shown.is_required() {
            say(if own.is_required() {
                "required"
            } else {
                "optional"
            }
            .to_owned());
        }
        if own.is_multi_valued() != shown.is_multi_valued() {
            say("is a list".to_owned());
        }
        if own.returned() != shown.returned() {
            say(format!("returned {:?}", own.returned()));
        }
        if own.uniqueness() != shown.uniqueness() {
            say(format!("unique {:?}", own.uniqueness()));
        }
        if own.is_case_exact() != shown.is_case_exact() {
            assert!(own.is_case_exact(), "{path}");
            say("is case-exact".to_owned());
        }
        if own.reference_types() != shown.reference_types() {
            say(format!("refers to {:?}", own.reference_types()));
        }

        for value in own.canonical_values() {
            if !shown.canonical_values().contains(value) {
                say(format!("suggests {value}"));
            }
        }
        for value in shown.canonical_values() {
            if !own.canonical_values().contains(value) {
                say(format!("does not suggest {value}"));
            }
        }

        let deeper = format!("{path}.");
        compare(shown.sub_attributes(), own.sub_attributes(), &deeper, found);
    }
}

#[test]
fn the_linter_finds_the_contradictions_of_the_rfc() {
    for schema in printed() {
        for finding in schema.lint() {
            // Its references ignore case, against §2.3.7. The other errata concern meaning.
            assert_eq!(finding.kind, FindingKind::CaseIgnored, "{finding}");
        }
    }

    let count = |schema: &Schema| schema.lint().len();
    let counts: Vec<usize> = printed().iter().map(count).collect();
    assert_eq!(counts, [4, 1, 1, 3, 1, 0]);
}

#[test]
fn the_linter_finds_every_kind_of_mistake_at_its_path() {
    use FindingKind as Kind;
    let complex =
        |inner: &str| format!(r#"{{"name":"a","type":"complex","subAttributes":[{inner}]}}"#);
    for (attribute, kind, path) in [
        (r#"{"name":"1a"}"#.to_owned(), Kind::InvalidName, "1a"),
        (r#"{"name":"a.b"}"#.to_owned(), Kind::InvalidName, "a.b"),
        (r#"{"name":""}"#.to_owned(), Kind::InvalidName, ""),
        (r#"{"name":"a"},{"name":"A"}"#.to_owned(), Kind::DuplicateName, "A"),
        (complex(r#"{"name":"b"},{"name":"B"}"#), Kind::DuplicateName, "a.B"),
        (r#"{"name":"ID"}"#.to_owned(), Kind::CommonAttribute, "ID"),
        (r#"{"name":"meta"}"#.to_owned(), Kind::CommonAttribute, "meta"),
        (complex(""), Kind::NoSubAttributes, "a"),
        (r#"{"name":"a","subAttributes":[{"name":"b"}]}"#.to_owned(), Kind::UnexpectedSubAttributes, "a"),
        (
            complex(r#"{"name":"b","type":"complex","subAttributes":[{"name":"c"}]}"#),
            Kind::ComplexSubAttribute,
            "a.b",
        ),
        (complex(r#"{"name":"$ref","type":"reference"}"#), Kind::NoReferenceTypes, "a.$ref"),
        (r#"{"name":"a","referenceTypes":["User"]}"#.to_owned(), Kind::UnexpectedReferenceTypes, "a"),
        (
            r#"{"name":"a","type":"integer","canonicalValues":["1"]}"#.to_owned(),
            Kind::UnexpectedCanonicalValues,
            "a",
        ),
        (
            r#"{"name":"a","canonicalValues":["work","home","Work"]}"#.to_owned(),
            Kind::DuplicateCanonicalValue,
            "a",
        ),
        (
            r#"{"name":"a","type":"complex","uniqueness":"server","subAttributes":[{"name":"b"}]}"#.to_owned(),
            Kind::UnexpectedUniqueness,
            "a",
        ),
        (
            r#"{"name":"a","type":"boolean","uniqueness":"global"}"#.to_owned(),
            Kind::UnexpectedUniqueness,
            "a",
        ),
        (r#"{"name":"a","type":"integer","caseExact":true}"#.to_owned(), Kind::UnexpectedCaseExact, "a"),
        (r#"{"name":"a","type":"binary","caseExact":false}"#.to_owned(), Kind::CaseIgnored, "a"),
        (
            r#"{"name":"a","required":true,"mutability":"readOnly"}"#.to_owned(),
            Kind::RequiredReadOnly,
            "a",
        ),
        (
            r#"{"name":"a","returned":"never","mutability":"readOnly"}"#.to_owned(),
            Kind::ReadOnlyNeverReturned,
            "a",
        ),
        (r#"{"name":"a","mutability":"writeOnly"}"#.to_owned(), Kind::WriteOnlyReturned, "a"),
        (
            r#"{"name":"a","type":"complex","mutability":"readOnly","subAttributes":[{"name":"b"}]}"#.to_owned(),
            Kind::WritableInReadOnly,
            "a.b",
        ),
        (complex(r#"{"name":"primary","type":"boolean"}"#), Kind::PrimaryOfSingle, "a.primary"),
        (
            r#"{"name":"a","type":"complex","multiValued":true,"subAttributes":[{"name":"primary"}]}"#.to_owned(),
            Kind::PrimaryNotBoolean,
            "a.primary",
        ),
    ] {
        let json = format!(r#"{{"id":"urn:example:x","attributes":[{attribute}]}}"#);
        let schema = Schema::from_slice(json.as_bytes()).expect(&attribute);
        let found: Vec<_> = schema.lint().into_iter().map(|one| (one.kind, one.path)).collect();
        assert_eq!(found, [(kind, path.to_owned())], "{attribute}");
    }

    for (json, kind) in [
        (
            r#"{"id":"Badge","attributes":[{"name":"a"}]}"#,
            Kind::InvalidUri,
        ),
        (
            r#"{"id":"urn:a b","attributes":[{"name":"a"}]}"#,
            Kind::InvalidUri,
        ),
        (
            r#"{"id":"urn:example:x","attributes":[]}"#,
            Kind::NoAttributes,
        ),
    ] {
        let schema = Schema::from_slice(json.as_bytes()).expect(json);
        let kinds: Vec<_> = schema.lint().into_iter().map(|one| one.kind).collect();
        assert_eq!(kinds, [kind], "{json}");
    }
}

#[test]
fn stating_a_default_is_no_mistake() {
    let json = r#"{"id":"urn:example:x","attributes":[
        {"name":"a","type":"complex","uniqueness":"none","caseExact":false,"multiValued":true,
         "subAttributes":[{"name":"$ref","type":"reference","referenceTypes":["external"],"caseExact":true},
                          {"name":"primary","type":"boolean"},{"name":"a-b_c$1"}]},
        {"name":"n","type":"integer","caseExact":false,"uniqueness":"server"}]}"#;
    let schema = Schema::from_slice(json.as_bytes()).expect("a schema");
    assert!(schema.lint().is_empty(), "{:?}", schema.lint());
}

#[test]
fn a_resource_type_names_known_schemas_once() {
    let read = |json: &str| {
        let outcome = ResourceType::from_slice(json.as_bytes(), &[]);
        outcome.map_err(|error| error.kind())
    };
    let user = "urn:ietf:params:scim:schemas:core:2.0:User";
    let plain = format!(r#"{{"name":"User","endpoint":"/Users","schema":"{user}"}}"#);
    assert!(read(&plain).is_ok_and(|read| read.extensions().is_empty()));

    let twice = plain.replace(
        '}',
        &format!(
            r#","schemaExtensions":[{{"schema":"{}"}}]}}"#,
            user.to_uppercase()
        ),
    );

    for (json, kind) in [
        ("[]", ErrorKind::InvalidSyntax),
        (r#"{"name":"User"}"#, ErrorKind::InvalidSyntax),
        (
            r#"{"name":"X","endpoint":"/X","schema":"urn:none"}"#,
            ErrorKind::InvalidValue,
        ),
        (&twice, ErrorKind::InvalidValue),
    ] {
        assert_eq!(read(json).err(), Some(kind), "{json}");
    }
}

#[test]
fn a_write_only_attribute_is_never_returned() {
    let secret = Attribute::new("secret", AttributeType::String)
        .with_mutability(Mutability::WriteOnly)
        .with_returned(Returned::Always);
    assert_eq!(secret.returned(), Returned::Never);
    let schema = Schema::new("urn:example:x", "X", vec![secret]);
    assert_eq!(schema.lint()[0].kind, FindingKind::WriteOnlyReturned);
}
