//! Whether a filter makes sense for a schema, before anything is looked up.
//!
//! Evaluation has an answer for every filter, also for one that names what does not exist: then
//! nothing matches, or with `ne` and `not` everything. A service says so instead, with
//! `invalidFilter` (RFC 7644 §3.4.2.2, table 3). [`Filter::check`] finds the first such fault;
//! [`Filter::faults`] finds all of them, so that a service may let some pass.
//!
//! # Rules
//!
//! | refused | for example | [`FaultKind`] |
//! |---|---|---|
//! | an attribute or sub-attribute that the schema does not have | `shoeSize pr` | [`Unknown`](FaultKind::Unknown) |
//! | a sub-attribute of what is simple | `userName.value pr` | [`NotComplex`](FaultKind::NotComplex) |
//! | a value path on what is simple and has one value | `userName[value pr]` | [`NotComplex`](FaultKind::NotComplex) |
//! | a comparison of a complex attribute without a `value` | `name eq "x"` | [`NoValue`](FaultKind::NoValue) |
//! | `gt`, `ge`, `lt`, `le` of a boolean or binary attribute | `active gt true` | [`NoOrder`](FaultKind::NoOrder) |
//! | `co`, `sw`, `ew` of what is no text | `active co "t"` | [`NoText`](FaultKind::NoText) |
//! | a value the attribute can never have | `active eq 5`, `a gt null` | [`OtherType`](FaultKind::OtherType) |
//! | a value that is not written as the attribute's, though evaluation reads it so | `active eq "True"`, `userName eq 5` | [`Coerced`](FaultKind::Coerced) |
//!
//! `pr`, `eq null` and `ne null` may be asked of every attribute. A complex attribute that is
//! compared itself stands for its `value`, and a value of a list of simple ones is `value` in a
//! value path, as they are when a filter is evaluated ([`crate::eval`]).
//!
//! # Example
//!
//! ```
//! use scim_filter::check::{Definition, Definitions, FaultKind, SimpleType};
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
//! let filter = Filter::parse(r#"userName sw "b" and emails[colour eq "red"]"#)?;
//! let error = filter.check(&User).expect_err("an e-mail has no colour");
//! assert_eq!((error.kind(), error.attribute()), (FaultKind::Unknown, "emails.colour"));
//! assert_eq!(error.to_string(), "emails.colour is not an attribute that can be filtered on");
//! assert_eq!(error.scim_type(), "invalidFilter");
//! # Ok(())
//! # }
//! ```

mod definition;
mod fault;

use core::fmt;
use core::iter::FusedIterator;

pub use self::definition::{Definition, Definitions, SimpleType};
use self::definition::{is_order, is_substring};
pub use self::fault::{CheckError, Fault, FaultKind};
use crate::expr::Expr;
use crate::filter::Filter;
use crate::path::AttrPath;
use crate::value::{CompareOp, Value};
use crate::visit::{Event, Walk};

/// The faults of a filter in the order they are written, see [`Filter::faults`].
///
/// ```
/// use scim_filter::Filter;
/// use scim_filter::check::Definitions;
///
/// fn unknown_names(filter: &Filter<'_>, schema: &impl Definitions) -> Vec<String> {
///     filter.faults(schema).map(|fault| fault.path().to_string()).collect()
/// }
/// ```
pub struct Faults<'f, 's, D: ?Sized> {
    definitions: &'s D,
    walk: Walk<'f>,
    root_is_and: bool,
    depth: usize,
    within: Within<'f, 's>,
}

/// The value path around a part; the grammar has none inside another.
#[derive(Clone, Copy)]
enum Within<'f, 's> {
    Nothing,
    ValuesOf(&'f AttrPath<'f>, Definition<'s>),
    /// Nothing is known of what stands in it, and its own fault is told.
    Faulty,
}

impl<'f, 's, D: Definitions + ?Sized> Faults<'f, 's, D> {
    fn next_in(&mut self, event: Event<'f>) -> Option<Fault<'f>> {
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
                Some(self.fault(kind, path, None, None))
            }
            Event::Leaf(Expr::And(_) | Expr::Or(_) | Expr::Not(_) | Expr::ValuePath { .. })
            | Event::Between(_) => None,
        }
    }

