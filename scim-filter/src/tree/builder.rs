//! Building a tree from its leaves up.

use alloc::vec::Vec;

use super::{NONE, Node, NodeKind, Tree, index, shift};

/// Sibling nodes in order.
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

/// A finished operand. Its `and` or `or` node does not exist yet, because the operands may merge into
/// the parent's chain.
#[derive(Clone, Copy)]
pub(crate) enum Part {
    Single(u32),
    And(Chain),
    Or(Chain),
}

/// Builds a tree from its leaves up.
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
    pub(crate) fn push(&mut self, kind: NodeKind<'a>) -> u32 {
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

    /// The part with these operands joined by `and`.
    pub(crate) const fn and_part(chain: Chain) -> Part {
        if chain.is_single() {
            Part::Single(chain.first)
        } else {
            Part::And(chain)
        }
    }

    /// The part with these operands joined by `or`.
    pub(crate) const fn or_part(chain: Chain) -> Part {
        if chain.is_single() {
            Part::Single(chain.first)
        } else {
            Part::Or(chain)
        }
    }

    /// Creates the node of a part, unless it has one.
    pub(crate) fn settle(&mut self, part: Part) -> u32 {
        let (chain, kind) = match part {
            Part::Single(node) => return node,
            Part::And(chain) => (chain, NodeKind::And { first: chain.first }),
            Part::Or(chain) => (chain, NodeKind::Or { first: chain.first }),
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

    /// Puts a `Not` or `ValuePath` above the last node.
    pub(crate) fn wrap(&mut self, kind: NodeKind<'a>) -> u32 {
        let parent = self.push(kind);
        if let Some(child) = parent.checked_sub(1).and_then(|child| self.node_mut(child)) {
            child.parent = parent;
        }
        parent
    }

    /// Adds the nodes of a finished tree; the part leaves out the root of an `and` or `or`.
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
            NodeKind::And { first } => Part::And(Chain {
                first: first + base,
                last: last_child,
            }),
            NodeKind::Or { first } => Part::Or(Chain {
                first: first + base,
                last: last_child,
            }),
            kind @ (NodeKind::Not | NodeKind::ValuePath(_)) => Part::Single(self.wrap(kind)),
            kind @ (NodeKind::Compare(..) | NodeKind::Present(_)) => Part::Single(self.push(kind)),
        }
    }

    /// The tree with the last node as its root.
    pub(crate) fn finish(mut self) -> Option<Tree<'a>> {
        let root = self.nodes.pop()?;
        Some(Tree {
            rest: self.nodes,
            root,
        })
    }
}
