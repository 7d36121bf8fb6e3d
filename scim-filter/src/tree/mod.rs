//! The flat arena behind a filter.
//!
//! Nodes are in postorder, with the root last and inline: a single comparison needs no heap, and no
//! operation needs recursion. An `and` or `or` never has a parent of its own kind. Chains are
//! therefore flat, and equal trees are equal node by node.

mod builder;

use alloc::vec::Vec;
use core::hash::{Hash, Hasher};

pub(crate) use self::builder::{Builder, Chain, Part};
use crate::path::AttrPath;
use crate::value::{CompareOp, Value};

/// No node: the next of a last sibling, or the parent of the root.
pub(crate) const NONE: u32 = u32::MAX;

#[derive(Clone)]
pub(crate) struct Tree<'a> {
    rest: Vec<Node<'a>>,
    root: Node<'a>,
}

#[derive(Clone)]
pub(crate) struct Node<'a> {
    pub(crate) kind: NodeKind<'a>,
    pub(crate) parent: u32,
    pub(crate) next: u32,
}

/// The child of `Not` and of `ValuePath` is the node just before.
#[derive(Clone)]
pub(crate) enum NodeKind<'a> {
    And { first: u32 },
    Or { first: u32 },
    Not,
    ValuePath(AttrPath<'a>),
    Compare(AttrPath<'a>, CompareOp, Value<'a>),
    Present(AttrPath<'a>),
}

impl<'a> Tree<'a> {
    #[inline]
    pub(crate) fn leaf(kind: NodeKind<'a>) -> Self {
        Self {
            rest: Vec::new(),
            root: Node {
                kind,
                parent: NONE,
                next: NONE,
            },
        }
    }

    pub(crate) fn root(&self) -> u32 {
        index(self.rest.len())
    }

    /// The node at `at`. No caller asks for a node outside the arena; it would get the root.
    pub(crate) fn node(&self, at: u32) -> &Node<'a> {
        usize::try_from(at)
            .ok()
            .and_then(|at| self.rest.get(at))
            .unwrap_or(&self.root)
    }

    pub(crate) fn nodes(&self) -> impl Iterator<Item = &Node<'a>> {
        self.rest.iter().chain(core::iter::once(&self.root))
    }

    /// The first child of a node that has one.
    pub(crate) fn first_child(&self, at: u32) -> Option<u32> {
        match self.node(at).kind {
            NodeKind::And { first } | NodeKind::Or { first } => Some(first),
            NodeKind::Not | NodeKind::ValuePath(_) => at.checked_sub(1),
            NodeKind::Compare(..) | NodeKind::Present(_) => None,
        }
    }

    /// The first node of the part below `at`; `at` is the last.
    fn start_of(&self, at: u32) -> u32 {
        let mut start = at;
        while let Some(child) = self.first_child(start) {
            start = child;
        }
        start
    }

    /// Copies the part below `at` into a tree of its own.
    pub(crate) fn copy_part(&self, at: u32) -> Self {
        let start = self.start_of(at);

        let copy = |index| {
            let node = self.node(index);
            let mut kind = node.kind.clone();
            kind.rebase(|child| child - start);
            let (parent, next) = if index == at {
                (NONE, NONE)
            } else {
                (node.parent - start, shift(node.next, |next| next - start))
            };
            Node { kind, parent, next }
        };

        Self {
            rest: (start..at).map(copy).collect(),
            root: copy(at),
        }
    }

    /// Whether two parts are equal trees.
    pub(crate) fn part_equals(&self, at: u32, other: &Self, other_at: u32) -> bool {
        let (start, other_start) = (self.start_of(at), other.start_of(other_at));
        at - start == other_at - other_start
            && (start..=at).zip(other_start..=other_at).all(|(a, b)| {
                self.node(a)
                    .kind
                    .equals(start, &other.node(b).kind, other_start)
            })
    }

    /// Hashes a part; equal trees have equal hashes.
    pub(crate) fn hash<H: Hasher>(&self, at: u32, state: &mut H) {
        let start = self.start_of(at);
        (at - start).hash(state);
        for index in start..=at {
            self.node(index).kind.hash(start, state);
        }
    }

    /// Puts this tree below a `Not` or `ValuePath`.
    pub(crate) fn wrapped(mut self, kind: NodeKind<'a>) -> Self {
        let parent = self.root() + 1;
        self.root.parent = parent;
        self.rest.push(self.root);
        Self {
            rest: self.rest,
            root: Node {
                kind,
                parent: NONE,
                next: NONE,
            },
        }
    }

    pub(crate) fn contains_value_path(&self) -> bool {
        self.nodes()
            .any(|node| matches!(node.kind, NodeKind::ValuePath(_)))
    }

    /// Replaces each attribute for which `rename` returns another one, except inside value paths.
    pub(crate) fn rename(
        &mut self,
        rename: &mut impl FnMut(&AttrPath<'a>) -> Option<AttrPath<'a>>,
    ) {
        let mut at = Some(self.root());
        while let Some(index) = at {
            // The contents of a value path stand before it.
            let first = match self.node(index).kind {
                NodeKind::ValuePath(_) => self.start_of(index),
                NodeKind::And { .. }
                | NodeKind::Or { .. }
                | NodeKind::Not
                | NodeKind::Compare(..)
                | NodeKind::Present(_) => index,
            };
            at = first.checked_sub(1);

            if let Some(path) = self.node_mut(index).kind.path_mut() {
                if let Some(renamed) = rename(path) {
                    *path = renamed;
                }
            }
        }
    }

    fn node_mut(&mut self, at: u32) -> &mut Node<'a> {
        usize::try_from(at)
            .ok()
            .and_then(|at| self.rest.get_mut(at))
            .unwrap_or(&mut self.root)
    }

    pub(crate) fn into_owned(self) -> Tree<'static> {
        Tree {
            rest: self.rest.into_iter().map(Node::into_owned).collect(),
            root: self.root.into_owned(),
        }
    }
}

