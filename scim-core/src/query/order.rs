//! The order of resources in a list.

use std::cmp::Ordering;
use std::ops::ControlFlow;

use scim_filter::datetime::Instant;
use scim_filter::eval::{Attributes, Datum};
use scim_filter::{AttrPath, Number};

use super::known::ServiceAttribute;
use crate::Resource;
use crate::resource::TypedResource;
use crate::schema::{self, Attribute, AttributeType, ResourceType, Returned, Spellings};

/// The order of a list by one attribute.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Sort {
    /// The attribute to sort by.
    pub by: AttrPath<'static>,
    /// Whether the largest value comes first.
    pub descending: bool,
}

impl Sort {
    /// Sorts by an attribute, the smallest value first.
    ///
    /// ```
    /// use scim_core::query::Sort;
    ///
    /// let sort = Sort::ascending("userName".parse()?);
    /// assert!(!sort.descending);
    /// # Ok::<(), scim_core::Error>(())
    /// ```
    #[must_use]
    pub fn ascending(by: AttrPath<'static>) -> Self {
        Self {
            by,
            descending: false,
        }
    }

    /// Sorts by an attribute, the largest value first.
    #[must_use]
    pub fn descending(by: AttrPath<'static>) -> Self {
        Self {
            by,
            descending: true,
        }
    }

    /// Turns an ascending comparison into the direction of this order.
    pub(crate) fn direct(&self, ascending: Ordering) -> Ordering {
        if self.descending {
            ascending.reverse()
        } else {
            ascending
        }
    }
}

/// The meaning of an order for the resources of one type.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Order {
    /// An attribute of the type orders them.
    By(Sort),
    /// All resources of the type have the same value.
    Same,
    /// The type lacks the attribute, or never returns it.
    Unknown,
    /// The attribute is complex and has no `value` to sort by.
    Complex,
}

/// Resolves an order for the resources of one type.
///
/// Source: RFC 7644 §3.4.2.3.
pub(crate) fn resolve_order(sort: &Sort, resource_type: &ResourceType) -> Order {
    match ServiceAttribute::of(&sort.by, None, resource_type) {
        Some(ServiceAttribute::Schemas | ServiceAttribute::ResourceType) => return Order::Same,
        // The locations of one type differ in the id only.
        Some(ServiceAttribute::Location) => {
            return AttrPath::parse("id").map_or(Order::Unknown, |id| {
                Order::By(Sort {
                    by: id.into_owned(),
                    descending: sort.descending,
                })
            });
        }
        Some(ServiceAttribute::Meta) | None => {}
    }

    let leaf = match resource_type.key_of_path(&sort.by, Spellings::in_query()) {
        schema::Key::Attribute(found) => found.leaf(),
        schema::Key::Extension(_) | schema::Key::Resource | schema::Key::Unknown => {
            return Order::Unknown;
        }
    };

    // A complex value sorts by its `value`.
    let value = match leaf.kind() {
        AttributeType::Complex => leaf.sub_attribute("value"),
        AttributeType::String
        | AttributeType::Boolean
        | AttributeType::Decimal
        | AttributeType::Integer
        | AttributeType::DateTime
        | AttributeType::Binary
        | AttributeType::Reference => Some(leaf),
    };

    let is_hidden = |attribute: &Attribute| attribute.returned() == Returned::Never;
    match value {
        _ if is_hidden(leaf) => Order::Unknown,
        None => Order::Complex,
        Some(value) if is_hidden(value) => Order::Unknown,
        Some(_) => Order::By(sort.clone()),
    }
}

/// The sort key of a resource, read once.
///
/// A stored value can have any JSON type, and a sort may panic if its order is not total. Values of different types therefore
/// sort by type. A text is a date only if the schema says so.
#[derive(Debug, PartialEq)]
pub(crate) enum SortKey {
    Boolean(bool),
    Number(Number<'static>),
    Instant(Instant),
    /// In lower case unless the attribute is case-exact.
    Text(String),
}

impl SortKey {
    /// Reads the sort key. For a multi-valued attribute it is the primary entry, or else the first.
    pub(crate) fn read(
        resource: &Resource,
        by: &AttrPath<'_>,
        resource_type: &ResourceType,
    ) -> Option<Self> {
        let mut first = true;
        let mut found = None;

        // The loop stops early at the primary entry; only `found` matters.
        let _ = TypedResource::new(resource, resource_type).attribute(
            by.uri(),
            by.name(),
            &mut |datum| {
                let is_primary = is_primary(&datum);
                if is_primary || first {
                    found = Self::of_entry(&datum, by.sub_attribute());
                }
                first = false;
                if is_primary {
                    ControlFlow::Break(())
                } else {
                    ControlFlow::Continue(())
                }
            },
        );
        found
    }

