//! The filter type: parsing, building from parts, matching.

use core::fmt;
use core::hash::{Hash, Hasher};
use core::str::FromStr;

use crate::ParseError;
use crate::eval::Attributes;
use crate::expr::{Expr, FilterRef};
use crate::parse::Parser;
use crate::path::AttrPath;
use crate::tree::{Builder, Chain, NodeKind, Part, Tree};
use crate::value::{CompareOp, Value};
use crate::visit::Walk;

/// A SCIM filter (RFC 7644 §3.4.2.2).
///
/// A filter borrows from its input; [`Filter::into_owned`] copies. Two filters are equal if they have
/// the same parts in the same order. Letter case of attribute names and redundant round brackets
/// make no difference.
///
/// ```
/// use scim_filter::Filter;
///
/// # fn main() -> Result<(), scim_filter::ParseError> {
/// let filter = Filter::parse(r#"title pr AND (userType Eq "Intern" and active eq true)"#)?;
/// assert_eq!(filter, Filter::parse(r#"TITLE pr and userType eq "Intern" and active eq true"#)?);
/// assert_eq!(filter.to_string(), r#"title pr and userType eq "Intern" and active eq true"#);
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Filter<'a> {
    pub(crate) tree: Tree<'a>,
}

impl<'a> Filter<'a> {
    /// Parses a filter in the default mode (see [`Parser::new`]).
    ///
    /// ```
    /// use scim_filter::Filter;
    ///
    /// # fn main() -> Result<(), scim_filter::ParseError> {
    /// let filter = Filter::parse(r#"emails[type eq "work"].value eq "bjensen@example.com""#)?;
    /// assert_eq!(
    ///     filter.to_string(),
    ///     r#"emails[type eq "work" and value eq "bjensen@example.com"]"#,
    /// );
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// Any [`ErrorKind`](crate::ErrorKind) except [`TrailingInput`](crate::ErrorKind::TrailingInput).
    pub fn parse(input: &'a str) -> Result<Self, ParseError> {
        Parser::new().filter(input)
    }

    /// Builds the comparison of an attribute with a value.
    ///
    /// ```
    /// use scim_filter::{AttrPath, CompareOp, Filter};
    ///
    /// # fn main() -> Result<(), scim_filter::ParseError> {
    /// let filter = Filter::compare(AttrPath::parse("userName")?, CompareOp::Eq, "bjensen");
    /// assert_eq!(filter, Filter::parse(r#"userName eq "bjensen""#)?);
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn compare(path: AttrPath<'a>, op: CompareOp, value: impl Into<Value<'a>>) -> Self {
        Self {
            tree: Tree::leaf(NodeKind::Compare(path, op, value.into())),
        }
    }

    /// Builds the test that an attribute has a value (`pr`).
    ///
    /// ```
    /// use scim_filter::{AttrPath, Filter};
    ///
    /// # fn main() -> Result<(), scim_filter::ParseError> {
    /// assert_eq!(Filter::present(AttrPath::parse("title")?), Filter::parse("title pr")?);
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn present(path: AttrPath<'a>) -> Self {
        Self {
            tree: Tree::leaf(NodeKind::Present(path)),
        }
    }

    /// Joins filters with `and`; `None` if there are none, which the grammar cannot express.
    ///
    /// Join many filters in one call: adding them one by one copies the chain each time.
    ///
    /// ```
    /// use scim_filter::Filter;
    ///
    /// # fn main() -> Result<(), scim_filter::ParseError> {
    /// let both = Filter::and([Filter::parse("title pr")?, Filter::parse("a pr and b pr")?]);
    /// assert_eq!(both, Some(Filter::parse("title pr and a pr and b pr")?));
    /// assert_eq!(Filter::and([]), None);
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn and(filters: impl IntoIterator<Item = Self>) -> Option<Self> {
        let mut builder = Builder::default();
        let mut chain = Chain::EMPTY;
        for filter in filters {
            match builder.graft(filter.tree) {
                Part::And(operands) => builder.concat(&mut chain, operands),
                part @ (Part::Single(_) | Part::Or(_)) => {
                    let node = builder.settle(part);
                    builder.append(&mut chain, node);
                }
            }
        }
        Self::joined(builder, chain, Builder::and_part(chain))
    }

