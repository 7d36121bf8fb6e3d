//! What the probe made, written down before it is made, and taken away again at the end.

use std::sync::{Mutex, MutexGuard, PoisonError};

/// Something that was made, or may have been.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum Made {
    /// A property of CRM users.
    Property(String),
    /// A user by address, and by id where it is known.
    User { address: String, id: Option<String> },
}

/// What was made, and what was said about it.
#[derive(Debug, Default)]
pub(crate) struct Journal {
    state: Mutex<State>,
    /// Says every line on stdout as well.
    aloud: bool,
}

#[derive(Debug, Default)]
struct State {
    made: Vec<Made>,
    lines: Vec<String>,
}

impl Journal {
    pub(crate) fn new(aloud: bool) -> Self {
        Self {
            state: Mutex::default(),
            aloud,
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn say(&self, line: impl Into<String>) {
        let line = line.into();
        if self.aloud {
            // The cleanup must go on, even if nobody reads the output any more.
            let _ = scim_examples::announce(&line);
        }
        self.state().lines.push(line);
    }

    /// Writes down a user who is about to be made.
    pub(crate) fn intend_user(&self, address: &str) {
        self.say(format!("making the user {address}"));
        self.state().made.push(Made::User {
            address: address.to_owned(),
            id: None,
        });
    }

    /// Writes down what id a user got.
    pub(crate) fn made_user(&self, of: &str, given: &str) {
        self.say(format!("made the user {given}"));
        for made in &mut self.state().made {
            if let Made::User { address, id } = made {
                if address == of {
                    *id = Some(given.to_owned());
                }
            }
        }
    }

    /// Writes down a user who was named to be changed, and must not stay as they are now.
    pub(crate) fn revived_user(&self, id: &str) {
        self.say(format!("brought back the deactivated user {id}"));
        self.state().made.push(Made::User {
            address: String::new(),
            id: Some(id.to_owned()),
        });
    }

    /// Writes down that a property was not made.
    pub(crate) fn made_no_property(&self, name: &str) {
        let not = Made::Property(name.to_owned());
        self.state().made.retain(|made| *made != not);
    }

    /// Writes down a property that is about to be made.
    pub(crate) fn intend_property(&self, name: &str) {
        self.say(format!("making the property {name}"));
        self.state().made.push(Made::Property(name.to_owned()));
    }

    pub(crate) fn made(&self) -> Vec<Made> {
        self.state().made.clone()
    }

    #[cfg(test)]
    pub(crate) fn lines(&self) -> Vec<String> {
        self.state().lines.clone()
    }
}
