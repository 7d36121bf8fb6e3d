//! Checking that a filter makes sense for a schema, before any lookup.
//!
//! Evaluation answers every filter, even one with an unknown attribute: nothing matches it, or with
//! `ne` and `not` everything does. A service refuses such a filter with `invalidFilter` (RFC 7644
//! §3.4.2.2, table 3). [`Filter::check`] finds the first mismatch; [`Filter::mismatches`] finds all
//! of them, for a service that accepts some.
//!
//! # Rules
//!
//! | refused | for example | [`MismatchKind`] |
//! |---|---|---|
//! | an attribute or sub-attribute that the schema does not have | `shoeSize pr` | [`Unknown`](MismatchKind::Unknown) |
//! | a sub-attribute of a simple attribute | `userName.value pr` | [`NotComplex`](MismatchKind::NotComplex) |
//! | a value path on a simple attribute with one value | `userName[value pr]` | [`NotComplex`](MismatchKind::NotComplex) |
//! | a comparison of a complex attribute without a `value` | `name eq "x"` | [`NotSimple`](MismatchKind::NotSimple) |
//! | `gt`, `ge`, `lt`, `le` of a boolean or binary attribute | `active gt true` | [`NotOrdered`](MismatchKind::NotOrdered) |
//! | `co`, `sw`, `ew` of an attribute that is not text | `active co "t"` | [`NotText`](MismatchKind::NotText) |
//! | a value that the attribute never has | `active eq 5`, `a gt null` | [`WrongType`](MismatchKind::WrongType) |
//! | a value written as another type, which evaluation reads as the right one | `active eq "True"`, `userName eq 5` | [`Coerced`](MismatchKind::Coerced) |
//!
//! `pr`, `eq null` and `ne null` apply to every attribute. As in evaluation ([`crate::eval`]), a
//! comparison of a complex attribute means its `value`, and inside a value path a simple value is its
//! own `value`.
//!
//! # Example
//!
//! ```
//! use scim_filter::check::{Definition, Definitions, MismatchKind, SimpleType};
//! use scim_filter::{Filter, case};
//!
//! struct User;
//! struct Email;
//!
//! impl Definitions for User {
//!     fn definition(&self, uri: Option<&str>, name: &str) -> Option<Definition<'_>> {
//!         if uri.is_some() {
//!             None
//!         } else if case::eq(name, "userName") {
//!             Some(Definition::simple(SimpleType::String))
//!         } else if case::eq(name, "active") {
//!             Some(Definition::simple(SimpleType::Boolean))
//!         } else if case::eq(name, "emails") {
//!             Some(Definition::complex(&Email).multi_valued())
//!         } else {
//!             None
//!         }
//!     }
//! }
//!
//! impl Definitions for Email {
//!     fn definition(&self, _: Option<&str>, name: &str) -> Option<Definition<'_>> {
//!         let known = case::eq(name, "value") || case::eq(name, "type");
//!         known.then_some(Definition::simple(SimpleType::String))
//!     }
//! }
//!
//! # fn main() -> Result<(), scim_filter::ParseError> {
//! let filter = Filter::parse(r#"userName sw "b" and emails[type eq "work"]"#)?;
//! assert_eq!(filter.check(&User), Ok(()));
//!
//! let filter = Filter::parse(r#"userName sw "b" and emails[color eq "red"]"#)?;
//! let error = filter.check(&User).expect_err("an email has no color");
//! assert_eq!((error.kind(), error.attribute()), (MismatchKind::Unknown, "emails.color"));
//! assert_eq!(error.to_string(), "emails.color is not a filterable attribute");
//! assert_eq!(error.scim_type(), "invalidFilter");
//! # Ok(())
//! # }
//! ```

mod definition;
mod mismatch;

use core::fmt;
use core::iter::FusedIterator;