    fn of_entry(entry: &Datum<'_>, sub_attribute: Option<&str>) -> Option<Self> {
        let part = sub_attribute.unwrap_or("value");
        if let Datum::Complex(members) = entry {
            return first(*members, part, Self::of);
        }
        // A simple value goes by the name `value`.
        if part.eq_ignore_ascii_case("value") {
            Self::of(entry)
        } else {
            None
        }
    }

    fn of(datum: &Datum<'_>) -> Option<Self> {
        Some(match datum {
            Datum::Boolean(boolean) => Self::Boolean(*boolean),
            Datum::Number(number) => Self::Number(number.clone().into_owned()),
            Datum::DateTime(text) => match Instant::parse(text) {
                Some(instant) => Self::Instant(instant),
                None => Self::Text(text.to_string()),
            },
            Datum::Text { text, case_exact } if !case_exact => {
                Self::Text(text.to_ascii_lowercase())
            }
            Datum::Text { text, .. } | Datum::Binary(text) => Self::Text(text.to_string()),
            Datum::Complex(_) | Datum::Null | _ => return None,
        })
    }

    /// Compares two keys; a missing key comes last (RFC 7644 §3.4.2.3).
    pub(crate) fn compare(a: Option<&Self>, b: Option<&Self>) -> Ordering {
        match (a, b) {
            (None, None) => Ordering::Equal,
            (None, Some(_)) => Ordering::Greater,
            (Some(_), None) => Ordering::Less,
            (Some(Self::Boolean(a)), Some(Self::Boolean(b))) => a.cmp(b),
            (Some(Self::Number(a)), Some(Self::Number(b))) => a.compare(b),
            (Some(Self::Instant(a)), Some(Self::Instant(b))) => a.cmp(b),
            (Some(Self::Text(a)), Some(Self::Text(b))) => a.cmp(b),
            (Some(a), Some(b)) => a.rank().cmp(&b.rank()),
        }
    }

