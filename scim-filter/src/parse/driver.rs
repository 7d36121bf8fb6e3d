//! Puts operands and connectives together, with a stack of its own for the brackets.

use alloc::vec::Vec;

use super::grammar::{self, Link, Operand, Refusal, Step, Test, refuse};
use super::limits::{Limits, Mode};
use crate::ErrorKind;
use crate::path::AttrPath;
use crate::tree::{Builder, Chain, Kind, Part, Tree};

/// What an open bracket belongs to.
enum Opener<'a> {
    /// No bracket: the beginning.
    Start,
    Group,
    Not,
    ValuePath(AttrPath<'a>),
}

/// The operands read since a bracket was opened.
struct Frame<'a> {
    opener: Opener<'a>,
    /// The input from the bracket on, to point at when it is not closed.
    from: &'a str,
    or: Chain,
    and: Chain,
    /// An `or` in round brackets, which melts into this one unless an `and` follows.
    inner_or: Chain,
}

impl<'a> Frame<'a> {
    const fn new(opener: Opener<'a>, from: &'a str) -> Self {
        Self {
            opener,
            from,
            or: Chain::EMPTY,
            and: Chain::EMPTY,
            inner_or: Chain::EMPTY,
        }
    }

    fn operand(&mut self, builder: &mut Builder<'a>, part: Part) {
        match part {
            Part::Single(node) => builder.append(&mut self.and, node),
            Part::And(operands) => builder.concat(&mut self.and, operands),
            Part::Or(operands) => self.inner_or = operands,
        }
    }

    fn and(&mut self, builder: &mut Builder<'a>) {
        if !self.inner_or.is_empty() {
            let node = builder.settle(Part::Or(self.inner_or));
            builder.append(&mut self.and, node);
            self.inner_or = Chain::EMPTY;
        }
    }

    fn or(&mut self, builder: &mut Builder<'a>) {
        if self.and.is_empty() {
            builder.concat(&mut self.or, self.inner_or);
            self.inner_or = Chain::EMPTY;
        } else {
            self.and(builder);
            let node = builder.settle(Builder::and_part(self.and));
            builder.append(&mut self.or, node);
            self.and = Chain::EMPTY;
        }
    }

    fn finish(&mut self, builder: &mut Builder<'a>) -> Part {
        if self.or.is_empty() && !self.and.is_empty() {
            self.and(builder);
            return Builder::and_part(self.and);
        }
        self.or(builder);
        Builder::or_part(self.or)
    }
}

/// Where a filter ends.
#[derive(Clone, Copy, Eq, PartialEq)]
pub(super) enum Until {
    /// With the input.
    End,
    /// With the `]` that belongs to the `[` the input begins with.
    Bracket,
}

