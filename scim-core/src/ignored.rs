//! What is ignored, said in the log once.
//!
//! A client that sends an attribute nobody keeps sends it with every request: a line for each would bury the others.

use std::collections::HashSet;
use std::hash::{BuildHasher, RandomState};
use std::sync::{LazyLock, Mutex, PoisonError};

use crate::error::loggable;

/// How many names are kept in mind; clients choose them, and a hostile one without end.
const MOST: usize = 1_024;

static SAID: LazyLock<Mutex<Said>> = LazyLock::new(Mutex::default);

/// Says that `name`, an attribute or a schema that is not known, is ignored, the first time that it is.
///
/// The name is a client's: it is cut where a filter with values in it begins, and shown only where it looks like a name.
pub(crate) fn log_once(kind: &'static str, name: &str) {
    if !tracing::enabled!(target: "scim_core::ignored", tracing::Level::INFO) {
        return;
    }
    let name = name.split('[').next().unwrap_or_default();
    // What a panic elsewhere left is a set of numbers all the same.
    let mut said = SAID.lock().unwrap_or_else(PoisonError::into_inner);
    let turn = said.turn(kind, name);
    drop(said);
    match turn {
        Turn::First => tracing::info!(
            target: "scim_core::ignored",
            kind,
            name = loggable(name),
            "not known here: ignored, and not said again"
        ),
        Turn::TooMany => tracing::info!(
            target: "scim_core::ignored",
            "more names are ignored than are kept in mind: no other will be said"
        ),
        Turn::Known => {}
    }
}

#[derive(Debug, Default)]
struct Said {
    hasher: RandomState,
    names: HashSet<u64>,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Turn {
    First,
    Known,
    TooMany,
}

impl Said {
    fn turn(&mut self, kind: &str, name: &str) -> Turn {
        let key = self.hasher.hash_one((kind, name.to_ascii_lowercase()));
        if self.names.len() > MOST || self.names.contains(&key) {
            return Turn::Known;
        }
        self.names.insert(key);
        if self.names.len() > MOST {
            Turn::TooMany
        } else {
            Turn::First
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_said_once_however_it_is_spelt() {
        let mut said = Said::default();
        assert_eq!(said.turn("attribute", "shoeSize"), Turn::First);
        assert_eq!(said.turn("attribute", "SHOESIZE"), Turn::Known);
        assert_eq!(said.turn("schema", "shoeSize"), Turn::First);
    }

    #[test]
    fn no_more_names_are_kept_than_there_is_room_for() {
        let mut said = Said::default();
        let turns = (0..5 * MOST).map(|number| said.turn("attribute", &number.to_string()));
        let turns: Vec<Turn> = turns.collect();
        let count = |turn| turns.iter().filter(|other| **other == turn).count();
        assert_eq!((count(Turn::First), count(Turn::TooMany)), (MOST, 1));
        assert_eq!(said.names.len(), MOST + 1);
    }
}