pub use self::definition::{Definition, Definitions, SimpleType};
use self::definition::{is_order, is_substring};
pub use self::mismatch::{CheckError, Mismatch, MismatchKind};
use crate::expr::Expr;
use crate::filter::Filter;
use crate::path::AttrPath;
use crate::value::{CompareOp, Value};
use crate::visit::{Event, Walk};

/// Iterator over the mismatches of a filter in the order of the text (see [`Filter::mismatches`]).
///
/// ```
/// use scim_filter::Filter;
/// use scim_filter::check::Definitions;
///
/// fn unknown_names(filter: &Filter<'_>, schema: &impl Definitions) -> Vec<String> {
///     filter.mismatches(schema).map(|mismatch| mismatch.path().to_string()).collect()
/// }
/// ```
pub struct Mismatches<'f, 's, D: ?Sized> {
    definitions: &'s D,
    walk: Walk<'f>,
    root_is_and: bool,
    depth: usize,
    within: Within<'f, 's>,
}

/// The value path around a part; the grammar never nests them.
#[derive(Clone, Copy)]
enum Within<'f, 's> {
    Nothing,
    ValuesOf(&'f AttrPath<'f>, Definition<'s>),
    /// The value path is a mismatch itself, so its contents have no definition.
    Unknown,
}

impl<'f, 's, D: Definitions + ?Sized> Mismatches<'f, 's, D> {
    fn inspect(&mut self, event: Event<'f>) -> Option<Mismatch<'f>> {
        match event {
            Event::Enter(expr) => {
                let found = match expr {
                    Expr::ValuePath { path, .. } => self.enter(path),
                    Expr::And(_)
                    | Expr::Or(_)
                    | Expr::Not(_)
                    | Expr::Compare { .. }
                    | Expr::Present(_) => None,
                };
                self.depth += 1;
                found
            }
            Event::Leave(expr) => {
                self.depth = self.depth.saturating_sub(1);
                if let Expr::ValuePath { .. } = expr {
                    self.within = Within::Nothing;
                }
                None
            }
            Event::Leaf(Expr::Compare { path, op, value }) => self.compare(path, op, value),
            Event::Leaf(Expr::Present(path)) => {
                let kind = self.definition_of(path)?.err()?;
                Some(self.mismatch(kind, path, None, None))
            }
            Event::Leaf(Expr::And(_) | Expr::Or(_) | Expr::Not(_) | Expr::ValuePath { .. })
            | Event::Between(_) => None,
        }
    }

    fn enter(&mut self, path: &'f AttrPath<'f>) -> Option<Mismatch<'f>> {
        let kind = match self.definition_of(path)? {
            Ok(definition) if definition.allows_value_path() => {
                self.within = Within::ValuesOf(path, definition);
                return None;
            }
            Ok(_) => MismatchKind::NotComplex,
            Err(kind) => kind,
        };
        self.within = Within::Unknown;
        Some(self.mismatch(kind, path, None, None))
    }

    fn compare(
        &self,
        path: &'f AttrPath<'f>,
        op: CompareOp,
        value: &'f Value<'f>,
    ) -> Option<Mismatch<'f>> {
        let definition = match self.definition_of(path)? {
            Ok(definition) => definition,
            Err(kind) => return Some(self.mismatch(kind, path, Some(op), None)),
        };
        if *value == Value::Null && !is_order(op) && !is_substring(op) {
            return None;
        }

        let simple_type = definition.compared_type();
        let result = match simple_type {
            None => Err(MismatchKind::NotSimple),
            Some(simple) if is_order(op) && !simple.has_order() => Err(MismatchKind::NotOrdered),
            Some(simple) if is_substring(op) && !simple.is_text() => Err(MismatchKind::NotText),
            Some(simple) => simple.accepts(op, value),
        };
        let kind = result.err()?;
        Some(self.mismatch(kind, path, Some(op), simple_type))
    }

