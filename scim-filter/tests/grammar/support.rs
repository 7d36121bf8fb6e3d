//! Shared by the modules: the modes, assertions on filters, and a notation for trees.

use scim_filter::{ErrorKind, Expr, FilterRef, ParseError, Parser};

pub(crate) const STRICT: Parser = Parser::strict();
pub(crate) const DEFAULT: Parser = Parser::new();
pub(crate) const LENIENT: Parser = Parser::lenient();

pub(crate) const ENTERPRISE: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

/// The first mode that accepts a text; all later ones do, too.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
pub(crate) enum Since {
    Strict,
    Default,
    Lenient,
}

pub(crate) const MODES: [(Since, Parser); 3] = [
    (Since::Strict, STRICT),
    (Since::Default, DEFAULT),
    (Since::Lenient, LENIENT),
];

/// Checks that a parser reads `input` as the tree `expected`, in the notation of [`prefix`].
#[track_caller]
pub(crate) fn reads(parser: &Parser, input: &str, expected: &str) {
    match parser.filter(input) {
        Ok(filter) => assert_eq!(prefix(filter.as_ref()), expected, "{input}"),
        Err(error) => panic!("{input}\n{}", error.display_with(input)),
    }
}

/// Checks that a parser refuses `input` with an error of this kind, and returns the error.
#[track_caller]
pub(crate) fn refuses(parser: &Parser, input: &str, kind: ErrorKind) -> ParseError {
    match parser.filter(input) {
        Ok(filter) => panic!("{input} was read as {filter}"),
        Err(error) => {
            assert_eq!(error.kind(), kind, "{input}\n{}", error.display_with(input));
            error
        }
    }
}

/// Writes a filter in prefix notation, which shows the structure of the tree.
pub(crate) fn prefix(filter: FilterRef<'_>) -> String {
    fn join(word: &str, parts: impl Iterator<Item = String>) -> String {
        format!("({word} {})", parts.collect::<Vec<_>>().join(" "))
    }
    match filter.expr() {
        Expr::And(operands) => join("and", operands.filters().map(prefix)),
        Expr::Or(operands) => join("or", operands.filters().map(prefix)),
        Expr::Not(inner) => format!("(not {})", prefix(inner)),
        Expr::Compare { path, op, value } => format!("({op} {path} {value})"),
        Expr::Present(path) => format!("(pr {path})"),
        Expr::ValuePath { path, filter } => format!("(in {path} {})", prefix(filter)),
    }
}
