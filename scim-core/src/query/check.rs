//! The check of a filter against a resource type, before any look-up.

use scim_filter::check::{Definition, Definitions, Mismatch, MismatchKind, SimpleType};
use scim_filter::{AttrPath, CompareOp, Filter, urn};

use crate::error::shorten;
use crate::schema::{Attribute, AttributeType, Key, ResourceType, Returned, Schema, Spellings};
use crate::{Error, ErrorKind, Profile, Tolerance};

/// Refuses a filter on an unknown attribute, or with an operator or value that does not fit the attribute.
///
/// Otherwise such a filter would match nothing, or everything with `ne` and `not`. An identity provider that looks up a user
/// by an unknown attribute would then create the user twice.
///
/// Source: RFC 7644 §3.4.2.2, table 3.
pub(crate) fn check_filter(
    filter: &Filter<'_>,
    resource_type: &ResourceType,
    profile: Profile,
) -> Result<(), Error> {
    let refused = filter
        .mismatches(resource_type)
        .find(|mismatch| !is_tolerated(mismatch, profile));
    match refused {
        None => Ok(()),
        Some(mismatch) => Err(Error::new(
            ErrorKind::InvalidFilter,
            detail(&mismatch, resource_type),
        )),
    }
}

/// Replaces `email` by `emails.value` if the type has only the latter and the profile allows it.
pub(crate) fn expand_email(
    filter: Filter<'static>,
    resource_type: &ResourceType,
    profile: Profile,
) -> Filter<'static> {
    let applies = profile.allows(Tolerance::SingularEmail)
        && resource_type.top_level("emails").is_some()
        && resource_type.top_level("email").is_none();
    if !applies {
        return filter;
    }
    filter.rename_attributes(|path| {
        if path.as_str().eq_ignore_ascii_case("email") {
            AttrPath::new(None, "emails", Some("value")).ok()
        } else {
            None
        }
    })
}

fn detail(mismatch: &Mismatch<'_>, resource_type: &ResourceType) -> String {
    if matches!(
        mismatch.kind(),
        MismatchKind::Unknown | MismatchKind::NotComplex
    ) {
        format!(
            "{} is not an attribute of {} that can be filtered on",
            shorten(mismatch.path().as_str()),
            resource_type.name()
        )
    } else {
        mismatch.to_string()
    }
}

/// Whether a profile tolerates a mismatch that some client is known to send.
fn is_tolerated(mismatch: &Mismatch<'_>, profile: Profile) -> bool {
    if mismatch.kind() == MismatchKind::Unknown {
        // Entra sends `id eq … and manager eq …` before it writes a manager. Without such an attribute nobody matches.
        return mismatch.is_conjunct()
            && mismatch.op() == Some(CompareOp::Eq)
            && profile.allows(Tolerance::UnknownAttributes)
            && is_standard(mismatch.path());
    }
    let tolerance = if mismatch.simple_type() == Some(SimpleType::Boolean) {
        Tolerance::BooleanStrings
    } else {
        Tolerance::LenientFilters
    };
    mismatch.kind() == MismatchKind::Coerced && profile.allows(tolerance)
}

/// Whether the RFC's own schemas have the attribute, even if this resource type lacks it.
fn is_standard(path: &AttrPath<'_>) -> bool {
    [ResourceType::user(), ResourceType::group()]
        .iter()
        .any(
            |standard| match standard.key_of_path(path, Spellings::in_query()) {
                Key::Attribute(found) => found.leaf().returned() != Returned::Never,
                Key::Extension(_) | Key::Resource | Key::Unknown => false,
            },
        )
}

/// The filterable attributes. An attribute that is never returned is not one of them, since a filter would reveal it.
///
/// An extension is present if any of its attributes is.
impl Definitions for ResourceType {
    fn definition(&self, uri: Option<&str>, name: &str) -> Option<Definition<'_>> {
        if let Some((_, attribute)) = self.attribute_of(uri, name, Spellings::in_query()) {
            return definition(attribute);
        }
        let uri = uri.filter(|uri| !self.knows(uri))?;
        let mut schemas = self.extensions().iter().map(|extension| &extension.schema);
        let extension = schemas.find(|schema| urn::eq_joined(schema.id(), uri, name))?;
        Some(Definition::complex(extension))
    }
}

/// The attributes of an extension, treated as one complex attribute.
impl Definitions for Schema {
    fn definition(&self, uri: Option<&str>, name: &str) -> Option<Definition<'_>> {
        if uri.is_some() {
            return None;
        }
        self.attribute(name).and_then(definition)
    }
}

