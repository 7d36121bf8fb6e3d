//! Walking through a filter without recursion, to translate it into another query language.
//!
//! The limits of the parser alone bound the depth of a filter, so a translation should not rely on
//! the stack. [`Filter::walk`](crate::Filter::walk) yields every part in the order of the text; most
//! query languages need one `match`.
//!
//! # Example: LDAP
//!
//! A complete translation to directory search filters (RFC 4515). It maps names, escapes values, and
//! refuses by name whatever a directory cannot express: to skip a part could select everybody.
//!
//! ```
//! use scim_filter::visit::Event;
//! use scim_filter::{AttrPath, CompareOp, Expr, Filter, Value};
//!
//! /// The attribute of the directory; SCIM names ignore case.
//! fn directory_name(path: &AttrPath<'_>) -> Result<&'static str, String> {
//!     match path.as_str().to_ascii_lowercase().as_str() {
//!         "username" => Ok("uid"),
//!         "name.familyname" => Ok("sn"),
//!         "title" => Ok("title"),
//!         "emails" | "emails.value" => Ok("mail"),
//!         _ => Err(format!("{path} is not in the directory")),
//!     }
//! }
//!
//! /// Writes characters of the syntax in hexadecimal (RFC 4515 §3).
//! fn escaped(value: &Value<'_>) -> String {
//!     let text = match value {
//!         Value::String(text) => text.to_string(),
//!         Value::Bool(true) => "TRUE".into(),
//!         Value::Bool(false) => "FALSE".into(),
//!         Value::Number(_) | Value::Null => value.to_string(),
//!     };
//!     let escape = |char| match char {
//!         '*' | '(' | ')' | '\\' | '\0' => format!("\\{:02x}", u32::from(char)),
//!         _ => String::from(char),
//!     };
//!     text.chars().map(escape).collect()
//! }
//!
//! fn comparison(path: &AttrPath<'_>, op: CompareOp, value: &Value<'_>) -> Result<String, String> {
//!     let name = directory_name(path)?;
//!     let text = escaped(value);
//!     Ok(match (op, value) {
//!         (CompareOp::Eq, Value::Null) => format!("(!({name}=*))"),
//!         (CompareOp::Ne, Value::Null) => format!("({name}=*)"),
//!         (CompareOp::Eq, _) => format!("({name}={text})"),
//!         (CompareOp::Ne, _) => format!("(!({name}={text}))"),
//!         (CompareOp::Co | CompareOp::Sw | CompareOp::Ew, _) if text.is_empty() => format!("({name}=*)"),
//!         (CompareOp::Co, _) => format!("({name}=*{text}*)"),
//!         (CompareOp::Sw, _) => format!("({name}={text}*)"),
//!         (CompareOp::Ew, _) => format!("({name}=*{text})"),
//!         (CompareOp::Ge, _) => format!("({name}>={text})"),
//!         (CompareOp::Le, _) => format!("({name}<={text})"),
//!         (CompareOp::Gt | CompareOp::Lt, _) => return Err(format!("{op} does not apply to {path}")),
//!     })
//! }
//!
//! fn ldap(filter: &Filter<'_>) -> Result<String, String> {
//!     let mut out = String::new();
//!     for event in filter.walk() {
//!         match event {
//!             Event::Enter(Expr::And(_)) => out.push_str("(&"),
//!             Event::Enter(Expr::Or(_)) => out.push_str("(|"),
//!             Event::Enter(Expr::Not(_)) => out.push_str("(!"),
//!             // Directory values have no sub-attributes.
//!             Event::Enter(Expr::ValuePath { path, .. }) => return Err(format!("{path} has no sub-attributes")),
//!             Event::Leaf(Expr::Present(path)) => out += &format!("({}=*)", directory_name(path)?),
//!             Event::Leaf(Expr::Compare { path, op, value }) => out += &comparison(path, op, value)?,
//!             Event::Leave(_) => out.push(')'),
//!             // A prefix notation has nothing between two operands.
//!             Event::Between(_) | Event::Enter(_) | Event::Leaf(_) => {}
//!         }
//!     }
//!     Ok(out)
//! }
//!
//! # fn main() -> Result<(), scim_filter::ParseError> {
//! let filter = Filter::parse(r#"userName eq "b*" and not (title pr or name.familyName sw "J")"#)?;
//! assert_eq!(ldap(&filter).as_deref(), Ok(r"(&(uid=b\2a)(!(|(title=*)(sn=J*))))"));
//!
//! let filter = Filter::parse(r#"userName eq "bjensen" or shoeSize eq 7"#)?;
//! assert_eq!(ldap(&filter), Err("shoeSize is not in the directory".into()));
//! # Ok(())
//! # }
//! ```
//!
//! For SQL, see `scim_filter::sql` (feature `sql`).

use core::fmt;
use core::iter::FusedIterator;

use crate::expr::{Expr, FilterRef};
use crate::tree::{NONE, Tree};

/// One step of a walk through a filter.
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
    reason = "a walk meets a node in no other way"
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

/// Iterator over the parts of a filter (see [`Filter::walk`](crate::Filter::walk)).
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

/// An [`Event`] by node number.
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
