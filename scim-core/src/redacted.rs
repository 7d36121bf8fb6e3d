//! Values that `Debug` hides.

use std::fmt;
use std::ops::{Deref, DerefMut};

use serde::{Deserialize, Serialize};

/// A value that `Debug` prints as `[redacted]`.
///
/// Wrap each field that holds personal data, or a value whose own `Debug` would print some, and derive `Debug` for the
/// struct. The wrapper dereferences to the value and serializes as the value, so code that reads it stays as it is.
/// Wrap the inside of an `Option` to show whether a value exists.
///
/// The wrapper only keeps a value out of logs. It neither clears memory nor compares in constant time: keep secrets in
/// `secrecy`'s types.
///
/// # Examples
///
/// ```
/// use scim_core::Redacted;
///
/// #[derive(Debug)]
/// struct Employee {
///     id: u64,
///     email: Redacted<String>,
///     phone: Option<Redacted<String>>,
/// }
///
/// let employee = Employee {
///     id: 7,
///     email: "ada@acme.example".to_owned().into(),
///     phone: None,
/// };
/// assert!(employee.email.ends_with("@acme.example"));
/// assert_eq!(
///     format!("{employee:?}"),
///     "Employee { id: 7, email: [redacted], phone: None }",
/// );
/// ```
#[derive(Clone, Copy, Default, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(transparent)]
pub struct Redacted<T>(T);

impl<T> Redacted<T> {
    /// Wraps a value.
    #[must_use]
    pub const fn new(value: T) -> Self {
        Self(value)
    }

    /// Unwraps the value.
    #[must_use]
    pub fn into_inner(self) -> T {
        self.0
    }
}

impl<T> fmt::Debug for Redacted<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

impl<T> Deref for Redacted<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T> DerefMut for Redacted<T> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.0
    }
}

impl<T> From<T> for Redacted<T> {
    fn from(value: T) -> Self {
        Self(value)
    }
}

impl<T: PartialEq<str>> PartialEq<str> for Redacted<T> {
    fn eq(&self, other: &str) -> bool {
        self.0 == *other
    }
}

impl<T: PartialEq<str>> PartialEq<&str> for Redacted<T> {
    fn eq(&self, other: &&str) -> bool {
        self.0 == **other
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Deserialize, PartialEq, Serialize)]
    struct Person {
        id: u32,
        name: Redacted<Option<String>>,
        emails: Redacted<Vec<String>>,
    }

    fn ada() -> Person {
        Person {
            id: 7,
            name: Some("Ada".to_owned()).into(),
            emails: Redacted::new(vec!["ada@acme.example".to_owned()]),
        }
    }

    #[test]
    fn debug_hides_the_value_in_every_format() {
        let plain = format!("{:?}", ada());
        assert_eq!(
            plain,
            "Person { id: 7, name: [redacted], emails: [redacted] }"
        );

        let pretty = format!("{:#?}", ada());
        assert!(!pretty.to_ascii_lowercase().contains("ada"), "{pretty}");
    }

    #[test]
    fn the_value_reads_and_changes_as_if_unwrapped() {
        let mut person = ada();
        person.emails.push("ada@mail.example".to_owned());
        *person.name = None;

        assert_eq!(person.emails.len(), 2);
        assert!(Redacted::new("Ada".to_owned()) == "Ada");
        assert_eq!(person.name.as_deref(), None);
        assert_eq!(
            person.emails.into_inner(),
            ["ada@acme.example", "ada@mail.example"]
        );
    }

    #[test]
    fn serde_sees_the_value_alone() {
        let json = r#"{"id":7,"name":"Ada","emails":["ada@acme.example"]}"#;
        assert_eq!(serde_json::to_string(&ada()).unwrap(), json);
        assert_eq!(serde_json::from_str::<Person>(json).unwrap(), ada());

        let without_name: Person = serde_json::from_str(r#"{"id":7,"emails":[]}"#).unwrap();
        assert_eq!(without_name.name.as_deref(), None);
    }
}
