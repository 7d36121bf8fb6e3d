//! What a filter says, as a tree.

use core::fmt;
use core::iter::FusedIterator;
use core::str::FromStr;

use crate::ParseError;
use crate::eval::{self, Attributes};
use crate::parse::Parser;
use crate::path::AttrPath;
use crate::tree::{Builder, Chain, Kind, NONE, Part, Tree};
use crate::value::{CompareOp, Value};
use crate::visit::Walk;

/// A SCIM filter (RFC 7644 §3.4.2.2).
///
/// It borrows from the text it was parsed from; [`Filter::into_owned`] copies. Two filters are equal
/// when they say the same in the same order: letter case of attribute names, redundant round
/// brackets and the place in the input take no part.
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
    /// Parses a filter in the default mode, see [`Parser::new`].
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

    /// A comparison of an attribute with a value.
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
            tree: Tree::leaf(Kind::Compare(path, op, value.into())),
        }
    }

    /// The test that an attribute has a value (`pr`).
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
            tree: Tree::leaf(Kind::Present(path)),
        }
    }

    /// All of the filters; `None` when there are none, for which the grammar has no word.
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

    /// Any of the filters; `None` when there are none, for which the grammar has no word.
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

    /// The opposite of a filter.
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
        reason = "written as `Filter::and` and `Filter::or` are"
    )]
    pub fn not(filter: Self) -> Self {
        filter.wrapped(Kind::Not)
    }

    /// The test that one value of an attribute fulfils a filter on its sub-attributes.
    ///
    /// `None` when that filter contains a value path itself, which the grammar does not allow.
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
        Some(filter.wrapped(Kind::ValuePath(path)))
    }

    fn wrapped(self, kind: Kind<'a>) -> Self {
        Self {
            tree: self.tree.wrapped(kind),
        }
    }

    /// The outermost part of the filter, to match on.
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

    /// The whole filter as a view, which is what the parts of it are.
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

    /// Whether a resource, or one value of a complex attribute, fulfils the filter.
    ///
    /// Total: it gives an answer for every filter and every resource, by the rules of [`eval`].
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

    /// Every part of the filter in order, without a recursion.
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

    /// Copies what is borrowed.
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

impl fmt::Debug for Filter<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Filter({self})")
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

/// A view of a filter or of a part of it.
///
/// ```
/// use scim_filter::{Expr, Filter};
///
/// # fn main() -> Result<(), scim_filter::ParseError> {
/// let filter = Filter::parse(r#"emails[type eq "work"]"#)?;
/// let Expr::ValuePath { path, filter: on_one_email } = filter.expr() else { panic!() };
/// assert_eq!(path.name(), "emails");
/// assert_eq!(on_one_email.to_string(), r#"type eq "work""#);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Copy)]
pub struct FilterRef<'f> {
    pub(crate) tree: &'f Tree<'f>,
    pub(crate) at: u32,
}

impl<'f> FilterRef<'f> {
    /// The outermost part, see [`Filter::expr`].
    ///
    /// ```
    /// use scim_filter::{Expr, Filter};
    ///
    /// # fn main() -> Result<(), scim_filter::ParseError> {
    /// let filter = Filter::parse("not (title pr)")?;
    /// let Expr::Not(inner) = filter.as_ref().expr() else { panic!("a negation") };
    /// assert!(matches!(inner.expr(), Expr::Present(path) if path.name() == "title"));
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn expr(self) -> Expr<'f> {
        let part = |at| FilterRef {
            tree: self.tree,
            at,
        };
        match &self.tree.node(self.at).kind {
            Kind::And { first } => Expr::And(Operands {
                tree: self.tree,
                next: *first,
            }),
            Kind::Or { first } => Expr::Or(Operands {
                tree: self.tree,
                next: *first,
            }),
            Kind::Not => Expr::Not(part(self.at.saturating_sub(1))),
            Kind::ValuePath(path) => Expr::ValuePath {
                path,
                filter: part(self.at.saturating_sub(1)),
            },
            Kind::Compare(path, op, value) => Expr::Compare {
                path,
                op: *op,
                value,
            },
            Kind::Present(path) => Expr::Present(path),
        }
    }

    /// Whether a resource, or one value of a complex attribute, fulfils it, see
    /// [`Filter::matches`].
    ///
    #[cfg_attr(feature = "json", doc = "```")]
    #[cfg_attr(not(feature = "json"), doc = "```ignore")]
    /// use scim_filter::{Expr, Filter};
    /// use serde_json::json;
    ///
    /// # fn main() -> Result<(), scim_filter::ParseError> {
    /// let filter = Filter::parse(r#"emails[type eq "work"]"#)?;
    /// let Expr::ValuePath { filter: on_one_email, .. } = filter.expr() else { panic!("a value path") };
    /// assert!(on_one_email.matches(&json!({ "type": "work", "value": "b@example.com" })));
    /// # Ok(())
    /// # }
    /// ```
    pub fn matches<A: Attributes + ?Sized>(self, attributes: &A) -> bool {
        eval::evaluate(self.tree, self.at, &attributes)
    }

    /// Every part in order, see [`Filter::walk`].
    ///
    /// ```
    /// use scim_filter::{Expr, Filter};
    ///
    /// # fn main() -> Result<(), scim_filter::ParseError> {
    /// let filter = Filter::parse("not (a pr or b pr)")?;
    /// let Expr::Not(inner) = filter.expr() else { panic!("a negation") };
    /// assert_eq!(inner.walk().count(), 5);
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn walk(self) -> Walk<'f> {
        Walk::new(self)
    }

    /// A filter of its own.
    ///
    /// ```
    /// use scim_filter::{Expr, Filter};
    ///
    /// # fn main() -> Result<(), scim_filter::ParseError> {
    /// let filter = Filter::parse("a pr or b pr and c pr")?;
    /// let Expr::Or(operands) = filter.expr() else { panic!("an or") };
    /// let last = operands.filters().last().map(|part| part.to_filter());
    /// assert_eq!(last, Some(Filter::parse("b pr and c pr")?));
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn to_filter(self) -> Filter<'f> {
        Filter {
            tree: self.tree.part(self.at),
        }
    }
}

