//! Simplifies a filter for one resource type, before any resource is read.
//!
//! The service itself writes `schemas`, `meta.resourceType` and `meta.location`, so providers do not know them. A comparison
//! with one of them is decided here, or expressed by an attribute that the provider has. In a query over several resource
//! types, an attribute that one type lacks has no value there (RFC 7644 §3.4.2.1).

use std::ops::ControlFlow;

use scim_filter::eval::{Attributes, Datum, Sink};
use scim_filter::visit::Event;
use scim_filter::{AttrPath, CompareOp, Expr, Filter, FilterRef, Value};

use super::known::{ServiceAttribute, is_known};
use crate::schema::ResourceType;
use crate::{Error, ErrorKind};

/// A filter simplified for the provider of one resource type.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Simplified {
    /// Every resource matches.
    Everything,
    /// No resource matches.
    Nothing,
    /// The resources that match this filter.
    Filter(Filter<'static>),
}

/// The treatment of an attribute that the resource type lacks.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum UnknownAttribute {
    /// The attribute stays in the filter.
    Kept,
    /// The attribute has no value.
    Absent,
}

/// A resource type with the URLs of its resources.
pub(crate) struct ServedType<'s> {
    pub(crate) resource_type: &'s ResourceType,
    /// Returns the URL of the resource with an id.
    pub(crate) locate: &'s dyn Fn(&str) -> String,
}

/// A part of a filter: already decided, or left to the provider.
enum Part {
    Decided(bool),
    Left(Filter<'static>),
}

/// Decides the parts of a filter that need no resource.
///
/// # Errors
///
/// `InvalidFilter` for a comparison of `meta.location` with an operator other than `eq`, `ne` and `pr`.
pub(crate) fn simplify(
    filter: &Filter<'static>,
    served: &ServedType<'_>,
    unknown: UnknownAttribute,
) -> Result<Simplified, Error> {
    let simplifier = Simplifier { served, unknown };
    if !simplifier.concerns(filter) {
        return Ok(Simplified::Filter(filter.clone()));
    }

    // The operands of every open expression, the outermost first.
    let mut open: Vec<Vec<Part>> = vec![Vec::new()];
    let mut within = None;
    let mut whole = None;

    for event in filter.walk() {
        let part = match event {
            Event::Between(_) => continue,
            Event::Enter(expr) => {
                if let Expr::ValuePath { path, filter } = expr {
                    within = Some(path);
                    whole = simplifier.value_path(path, filter)?;
                }
                open.push(Vec::new());
                continue;
            }
            Event::Leaf(_) if whole.is_some() => continue,
            Event::Leaf(leaf) => simplifier.leaf(&leaf, within)?,
            Event::Leave(expr) => {
                let parts = open.pop().unwrap_or_default();
                match expr {
                    Expr::And(_) => join(parts, false, Filter::and),
                    Expr::Or(_) => join(parts, true, Filter::or),
                    Expr::ValuePath { path, .. } => {
                        within = None;
                        match whole.take() {
                            Some(part) => part,
                            None => simplifier.around(path, only(parts)),
                        }
                    }
                    Expr::Not(_) | Expr::Compare { .. } | Expr::Present(_) => negate(only(parts)),
                }
            }
        };

        if let Some(operands) = open.last_mut() {
            operands.push(part);
        }
    }

    Ok(match only(open.pop().unwrap_or_default()) {
        Part::Decided(true) => Simplified::Everything,
        Part::Decided(false) => Simplified::Nothing,
        Part::Left(filter) => Simplified::Filter(filter),
    })
}

struct Simplifier<'f> {
    served: &'f ServedType<'f>,
    unknown: UnknownAttribute,
}