impl Node<'_> {
    fn into_owned(self) -> Node<'static> {
        Node {
            kind: self.kind.into_owned(),
            parent: self.parent,
            next: self.next,
        }
    }
}

impl<'a> NodeKind<'a> {
    fn path_mut(&mut self) -> Option<&mut AttrPath<'a>> {
        match self {
            Self::ValuePath(path) | Self::Compare(path, ..) | Self::Present(path) => Some(path),
            Self::And { .. } | Self::Or { .. } | Self::Not => None,
        }
    }
}

impl NodeKind<'_> {
    fn into_owned(self) -> NodeKind<'static> {
        match self {
            Self::And { first } => NodeKind::And { first },
            Self::Or { first } => NodeKind::Or { first },
            Self::Not => NodeKind::Not,
            Self::ValuePath(path) => NodeKind::ValuePath(path.into_owned()),
            Self::Compare(path, op, value) => {
                NodeKind::Compare(path.into_owned(), op, value.into_owned())
            }
            Self::Present(path) => NodeKind::Present(path.into_owned()),
        }
    }

    fn rebase(&mut self, to: impl Fn(u32) -> u32) {
        match self {
            Self::And { first } | Self::Or { first } => *first = to(*first),
            Self::Not | Self::ValuePath(_) | Self::Compare(..) | Self::Present(_) => {}
        }
    }

    fn hash<H: Hasher>(&self, start: u32, state: &mut H) {
        core::mem::discriminant(self).hash(state);
        match self {
            Self::And { first } | Self::Or { first } => (first - start).hash(state),
            Self::Not => {}
            Self::ValuePath(path) | Self::Present(path) => path.hash(state),
            Self::Compare(path, op, value) => (path, op, value).hash(state),
        }
    }

    fn equals(&self, start: u32, other: &NodeKind<'_>, other_start: u32) -> bool {
        match (self, other) {
            (Self::And { first: a }, NodeKind::And { first: b })
            | (Self::Or { first: a }, NodeKind::Or { first: b }) => a - start == b - other_start,
            (Self::Not, NodeKind::Not) => true,
            (Self::ValuePath(a), NodeKind::ValuePath(b))
            | (Self::Present(a), NodeKind::Present(b)) => a == b,
            (Self::Compare(a, op, value), NodeKind::Compare(b, other_op, other_value)) => {
                op == other_op && value == other_value && a == b
            }
            (
                Self::And { .. }
                | Self::Or { .. }
                | Self::Not
                | Self::ValuePath(_)
                | Self::Present(_)
                | Self::Compare(..),
                _,
            ) => false,
        }
    }
}

#[inline]
fn shift(link: u32, to: impl Fn(u32) -> u32) -> u32 {
    if link == NONE { NONE } else { to(link) }
}

/// Converts an index, which fits because inputs have less than 4 GiB.
#[inline]
fn index(len: usize) -> u32 {
    u32::try_from(len).unwrap_or(NONE)
}