impl PartialEq for FilterRef<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.tree.same(self.at, other.tree, other.at)
    }
}

impl Eq for FilterRef<'_> {}

impl fmt::Debug for FilterRef<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "FilterRef({self})")
    }
}

/// One part of a filter, with views of the parts below it.
///
/// ```
/// use scim_filter::{Expr, Filter};
///
/// /// Whether the filter can be answered by looking up one key.
/// fn is_lookup(filter: &Filter<'_>) -> bool {
///     match filter.expr() {
///         Expr::Compare { path, .. } => path.name() == "userName",
///         Expr::And(_) | Expr::Or(_) | Expr::Not(_) | Expr::Present(_) | Expr::ValuePath { .. } => false,
///     }
/// }
/// assert!(Filter::parse(r#"userName eq "x""#).is_ok_and(|filter| is_lookup(&filter)));
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
#[expect(
    clippy::exhaustive_enums,
    reason = "closed by RFC 7644 §3.4.2.2, figure 1"
)]
pub enum Expr<'f> {
    /// All of at least two operands; none of them is an `And`.
    And(Operands<'f>),
    /// Any of at least two operands; none of them is an `Or`.
    Or(Operands<'f>),
    /// The opposite.
    Not(FilterRef<'f>),
    /// An attribute compared with a value.
    Compare {
        /// The attribute.
        path: &'f AttrPath<'f>,
        /// How it is compared.
        op: CompareOp,
        /// With what.
        value: &'f Value<'f>,
    },
    /// The attribute has a value (`pr`).
    Present(&'f AttrPath<'f>),
    /// One value of the attribute fulfils the filter.
    ValuePath {
        /// The attribute, usually a complex and multi-valued one.
        path: &'f AttrPath<'f>,
        /// The filter on its sub-attributes; it contains no value path.
        filter: FilterRef<'f>,
    },
}

/// The operands of an `and` or `or` in order.
///
/// ```
/// use scim_filter::{Expr, Filter};
///
/// # fn main() -> Result<(), scim_filter::ParseError> {
/// let filter = Filter::parse("a pr or b pr or c pr")?;
/// let Expr::Or(operands) = filter.expr() else { panic!() };
/// assert_eq!(operands.count(), 3);
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Operands<'f> {
    tree: &'f Tree<'f>,
    next: u32,
}

impl<'f> Operands<'f> {
    /// The operands as views, where they are to be printed or kept.
    ///
    /// ```
    /// use scim_filter::{Expr, Filter};
    ///
    /// # fn main() -> Result<(), scim_filter::ParseError> {
    /// let filter = Filter::parse("a pr or b pr")?;
    /// let Expr::Or(operands) = filter.expr() else { panic!() };
    /// assert_eq!(operands.filters().last().map(|part| part.to_string()).as_deref(), Some("b pr"));
    /// # Ok(())
    /// # }
    /// ```
    pub fn filters(self) -> impl Iterator<Item = FilterRef<'f>> + use<'f> {
        let mut operands = self;
        core::iter::from_fn(move || operands.next_filter())
    }

    fn next_filter(&mut self) -> Option<FilterRef<'f>> {
        if self.next == NONE {
            return None;
        }
        let part = FilterRef {
            tree: self.tree,
            at: self.next,
        };
        self.next = self.tree.node(self.next).next;
        Some(part)
    }
}

impl<'f> Iterator for Operands<'f> {
    type Item = Expr<'f>;

    fn next(&mut self) -> Option<Expr<'f>> {
        self.next_filter().map(FilterRef::expr)
    }
}

impl FusedIterator for Operands<'_> {}

impl PartialEq for Operands<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.clone().filters().eq(other.clone().filters())
    }
}

impl Eq for Operands<'_> {}

impl fmt::Debug for Operands<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.clone().filters()).finish()
    }
}