impl Simplifier<'_> {
    /// Whether the filter has any part to simplify.
    fn concerns(&self, filter: &Filter<'_>) -> bool {
        let mut within = None;
        filter.walk().any(|event| match event {
            Event::Leaf(Expr::Compare { path, .. } | Expr::Present(path)) => {
                self.written(path, within).is_some() || self.is_absent(path, within)
            }
            Event::Enter(Expr::ValuePath { path, .. }) => {
                within = Some(path);
                self.written(path, None).is_some() || self.is_absent(path, None)
            }
            Event::Leave(Expr::ValuePath { .. }) => {
                within = None;
                false
            }
            Event::Leaf(_) | Event::Enter(_) | Event::Between(_) | Event::Leave(_) => false,
        })
    }

    fn written(
        &self,
        path: &AttrPath<'_>,
        within: Option<&AttrPath<'_>>,
    ) -> Option<ServiceAttribute> {
        ServiceAttribute::of(path, within, self.served.resource_type)
    }

    fn is_absent(&self, path: &AttrPath<'_>, within: Option<&AttrPath<'_>>) -> bool {
        self.unknown == UnknownAttribute::Absent
            && !is_known(path, within, self.served.resource_type)
    }

    fn leaf(&self, leaf: &Expr<'_>, within: Option<&AttrPath<'_>>) -> Result<Part, Error> {
        Ok(match leaf {
            Expr::Compare { path, op, value } => match self.written(path, within) {
                Some(ServiceAttribute::ResourceType) => {
                    Part::Decided(test(*op, value, self.served.resource_type.name())?)
                }
                Some(ServiceAttribute::Location) => self.location(*op, value)?,
                Some(ServiceAttribute::Schemas) => self.schemas(*op, value)?,
                None if self.is_absent(path, within) => Part::Decided(
                    Filter::compare((*path).clone(), *op, (*value).clone()).matches(&Absent),
                ),
                Some(ServiceAttribute::Meta) | None => Part::Left(Filter::compare(
                    self.hoist(path, within)?,
                    *op,
                    (*value).clone().into_owned(),
                )),
            },
            Expr::Present(path) => match self.written(path, within) {
                Some(_) => Part::Decided(true),
                None if self.is_absent(path, within) => Part::Decided(false),
                None => Part::Left(Filter::present(self.hoist(path, within)?)),
            },
            // Other expressions are never leaves.
            Expr::And(_) | Expr::Or(_) | Expr::Not(_) | Expr::ValuePath { .. } => {
                Part::Decided(false)
            }
        })
    }

    /// Moves a path out of `meta[…]`: `meta` has one value, so the meaning stays the same.
    fn hoist(
        &self,
        path: &AttrPath<'_>,
        within: Option<&AttrPath<'_>>,
    ) -> Result<AttrPath<'static>, Error> {
        match within {
            Some(outer) if self.written(outer, None) == Some(ServiceAttribute::Meta) => {
                Ok(AttrPath::new(None, "meta", Some(path.name()))?)
            }
            Some(_) | None => Ok(path.clone().into_owned()),
        }
    }

    /// Decides a whole value path, if that is possible.
    fn value_path(
        &self,
        path: &AttrPath<'_>,
        filter: FilterRef<'_>,
    ) -> Result<Option<Part>, Error> {
        if self.written(path, None) == Some(ServiceAttribute::Schemas) {
            return self
                .any_schema(|uri| Ok(filter.matches(&ExactText(uri))))
                .map(Some);
        }
        Ok(self.is_absent(path, None).then_some(Part::Decided(false)))
    }

    /// Wraps the value path around its simplified inner filter.
    fn around(&self, path: &AttrPath<'_>, inner: Part) -> Part {
        if self.written(path, None) == Some(ServiceAttribute::Meta) {
            return inner;
        }
        let path = path.clone().into_owned();
        match inner {
            Part::Decided(false) => Part::Decided(false),
            Part::Decided(true) => Part::Left(Filter::present(path)),
            // The inner filter comes from a value path, so wrapping it again succeeds.
            Part::Left(filter) => {
                Filter::value_path(path, filter).map_or(Part::Decided(false), Part::Left)
            }
        }
    }

    fn location(&self, op: CompareOp, value: &Value<'_>) -> Result<Part, Error> {
        match op {
            CompareOp::Eq => Ok(match self.id_at(value) {
                None => Part::Decided(false),
                Some(id) => Part::Left(
                    Filter::compare(AttrPath::new(None, "id", None)?, op, id).into_owned(),
                ),
            }),
            CompareOp::Ne => Ok(negate(self.location(CompareOp::Eq, value)?)),
            CompareOp::Co
            | CompareOp::Sw
            | CompareOp::Ew
            | CompareOp::Gt
            | CompareOp::Ge
            | CompareOp::Lt
            | CompareOp::Le => Err(Error::new(
                ErrorKind::InvalidFilter,
                format!(
                    "meta.location supports the operators eq, ne and pr, not {}",
                    op.as_str()
                ),
            )),
        }
    }

    /// The id in the URL of a resource.
    fn id_at(&self, value: &Value<'_>) -> Option<String> {
        let Value::String(location) = value else {
            return None;
        };
        let id = location.strip_prefix((self.served.locate)("").as_str())?;
        let id = percent_encoding::percent_decode_str(id)
            .decode_utf8()
            .ok()?;
        ((self.served.locate)(&id) == **location).then(|| id.into_owned())
    }

    fn schemas(&self, op: CompareOp, value: &Value<'_>) -> Result<Part, Error> {
        if op == CompareOp::Ne {
            return self.schemas(CompareOp::Eq, value).map(negate);
        }
        self.any_schema(|uri| test(op, value, uri))
    }

    /// A filter for one URI in `schemas` that `passes`.
    ///
    /// The URI of the core schema is always there, the URI of an extension only with a value of the extension.
    fn any_schema(&self, passes: impl Fn(&str) -> Result<bool, Error>) -> Result<Part, Error> {
        let resource_type = self.served.resource_type;
        if passes(resource_type.schema().id())? {
            return Ok(Part::Decided(true));
        }

        let mut parts = Vec::new();
        for extension in resource_type.extensions() {
            let uri = extension.schema.id();
            if passes(uri)? {
                let present = Filter::present(AttrPath::new(None, uri, None)?);
                parts.push(Part::Left(present));
            }
        }

        Ok(join(parts, true, Filter::or))
    }
}

