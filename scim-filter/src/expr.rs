//! A filter as a tree of views.

use core::fmt;
use core::hash::{Hash, Hasher};
use core::iter::FusedIterator;

use crate::eval::{self, Attributes};
use crate::filter::Filter;
use crate::path::AttrPath;
use crate::tree::{NONE, NodeKind, Tree};
use crate::value::{CompareOp, Value};
use crate::visit::Walk;

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
    /// The outermost part (see [`Filter::expr`]).
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
            NodeKind::And { first } => Expr::And(Operands {
                tree: self.tree,
                next: *first,
            }),
            NodeKind::Or { first } => Expr::Or(Operands {
                tree: self.tree,
                next: *first,
            }),
            NodeKind::Not => Expr::Not(part(self.at.saturating_sub(1))),
            NodeKind::ValuePath(path) => Expr::ValuePath {
                path,
                filter: part(self.at.saturating_sub(1)),
            },
            NodeKind::Compare(path, op, value) => Expr::Compare {
                path,
                op: *op,
                value,
            },
            NodeKind::Present(path) => Expr::Present(path),
        }
    }

    /// Whether a resource, or one value of a complex attribute, matches (see [`Filter::matches`]).
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

    /// Iterates over every part in order (see [`Filter::walk`]).
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

    /// Copies this part into a filter of its own.
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
            tree: self.tree.copy_part(self.at),
        }
    }
}

impl PartialEq for FilterRef<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.tree.part_equals(self.at, other.tree, other.at)
    }
}

impl Eq for FilterRef<'_> {}

impl Hash for FilterRef<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.tree.hash(self.at, state);
    }
}

impl fmt::Debug for FilterRef<'_> {
    /// Hides the values, as `Debug` of [`Filter`] does.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("FilterRef(")?;
        self.write_with(f, |f, value| write!(f, "{value:?}"))?;
        f.write_str(")")
    }
}

/// One part of a filter, with views of the parts below it.
///
/// ```
/// use scim_filter::{Expr, Filter};
///
/// /// Whether a lookup of one key can answer the filter.
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
    /// The negation of a filter.
    Not(FilterRef<'f>),
    /// An attribute compared with a value.
    Compare {
        /// The attribute.
        path: &'f AttrPath<'f>,
        /// The operator.
        op: CompareOp,
        /// The value to compare with.
        value: &'f Value<'f>,
    },
    /// The attribute has a value (`pr`).
    Present(&'f AttrPath<'f>),
    /// One value of the attribute matches the filter.
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
    /// The operands as views, for callers who print or keep them.
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
