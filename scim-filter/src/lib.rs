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
//! # Grammar
//!
//! What the default mode reads, in the notation of RFC 5234; words in quotation marks have no case.
//! `and` binds closer than `or`, and the bracket closer than both.
//!
//! ```text
//! filter    = and *( SP "or" SP and )
//! and       = operand *( SP "and" SP operand )
//! operand   = test / valuePath / "(" filter ")" / "not" [ SP ] "(" filter ")"
//! valuePath = attrPath "[" filter "]" [ "." name tail ]
//!             ; no valuePath inside; the tail is a condition more on the same value
//! test      = attrPath tail
//! tail      = SP "pr" / SP op SP value
//! op        = "eq" / "ne" / "co" / "sw" / "ew" / "gt" / "ge" / "lt" / "le"
//! value     = string / number / true / false / null          ; of JSON (RFC 7159), in lower case
//! attrPath  = [ URI ":" ] name [ "." name ]                  ; URI of RFC 3986, without brackets
//! name      = [ "$" ] ALPHA *( ALPHA / DIGIT / "-" / "_" / "$" )
//!
//! path      = attrPath / attrPath "[" filter "]" [ "." name ]    ; of a PATCH operation
//! list      = [ attrPath *( "," attrPath ) ]                     ; blanks around the commas
//! ```
//!
//! The URI is everything before the last colon, so the dot of `2.0` is no sub-attribute. `not`,
//! `and`, `eq` and the like are attribute names where a name stands.
//!
//! | read with | as | example |
//! |---|---|---|
//! | [`Filter::parse`], [`Parser::filter`] | `filter` | `emails[type eq "work"] and not (active eq false)` |
//! | [`PatchPath::parse`], [`Parser::patch_path`] | `path` | `members[value eq "2819c223"].display` |
//! | [`AttrPath::parse`], [`Parser::attr_path`] | `attrPath`, as in `sortBy` | `name.familyName` |
//! | [`AttrPath::parse_list`], [`Parser::attr_path_list`] | `list`, as in `attributes` | `userName, emails` |
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
//! | values in apostrophes without blanks: `userName eq 'x'` | no | no | yes |
//! | `True`, `FALSE` | no | no | yes |
//! | no blank before a string: `userName eq"x"` | no | no | yes |
//! | more than one blank, blanks at the ends and inside brackets | no | no | yes |
//!
//! Each mode reads what the one before it does, and as the same filter. The Entra form is read as
//! `emails[type eq "work" and value eq "x"]`: both conditions on one value.
//!
//! # Limits
//!
//! They are charged while parsing, and each can be changed or lifted.
//!
//! | | by default | to change it | when exceeded |
//! |---|---|---|---|
//! | bytes of the text | 1 MiB | [`Parser::with_max_bytes`] | [`ErrorKind::TooLong`] |
//! | brackets inside each other | 64 | [`Parser::with_max_depth`] | [`ErrorKind::TooDeep`] |
//! | comparisons, `pr` among them | 1024 | [`Parser::with_max_terms`] | [`ErrorKind::TooManyTerms`] |
//!
//! # Errors
//!
//! [`ParseError`] has a [kind](ParseError::kind), the [place](ParseError::span) in the original text
//! and the [`scimType`](ParseError::scim_type) to answer with; it holds no text, since filters carry
//! personal data. [`ParseError::display_with`] draws the place for those who may see the text:
//!
//! ```text
//! expected an operator such as eq, found `=`
//!   userName = "bjensen"
//!            ^
//! ```
//!
//! A filter that can be read may still make no sense: [`Filter::check`] refuses what a schema does
//! not have, or has no order, or is of another type, before anything is looked up ([`check`]).
//!
//! # Personal data
//!
//! Filters are full of it: names, addresses, numbers. No error of this crate holds a value of a
//! filter, and no `Debug` shows one, so that a filter that ends up in a log says what was asked and
//! not about whom; `Display` is for those who may see it.
//!
//! ```
//! # fn main() -> Result<(), scim_filter::ParseError> {
//! let filter = scim_filter::Filter::parse(r#"userName eq "bjensen" and age gt 30"#)?;
//! assert_eq!(format!("{filter:?}"), "Filter(userName eq <string> and age gt <number>)");
//! assert_eq!(format!("{filter}"), r#"userName eq "bjensen" and age gt 30"#);
//! # Ok(())
//! # }
//! ```
//!
//! # Evaluation
//!
//! [`Filter::matches`] asks anything that has [`Attributes`]; the rules are in [`eval`]. The truth
//! table for what is absent or empty:
//!
#![doc = include_str!("eval/truth_table.md")]
//!
//! # Guarantees
//!
//! - A single comparison is parsed without allocating, unless its string has an escape.
//! - Parsing, refusing, dropping, cloning, comparing, printing, checking and evaluating are loops,
//!   not recursions: no input overflows the stack, even with the limits of [`Parser`] lifted.
//! - Evaluation is total and allocates nothing; a check allocates only its error.
//! - What is printed is read again as an equal filter, in the default mode.
//! - `no_std` with `alloc`. Without features the only dependencies are nom and memchr.
//!
//! # Features
//!
//! | feature | adds | needs |
//! |---|---|---|
//! | none | parsing, printing, checking, evaluating, [walking](visit) | nom, memchr |
//! | `json` | [`eval::Attributes`] for `serde_json::Value` and `serde_json::Map` | serde_json |
//! | `sql` | conditions for PostgreSQL and SQLite; the page of the module `sql` is its guide | nothing more |

#![no_std]
#![warn(
    clippy::alloc_instead_of_core,
    clippy::std_instead_of_alloc,
    clippy::std_instead_of_core
)]

extern crate alloc;
#[cfg(test)]
extern crate std;

pub mod case;
pub mod check;
pub mod datetime;
mod error;
pub mod eval;
mod expr;
mod filter;
mod number;
mod parse;
mod patch_path;
mod path;
mod print;
#[cfg(feature = "sql")]
pub mod sql;
mod tree;
pub mod urn;
mod value;
pub mod visit;

pub use error::{ErrorKind, ParseError};
pub use eval::Attributes;
pub use expr::{Expr, FilterRef, Operands};
pub use filter::Filter;
pub use number::Number;
pub use parse::Parser;
pub use patch_path::PatchPath;
pub use path::AttrPath;
pub use value::{CompareOp, Value};

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
