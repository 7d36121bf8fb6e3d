//! The canonical text of filters, paths and values.

use core::fmt::{self, Display, Formatter, Write};

use crate::expr::FilterRef;
use crate::filter::Filter;
use crate::tree::NodeKind;
use crate::value::Value;
use crate::visit::{Step, Steps};

/// Writes lower-case operators, one space between words, and only the necessary brackets.
impl Display for Filter<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        self.as_ref().fmt(f)
    }
}

/// Writes the part as a [`Filter`] of its own.
impl Display for FilterRef<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        self.write_with(f, |f, value| Display::fmt(value, f))
    }
}

impl FilterRef<'_> {
    /// Writes the filter, and each value by `write_value`.
    pub(crate) fn write_with(
        self,
        f: &mut Formatter<'_>,
        write_value: fn(&mut Formatter<'_>, &Value<'_>) -> fmt::Result,
    ) -> fmt::Result {
        for step in Steps::new(self) {
            match step {
                Step::Leaf(at) => match &self.tree.node(at).kind {
                    NodeKind::Compare(path, op, value) => {
                        write!(f, "{path} {op} ")?;
                        write_value(f, value)?;
                    }
                    NodeKind::Present(path) => write!(f, "{path} pr")?,
                    NodeKind::And { .. }
                    | NodeKind::Or { .. }
                    | NodeKind::Not
                    | NodeKind::ValuePath(_) => {}
                },
                Step::Enter(at) => match &self.tree.node(at).kind {
                    NodeKind::Not => f.write_str("not (")?,
                    NodeKind::ValuePath(path) => write!(f, "{path}[")?,
                    NodeKind::Or { .. } if self.stands_in_and(at) => f.write_char('(')?,
                    NodeKind::And { .. }
                    | NodeKind::Or { .. }
                    | NodeKind::Compare(..)
                    | NodeKind::Present(_) => {}
                },
                Step::Between(at) => match &self.tree.node(at).kind {
                    NodeKind::And { .. } => f.write_str(" and ")?,
                    NodeKind::Or { .. } => f.write_str(" or ")?,
                    NodeKind::Not
                    | NodeKind::ValuePath(_)
                    | NodeKind::Compare(..)
                    | NodeKind::Present(_) => {}
                },
                Step::Leave(at) => match &self.tree.node(at).kind {
                    NodeKind::Not => f.write_char(')')?,
                    NodeKind::ValuePath(_) => f.write_char(']')?,
                    NodeKind::Or { .. } if self.stands_in_and(at) => f.write_char(')')?,
                    NodeKind::And { .. }
                    | NodeKind::Or { .. }
                    | NodeKind::Compare(..)
                    | NodeKind::Present(_) => {}
                },
            }
        }
        Ok(())
    }

    /// `and` binds tighter than `or` (RFC 7644 §3.4.2.2).
    fn stands_in_and(self, at: u32) -> bool {
        at != self.at
            && matches!(
                self.tree.node(self.tree.node(at).parent).kind,
                NodeKind::And { .. }
            )
    }
}

/// Writes the value as JSON.
impl Display for Value<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::String(text) => write_string(f, text),
            Self::Number(number) => Display::fmt(number, f),
            Self::Bool(true) => f.write_str("true"),
            Self::Bool(false) => f.write_str("false"),
            Self::Null => f.write_str("null"),
        }
    }
}

fn write_string(f: &mut Formatter<'_>, text: &str) -> fmt::Result {
    f.write_char('"')?;

    let mut plain = text;
    while let Some(at) = plain
        .bytes()
        .position(|byte| byte < 0x20 || byte == b'"' || byte == b'\\')
    {
        let (before, rest) = plain.split_at_checked(at).unwrap_or((plain, ""));
        f.write_str(before)?;
        let mut rest = rest.chars();
        match rest.next() {
            Some('"') => f.write_str("\\\"")?,
            Some('\\') => f.write_str("\\\\")?,
            Some('\n') => f.write_str("\\n")?,
            Some('\r') => f.write_str("\\r")?,
            Some('\t') => f.write_str("\\t")?,
            Some(control) => write!(f, "\\u{:04x}", u32::from(control))?,
            None => {}
        }
        plain = rest.as_str();
    }

    f.write_str(plain)?;
    f.write_char('"')
}
