//! Translating the tree of a filter to SQL, without recursion.

use alloc::vec::{self, Vec};

use super::column::{existence_condition, exists_prefix};
use super::compare;
use super::condition::Writer;
use super::table::{ShapeRef, Table, Target};
use super::{Condition, Dialect, Error, ErrorKind, Type};
use crate::path::AttrPath;
use crate::{CompareOp, Expr, Filter, Operands, Value};

/// How many operands of a chain share one bracket.
///
/// A database parses `a OR b OR c` as `(a OR b) OR c`, so a long chain is deep, and SQLite refuses a
/// depth over 1000. Nested groups of 32 keep every chain shallow.
const GROUP: usize = 32;

pub(super) fn condition(
    table: &Table,
    filter: &Filter<'_>,
    dialect: Dialect,
) -> Result<Condition, Error> {
    let mut translation = Translation {
        out: Writer::new(dialect),
        scope: Scope::Resource(table),
        open: Vec::new(),
        brackets: 0,
    };

    let root = filter.expr();
    let bracket = !matches!(root, Expr::And(_) | Expr::Or(_));
    if bracket {
        translation.out.push("(");
    }
    translation.run(Term::Part(root))?;
    if bracket {
        translation.out.push(")");
    }

    Ok(translation.out.finish())
}

/// The place to which the paths of a filter are relative.
#[derive(Clone, Copy)]
enum Scope<'t> {
    Resource(&'t Table),
    /// Inside square brackets.
    Value(&'t Table, ShapeRef<'t>),
}

impl<'t> Scope<'t> {
    fn find(self, path: &AttrPath<'_>) -> Result<Target<'t>, Error> {
        match self {
            Self::Resource(table) => table.find(path),
            Self::Value(_, shape) => shape.find(path),
        }
        .ok_or_else(|| Error::new(ErrorKind::Unmapped, path.as_str()))
    }
}

/// The next term to write.
enum Term<'f> {
    Part(Expr<'f>),
    /// The test that a text attribute equals one of several values.
    AnyOf(&'f AttrPath<'f>, Vec<&'f str>),
}

/// A construct to close; the innermost is the last of its stack.
enum Open<'f> {
    Chain(Chain<'f>),
    Not { bracket: bool },
    ValuePath,
}

struct Chain<'f> {
    word: &'static str,
    terms: vec::IntoIter<Term<'f>>,
    len: usize,
    written: usize,
}

struct Translation<'t, 'f> {
    out: Writer,
    scope: Scope<'t>,
    open: Vec<Open<'f>>,
    brackets: usize,
}

impl<'f> Translation<'_, 'f> {
    fn run(&mut self, root: Term<'f>) -> Result<(), Error> {
        let mut next = Some(root);
        while let Some(term) = next {
            next = match term {
                Term::AnyOf(path, values) => {
                    self.check_depth(path)?;
                    compare::write_any_of(&mut self.out, self.scope.find(path)?, path, &values)?;
                    None
                }
                Term::Part(expr) => self.enter(expr)?,
            };
            if next.is_none() {
                next = self.leave();
            }
        }
        Ok(())
    }

    /// Writes a comparison, or the start of a construct; returns the first term inside it.
    fn enter(&mut self, expr: Expr<'f>) -> Result<Option<Term<'f>>, Error> {
        match expr {
            Expr::And(operands) => {
                let terms: Vec<_> = operands.map(Term::Part).collect();
                Ok(self.enter_chain(" AND ", terms))
            }
            Expr::Or(operands) => {
                let terms = self.merge_lookups(operands);
                Ok(self.enter_chain(" OR ", terms))
            }
            Expr::Not(inner) => {
                let inner = inner.expr();
                if let Expr::Not(twice) = inner {
                    return Ok(Some(Term::Part(twice.expr())));
                }
                // A chain writes its own bracket.
                let bracket = !matches!(inner, Expr::And(_) | Expr::Or(_));
                if bracket {
                    self.out.push("(");
                    self.brackets += 1;
                }
                self.open.push(Open::Not { bracket });
                Ok(Some(Term::Part(inner)))
            }
            Expr::ValuePath { path, filter } => {
                self.enter_value_path(path)?;
                Ok(Some(Term::Part(filter.expr())))
            }
            Expr::Compare { path, op, value } => {
                self.check_depth(path)?;
                compare::write_comparison(&mut self.out, self.scope.find(path)?, path, op, value)?;
                Ok(None)
            }
            Expr::Present(path) => {
                self.check_depth(path)?;
                compare::write_present(&mut self.out, self.scope.find(path)?);
                Ok(None)
            }
        }
    }

    fn enter_chain(&mut self, word: &'static str, terms: Vec<Term<'f>>) -> Option<Term<'f>> {
        let mut chain = Chain {
            word,
            len: terms.len(),
            terms: terms.into_iter(),
            written: 0,
        };
        self.brackets += chain.bracket_levels();

        let first = chain.next(&mut self.out);
        self.open.push(Open::Chain(chain));
        first
    }