/// Reads a whole filter, or one in square brackets up to and with the closing one.
pub(super) fn filter<'a>(
    mode: Mode,
    limits: &Limits,
    until: Until,
    input: &'a str,
) -> Step<'a, Tree<'a>> {
    let mut builder = Builder::default();
    let mut outer: Vec<Frame<'a>> = Vec::new();
    let mut frame = Frame::new(Opener::Start, input);
    let mut inside_value_path = until == Until::Bracket;
    let base_depth = usize::from(inside_value_path);
    let mut terms = 0;
    let mut rest = if inside_value_path {
        input.get(1..).unwrap_or_default()
    } else {
        input
    };

    loop {
        let start = grammar::skip_padding(mode, rest);
        let (next, operand) = grammar::operand(mode, start)?;
        let (opener, bracket) = match operand {
            Operand::Test(path, test) => {
                rest = next;
                charge_term(limits, &mut terms, start, rest)?;
                let part = Part::Single(push_test(&mut builder, path, test));
                frame.operand(&mut builder, part);
                (None, "")
            }
            Operand::Group => (Some(Opener::Group), start),
            Operand::Not => (Some(Opener::Not), start),
            Operand::ValuePath(path) => {
                let bracket = start
                    .get(start.len() - next.len() - 1..)
                    .unwrap_or_default();
                if inside_value_path {
                    return Err(refuse(ErrorKind::NestedValuePath, bracket, 0, 1));
                }
                inside_value_path = true;
                (Some(Opener::ValuePath(path)), bracket)
            }
        };
        if let Some(opener) = opener {
            let len = bracket.len() - next.len();
            if !limits.allow_depth(base_depth + outer.len() + 1) {
                return Err(refuse(ErrorKind::TooDeep, bracket, 0, len));
            }
            outer.push(core::mem::replace(&mut frame, Frame::new(opener, bracket)));
            rest = next;
            continue;
        }

        loop {
            let (next, link) = grammar::link(mode, rest)?;
            let here = rest;
            rest = next;
            match link {
                Link::And => {
                    frame.and(&mut builder);
                    break;
                }
                Link::Or => {
                    frame.or(&mut builder);
                    break;
                }
                Link::End | Link::EndGroup | Link::EndValuePath => {}
            }
            let part = frame.finish(&mut builder);
            let (part, closed) = match (frame.opener, link) {
                (Opener::Start, Link::End) if until == Until::End => (part, None),
                (Opener::Start, Link::EndValuePath) if until == Until::Bracket => (part, None),
                (Opener::Group, Link::EndGroup) => (part, outer.pop()),
                (Opener::Not, Link::EndGroup) => {
                    builder.settle(part);
                    (Part::Single(builder.wrap(Kind::Not)), outer.pop())
                }
                (Opener::ValuePath(path), Link::EndValuePath) => {
                    let part =
                        value_path_test(mode, limits, &mut terms, &mut builder, part, &mut rest)?;
                    builder.settle(part);
                    inside_value_path = false;
                    (
                        Part::Single(builder.wrap(Kind::ValuePath(path))),
                        outer.pop(),
                    )
                }
                (opener, link) => {
                    return Err(mismatch(&opener, link, until, frame.from, here));
                }
            };
            let Some(parent) = closed else {
                builder.settle(part);
                let tree = builder
                    .finish()
                    .ok_or_else(|| refuse(ErrorKind::Empty, input, 0, input.len()))?;
                return Ok((rest, tree));
            };
            frame = parent;
            frame.operand(&mut builder, part);
        }
    }
}

fn push_test<'a>(builder: &mut Builder<'a>, path: AttrPath<'a>, test: Test<'a>) -> u32 {
    builder.push(match test {
        Test::Present => Kind::Present(path),
        Test::Compare(op, value) => Kind::Compare(path, op, value),
    })
}

/// Reads `emails[type eq "work"].value eq "x"` as `emails[type eq "work" and value eq "x"]`.
fn value_path_test<'a>(
    mode: Mode,
    limits: &Limits,
    terms: &mut usize,
    builder: &mut Builder<'a>,
    inner: Part,
    rest: &mut &'a str,
) -> Result<Part, nom::Err<Refusal>> {
    let (next, test) = grammar::value_path_test(mode, rest)?;
    let Some((path, test)) = test else {
        return Ok(inner);
    };
    charge_term(limits, terms, rest, next)?;
    *rest = next;
    let mut chain = Chain::EMPTY;
    match inner {
        Part::And(operands) => chain = operands,
        Part::Single(_) | Part::Or(_) => {
            let node = builder.settle(inner);
            builder.append(&mut chain, node);
        }
    }
    let node = push_test(builder, path, test);
    builder.append(&mut chain, node);
    Ok(Part::And(chain))
}

fn charge_term(
    limits: &Limits,
    terms: &mut usize,
    from: &str,
    to: &str,
) -> Result<(), nom::Err<Refusal>> {
    *terms += 1;
    if limits.allow_terms(*terms) {
        Ok(())
    } else {
        Err(refuse(
            ErrorKind::TooManyTerms,
            from,
            0,
            from.len() - to.len(),
        ))
    }
}

/// A bracket that is closed by the wrong one, not opened, or not closed.
fn mismatch(
    opener: &Opener<'_>,
    link: Link,
    until: Until,
    from: &str,
    here: &str,
) -> nom::Err<Refusal> {
    match (link, opener, until) {
        (Link::End, Opener::Group | Opener::Not, _) => refuse(ErrorKind::UnclosedGroup, from, 0, 1),
        (Link::End, Opener::ValuePath(_) | Opener::Start, _) => {
            refuse(ErrorKind::UnclosedValuePath, from, 0, 1)
        }
        (Link::And | Link::Or | Link::EndGroup | Link::EndValuePath, _, _) => {
            let at = here.find([')', ']']).unwrap_or(0);
            refuse(ErrorKind::UnmatchedBracket, here, at, 1)
        }
    }
}
