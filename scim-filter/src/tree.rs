//! The flat arena behind a filter.
//!
//! Nodes stand in the order their text ends (postorder), the root last and inline, so that a single
//! comparison needs no heap and no operation needs a recursion. Every node of an `and` or `or` has
//! another kind than its parent: chains are flat by construction, which makes equal trees equal
//! node by node.

use alloc::vec::Vec;
use core::hash::{Hash, Hasher};

use crate::path::AttrPath;
use crate::value::{CompareOp, Value};

/// No node: a last sibling's next, or the root's parent.
pub(crate) const NONE: u32 = u32::MAX;

#[derive(Clone)]
pub(crate) struct Tree<'a> {
    rest: Vec<Node<'a>>,
    root: Node<'a>,
}

#[derive(Clone)]
pub(crate) struct Node<'a> {
    pub(crate) kind: Kind<'a>,
    pub(crate) parent: u32,
    pub(crate) next: u32,
}

/// The child of `Not` and of `ValuePath` is the node just before.
#[derive(Clone)]
pub(crate) enum Kind<'a> {
    And { first: u32 },
    Or { first: u32 },
    Not,
    ValuePath(AttrPath<'a>),
    Compare(AttrPath<'a>, CompareOp, Value<'a>),
    Present(AttrPath<'a>),
}

impl<'a> Tree<'a> {
    #[inline]
    pub(crate) fn leaf(kind: Kind<'a>) -> Self {
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

    /// The node at `at`; nothing outside the arena is ever asked for, and would be the root.
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
            Kind::And { first } | Kind::Or { first } => Some(first),
            Kind::Not | Kind::ValuePath(_) => at.checked_sub(1),
            Kind::Compare(..) | Kind::Present(_) => None,
        }
    }

    /// Where the nodes of the part below `at` begin; they end at `at`.
    fn start_of(&self, at: u32) -> u32 {
        let mut start = at;
        while let Some(child) = self.first_child(start) {
            start = child;
        }
        start
    }

    /// A tree of its own from the part below `at`.
    pub(crate) fn part(&self, at: u32) -> Self {
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

    /// Whether two parts are the same tree.
    pub(crate) fn same(&self, at: u32, other: &Self, other_at: u32) -> bool {
        let (start, other_start) = (self.start_of(at), other.start_of(other_at));
        at - start == other_at - other_start
            && (start..=at).zip(other_start..=other_at).all(|(a, b)| {
                self.node(a)
                    .kind
                    .same(start, &other.node(b).kind, other_start)
            })
    }

    /// Feeds a part to a hasher, the same for the same trees.
    pub(crate) fn hash<H: Hasher>(&self, at: u32, state: &mut H) {
        let start = self.start_of(at);
        (at - start).hash(state);
        for index in start..=at {
            self.node(index).kind.hash(start, state);
        }
    }

    /// This tree below a `Not` or `ValuePath`.
    pub(crate) fn wrapped(mut self, kind: Kind<'a>) -> Self {
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
            .any(|node| matches!(node.kind, Kind::ValuePath(_)))
    }

    /// Puts other attributes in place of those that `rename` has one for, save inside of value paths.
    pub(crate) fn rename(
        &mut self,
        rename: &mut impl FnMut(&AttrPath<'a>) -> Option<AttrPath<'a>>,
    ) {
        let mut at = Some(self.root());
        while let Some(index) = at {
            // What is inside of a value path stands before it.
            let first = match self.node(index).kind {
                Kind::ValuePath(_) => self.start_of(index),
                Kind::And { .. }
                | Kind::Or { .. }
                | Kind::Not
                | Kind::Compare(..)
                | Kind::Present(_) => index,
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

impl<'a> Kind<'a> {
    fn path_mut(&mut self) -> Option<&mut AttrPath<'a>> {
        match self {
            Self::ValuePath(path) | Self::Compare(path, ..) | Self::Present(path) => Some(path),
            Self::And { .. } | Self::Or { .. } | Self::Not => None,
        }
    }
}

impl Kind<'_> {
    fn into_owned(self) -> Kind<'static> {
        match self {
            Self::And { first } => Kind::And { first },
            Self::Or { first } => Kind::Or { first },
            Self::Not => Kind::Not,
            Self::ValuePath(path) => Kind::ValuePath(path.into_owned()),
            Self::Compare(path, op, value) => {
                Kind::Compare(path.into_owned(), op, value.into_owned())
            }
            Self::Present(path) => Kind::Present(path.into_owned()),
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

    fn same(&self, start: u32, other: &Kind<'_>, other_start: u32) -> bool {
        match (self, other) {
            (Self::And { first: a }, Kind::And { first: b })
            | (Self::Or { first: a }, Kind::Or { first: b }) => a - start == b - other_start,
            (Self::Not, Kind::Not) => true,
            (Self::ValuePath(a), Kind::ValuePath(b)) | (Self::Present(a), Kind::Present(b)) => {
                a == b
            }
            (Self::Compare(a, op, value), Kind::Compare(b, other_op, other_value)) => {
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

/// Siblings in order.
#[derive(Clone, Copy)]
pub(crate) struct Chain {
    first: u32,
    last: u32,
}

impl Chain {
    pub(crate) const EMPTY: Self = Self {
        first: NONE,
        last: NONE,
    };

    const fn of(node: u32) -> Self {
        Self {
            first: node,
            last: node,
        }
    }

    pub(crate) const fn is_empty(self) -> bool {
        self.first == NONE
    }

    const fn is_single(self) -> bool {
        self.first == self.last
    }
}

/// A finished operand: its `and` or `or` node is only made once it is known not to melt into that
/// of its parent.
#[derive(Clone, Copy)]
pub(crate) enum Part {
    Single(u32),
    And(Chain),
    Or(Chain),
}

/// Makes a tree from its leaves on.
#[derive(Default)]
pub(crate) struct Builder<'a> {
    nodes: Vec<Node<'a>>,
}

impl<'a> Builder<'a> {
    pub(crate) fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }

    pub(crate) fn with_capacity(nodes: usize) -> Self {
        Self {
            nodes: Vec::with_capacity(nodes),
        }
    }

    #[inline]
    pub(crate) fn push(&mut self, kind: Kind<'a>) -> u32 {
        self.push_node(Node {
            kind,
            parent: NONE,
            next: NONE,
        })
    }

    #[inline]
    fn push_node(&mut self, node: Node<'a>) -> u32 {
        let at = index(self.nodes.len());
        self.nodes.push(node);
        at
    }

    #[inline]
    fn node_mut(&mut self, at: u32) -> Option<&mut Node<'a>> {
        self.nodes.get_mut(usize::try_from(at).ok()?)
    }

    #[inline]
    pub(crate) fn append(&mut self, chain: &mut Chain, node: u32) {
        self.concat(chain, Chain::of(node));
    }

    #[inline]
    pub(crate) fn concat(&mut self, chain: &mut Chain, more: Chain) {
        if chain.is_empty() {
            *chain = more;
        } else if !more.is_empty() {
            if let Some(last) = self.node_mut(chain.last) {
                last.next = more.first;
            }
            chain.last = more.last;
        }
    }

    /// The part made of `and`-ed operands.
    pub(crate) const fn and_part(chain: Chain) -> Part {
        if chain.is_single() {
            Part::Single(chain.first)
        } else {
            Part::And(chain)
        }
    }

    /// The part made of `or`-ed operands.
    pub(crate) const fn or_part(chain: Chain) -> Part {
        if chain.is_single() {
            Part::Single(chain.first)
        } else {
            Part::Or(chain)
        }
    }

    /// The one node that stands for a part.
    pub(crate) fn settle(&mut self, part: Part) -> u32 {
        let (chain, kind) = match part {
            Part::Single(node) => return node,
            Part::And(chain) => (chain, Kind::And { first: chain.first }),
            Part::Or(chain) => (chain, Kind::Or { first: chain.first }),
        };
        let parent = self.push(kind);
        let mut child = chain.first;
        while let Some(node) = self.node_mut(child) {
            node.parent = parent;
            if child == chain.last {
                break;
            }
            child = node.next;
        }
        parent
    }

    /// `Not` or `ValuePath` over the node pushed last.
    pub(crate) fn wrap(&mut self, kind: Kind<'a>) -> u32 {
        let parent = self.push(kind);
        if let Some(child) = parent.checked_sub(1).and_then(|child| self.node_mut(child)) {
            child.parent = parent;
        }
        parent
    }

    /// Adds the nodes of a finished tree; the part is its `and` or `or` without the root.
    pub(crate) fn graft(&mut self, tree: Tree<'a>) -> Part {
        let base = index(self.nodes.len());
        let root = tree.root();
        let mut last_child = NONE;
        for (at, mut node) in (0..).zip(tree.rest) {
            node.kind.rebase(|child| child + base);
            if node.parent == root {
                last_child = at + base;
            }
            node.parent = shift(node.parent, |up| up + base);
            node.next = shift(node.next, |next| next + base);
            self.push_node(node);
        }
        match tree.root.kind {
            Kind::And { first } => Part::And(Chain {
                first: first + base,
                last: last_child,
            }),
            Kind::Or { first } => Part::Or(Chain {
                first: first + base,
                last: last_child,
            }),
            kind @ (Kind::Not | Kind::ValuePath(_)) => Part::Single(self.wrap(kind)),
            kind @ (Kind::Compare(..) | Kind::Present(_)) => Part::Single(self.push(kind)),
        }
    }

    /// The tree whose root is the node pushed last.
    pub(crate) fn finish(mut self) -> Option<Tree<'a>> {
        let root = self.nodes.pop()?;
        Some(Tree {
            rest: self.nodes,
            root,
        })
    }
}

fn shift(link: u32, to: impl Fn(u32) -> u32) -> u32 {
    if link == NONE { NONE } else { to(link) }
}

/// Inputs end before 4 GiB, so every index fits.
fn index(len: usize) -> u32 {
    u32::try_from(len).unwrap_or(NONE)
}
