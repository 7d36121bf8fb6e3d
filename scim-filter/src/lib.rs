//! SCIM 2.0 filters and PATCH paths: parse, print and evaluate (RFC 7644 §3.4.2.2, §3.5.2).
//!
//! ```
//! use scim_filter::{CompareOp, Expr, Filter};
//!
//! # fn main() -> Result<(), scim_filter::ParseError> {
//! let filter = Filter::parse(r#"userName Eq "bjensen" and emails[type eq "work"]"#)?;
//! assert_eq!(filter.to_string(), r#"userName eq "bjensen" and emails[type eq "work"]"#);
//!
//! let Expr::And(mut operands) = filter.expr() else { panic!("two operands") };
//! let Some(Expr::Compare { path, op, .. }) = operands.next() else { panic!("a comparison") };
//! assert_eq!((path.name(), op), ("userName", CompareOp::Eq));
//! # Ok(())
//! # }
//! ```
//!
//! # Three modes
//!
//! | | [`Parser::strict`] | [`Parser::new`], [`Filter::parse`] | [`Parser::lenient`] |
//! |---|---|---|---|
//! | the ABNF of RFC 7644 §3.4.2.2, operators in any case | yes | yes | yes |
//! | `not(a pr)` | yes | yes | yes |
//! | `not (a pr)`, as in the RFC's own examples | no | yes | yes |
//! | `members.$ref` (RFC 7643 §2.4) | no | yes | yes |
//! | `emails[type eq "work"].value eq "x"`, as Entra ID sends it | no | yes | yes |
//! | unquoted values: `userName eq akadmin` | no | no | yes |
//! | `True`, `FALSE` | no | no | yes |
//! | more than one blank, blanks at the ends and inside brackets | no | no | yes |
//!
//! The Entra form is read as `emails[type eq "work" and value eq "x"]`: both conditions on one value.
//!
//! # Guarantees
//!
//! - A single comparison is parsed without allocating, unless its string has an escape.
//! - Parsing, refusing, dropping, cloning, comparing, printing and evaluating are loops, not
//!   recursions: no input overflows the stack, even with the limits of [`Parser`] lifted.
//! - Evaluation is total and allocates nothing; its rules are in [`eval`].
//! - [`ParseError`] holds no text of the input: filters carry personal data.
//! - `no_std` with `alloc`. Without features the only dependencies are nom and memchr.
//!
//! # Features
//!
//! - `json`: [`eval::Attributes`] for `serde_json::Value` and `serde_json::Map`.
//! - `sql`: conditions for PostgreSQL and SQLite, with the guide in the module `sql`.

#![no_std]
#![warn(
    clippy::alloc_instead_of_core,
    clippy::std_instead_of_alloc,
    clippy::std_instead_of_core
)]

extern crate alloc;
#[cfg(test)]
extern crate std;

mod ast;
pub mod case;
pub mod datetime;
mod error;
pub mod eval;
mod number;
mod parse;
mod path;
mod print;
#[cfg(feature = "sql")]
pub mod sql;
mod tree;
pub mod urn;
mod value;
pub mod visit;

pub use ast::{Expr, Filter, FilterRef, Operands};
pub use error::{ErrorKind, ParseError};
pub use eval::Attributes;
pub use number::Number;
pub use parse::Parser;
pub use path::{AttrPath, PatchPath};
pub use value::{CompareOp, Value};

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