/// Joins the parts of an `and` or `or`; a part decided as `decisive` decides the whole.
fn join(
    parts: Vec<Part>,
    decisive: bool,
    joined: impl FnOnce(Vec<Filter<'static>>) -> Option<Filter<'static>>,
) -> Part {
    let mut left = Vec::new();
    for part in parts {
        match part {
            Part::Decided(value) if value == decisive => return Part::Decided(decisive),
            Part::Decided(_) => {}
            Part::Left(filter) => left.push(filter),
        }
    }
    joined(left).map_or(Part::Decided(!decisive), Part::Left)
}

fn negate(part: Part) -> Part {
    match part {
        Part::Decided(value) => Part::Decided(!value),
        Part::Left(filter) => Part::Left(Filter::not(filter)),
    }
}

/// The single operand of an expression.
fn only(mut parts: Vec<Part>) -> Part {
    parts.pop().unwrap_or(Part::Decided(false))
}

/// A case-exact string under the name `value`.
struct ExactText<'t>(&'t str);

impl Attributes for ExactText<'_> {
    fn attribute(&self, _uri: Option<&str>, name: &str, emit: &mut Sink<'_>) -> ControlFlow<()> {
        if name.eq_ignore_ascii_case("value") {
            return emit(Datum::exact_text(self.0));
        }
        ControlFlow::Continue(())
    }

    fn is_empty(&self) -> bool {
        false
    }
}

/// A resource without attributes.
struct Absent;

impl Attributes for Absent {
    fn attribute(&self, _uri: Option<&str>, _name: &str, _emit: &mut Sink<'_>) -> ControlFlow<()> {
        ControlFlow::Continue(())
    }

    fn is_empty(&self) -> bool {
        true
    }
}

