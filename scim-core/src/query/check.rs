//! Whether a filter makes sense for a resource type, before anything is looked up.

use scim_filter::visit::Event;
use scim_filter::{AttrPath, CompareOp, Expr, Filter};

use crate::error::named;
use crate::schema::{Attribute, AttributeType, ResourceType, Returned};
use crate::{Error, ErrorKind, Profile, Tolerance};

/// Refuses a filter that names what the type does not have, or orders what has no order.
///
/// Such a filter would otherwise select nothing, or with `ne` and `not` everything: an identity provider that looks for a
/// user by an attribute the server does not keep would make them twice.
///
/// Source: RFC 7644 §3.4.2.2, table 3.
pub(crate) fn check(
    filter: &Filter<'_>,
    resource_type: &ResourceType,
    profile: Profile,
) -> Result<(), Error> {
    // What a value path is about; the grammar has none inside another.
    let mut within: Option<&Attribute> = None;
    // How many expressions a leaf stands in, besides a conjunction at the root.
    let mut nested = 0_usize;
    let conjunction = matches!(filter.expr(), Expr::And(_));
    for (index, event) in filter.walk().enumerate() {
        match event {
            Event::Enter(expr) => {
                nested += usize::from(!(index == 0 && conjunction));
                if let Expr::ValuePath { path, .. } = expr {
                    within = Some(find(path, None, resource_type)?);
                }
            }
            Event::Leave(expr) => {
                nested = nested.saturating_sub(1);
                if let Expr::ValuePath { .. } = expr {
                    within = None;
                }
            }
            Event::Leaf(Expr::Compare { path, op, .. }) => {
                match find(path, within, resource_type) {
                    Ok(attribute) => check_order(path, attribute, op)?,
                    // Entra asks `id eq … and manager eq …` before it writes a manager, kept here or not: nobody has this one.
                    Err(_)
                        if nested == 0
                            && op == CompareOp::Eq
                            && profile.allows(Tolerance::UnknownAttributes)
                            && is_standard(path) => {}
                    Err(refused) => return Err(refused),
                }
            }
            Event::Leaf(Expr::Present(path)) if !is_extension(path, resource_type) => {
                find(path, within, resource_type)?;
            }
            Event::Leaf(_) | Event::Between(_) => {}
        }
    }
    Ok(())
}

/// Whether the RFC's own schemas have what a path names, though this server does not keep it.
fn is_standard(path: &AttrPath<'_>) -> bool {
    [ResourceType::user(), ResourceType::group()]
        .iter()
        .any(|standard| {
            let found = standard
                .resolve(path)
                .or_else(|| standard.resolve_bare(path));
            found.is_some_and(|resolved| resolved.leaf().returned() != Returned::Never)
        })
}

/// The attribute or sub-attribute that a path names.
fn find<'s>(
    path: &AttrPath<'_>,
    within: Option<&'s Attribute>,
    resource_type: &'s ResourceType,
) -> Result<&'s Attribute, Error> {
    let found = match within {
        // A simple value answers to `value`.
        Some(attribute) if attribute.kind() != AttributeType::Complex => path
            .name()
            .eq_ignore_ascii_case("value")
            .then_some(attribute),
        Some(attribute) => attribute.sub_attribute(path.name()),
        None => resource_type
            .resolve(path)
            .or_else(|| resource_type.resolve_bare(path))
            .map(|resolved| resolved.leaf()),
    };
    // What is never shown is never told by a filter either.
    let found = found.filter(|attribute| attribute.returned() != Returned::Never);
    found.ok_or_else(|| {
        Error::new(
            ErrorKind::InvalidFilter,
            format!(
                "{} is not an attribute of {} that can be filtered on",
                named(path.as_str()),
                resource_type.name()
            ),
        )
    })
}

/// Whether a path is the URI of an extension, which is present when any of its attributes is.
fn is_extension(path: &AttrPath<'_>, resource_type: &ResourceType) -> bool {
    path.as_uri().is_some_and(|uri| resource_type.knows(uri))
}

fn check_order(path: &AttrPath<'_>, attribute: &Attribute, op: CompareOp) -> Result<(), Error> {
    let orders = match op {
        CompareOp::Gt | CompareOp::Ge | CompareOp::Lt | CompareOp::Le => true,
        CompareOp::Eq | CompareOp::Ne | CompareOp::Co | CompareOp::Sw | CompareOp::Ew => false,
    };
    if orders
        && matches!(
            attribute.kind(),
            AttributeType::Boolean | AttributeType::Binary
        )
    {
        return Err(Error::new(
            ErrorKind::InvalidFilter,
            format!(
                "{} has no order: {} cannot be asked of it",
                named(path.as_str()),
                op.as_str()
            ),
        ));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(filter: &str) -> Option<String> {
        let filter = Filter::parse(filter).unwrap();
        let error = check(&filter, &ResourceType::user(), Profile::tolerant()).err()?;
        assert_eq!(error.kind(), ErrorKind::InvalidFilter);
        Some(error.detail().to_owned())
    }

    #[test]
    fn what_the_type_has_can_be_filtered_on() {
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
    fn what_it_does_not_have_is_refused_by_name() {
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
    fn what_others_keep_selects_nobody_and_never_everybody() {
        let groups = ResourceType::group();
        for (filter, tolerated) in [
            (r#"id eq "1" and manager eq "2""#, true),
            (r#"title eq "x""#, true),
            (r#"title ne "x""#, false),
            (r#"id eq "1" and not (title eq "x")"#, false),
            (r#"displayName eq "1" or title eq "x""#, false),
        ] {
            let filter = Filter::parse(filter).unwrap();
            let answer = check(&filter, &groups, Profile::tolerant());
            assert_eq!(answer.is_ok(), tolerated, "{filter}");
            assert!(check(&filter, &groups, Profile::rfc()).is_err(), "{filter}");
        }
    }

    #[test]
    fn what_has_no_order_is_not_ordered() {
        assert!(refusal("active gt true").is_some());
        assert!(refusal("emails[primary le false]").is_some());
        assert!(refusal(r#"x509Certificates.value lt "a""#).is_some());
    }
}
