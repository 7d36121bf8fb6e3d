//! Joins operands and connectives into a tree, with an explicit stack for brackets.

use super::frame::{Frame, Opener, Stack};
use super::grammar::{self, Link, Operand, ParseResult, Refusal, Test, refuse};
use super::limits::{Limits, Mode};
use super::name::PathText;
use crate::ErrorKind;
use crate::tree::{Builder, Chain, NodeKind, Part, Tree};

/// Where a filter ends.
#[derive(Clone, Copy, Eq, PartialEq)]
pub(super) enum Until {
    /// At the end of the input.
    End,
    /// At the `]` that closes the `[` at the start of the input.
    Bracket,
}

impl Until {
    const fn is_reached_by(self, link: Link) -> bool {
        matches!(
            (self, link),
            (Self::End, Link::End) | (Self::Bracket, Link::EndValuePath)
        )
    }
}

/// Reads a whole filter, or one in square brackets including the closing one.
#[inline]
pub(super) fn filter<'a>(
    mode: Mode,
    limits: &Limits,
    until: Until,
    input: &'a str,
) -> ParseResult<'a, Tree<'a>> {
    let start = match until {
        Until::End => input,
        Until::Bracket => input.get(1..).unwrap_or_default(),
    };
    let start = grammar::skip_padding(mode, start);
    let (rest, operand) = grammar::operand(mode, start)?;

    // Most filters are a single comparison, which needs no driver.
    if let Operand::Test(path, test) = operand {
        charge_term(limits, &mut 0, start, rest)?;
        return match grammar::link(mode, rest) {
            Ok((rest, link)) if until.is_reached_by(link) => {
                Ok((rest, Tree::leaf(test_kind(path, test))))
            }
            _ => {
                let mut driver = Driver::new(mode, limits, until, input);
                read_chain(&mut driver, start, rest, Operand::Test(path, test))
            }
        };
    }

    read_chain(
        &mut Driver::new(mode, limits, until, input),
        start,
        rest,
        operand,
    )
}

/// Reads the rest of a filter after its first operand.
#[inline(never)]
fn read_chain<'a>(
    driver: &mut Driver<'a, '_>,
    start: &'a str,
    rest: &'a str,
    operand: Operand<'a>,
) -> ParseResult<'a, Tree<'a>> {
    let mut rest = rest;
    let mut complete = driver.accept(operand, start, rest)?;

    loop {
        while complete {
            let here = rest;
            let link;
            (rest, link) = grammar::link(driver.mode, rest)?;
            match link {
                Link::And => driver.frame.and(&mut driver.builder),
                Link::Or => driver.frame.or(&mut driver.builder),
                Link::End | Link::EndGroup | Link::EndValuePath => {
                    if driver.outer.is_empty() && driver.until.is_reached_by(link) {
                        let none = || refuse(ErrorKind::Empty, here, 0, here.len());
                        return driver.finish().map(|tree| (rest, tree)).ok_or_else(none);
                    }
                    rest = driver.close(link, here, rest)?;
                    continue;
                }
            }
            complete = false;
        }

        let start = grammar::skip_padding(driver.mode, rest);
        let (next, operand) = grammar::operand(driver.mode, start)?;
        complete = driver.accept(operand, start, next)?;
        rest = next;
    }
}

struct Driver<'a, 'l> {
    mode: Mode,
    limits: &'l Limits,
    until: Until,
    builder: Builder<'a>,
    outer: Stack,
    frame: Frame,
    /// Value paths never nest, so one is enough.
    value_path: Option<PathText<'a>>,
    terms: usize,
}

impl<'a, 'l> Driver<'a, 'l> {
    #[inline(never)]
    fn new(mode: Mode, limits: &'l Limits, until: Until, input: &str) -> Self {
        Self {
            mode,
            limits,
            until,
            builder: Builder::default(),
            outer: Stack::new(),
            frame: Frame::new(Opener::Start, input.len()),
            value_path: None,
            terms: 0,
        }
    }

