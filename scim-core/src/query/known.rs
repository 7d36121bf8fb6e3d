//! The attributes that the paths of a filter name in a resource type.

use scim_filter::visit::Event;
use scim_filter::{AttrPath, Expr, Filter, urn};

use crate::error::shorten;
use crate::schema::{Attribute, AttributeType, Key, ResourceType, Spellings};
use crate::{Error, ErrorKind};

/// An attribute that the service writes into every resource.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum ServiceAttribute {
    Schemas,
    Meta,
    ResourceType,
    Location,
}

impl ServiceAttribute {
    /// The attribute that `path` names, inside a value path on `within` if there is one.
    pub(crate) fn of(
        path: &AttrPath<'_>,
        within: Option<&AttrPath<'_>>,
        resource_type: &ResourceType,
    ) -> Option<Self> {
        let (outer, part) = match within {
            Some(outer) => (outer, Some(path.name())),
            None => (path, path.sub_attribute()),
        };
        if outer
            .uri()
            .is_some_and(|uri| !urn::eq(uri, resource_type.schema().id()))
        {
            return None;
        }

        let part_is = |name: &str| part.is_some_and(|part| part.eq_ignore_ascii_case(name));

        if outer.name().eq_ignore_ascii_case("schemas") {
            (part.is_none() || part_is("value")).then_some(Self::Schemas)
        } else if !outer.name().eq_ignore_ascii_case("meta") {
            None
        } else if part.is_none() {
            Some(Self::Meta)
        } else if part_is("resourceType") {
            Some(Self::ResourceType)
        } else {
            part_is("location").then_some(Self::Location)
        }
    }
}

/// Refuses a filter on an attribute that every one of the types lacks.
pub(crate) fn check_known(filter: &Filter<'_>, types: &[&ResourceType]) -> Result<(), Error> {
    let mut within = None;
    for event in filter.walk() {
        let path = match event {
            Event::Leaf(Expr::Compare { path, .. } | Expr::Present(path))
            | Event::Enter(Expr::ValuePath { path, .. }) => path,
            Event::Leave(Expr::ValuePath { .. }) => {
                within = None;
                continue;
            }
            Event::Leaf(_) | Event::Enter(_) | Event::Between(_) | Event::Leave(_) => continue,
        };

        if !types.iter().any(|one| is_known(path, within, one)) {
            return Err(Error::new(
                ErrorKind::InvalidFilter,
                format!(
                    "No resource type has the attribute {}",
                    shorten(path.as_str())
                ),
            ));
        }

        if matches!(event, Event::Enter(_)) {
            within = Some(path);
        }
    }
    Ok(())
}

/// Whether a type has the attribute that `path` names, inside a value path on `within` if there is one.
pub(super) fn is_known(
    path: &AttrPath<'_>,
    within: Option<&AttrPath<'_>>,
    resource_type: &ResourceType,
) -> bool {
    let find = |path: &AttrPath<'_>| -> Option<&Attribute> {
        match resource_type.key_of_path(path, Spellings::in_query()) {
            Key::Attribute(found) => Some(found.leaf()),
            Key::Extension(_) | Key::Resource | Key::Unknown => None,
        }
    };

    match within.map(find) {
        Some(None) => false,
        Some(Some(outer)) if outer.kind() == AttributeType::Complex => {
            outer.sub_attribute(path.name()).is_some()
        }
        // A simple value goes by the name `value`.
        Some(Some(_)) => path.name().eq_ignore_ascii_case("value"),
        None => find(path).is_some() || path.as_uri().is_some_and(|uri| resource_type.knows(uri)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::ENTERPRISE_USER;

    #[test]
    fn an_attribute_unknown_to_every_type_is_refused() {
        let types = [&ResourceType::user(), &ResourceType::group()];
        let known = |filter: &str| check_known(&Filter::parse(filter).unwrap(), &types).is_ok();
        assert!(known(r#"userName eq "a" or members[value eq "7"]"#));
        assert!(known(&format!("{ENTERPRISE_USER} pr or manager pr")));
        assert!(!known("shoeSize pr"));
        assert!(!known(r#"emails[nope eq "a"]"#));
        assert!(!known(r#"displayName pr and not (nope[type eq "a"])"#));
    }
}
