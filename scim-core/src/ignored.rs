//! Logs each ignored attribute and schema once.
//!
//! A client sends an unknown attribute with every request. One line for each would bury the rest of the log.

use std::collections::HashSet;
use std::hash::{BuildHasher, RandomState};
use std::sync::{LazyLock, Mutex, PoisonError};

use crate::error::loggable;

/// The most names to remember. Clients choose the names, and a hostile client could send new ones forever.
const MAX_NAMES: usize = 1_024;

static LOGGED: LazyLock<Mutex<LoggedNames>> = LazyLock::new(Mutex::default);

/// Logs the first time that the service ignores `name`, an unknown attribute or schema.
///
/// The name comes from a client. It is cut before a value filter, and logged only if it looks like a name.
pub(crate) fn log_once(kind: &'static str, name: &str) {
    if !tracing::enabled!(target: "scim_core::ignored", tracing::Level::INFO) {
        return;
    }
    let name = name.split('[').next().unwrap_or_default();

    // A panic elsewhere cannot leave this set of numbers in a bad state.
    let mut logged = LOGGED.lock().unwrap_or_else(PoisonError::into_inner);
    let novelty = logged.insert(kind, name);
    drop(logged);

    match novelty {
        Novelty::New => tracing::info!(
            target: "scim_core::ignored",
            kind,
            name = loggable(name),
            "ignored: unknown here (logged once)"
        ),
        Novelty::Overflow => tracing::info!(
            target: "scim_core::ignored",
            "too many unknown names: ignoring more without logging them"
        ),
        Novelty::Known => {}
    }
}

#[derive(Debug, Default)]
struct LoggedNames {
    hasher: RandomState,
    names: HashSet<u64>,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Novelty {
    New,
    Known,
    /// The first name beyond [`MAX_NAMES`].
    Overflow,
}

impl LoggedNames {
    fn insert(&mut self, kind: &str, name: &str) -> Novelty {
        let key = self.hasher.hash_one((kind, name.to_ascii_lowercase()));
        if self.names.len() > MAX_NAMES || self.names.contains(&key) {
            return Novelty::Known;
        }
        self.names.insert(key);
        if self.names.len() > MAX_NAMES {
            Novelty::Overflow
        } else {
            Novelty::New
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_logged_once_in_any_letter_case() {
        let mut logged = LoggedNames::default();
        assert_eq!(logged.insert("attribute", "shoeSize"), Novelty::New);
        assert_eq!(logged.insert("attribute", "SHOESIZE"), Novelty::Known);
        assert_eq!(logged.insert("schema", "shoeSize"), Novelty::New);
    }

    #[test]
    fn the_number_of_remembered_names_is_bounded() {
        let mut logged = LoggedNames::default();
        let found =
            (0..5 * MAX_NAMES).map(|number| logged.insert("attribute", &number.to_string()));
        let found: Vec<Novelty> = found.collect();
        let count = |novelty| found.iter().filter(|other| **other == novelty).count();
        assert_eq!(
            (count(Novelty::New), count(Novelty::Overflow)),
            (MAX_NAMES, 1)
        );
        assert_eq!(logged.names.len(), MAX_NAMES + 1);
    }
}