    fn rank(&self) -> u8 {
        match self {
            Self::Boolean(_) => 0,
            Self::Number(_) => 1,
            Self::Instant(_) => 2,
            Self::Text(_) => 3,
        }
    }
}

fn is_primary(entry: &Datum<'_>) -> bool {
    let Datum::Complex(members) = entry else {
        return false;
    };
    let primary = |datum: &Datum<'_>| Some(matches!(datum, Datum::Boolean(true)));
    first(*members, "primary", primary) == Some(true)
}

/// The first value of an attribute, read by `read`.
fn first<T>(
    members: &dyn Attributes,
    name: &str,
    read: impl Fn(&Datum<'_>) -> Option<T>,
) -> Option<T> {
    let mut found = None;
    let _ = members.attribute(None, name, &mut |datum| {
        found = read(&datum);
        ControlFlow::Break(())
    });
    found
}

#[cfg(test)]
mod tests {
    use scim_filter::Filter;

    use super::*;
    use crate::query::{Page, Query};
    use crate::{Profile, Schema};

    fn sorted(by: &str, rows: &[&str]) -> Vec<String> {
        let rows = rows
            .iter()
            .map(|row| Resource::from_slice(row.as_bytes()).unwrap())
            .collect();
        let query = Query::parse(&format!("sortBy={by}"), Profile::rfc()).unwrap();
        let (_, rows) =
            Page::complete(rows).finish(None, query.sort.as_ref(), 1, 100, &ResourceType::user());
        rows.iter()
            .map(|row| row.id().unwrap_or_default().into_owned())
            .collect()
    }

    #[test]
    fn names_sort_without_regard_to_case_and_missing_names_come_last() {
        let rows = [
            r#"{"id":"none"}"#,
            r#"{"id":"c","userName":"Cyd"}"#,
            r#"{"id":"b","userName":"bob"}"#,
            r#"{"id":"empty","userName":null}"#,
            r#"{"id":"A","userName":"ADA"}"#,
        ];
        assert_eq!(sorted("userName", &rows), ["A", "b", "c", "none", "empty"]);
        assert_eq!(
            sorted("userName&sortOrder=descending", &rows),
            ["none", "empty", "c", "b", "A"]
        );
    }

    #[test]
    fn only_a_date_time_attribute_sorts_as_an_instant() {
        let late = "2026-01-01T00:00:00Z";
        let later = "2025-12-31T23:00:00-05:00";
        let created = |id, text| format!(r#"{{"id":"{id}","meta":{{"created":"{text}"}}}}"#);
        let rows = [created("2", later), created("1", late)];
        assert_eq!(sorted("meta.created", &[&rows[0], &rows[1]]), ["1", "2"]);
        let title = |id, text| format!(r#"{{"id":"{id}","title":"{text}"}}"#);
        let rows = [title("2", late), title("1", later)];
        assert_eq!(sorted("title", &[&rows[0], &rows[1]]), ["1", "2"]);
    }

    #[test]
    fn a_list_sorts_by_its_primary_entry() {
        let rows = [
            r#"{"id":"2","emails":[{"value":"a@x"},{"value":"z@x","primary":true}]}"#,
            r#"{"id":"1","emails":[{"value":"M@x"},{"value":"b@x"}]}"#,
        ];
        assert_eq!(sorted("emails", &rows), ["1", "2"]);
        assert_eq!(sorted("emails.value", &rows), ["1", "2"]);
    }

    #[test]
    fn the_schema_decides_about_letter_case_and_urns() {
        let rows = [
            r#"{"id":"a","urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":{"department":"x"}}"#,
            r#"{"id":"B","urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":{"department":"W"}}"#,
        ];
        let department = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department";
        assert_eq!(sorted("id", &rows), ["B", "a"]);
        assert_eq!(sorted(department, &rows), ["B", "a"]);
        assert_eq!(sorted("department", &rows), ["B", "a"]);
        assert_eq!(
            sorted("urn:ietf:params:scim:schemas:core:2.0:User:id", &rows),
            ["B", "a"]
        );
    }

    #[test]
    fn numbers_sort_by_value() {
        let number = |id, text| format!(r#"{{"id":"{id}","title":{text}}}"#);
        let rows = [
            number("4", "9007199254740993"),
            number("3", "9007199254740992"),
            number("1", "-10"),
            number("2", "9.5"),
        ];
        let rows: Vec<&str> = rows.iter().map(String::as_str).collect();
        assert_eq!(sorted("title", &rows), ["1", "2", "3", "4"]);
    }

    #[test]
    fn a_value_that_is_never_returned_is_no_sort_key() {
        let hidden = Attribute::new("value", AttributeType::String).with_returned(Returned::Never);
        let keys = Attribute::new("keys", AttributeType::Complex).with_sub_attributes(vec![hidden]);
        let schema = Schema::new("urn:x:Y", "Y", vec![keys]);
        let resource_type = ResourceType::new("Y", "/Ys", schema);

        for by in ["keys", "keys.value", "urn:x:Y:keys"] {
            let sort = Sort::ascending(by.parse().unwrap());
            assert_eq!(resolve_order(&sort, &resource_type), Order::Unknown, "{by}");
        }

        let filter = |text: &str| {
            let filter = Filter::parse(text).unwrap();
            crate::query::check_filter(&filter, &resource_type, Profile::tolerant())
        };

        for text in [
            r#"keys eq "x""#,
            "keys.value pr",
            r#"keys[value sw "x"]"#,
            r#"not (keys co "x")"#,
        ] {
            assert!(filter(text).is_err(), "{text}");
        }
    }

    #[test]
    fn an_unusable_sort_attribute_says_why() {
        let user = ResourceType::user();
        let order = |by: &str| resolve_order(&Sort::ascending(by.parse().unwrap()), &user);
        assert_eq!(order("shoeSize"), Order::Unknown);
        assert_eq!(order("password"), Order::Unknown);
        assert_eq!(order("name"), Order::Complex);
        assert_eq!(order("meta"), Order::Complex);
        assert_eq!(order("schemas"), Order::Same);
        assert_eq!(order("meta.resourceType"), Order::Same);
        assert_eq!(
            order("meta.location"),
            Order::By(Sort::ascending("id".parse().unwrap()))
        );
    }
}
