//! The operands read so far inside each open bracket.

use alloc::vec::Vec;

use super::grammar;
use crate::tree::{Builder, Chain, Part};

/// The construct that opened a bracket.
#[derive(Clone, Copy)]
pub(super) enum Opener {
    /// No bracket: the start of the filter.
    Start,
    Group,
    Not,
    ValuePath,
}

/// The operands since an open bracket.
#[derive(Clone, Copy)]
pub(super) struct Frame {
    pub(super) opener: Opener,
    /// The length of the input from the bracket on, for the error about an unclosed bracket.
    pub(super) remaining: u32,
    or: Chain,
    and: Chain,
    /// An `or` in round brackets, which merges into this one unless an `and` follows.
    inner_or: Chain,
}

impl Frame {
    /// A frame that starts where `remaining` bytes of input are left.
    #[inline]
    pub(super) fn new(opener: Opener, remaining: usize) -> Self {
        Self {
            remaining: grammar::place(remaining),
            ..Self::of(opener)
        }
    }

    const fn of(opener: Opener) -> Self {
        Self {
            opener,
            remaining: 0,
            or: Chain::EMPTY,
            and: Chain::EMPTY,
            inner_or: Chain::EMPTY,
        }
    }

    /// Adds an operand.
    #[inline]
    pub(super) fn operand(&mut self, builder: &mut Builder<'_>, part: Part) {
        match part {
            Part::Single(node) => builder.append(&mut self.and, node),
            Part::And(operands) => builder.concat(&mut self.and, operands),
            Part::Or(operands) => self.inner_or = operands,
        }
    }

    /// Continues after an `and`.
    #[inline]
    pub(super) fn and(&mut self, builder: &mut Builder<'_>) {
        if !self.inner_or.is_empty() {
            let node = builder.settle(Part::Or(self.inner_or));
            builder.append(&mut self.and, node);
            self.inner_or = Chain::EMPTY;
        }
    }

    /// Continues after an `or`, which ends a chain of `and`.
    #[inline]
    pub(super) fn or(&mut self, builder: &mut Builder<'_>) {
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

    /// Turns the operands into one operand of the outer frame.
    pub(super) fn finish(&mut self, builder: &mut Builder<'_>) -> Part {
        if self.or.is_empty() && !self.and.is_empty() {
            self.and(builder);
            return Builder::and_part(self.and);
        }
        self.or(builder);
        Builder::or_part(self.or)
    }
}

/// The frames around the current one. Few filters nest more than a few brackets.
pub(super) struct Stack {
    first: [Frame; 4],
    more: Vec<Frame>,
    pub(super) depth: usize,
}

impl Stack {
    pub(super) const fn new() -> Self {
        Self {
            first: [Frame::of(Opener::Start); 4],
            more: Vec::new(),
            depth: 0,
        }
    }

    pub(super) const fn is_empty(&self) -> bool {
        self.depth == 0
    }

    #[inline]
    pub(super) fn push(&mut self, frame: Frame) {
        match self.first.get_mut(self.depth) {
            Some(place) => *place = frame,
            None => self.more.push(frame),
        }
        self.depth += 1;
    }

    #[inline]
    pub(super) fn pop(&mut self) -> Option<Frame> {
        self.depth = self.depth.checked_sub(1)?;
        match self.first.get(self.depth) {
            Some(frame) => Some(*frame),
            None => self.more.pop(),
        }
    }
}