    /// Adds the operand between `start` and `rest`; returns whether it is complete.
    #[inline(always)]
    #[expect(
        clippy::inline_always,
        reason = "an operand is large, and moving it costs as much as reading it"
    )]
    fn accept(
        &mut self,
        operand: Operand<'a>,
        start: &str,
        rest: &str,
    ) -> Result<bool, nom::Err<Refusal>> {
        match operand {
            Operand::Test(path, test) => {
                charge_term(self.limits, &mut self.terms, start, rest)?;
                if self.builder.is_empty() {
                    let first = start.len() - rest.len();
                    self.builder =
                        Builder::with_capacity(expected_nodes(self.limits, first, rest.len()));
                }

                let node = self.builder.push(test_kind(path, test));
                self.frame.operand(&mut self.builder, Part::Single(node));
                Ok(true)
            }
            Operand::Group => self.open(Opener::Group, start, rest),
            Operand::Not => self.open(Opener::Not, start, rest),
            Operand::ValuePath(path) => self.open_value_path(path, start, rest),
        }
    }

    /// Opens a frame for a bracket, the last byte before `rest`.
    fn open(
        &mut self,
        opener: Opener,
        bracket: &str,
        rest: &str,
    ) -> Result<bool, nom::Err<Refusal>> {
        let around = match self.until {
            Until::End => 0,
            Until::Bracket => 1,
        };
        if !self.limits.allow_depth(around + self.outer.depth + 1) {
            let len = bracket.len() - rest.len();
            return Err(refuse(ErrorKind::TooDeep, bracket, 0, len));
        }
        let inner = Frame::new(opener, rest.len() + 1);
        self.outer.push(core::mem::replace(&mut self.frame, inner));
        Ok(false)
    }

    fn open_value_path(
        &mut self,
        path: PathText<'a>,
        start: &str,
        rest: &str,
    ) -> Result<bool, nom::Err<Refusal>> {
        let bracket = start
            .get(start.len() - rest.len() - 1..)
            .unwrap_or_default();
        if self.until == Until::Bracket || self.value_path.is_some() {
            return Err(refuse(ErrorKind::NestedValuePath, bracket, 0, 1));
        }
        self.value_path = Some(path);
        self.open(Opener::ValuePath, bracket, rest)
    }

    fn finish(&mut self) -> Option<Tree<'a>> {
        let part = self.frame.finish(&mut self.builder);
        self.builder.settle(part);
        core::mem::take(&mut self.builder).finish()
    }

    /// Closes the frame of a bracket; returns the remaining input.
    fn close(
        &mut self,
        link: Link,
        here: &'a str,
        rest: &'a str,
    ) -> Result<&'a str, nom::Err<Refusal>> {
        let mut rest = rest;
        let mut part = self.frame.finish(&mut self.builder);

        match (self.frame.opener, link) {
            (Opener::Group, Link::EndGroup) => {}
            (Opener::Not, Link::EndGroup) => {
                self.builder.settle(part);
                part = Part::Single(self.builder.wrap(NodeKind::Not));
            }
            (Opener::ValuePath, Link::EndValuePath) => {
                if rest.starts_with('.') && self.mode != Mode::Strict {
                    let from = rest;
                    let test;
                    (rest, test) = grammar::value_path_test(self.mode, rest)?;
                    charge_term(self.limits, &mut self.terms, from, rest)?;
                    part = and_test(&mut self.builder, part, test_kind(test.0, test.1));
                }
                self.builder.settle(part);
                if let Some(path) = self.value_path.take() {
                    part = Part::Single(
                        self.builder
                            .wrap(NodeKind::ValuePath(path.into_attr_path())),
                    );
                }
            }
            (opener, link) => {
                return Err(bracket_error(
                    opener,
                    link,
                    self.until,
                    self.frame.remaining,
                    here,
                ));
            }
        }

        if let Some(parent) = self.outer.pop() {
            self.frame = parent;
            self.frame.operand(&mut self.builder, part);
        }
        Ok(rest)
    }
}

#[inline]
fn test_kind<'a>(path: PathText<'a>, test: Test<'a>) -> NodeKind<'a> {
    match test {
        Test::Present => NodeKind::Present(path.into_attr_path()),
        Test::Compare(op, value) => {
            NodeKind::Compare(path.into_attr_path(), op, value.into_value())
        }
    }
}

/// Reads `emails[type eq "work"].value eq "x"` as `emails[type eq "work" and value eq "x"]`.
fn and_test<'a>(builder: &mut Builder<'a>, inner: Part, test: NodeKind<'a>) -> Part {
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

/// The capacity to reserve, in nodes. It assumes that all operands are about as long as the first, and
/// stays within a few times the size of the text.
fn expected_nodes(limits: &Limits, first: usize, remaining: usize) -> usize {
    let terms = remaining / first.max(24);
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

/// The error for a bracket without its counterpart.
#[cold]
fn bracket_error(
    opener: Opener,
    link: Link,
    until: Until,
    remaining: u32,
    here: &str,
) -> nom::Err<Refusal> {
    match (link, opener, until) {
        (Link::End, Opener::Group | Opener::Not, _) => {
            grammar::refuse_at(ErrorKind::UnclosedGroup, remaining, 1)
        }
        (Link::End, Opener::ValuePath | Opener::Start, _) => {
            grammar::refuse_at(ErrorKind::UnclosedValuePath, remaining, 1)
        }
        (Link::And | Link::Or | Link::EndGroup | Link::EndValuePath, _, _) => {
            let at = here.find([')', ']']).unwrap_or(0);
            refuse(ErrorKind::UnmatchedBracket, here, at, 1)
        }
    }
}