    /// The definition of a path from its place; `None` inside an unknown value path.
    fn definition_of(&self, path: &AttrPath<'_>) -> Option<Result<Definition<'s>, MismatchKind>> {
        match self.within {
            Within::Unknown => None,
            Within::ValuesOf(_, definition) => Some(definition.find_in_value_path(path)),
            Within::Nothing => Some(
                self.definitions
                    .definition(path.uri(), path.name())
                    .ok_or(MismatchKind::Unknown)
                    .and_then(|definition| definition.descend(path.sub_attribute())),
            ),
        }
    }

    fn mismatch(
        &self,
        kind: MismatchKind,
        path: &'f AttrPath<'f>,
        op: Option<CompareOp>,
        simple_type: Option<SimpleType>,
    ) -> Mismatch<'f> {
        Mismatch {
            kind,
            path,
            value_path: match self.within {
                Within::ValuesOf(value_path, _) => Some(value_path),
                Within::Nothing | Within::Unknown => None,
            },
            op,
            simple_type,
            conjunct: self.depth == 0 || (self.depth == 1 && self.root_is_and),
        }
    }
}

impl<'f, D: Definitions + ?Sized> Iterator for Mismatches<'f, '_, D> {
    type Item = Mismatch<'f>;

    fn next(&mut self) -> Option<Mismatch<'f>> {
        while let Some(event) = self.walk.next() {
            if let Some(mismatch) = self.inspect(event) {
                return Some(mismatch);
            }
        }
        None
    }
}

impl<D: Definitions + ?Sized> FusedIterator for Mismatches<'_, '_, D> {}

impl<D: Definitions + ?Sized> fmt::Debug for Mismatches<'_, '_, D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Mismatches").finish_non_exhaustive()
    }
}

impl Filter<'_> {
    /// Refuses a filter that makes no sense for a schema, by the [rules](crate::check#rules).
    ///
    /// Allocates only for a refusal.
    ///
    /// ```
    /// use scim_filter::Filter;
    /// use scim_filter::check::{Definition, Definitions, MismatchKind, SimpleType};
    ///
    /// struct OnlyActive;
    ///
    /// impl Definitions for OnlyActive {
    ///     fn definition(&self, _: Option<&str>, name: &str) -> Option<Definition<'_>> {
    ///         (name == "active").then_some(Definition::simple(SimpleType::Boolean))
    ///     }
    /// }
    ///
    /// # fn main() -> Result<(), scim_filter::ParseError> {
    /// assert_eq!(Filter::parse("active eq true")?.check(&OnlyActive), Ok(()));
    /// let error = Filter::parse("active gt true")?.check(&OnlyActive).expect_err("no order");
    /// assert_eq!(error.kind(), MismatchKind::NotOrdered);
    /// assert_eq!(error.to_string(), "active is boolean and has no order: gt does not apply");
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// Any [`MismatchKind`]; the first part with a mismatch counts.
    pub fn check<D: Definitions + ?Sized>(&self, definitions: &D) -> Result<(), CheckError> {
        match self.mismatches(definitions).next() {
            None => Ok(()),
            Some(mismatch) => Err(mismatch.into()),
        }
    }

    /// Iterates over all mismatches with a schema, for a service that accepts some of them.
    ///
    /// ```
    /// use scim_filter::Filter;
    /// use scim_filter::check::{CheckError, Definitions, MismatchKind};
    ///
    /// /// Accepts `active eq "True"`.
    /// fn check(filter: &Filter<'_>, user: &impl Definitions) -> Result<(), CheckError> {
    ///     match filter.mismatches(user).find(|mismatch| mismatch.kind() != MismatchKind::Coerced) {
    ///         None => Ok(()),
    ///         Some(mismatch) => Err(mismatch.into()),
    ///     }
    /// }
    /// ```
    #[must_use]
    pub fn mismatches<'f, 's, D: Definitions + ?Sized>(
        &'f self,
        definitions: &'s D,
    ) -> Mismatches<'f, 's, D> {
        Mismatches {
            definitions,
            walk: self.walk(),
            root_is_and: matches!(self.expr(), Expr::And(_)),
            depth: 0,
            within: Within::Nothing,
        }
    }
}
