//! Filters in prefix notation, which shows the structure of the tree.

use scim_filter::{Expr, FilterRef};

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