fn test(op: CompareOp, value: &Value<'_>, text: &str) -> Result<bool, Error> {
    let filter = Filter::compare(AttrPath::parse("value")?, op, value.clone());
    Ok(filter.matches(&ExactText(text)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::ENTERPRISE_USER;

    fn simplified(
        filter: &str,
        resource_type: &ResourceType,
        unknown: UnknownAttribute,
    ) -> Result<String, Error> {
        let served = ServedType {
            resource_type,
            locate: &|id| {
                format!(
                    "https://x.test{}/{}",
                    resource_type.endpoint(),
                    id.replace('@', "%40")
                )
            },
        };
        let filter = Filter::parse(filter).unwrap().into_owned();
        Ok(match simplify(&filter, &served, unknown)? {
            Simplified::Everything => "everything".to_owned(),
            Simplified::Nothing => "nothing".to_owned(),
            Simplified::Filter(filter) => filter.to_string(),
        })
    }

    #[test]
    fn attributes_of_the_service_are_decided_without_the_provider() {
        let enterprise = format!("{ENTERPRISE_USER} pr");
        let left_out = format!("not ({ENTERPRISE_USER} pr)");
        let both = format!(r#"schemas[value eq "{ENTERPRISE_USER}"] and title pr"#);
        let one = format!(r#"schemas eq "{ENTERPRISE_USER}""#);
        let other = format!(r#"schemas ne "{ENTERPRISE_USER}""#);
        for (filter, left) in [
            (r#"meta.resourceType eq "User""#, "everything"),
            (r#"meta.resourceType eq "user""#, "nothing"),
            (r#"META[resourcetype ne "User"]"#, "nothing"),
            (r#"meta.resourceType eq "User" and title pr"#, "title pr"),
            (r#"meta.resourceType eq "Group" or title pr"#, "title pr"),
            (
                r#"not (meta.resourceType eq "Group") or title pr"#,
                "everything",
            ),
            (
                r#"meta[resourceType sw "U" and created gt "2026-01-01T00:00:00Z"]"#,
                r#"meta.created gt "2026-01-01T00:00:00Z""#,
            ),
            (
                r#"meta.location eq "https://x.test/Users/a%40b""#,
                r#"id eq "a@b""#,
            ),
            (
                r#"meta[location eq "https://x.test/Users/7"]"#,
                r#"id eq "7""#,
            ),
            (
                r#"meta.location ne "https://x.test/Users/7""#,
                r#"not (id eq "7")"#,
            ),
            (r#"meta.location eq "https://x.test/Groups/7""#, "nothing"),
            (r#"meta.location eq "https://x.test/Users/a@b""#, "nothing"),
            ("meta.location pr and meta pr and schemas pr", "everything"),
            (r#"schemas co "core:2.0:User""#, "everything"),
            (r#"schemas eq "urn:other""#, "nothing"),
            (&one, &enterprise),
            (&other, &left_out),
            (&both, &format!("{enterprise} and title pr")),
            (r#"title eq "x""#, r#"title eq "x""#),
        ] {
            let found = simplified(filter, &ResourceType::user(), UnknownAttribute::Kept).unwrap();
            assert_eq!(found, left, "{filter}");
        }
    }

    #[test]
    fn a_comparison_with_a_part_of_a_location_is_refused_by_name() {
        let refused = simplified(
            r#"meta.location co "7""#,
            &ResourceType::user(),
            UnknownAttribute::Kept,
        );
        let refused = refused.unwrap_err();
        assert_eq!(refused.kind(), ErrorKind::InvalidFilter);
        assert!(refused.detail().contains("meta.location"), "{refused}");
    }

    #[test]
    fn an_attribute_that_the_type_lacks_has_no_value() {
        for (filter, left) in [
            (r#"userName eq "a""#, "nothing"),
            (r#"userName ne "a""#, "everything"),
            ("userName eq null", "everything"),
            ("userName ne null", "nothing"),
            ("userName pr or displayName pr", "displayName pr"),
            (
                r#"not (emails[type eq "work"]) and displayName pr"#,
                "displayName pr",
            ),
            (r#"members[value eq "7" and nope eq "x"]"#, "nothing"),
            (r#"members[nope ne "x"]"#, "members pr"),
            (r#"name.givenName eq "a" and displayName pr"#, "nothing"),
        ] {
            let found =
                simplified(filter, &ResourceType::group(), UnknownAttribute::Absent).unwrap();
            assert_eq!(found, left, "{filter}");
        }
    }
}
