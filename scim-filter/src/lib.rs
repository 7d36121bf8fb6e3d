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
//! The grammar of the default mode, in the notation of RFC 5234. Words in quotation marks
//! match in any case. `and` binds closer than `or`, and brackets bind closer than both.
//!
//! ```text
//! filter    = and *( SP "or" SP and )
//! and       = operand *( SP "and" SP operand )
//! operand   = test / valuePath / "(" filter ")" / "not" [ SP ] "(" filter ")"
//! valuePath = attrPath "[" filter "]" [ "." name tail ]
//!             ; no valuePath inside; the tail is one more condition on the same value
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
//! The URI is everything before the last colon, so the dot of `2.0` starts no sub-attribute. `not`,
//! `and`, `eq` and other keywords are attribute names in the place of a name.
//!
//! | function | rule | example |
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
//! | `not (a pr)`, as in the examples of the RFC | no | yes | yes |
//! | `members.$ref` (RFC 7643 §2.4) | no | yes | yes |
//! | `emails[type eq "work"].value eq "x"`, as Entra ID sends it | no | yes | yes |
//! | unquoted values: `userName eq akadmin` | no | no | yes |
//! | values in apostrophes without blanks: `userName eq 'x'` | no | no | yes |
//! | `True`, `FALSE` | no | no | yes |
//! | no blank before a string: `userName eq"x"` | no | no | yes |
//! | more than one blank, blanks at the ends and inside brackets | no | no | yes |
//!
//! Each mode reads every text of the mode before it, as the same filter. The form of Entra ID becomes
//! `emails[type eq "work" and value eq "x"]`: both conditions apply to one value.
//!
//! # Limits
//!
//! The parser checks its limits as it reads. Each can be changed or lifted.
//!
//! | limit | default | setter | error |
//! |---|---|---|---|
//! | bytes of the text | 1 MiB | [`Parser::with_max_bytes`] | [`ErrorKind::TooLong`] |
//! | nested brackets | 64 | [`Parser::with_max_depth`] | [`ErrorKind::TooDeep`] |
//! | comparisons, including `pr` | 1024 | [`Parser::with_max_terms`] | [`ErrorKind::TooManyTerms`] |
//!
//! # Errors
//!
//! [`ParseError`] has a [kind](ParseError::kind), the [place](ParseError::span) in the original text
//! and the [`scimType`](ParseError::scim_type) for the response. It holds no text, because filters
//! carry personal data. [`ParseError::display_with`] draws the place for readers who may see the text:
//!
//! ```text
//! expected an operator such as eq, found `=`
//!   userName = "bjensen"
//!            ^
//! ```
//!
//! A well-formed filter can still make no sense for a schema. [`Filter::check`] refuses unknown
//! attributes, operators that do not apply, and values of another type, before any lookup ([`check`]).
//!
//! # Personal data
//!
//! Filters contain names, addresses and numbers. No error of this crate holds a value of a filter,
//! and no `Debug` shows one: a filter in a log shows the question, but not the person. `Display`
//! shows the values, for readers who may see them.
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
//! [`Filter::matches`] takes any type that implements [`Attributes`]; the rules are in [`eval`].
//! This truth table covers absent and empty values:
//!
#![doc = include_str!("eval/truth_table.md")]
//!
//! # Guarantees
//!
//! - Parsing a single comparison allocates nothing, unless its string has an escape.
//! - Parsing, refusing, dropping, cloning, comparing, printing, checking and evaluating are loops,
//!   not recursions: no input overflows the stack, even with the limits of [`Parser`] lifted.
//! - Evaluation never fails and allocates nothing; a check allocates only its error.
//! - The default mode reads a printed filter as an equal filter.
//! - `no_std` with `alloc`. Without features the only dependencies are nom and memchr.
//!
//! # Features
//!
//! | feature | adds | needs |
//! |---|---|---|
//! | none | parsing, printing, checking, evaluating, [walking](visit) | nom, memchr |
//! | `json` | [`eval::Attributes`] for `serde_json::Value` and `serde_json::Map` | serde_json |
//! | `sql` | conditions for PostgreSQL and SQLite; see the module `sql` | nothing more |

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