    fn enter_value_path(&mut self, path: &AttrPath<'_>) -> Result<(), Error> {
        let target = self.scope.find(path)?;
        let engine = self.out.dialect.engine();
        self.out.push(&match target.list {
            Some(list) => exists_prefix(list, engine),
            None => "(".into(),
        });
        if let Some(condition) = existence_condition(target.list, target.shape, engine) {
            self.out.push(&condition);
            self.out.push(" AND ");
        }
        let (Scope::Resource(table) | Scope::Value(table, _)) = self.scope;
        self.scope = Scope::Value(table, target.shape);
        self.open.push(Open::ValuePath);
        self.brackets += 1;
        Ok(())
    }

    /// Closes finished constructs, up to a chain with more terms; returns its next term.
    fn leave(&mut self) -> Option<Term<'f>> {
        loop {
            match self.open.last_mut()? {
                Open::Chain(chain) => {
                    if let Some(term) = chain.next(&mut self.out) {
                        return Some(term);
                    }
                    self.brackets -= chain.bracket_levels();
                }
                Open::Not { bracket } => {
                    if *bracket {
                        self.out.push(")");
                        self.brackets -= 1;
                    }
                    self.out.push(" IS NOT TRUE");
                }
                Open::ValuePath => {
                    self.out.push(")");
                    self.brackets -= 1;
                    let (Scope::Resource(table) | Scope::Value(table, _)) = self.scope;
                    self.scope = Scope::Resource(table);
                }
            }
            self.open.pop();
        }
    }

    /// Merges neighboring comparisons with the same attribute, as in a lookup of many ids, so that
    /// the database can use one index for all of them.
    fn merge_lookups(&self, operands: Operands<'f>) -> Vec<Term<'f>> {
        let mut terms = Vec::new();
        for expr in operands {
            let Expr::Compare {
                path,
                op: CompareOp::Eq,
                value: Value::String(text),
            } = expr
            else {
                terms.push(Term::Part(expr));
                continue;
            };

            match terms.last_mut() {
                Some(Term::AnyOf(before, values)) if *before == path => values.push(text),
                Some(_) | None if self.is_text(path) => {
                    terms.push(Term::AnyOf(path, Vec::from([text.as_ref()])));
                }
                Some(_) | None => terms.push(Term::Part(expr)),
            }
        }
        terms
    }

    fn is_text(&self, path: &AttrPath<'_>) -> bool {
        let column = self.scope.find(path).ok();
        let column = column.and_then(|target| target.shape.compared_column());
        column.is_some_and(|column| match column.r#type() {
            Type::Binary | Type::ExactText | Type::Text => true,
            Type::Boolean | Type::DateTime | Type::Number => false,
        })
    }

    fn check_depth(&self, path: &AttrPath<'_>) -> Result<(), Error> {
        if self.brackets > self.out.dialect.max_brackets() {
            return Err(Error::new(ErrorKind::TooDeep, path.as_str()));
        }
        Ok(())
    }
}

impl<'f> Chain<'f> {
    /// How many brackets enclose the innermost terms.
    fn bracket_levels(&self) -> usize {
        let mut levels = 1;
        let mut room = GROUP;
        while room < self.len {
            levels += 1;
            room = room.saturating_mul(GROUP);
        }
        levels
    }

    /// The sizes of the bracketed groups, from the smallest to the whole chain.
    fn groups(&self) -> impl Iterator<Item = usize> + use<> {
        let (levels, len) = (self.bracket_levels(), self.len);
        let mut room = 1_usize;
        (1..=levels).map(move |level| {
            room = room.saturating_mul(GROUP);
            if level == levels { len.max(1) } else { room }
        })
    }

    /// Closes and opens brackets up to the next term, and returns it.
    fn next(&mut self, out: &mut Writer) -> Option<Term<'f>> {
        if self.written > 0 {
            let complete = |size: &usize| self.written % size == 0 || self.written == self.len;
            self.groups().filter(complete).for_each(|_| out.push(")"));
        }
        let term = self.terms.next()?;
        if self.written > 0 {
            out.push(self.word);
        }
        let begins = |size: &usize| self.written % size == 0;
        self.groups().filter(begins).for_each(|_| out.push("("));
        self.written += 1;
        Some(term)
    }
}