    /// Joins filters with `or`; `None` if there are none, which the grammar cannot express.
    ///
    /// Join many filters in one call, as with [`Filter::and`].
    ///
    /// ```
    /// use scim_filter::Filter;
    ///
    /// # fn main() -> Result<(), scim_filter::ParseError> {
    /// let either = Filter::or([Filter::parse("title pr")?, Filter::parse("a pr and b pr")?]);
    /// assert_eq!(either, Some(Filter::parse("title pr or (a pr and b pr)")?));
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn or(filters: impl IntoIterator<Item = Self>) -> Option<Self> {
        let mut builder = Builder::default();
        let mut chain = Chain::EMPTY;
        for filter in filters {
            match builder.graft(filter.tree) {
                Part::Or(operands) => builder.concat(&mut chain, operands),
                part @ (Part::Single(_) | Part::And(_)) => {
                    let node = builder.settle(part);
                    builder.append(&mut chain, node);
                }
            }
        }
        Self::joined(builder, chain, Builder::or_part(chain))
    }

    fn joined(mut builder: Builder<'a>, operands: Chain, part: Part) -> Option<Self> {
        if operands.is_empty() {
            return None;
        }
        builder.settle(part);
        builder.finish().map(|tree| Self { tree })
    }

    /// Negates a filter.
    ///
    /// ```
    /// use scim_filter::Filter;
    ///
    /// # fn main() -> Result<(), scim_filter::ParseError> {
    /// let untitled = Filter::not(Filter::parse("title pr")?);
    /// assert_eq!(untitled, Filter::parse("not (title pr)")?);
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    #[expect(
        clippy::should_implement_trait,
        reason = "a constructor like `Filter::and` and `Filter::or`"
    )]
    pub fn not(filter: Self) -> Self {
        filter.wrapped(NodeKind::Not)
    }

    /// Builds the test that one value of an attribute matches a filter on its sub-attributes.
    ///
    /// `None` if that filter contains a value path itself, which the grammar forbids.
    ///
    /// ```
    /// use scim_filter::{AttrPath, Filter};
    ///
    /// # fn main() -> Result<(), scim_filter::ParseError> {
    /// let work = Filter::value_path(AttrPath::parse("emails")?, Filter::parse(r#"type eq "work""#)?);
    /// assert_eq!(work, Some(Filter::parse(r#"emails[type eq "work"]"#)?));
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn value_path(path: AttrPath<'a>, filter: Self) -> Option<Self> {
        if filter.tree.contains_value_path() {
            return None;
        }
        Some(filter.wrapped(NodeKind::ValuePath(path)))
    }

    fn wrapped(self, kind: NodeKind<'a>) -> Self {
        Self {
            tree: self.tree.wrapped(kind),
        }
    }

    /// The outermost part of the filter, for a `match`.
    ///
    /// ```
    /// use scim_filter::{CompareOp, Expr, Filter, Value};
    ///
    /// # fn main() -> Result<(), scim_filter::ParseError> {
    /// let filter = Filter::parse(r#"userName eq "bjensen""#)?;
    /// let Expr::Compare { path, op: CompareOp::Eq, value: Value::String(name) } = filter.expr()
    /// else {
    ///     panic!("a comparison with a string");
    /// };
    /// assert_eq!((path.name(), name.as_ref()), ("userName", "bjensen"));
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn expr(&self) -> Expr<'_> {
        self.as_ref().expr()
    }

    /// A view of the whole filter, of the same type as the views of its parts.
    ///
    /// ```
    /// use scim_filter::Filter;
    ///
    /// # fn main() -> Result<(), scim_filter::ParseError> {
    /// let filter = Filter::parse("title pr")?;
    /// assert_eq!(filter.as_ref().to_filter(), filter);
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn as_ref(&self) -> FilterRef<'_> {
        FilterRef {
            tree: &self.tree,
            at: self.tree.root(),
        }
    }

    /// Whether a resource, or one value of a complex attribute, matches the filter.
    ///
    /// Every filter has an answer for every resource, by the rules of [`eval`](crate::eval).
    ///
    #[cfg_attr(feature = "json", doc = "```")]
    #[cfg_attr(not(feature = "json"), doc = "```ignore")]
    /// use scim_filter::Filter;
    /// use serde_json::json;
    ///
    /// # fn main() -> Result<(), scim_filter::ParseError> {
    /// let user = json!({ "userName": "bjensen", "emails": [{ "type": "work", "value": "b@example.com" }] });
    /// assert!(Filter::parse(r#"userName eq "BJENSEN""#)?.matches(&user));
    /// assert!(Filter::parse(r#"emails[type eq "work" and value ew "@example.com"]"#)?.matches(&user));
    /// # Ok(())
    /// # }
    /// ```
    pub fn matches<A: Attributes + ?Sized>(&self, attributes: &A) -> bool {
        self.as_ref().matches(attributes)
    }

    /// Iterates over every part of the filter in order, without recursion.
    ///
    /// ```
    /// use scim_filter::{Expr, Filter, visit::Event};
    ///
    /// # fn main() -> Result<(), scim_filter::ParseError> {
    /// let filter = Filter::parse("a pr or not (b pr and c pr)")?;
    /// let leaves = filter.walk().filter(|event| matches!(event, Event::Leaf(_))).count();
    /// assert_eq!(leaves, 3);
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn walk(&self) -> Walk<'_> {
        self.as_ref().walk()
    }

    /// Replaces each attribute for which `rename` returns another one.
    ///
    /// Attributes inside square brackets stay as they are.
    ///
    /// ```
    /// use scim_filter::{AttrPath, Filter};
    ///
    /// # fn main() -> Result<(), scim_filter::ParseError> {
    /// let mail = AttrPath::parse("emails.value")?;
    /// let filter = Filter::parse(r#"mail co "a" and not (photos[mail pr])"#)?;
    /// let filter = filter.rename_attributes(|path| (path.name() == "mail").then(|| mail.clone()));
    /// assert_eq!(filter.to_string(), r#"emails.value co "a" and not (photos[mail pr])"#);
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn rename_attributes(
        mut self,
        mut rename: impl FnMut(&AttrPath<'a>) -> Option<AttrPath<'a>>,
    ) -> Self {
        self.tree.rename(&mut rename);
        self
    }

    /// Copies the borrowed text.
    ///
    /// ```
    /// use scim_filter::{Filter, ParseError};
    ///
    /// fn read(text: String) -> Result<Filter<'static>, ParseError> {
    ///     Ok(Filter::parse(&text)?.into_owned())
    /// }
    /// assert!(read("title pr".into()).is_ok());
    /// ```
    #[must_use]
    pub fn into_owned(self) -> Filter<'static> {
        Filter {
            tree: self.tree.into_owned(),
        }
    }
}

impl PartialEq for Filter<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.as_ref() == other.as_ref()
    }
}

impl Eq for Filter<'_> {}

impl Hash for Filter<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.as_ref().hash(state);
    }
}

impl fmt::Debug for Filter<'_> {
    /// Shows the filter without its values, which are personal data.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Filter(")?;
        self.as_ref()
            .write_with(f, |f, value| write!(f, "{value:?}"))?;
        f.write_str(")")
    }
}

impl FromStr for Filter<'static> {
    type Err = ParseError;

    fn from_str(input: &str) -> Result<Self, ParseError> {
        Filter::parse(input).map(Filter::into_owned)
    }
}

impl<'a> TryFrom<&'a str> for Filter<'a> {
    type Error = ParseError;

    fn try_from(input: &'a str) -> Result<Self, ParseError> {
        Self::parse(input)
    }
}