/// The sub-attributes of a complex attribute.
impl Definitions for Attribute {
    fn definition(&self, uri: Option<&str>, name: &str) -> Option<Definition<'_>> {
        if uri.is_some() {
            return None;
        }
        self.sub_attribute(name).and_then(definition)
    }
}

fn definition(attribute: &Attribute) -> Option<Definition<'_>> {
    if attribute.returned() == Returned::Never {
        return None;
    }

    let definition = match attribute.kind() {
        AttributeType::Complex => Definition::complex(attribute),
        AttributeType::String => Definition::simple(SimpleType::String),
        AttributeType::Boolean => Definition::simple(SimpleType::Boolean),
        AttributeType::Decimal => Definition::simple(SimpleType::Decimal),
        AttributeType::Integer => Definition::simple(SimpleType::Integer),
        AttributeType::DateTime => Definition::simple(SimpleType::DateTime),
        AttributeType::Binary => Definition::simple(SimpleType::Binary),
        AttributeType::Reference => Definition::simple(SimpleType::Reference),
    };

    Some(if attribute.is_multi_valued() {
        definition.multi_valued()
    } else {
        definition
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(filter: &str) -> Option<String> {
        let filter = Filter::parse(filter).unwrap();
        let error = check_filter(&filter, &ResourceType::user(), Profile::tolerant()).err()?;
        assert_eq!(error.kind(), ErrorKind::InvalidFilter);
        Some(error.detail().to_owned())
    }

    #[test]
    fn every_attribute_of_the_type_is_filterable() {
        for filter in [
            r#"userName eq "a" and externalId eq "b" or id eq "c""#,
            r#"emails[type eq "work" and primary eq true] and emails.value co "x""#,
            r#"emails eq "x" or name.givenName sw "A" or schemas[value eq "urn:x"]"#,
            r#"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department eq "Sales""#,
            "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User pr",
            r#"manager eq "7" and meta.lastModified gt "2026-01-01T00:00:00Z""#,
            "active eq true",
        ] {
            assert_eq!(refusal(filter), None, "{filter}");
        }
    }

    #[test]
    fn an_unknown_attribute_is_refused_by_name() {
        for (filter, name) in [
            ("shoeSize ne 7", "shoeSize"),
            (r#"userName eq "a" or not (nope pr)"#, "nope"),
            (r#"emails[colour eq "red"]"#, "colour"),
            (r#"nope[value eq "x"]"#, "nope"),
            (r#"password sw "a""#, "password"),
            (r#"name.nope eq "x""#, "name.nope"),
            (
                r#"urn:example:2.0:User:department eq "x""#,
                "urn:example:2.0:User:department",
            ),
        ] {
            let detail = refusal(filter).unwrap_or_default();
            assert!(detail.starts_with(name), "{filter}: {detail}");
        }
    }

    #[test]
    fn a_standard_attribute_that_the_type_lacks_matches_nobody_and_never_everybody() {
        let groups = ResourceType::group();

        for (filter, tolerated) in [
            (r#"id eq "1" and manager eq "2""#, true),
            (r#"title eq "x""#, true),
            (r#"title ne "x""#, false),
            (r#"id eq "1" and not (title eq "x")"#, false),
            (r#"displayName eq "1" or title eq "x""#, false),
        ] {
            let filter = Filter::parse(filter).unwrap();
            let answer = check_filter(&filter, &groups, Profile::tolerant());
            assert_eq!(answer.is_ok(), tolerated, "{filter}");
            assert!(
                check_filter(&filter, &groups, Profile::rfc()).is_err(),
                "{filter}"
            );
        }
    }

    #[test]
    fn an_unordered_type_is_not_compared_by_order() {
        assert!(refusal("active gt true").is_some());
        assert!(refusal("emails[primary le false]").is_some());
        assert!(refusal(r#"x509Certificates.value lt "a""#).is_some());
    }

    #[test]
    fn a_value_of_another_type_is_refused() {
        for filter in [
            "active eq 5",
            r#"active ne "yes""#,
            r#"name ne "x""#,
            "active co true",
            r#"userName.x eq "a""#,
            r#"emails[type.x eq "a"]"#,
            "urn:ietf:params:scim:schemas:core:2.0:User pr",
        ] {
            assert!(refusal(filter).is_some(), "{filter}");
        }
    }

    #[test]
    fn the_profile_decides_about_values_with_wrong_quotation_marks() {
        for filter in [
            r#"active eq "True""#,
            r#"roles[primary eq "true"]"#,
            "externalId eq 701984",
        ] {
            assert_eq!(refusal(filter), None, "{filter}");
            let filter = Filter::parse(filter).unwrap();
            assert!(check_filter(&filter, &ResourceType::user(), Profile::rfc()).is_err());
        }
    }
}
