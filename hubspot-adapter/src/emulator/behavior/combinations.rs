//! Selections of behaviors for tests: two answers to each of many keys are too many to try all.

use super::Behavior;
use super::answers::{Activation, ListRows};
use crate::dialect::{Dialect, ExtraTeams, OmittedRole};

/// The number of keys. Each key doubles the number of combinations.
const KEYS: usize = Dialect::KEYS.len() + Behavior::OWN_KEYS.len();

impl Behavior {
    /// The number of behaviors, for property tests that draw one of them.
    ///
    /// # Examples
    ///
    /// ```
    /// use hubspot_adapter::emulator::Behavior;
    ///
    /// assert_eq!(Behavior::combination(0), Behavior::default());
    /// assert_ne!(Behavior::combination(Behavior::COMBINATIONS - 1), Behavior::default());
    /// ```
    pub const COMBINATIONS: u32 = 1 << KEYS;

    /// Returns the behavior of a number below [`COMBINATIONS`](Self::COMBINATIONS).
    ///
    /// Each bit, from the lowest, gives the key of that place in [`keys`](Self::keys) its second answer.
    #[must_use]
    pub const fn combination(number: u32) -> Self {
        Self::of_bits(number)
    }

    /// Returns the sixteen combinations of the keys `role`, `teams`, `activation` and `list`.
    ///
    /// Every change of a user depends on these four; the other keys keep their default.
    /// [`neighbors`](Self::neighbors) and [`pairwise`](Self::pairwise) vary the others.
    pub fn main_combinations() -> impl Iterator<Item = Self> {
        OmittedRole::ALL.into_iter().flat_map(|omitted_role| {
            ExtraTeams::ALL.into_iter().flat_map(move |extra_teams| {
                Activation::ALL.into_iter().flat_map(move |activation| {
                    ListRows::ALL.into_iter().map(move |list| Self {
                        dialect: Dialect {
                            omitted_role,
                            extra_teams,
                            ..Dialect::default()
                        },
                        activation,
                        list,
                        ..Self::default()
                    })
                })
            })
        })
    }

    /// Returns the default, and each behavior that differs from it in one key.
    pub fn neighbors() -> impl Iterator<Item = Self> {
        let others = (0..KEYS).map(|key| Self::combination(1 << key));
        std::iter::once(Self::default()).chain(others)
    }

    /// Returns eight behaviors, the default first, in which any two keys have each of the four
    /// pairs of answers.
    ///
    /// Seven of them are the columns of a table. Each key has a row of seven places with four marks,
    /// different for each key. Any two such rows share a mark, and each has one that the other lacks.
    pub fn pairwise() -> impl Iterator<Item = Self> {
        let mut numbers = [0_u32; 7];
        let rows = (0_u32..1 << numbers.len()).filter(|row| row.count_ones() == 4);

        for (key, row) in (0..KEYS).zip(rows) {
            for (place, number) in numbers.iter_mut().enumerate() {
                *number |= (row >> place & 1) << key;
            }
        }
        std::iter::once(Self::default()).chain(numbers.into_iter().map(Self::combination))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn the_main_keys_meet_in_every_combination() {
        let all: HashSet<Behavior> = Behavior::main_combinations().collect();
        assert_eq!(all.len(), 16);
        assert!(all.contains(&Behavior::default()));
    }

    #[test]
    fn neighbors_differ_in_one_key_each() {
        let neighbors: Vec<Behavior> = Behavior::neighbors().collect();
        assert_eq!(neighbors.len(), KEYS + 1);

        for (behavior, key) in neighbors.iter().skip(1).zip(Behavior::keys()) {
            let text = behavior.to_string();
            assert!(
                text.starts_with(&format!("{key}=")) && !text.contains(','),
                "{text}"
            );
        }
    }

    #[test]
    fn any_two_keys_meet_with_each_pair_of_answers() {
        let words: Vec<Vec<_>> = Behavior::pairwise()
            .map(|behavior| behavior.answers().map(|(_, word)| word).collect())
            .collect();
        assert_eq!(words.len(), 8);

        let keys: Vec<_> = Behavior::keys().collect();
        for one in 0..KEYS {
            for other in one + 1..KEYS {
                let pairs: HashSet<_> = words.iter().map(|row| (row[one], row[other])).collect();
                assert_eq!(pairs.len(), 4, "{} {}", keys[one], keys[other]);
            }
        }
    }
}