    fn enter(&mut self, path: &'f AttrPath<'f>) -> Option<Fault<'f>> {
        let kind = match self.definition_of(path)? {
            Ok(definition) if definition.allows_value_path() => {
                self.within = Within::ValuesOf(path, definition);
                return None;
            }
            Ok(_) => FaultKind::NotComplex,
            Err(kind) => kind,
        };
        self.within = Within::Faulty;
        Some(self.fault(kind, path, None, None))
    }

    fn compare(
        &self,
        path: &'f AttrPath<'f>,
        op: CompareOp,
        value: &'f Value<'f>,
    ) -> Option<Fault<'f>> {
        let definition = match self.definition_of(path)? {
            Ok(definition) => definition,
            Err(kind) => return Some(self.fault(kind, path, Some(op), None)),
        };
        if *value == Value::Null && !is_order(op) && !is_substring(op) {
            return None;
        }
        let simple_type = definition.compared();
        let result = match simple_type {
            None => Err(FaultKind::NoValue),
            Some(simple) if is_order(op) && !simple.has_order() => Err(FaultKind::NoOrder),
            Some(simple) if is_substring(op) && !simple.is_text() => Err(FaultKind::NoText),
            Some(simple) => simple.reads(op, value),
        };
        let kind = result.err()?;
        Some(self.fault(kind, path, Some(op), simple_type))
    }

    /// What a path names from where it stands; `None` when that is not known.
    fn definition_of(&self, path: &AttrPath<'_>) -> Option<Result<Definition<'s>, FaultKind>> {
        match self.within {
            Within::Faulty => None,
            Within::ValuesOf(_, definition) => Some(definition.in_value_path(path)),
            Within::Nothing => Some(
                self.definitions
                    .definition(path.uri(), path.name())
                    .ok_or(FaultKind::Unknown)
                    .and_then(|definition| definition.end_of(path.sub_attribute())),
            ),
        }
    }

    fn fault(
        &self,
        kind: FaultKind,
        path: &'f AttrPath<'f>,
        op: Option<CompareOp>,
        simple_type: Option<SimpleType>,
    ) -> Fault<'f> {
        Fault {
            kind,
            path,
            value_path: match self.within {
                Within::ValuesOf(value_path, _) => Some(value_path),
                Within::Nothing | Within::Faulty => None,
            },
            op,
            simple_type,
            conjunct: self.depth == 0 || (self.depth == 1 && self.root_is_and),
        }
    }
}

impl<'f, D: Definitions + ?Sized> Iterator for Faults<'f, '_, D> {
    type Item = Fault<'f>;

    fn next(&mut self) -> Option<Fault<'f>> {
        while let Some(event) = self.walk.next() {
            if let Some(fault) = self.next_in(event) {
                return Some(fault);
            }
        }
        None
    }
}

impl<D: Definitions + ?Sized> FusedIterator for Faults<'_, '_, D> {}

impl<D: Definitions + ?Sized> fmt::Debug for Faults<'_, '_, D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Faults").finish_non_exhaustive()
    }
}

impl Filter<'_> {
    /// Refuses a filter that makes no sense for a schema, by the [rules](crate::check#rules).
    ///
    /// Nothing is allocated unless the filter is refused.
    ///
    /// ```
    /// use scim_filter::Filter;
    /// use scim_filter::check::{Definition, Definitions, FaultKind, SimpleType};
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
    /// assert_eq!(error.kind(), FaultKind::NoOrder);
    /// assert_eq!(error.to_string(), "active is boolean and has no order: gt cannot be asked");
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// Any [`FaultKind`]; of several, that of the first part that has one.
    pub fn check<D: Definitions + ?Sized>(&self, definitions: &D) -> Result<(), CheckError> {
        match self.faults(definitions).next() {
            None => Ok(()),
            Some(fault) => Err(fault.into()),
        }
    }

    /// Everything that makes no sense for a schema, for a service that lets some of it pass.
    ///
    /// ```
    /// use scim_filter::Filter;
    /// use scim_filter::check::{CheckError, Definitions, FaultKind};
    ///
    /// /// Takes `active eq "True"` for what is meant.
    /// fn check(filter: &Filter<'_>, user: &impl Definitions) -> Result<(), CheckError> {
    ///     match filter.faults(user).find(|fault| fault.kind() != FaultKind::Coerced) {
    ///         None => Ok(()),
    ///         Some(fault) => Err(fault.into()),
    ///     }
    /// }
    /// ```
    #[must_use]
    pub fn faults<'f, 's, D: Definitions + ?Sized>(
        &'f self,
        definitions: &'s D,
    ) -> Faults<'f, 's, D> {
        Faults {
            definitions,
            walk: self.walk(),
            root_is_and: matches!(self.expr(), Expr::And(_)),
            depth: 0,
            within: Within::Nothing,
        }
    }
}
