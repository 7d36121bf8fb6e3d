//! Puts operands and connectives together, with a stack of its own for the brackets.

use alloc::vec::Vec;

use super::grammar::{self, Link, Operand, Refusal, Step, Test, refuse};
use super::limits::{Limits, Mode};
use crate::ErrorKind;
use crate::path::AttrPath;
use crate::tree::{Builder, Chain, Kind, Part, Tree};

/// What an open bracket belongs to.
#[derive(Clone, Copy)]
enum Opener {
    /// No bracket: the beginning.
    Start,
    Group,
    Not,
    ValuePath,
}

/// The operands read since a bracket was opened.
#[derive(Clone, Copy)]
struct Frame {
    opener: Opener,
    /// How much input there was from the bracket on, to point at when it is not closed.
    left: usize,
    or: Chain,
    and: Chain,
    /// An `or` in round brackets, which melts into this one unless an `and` follows.
    inner_or: Chain,
}

impl Frame {
    const fn new(opener: Opener, left: usize) -> Self {
        Self {
            opener,
            left,
            or: Chain::EMPTY,
            and: Chain::EMPTY,
            inner_or: Chain::EMPTY,
        }
    }

    fn operand(&mut self, builder: &mut Builder<'_>, part: Part) {
        match part {
            Part::Single(node) => builder.append(&mut self.and, node),
            Part::And(operands) => builder.concat(&mut self.and, operands),
            Part::Or(operands) => self.inner_or = operands,
        }
    }

    fn and(&mut self, builder: &mut Builder<'_>) {
        if !self.inner_or.is_empty() {
            let node = builder.settle(Part::Or(self.inner_or));
            builder.append(&mut self.and, node);
            self.inner_or = Chain::EMPTY;
        }
    }

    fn or(&mut self, builder: &mut Builder<'_>) {
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

    fn finish(&mut self, builder: &mut Builder<'_>) -> Part {
        if self.or.is_empty() && !self.and.is_empty() {
            self.and(builder);
            return Builder::and_part(self.and);
        }
        self.or(builder);
        Builder::or_part(self.or)
    }
}

/// The frames around the present one. Few filters have more than a few brackets inside each other.
struct Stack {
    first: [Frame; 4],
    more: Vec<Frame>,
    depth: usize,
}

impl Stack {
    const fn new() -> Self {
        Self {
            first: [Frame::new(Opener::Start, 0); 4],
            more: Vec::new(),
            depth: 0,
        }
    }

    const fn is_empty(&self) -> bool {
        self.depth == 0
    }

    fn push(&mut self, frame: Frame) {
        match self.first.get_mut(self.depth) {
            Some(place) => *place = frame,
            None => self.more.push(frame),
        }
        self.depth += 1;
    }

