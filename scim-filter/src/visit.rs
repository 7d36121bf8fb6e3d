//! Going through a filter without a recursion.
//!
//! A filter may be as deep as the limits of its parser allow; code that translates it should not
//! rely on the stack. [`Filter::walk`](crate::Filter::walk) hands out every part in the order it is
//! written. Here is a filter in the prefix notation of LDAP (RFC 4515), for equality and presence:
//!
//! ```
//! use scim_filter::visit::Event;
//! use scim_filter::{CompareOp, Expr, Filter, Value};
//!
//! fn ldap(filter: &Filter<'_>) -> Option<String> {
//!     let mut out = String::new();
//!     for event in filter.walk() {
//!         match event {
//!             Event::Enter(Expr::And(_)) => out.push_str("(&"),
//!             Event::Enter(Expr::Or(_)) => out.push_str("(|"),
//!             Event::Enter(Expr::Not(_)) => out.push_str("(!"),
//!             Event::Leave(_) => out.push(')'),
//!             Event::Between(_) => {}
//!             Event::Leaf(Expr::Present(path)) => out.push_str(&format!("({}=*)", path.name())),
//!             Event::Leaf(Expr::Compare { path, op: CompareOp::Eq, value: Value::String(text) })
//!                 if text.chars().all(char::is_alphanumeric) =>
//!             {
//!                 out.push_str(&format!("({}={text})", path.name()));
//!             }
//!             Event::Enter(_) | Event::Leaf(_) => return None,
//!         }
//!     }
//!     Some(out)
//! }
//!
//! # fn main() -> Result<(), scim_filter::ParseError> {
//! let filter = Filter::parse(r#"uid eq "bjensen" and not (title pr or sn eq "Jensen")"#)?;
//! assert_eq!(ldap(&filter).as_deref(), Some("(&(uid=bjensen)(!(|(title=*)(sn=Jensen))))"));
//! # Ok(())
//! # }
//! ```

use core::fmt;
use core::iter::FusedIterator;

use crate::ast::{Expr, FilterRef};
use crate::tree::{NONE, Tree};

/// One step on the way through a filter.
///
/// ```
/// use scim_filter::Filter;
/// use scim_filter::visit::Event;
///
/// # fn main() -> Result<(), scim_filter::ParseError> {
/// let filter = Filter::parse("a pr and b pr")?;
/// let steps: Vec<_> = filter.walk().collect();
/// let [Event::Enter(_), Event::Leaf(_), Event::Between(_), Event::Leaf(_), Event::Leave(_)] = &steps[..] else {
///     panic!("two leaves");
/// };
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
#[expect(
    clippy::exhaustive_enums,
    reason = "there is no other way to meet a node of a tree"
)]
pub enum Event<'f> {
    /// A comparison or `pr`.
    Leaf(Expr<'f>),
    /// The beginning of an `and`, `or`, `not` or value path.
    Enter(Expr<'f>),
    /// Between two operands of this `and` or `or`.
    Between(Expr<'f>),
    /// The end of an `and`, `or`, `not` or value path.
    Leave(Expr<'f>),
}

/// The steps through a filter, see [`Filter::walk`](crate::Filter::walk).
///
/// ```
/// use scim_filter::{Expr, Filter};
/// use scim_filter::visit::Event;
///
/// # fn main() -> Result<(), scim_filter::ParseError> {
/// let filter = Filter::parse(r#"userName eq "b" and emails[type eq "work"]"#)?;
/// let names: Vec<_> = filter
///     .walk()
///     .filter_map(|event| match event {
///         Event::Leaf(Expr::Compare { path, .. }) => Some(path.name()),
///         _ => None,
///     })
///     .collect();
/// assert_eq!(names, ["userName", "type"]);
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Walk<'f> {
    steps: Steps<'f>,
}

impl<'f> Walk<'f> {
    pub(crate) const fn new(filter: FilterRef<'f>) -> Self {
        Self {
            steps: Steps::new(filter),
        }
    }
}

impl<'f> Iterator for Walk<'f> {
    type Item = Event<'f>;

    fn next(&mut self) -> Option<Event<'f>> {
        let tree = self.steps.tree;
        let expr = |at| FilterRef { tree, at }.expr();
        Some(match self.steps.next()? {
            Step::Leaf(at) => Event::Leaf(expr(at)),
            Step::Enter(at) => Event::Enter(expr(at)),
            Step::Between(at) => Event::Between(expr(at)),
            Step::Leave(at) => Event::Leave(expr(at)),
        })
    }
}

impl FusedIterator for Walk<'_> {}

impl fmt::Debug for Walk<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.clone()).finish()
    }
}

/// An [`Event`] that still knows the node.
#[derive(Clone, Copy)]
pub(crate) enum Step {
    Leaf(u32),
    Enter(u32),
    Between(u32),
    Leave(u32),
}

#[derive(Clone)]
pub(crate) struct Steps<'f> {
    tree: &'f Tree<'f>,
    root: u32,
    position: Position,
}

#[derive(Clone, Copy)]
enum Position {
    Before(u32),
    After(u32),
    End,
}

impl<'f> Steps<'f> {
    pub(crate) const fn new(filter: FilterRef<'f>) -> Self {
        Self {
            tree: filter.tree,
            root: filter.at,
            position: Position::Before(filter.at),
        }
    }
}

impl Iterator for Steps<'_> {
    type Item = Step;

    fn next(&mut self) -> Option<Step> {
        match self.position {
            Position::Before(at) => {
                if let Some(child) = self.tree.first_child(at) {
                    self.position = Position::Before(child);
                    return Some(Step::Enter(at));
                }
                self.position = Position::After(at);
                Some(Step::Leaf(at))
            }
            Position::After(at) if at == self.root => {
                self.position = Position::End;
                None
            }
            Position::After(at) => {
                let node = self.tree.node(at);
                if node.next == NONE {
                    self.position = Position::After(node.parent);
                    return Some(Step::Leave(node.parent));
                }
                self.position = Position::Before(node.next);
                Some(Step::Between(node.parent))
            }
            Position::End => None,
        }
    }
}
