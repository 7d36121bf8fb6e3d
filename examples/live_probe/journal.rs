//! The record of the probe's creations, which it removes at the end.
//!
//! An entry precedes the request, so that a lost answer leaves nothing behind.

use std::sync::{Mutex, MutexGuard, PoisonError};

/// A user or a property that the probe has created, or may have.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum Creation {
    /// A property of CRM rows.
    Property(String),
    /// A user, by address and by id if it is known.
    User { address: String, id: Option<String> },
}

/// The creations so far, and the lines of output.
#[derive(Debug, Default)]
pub(crate) struct Journal {
    state: Mutex<State>,
    /// Whether to print each line.
    prints: bool,
}

#[derive(Debug, Default)]
struct State {
    creations: Vec<Creation>,
    lines: Vec<String>,
}

impl Journal {
    pub(crate) fn new(prints: bool) -> Self {
        Self {
            state: Mutex::default(),
            prints,
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn say(&self, line: impl Into<String>) {
        let line = line.into();
        if self.prints {
            // The cleanup must go on, even if nobody reads the output any more.
            let _ = scim_examples::announce(&line);
        }
        self.state().lines.push(line);
    }

    /// Records a user before the creation.
    pub(crate) fn intend_user(&self, address: &str) {
        self.say(format!("creating the user {address}"));
        self.state().creations.push(Creation::User {
            address: address.to_owned(),
            id: None,
        });
    }

    /// Records the id of a created user.
    pub(crate) fn made_user(&self, of: &str, given: &str) {
        self.say(format!("created the user {given}"));
        for creation in &mut self.state().creations {
            if let Creation::User { address, id } = creation {
                if address == of {
                    *id = Some(given.to_owned());
                }
            }
        }
    }

    /// Records a deactivated user whom the probe brought back, and must remove.
    pub(crate) fn revived_user(&self, id: &str) {
        self.say(format!("brought back the deactivated user {id}"));
        self.state().creations.push(Creation::User {
            address: String::new(),
            id: Some(id.to_owned()),
        });
    }

    /// Forgets a property that HubSpot refused to create.
    pub(crate) fn forget_property(&self, name: &str) {
        let not = Creation::Property(name.to_owned());
        self.state().creations.retain(|creation| *creation != not);
    }

    /// Records a property before the creation.
    pub(crate) fn intend_property(&self, name: &str) {
        self.say(format!("creating the property {name}"));
        self.state()
            .creations
            .push(Creation::Property(name.to_owned()));
    }

    pub(crate) fn creations(&self) -> Vec<Creation> {
        self.state().creations.clone()
    }

    #[cfg(test)]
    pub(crate) fn lines(&self) -> Vec<String> {
        self.state().lines.clone()
    }
}