    fn pop(&mut self) -> Option<Frame> {
        self.depth = self.depth.checked_sub(1)?;
        match self.first.get(self.depth) {
            Some(frame) => Some(*frame),
            None => self.more.pop(),
        }
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

impl Until {
    const fn is(self, link: Link) -> bool {
        matches!(
            (self, link),
            (Self::End, Link::End) | (Self::Bracket, Link::EndValuePath)
        )
    }
}

/// Reads a whole filter, or one in square brackets up to and with the closing one.
pub(super) fn filter<'a>(
    mode: Mode,
    limits: &Limits,
    until: Until,
    input: &'a str,
) -> Step<'a, Tree<'a>> {
    let mut builder = Builder::default();
    let mut outer = Stack::new();
    let mut frame = Frame::new(Opener::Start, input.len());
    // No value path stands in another, so there is at most one to remember.
    let mut value_path = None;
    let mut terms = 0;
    let (mut rest, base_depth) = match until {
        Until::End => (input, 0),
        Until::Bracket => (input.get(1..).unwrap_or_default(), 1),
    };

    loop {
        let start = grammar::skip_padding(mode, rest);
        let (next, operand) = grammar::operand(mode, start)?;
        let (opener, bracket) = match operand {
            Operand::Test(path, test) => {
                charge_term(limits, &mut terms, start, next)?;
                let (after, link) = grammar::link(mode, next)?;
                let kind = test_kind(path, test);
                if builder.is_empty() {
                    if outer.is_empty() && until.is(link) {
                        return Ok((after, Tree::leaf(kind)));
                    }
                    builder.reserve(expected_nodes(
                        limits,
                        start.len() - after.len(),
                        after.len(),
                    ));
                }
                let node = builder.push(kind);
                frame.operand(&mut builder, Part::Single(node));
                let mut here = next;
                let (mut next, mut link) = (after, link);
                loop {
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
                    let mut part = frame.finish(&mut builder);
                    match (frame.opener, link) {
                        (Opener::Group, Link::EndGroup) => {}
                        (Opener::Not, Link::EndGroup) => {
                            builder.settle(part);
                            part = Part::Single(builder.wrap(Kind::Not));
                        }
                        (Opener::ValuePath, Link::EndValuePath) => {
                            if rest.starts_with('.') && mode != Mode::Strict {
                                let from = rest;
                                let (next, (path, test)) = grammar::value_path_test(mode, rest)?;
                                rest = next;
                                charge_term(limits, &mut terms, from, rest)?;
                                part = and_test(&mut builder, part, test_kind(path, test));
                            }
                            builder.settle(part);
                            if let Some(path) = value_path.take() {
                                part = Part::Single(builder.wrap(Kind::ValuePath(path)));
                            }
                        }
                        (Opener::Start, link) if until.is(link) => {
                            builder.settle(part);
                            let tree = builder.finish();
                            return tree
                                .map(|tree| (rest, tree))
                                .ok_or_else(|| refuse(ErrorKind::Empty, input, 0, input.len()));
                        }
                        (opener, link) => {
                            return Err(mismatch(opener, link, until, frame.left, here));
                        }
                    }
                    if let Some(parent) = outer.pop() {
                        frame = parent;
                    }
                    frame.operand(&mut builder, part);
                    here = rest;
                    (next, link) = grammar::link(mode, rest)?;
                }
                continue;
            }
            Operand::Group => (Opener::Group, start),
            Operand::Not => (Opener::Not, start),
            Operand::ValuePath(path) => {
                let bracket = start
                    .get(start.len() - next.len() - 1..)
                    .unwrap_or_default();
                if until == Until::Bracket || value_path.is_some() {
                    return Err(refuse(ErrorKind::NestedValuePath, bracket, 0, 1));
                }
                value_path = Some(path);
                (Opener::ValuePath, bracket)
            }
        };
        if !limits.allow_depth(base_depth + outer.depth + 1) {
            let len = bracket.len() - next.len();
            return Err(refuse(ErrorKind::TooDeep, bracket, 0, len));
        }
        outer.push(core::mem::replace(
            &mut frame,
            Frame::new(opener, bracket.len()),
        ));
        rest = next;
    }
}

#[inline]
fn test_kind<'a>(path: AttrPath<'a>, test: Test<'a>) -> Kind<'a> {
    match test {
        Test::Present => Kind::Present(path),
        Test::Compare(op, value) => Kind::Compare(path, op, value),
    }
}

/// Reads `emails[type eq "work"].value eq "x"` as `emails[type eq "work" and value eq "x"]`.
fn and_test<'a>(builder: &mut Builder<'a>, inner: Part, test: Kind<'a>) -> Part {
    let mut chain = Chain::EMPTY;
    match inner {
        Part::And(operands) => chain = operands,
        Part::Single(_) | Part::Or(_) => {
            let node = builder.settle(inner);
            builder.append(&mut chain, node);
        }
    }
    let node = builder.push(test);
    builder.append(&mut chain, node);
    Part::And(chain)
}

/// How many nodes to make room for, if all operands are about as long as the first, but no more
/// than a few times the text.
fn expected_nodes(limits: &Limits, first: usize, left: usize) -> usize {
    let terms = left / first.max(24);
    let terms = limits.terms.map_or(terms, |limit| terms.min(limit));
    4 + terms + terms / 2
}

#[inline]
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
#[cold]
fn mismatch(
    opener: Opener,
    link: Link,
    until: Until,
    left: usize,
    here: &str,
) -> nom::Err<Refusal> {
    match (link, opener, until) {
        (Link::End, Opener::Group | Opener::Not, _) => {
            grammar::refuse_at(ErrorKind::UnclosedGroup, left, 1)
        }
        (Link::End, Opener::ValuePath | Opener::Start, _) => {
            grammar::refuse_at(ErrorKind::UnclosedValuePath, left, 1)
        }
        (Link::And | Link::Or | Link::EndGroup | Link::EndValuePath, _, _) => {
            let at = here.find([')', ']']).unwrap_or(0);
            refuse(ErrorKind::UnmatchedBracket, here, at, 1)
        }
    }
}
