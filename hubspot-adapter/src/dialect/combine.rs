//! The dialects that a test goes through: two answers to each of many keys are too many to try all.

use super::{Activation, Dialect, ExtraTeams, ListRows, OmittedRole};

/// How many keys there are; each doubles the number of combinations.
const KEYS: usize = Dialect::KEYS.len();

impl Dialect {
    /// How many dialects there are, from which a property test draws.
    ///
    /// # Examples
    ///
    /// ```
    /// use hubspot_adapter::dialect::Dialect;
    ///
    /// assert_eq!(Dialect::combination(0), Dialect::default());
    /// assert_ne!(Dialect::combination(Dialect::COMBINATIONS - 1), Dialect::default());
    /// ```
    pub const COMBINATIONS: u32 = 1 << KEYS;

    /// The dialect of this number, of [`COMBINATIONS`](Self::COMBINATIONS) different ones: bit by
    /// bit from the lowest, whether a key of [`KEYS`](Self::KEYS) has its second answer.
    #[must_use]
    pub const fn combination(number: u32) -> Self {
        Self::of_bits(number)
    }

    /// Every combination of the keys `role`, `teams`, `activation` and `list`, on which each change
    /// of a user depends; the others have their default.
    ///
    /// Beside it, [`neighbours`](Self::neighbours) and [`pairwise`](Self::pairwise) go through the
    /// other keys.
    pub fn all() -> impl Iterator<Item = Self> {
        OmittedRole::ALL.into_iter().flat_map(|omitted_role| {
            ExtraTeams::ALL.into_iter().flat_map(move |extra_teams| {
                Activation::ALL.into_iter().flat_map(move |activation| {
                    ListRows::ALL.into_iter().map(move |list| Self {
                        omitted_role,
                        extra_teams,
                        activation,
                        list,
                        ..Self::default()
                    })
                })
            })
        })
    }

    /// The default, and each dialect that differs from it in one key.
    pub fn neighbours() -> impl Iterator<Item = Self> {
        let others = (0..KEYS).map(|key| Self::of_bits(1 << key));
        std::iter::once(Self::default()).chain(others)
    }

    /// Eight dialects, the default first, among which any two keys have each of the four pairs of
    /// answers.
    ///
    /// Seven of them are the columns of a table in which each key has a row of seven places with
    /// four marks of its own: any two such rows have a mark in common, and each has one that the
    /// other lacks.
    pub fn pairwise() -> impl Iterator<Item = Self> {
        let mut dialects = [0_u32; 7];
        let rows = (0_u32..1 << dialects.len()).filter(|row| row.count_ones() == 4);
        for (key, row) in (0..KEYS).zip(rows) {
            for (place, dialect) in dialects.iter_mut().enumerate() {
                *dialect |= (row >> place & 1) << key;
            }
        }
        std::iter::once(Self::default()).chain(dialects.into_iter().map(Self::of_bits))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn what_each_change_depends_on_is_played_in_every_combination() {
        let all: HashSet<Dialect> = Dialect::all().collect();
        assert_eq!(all.len(), 16);
        assert!(all.contains(&Dialect::default()));
    }

    #[test]
    fn neighbours_differ_in_one_key_each() {
        let neighbours: Vec<Dialect> = Dialect::neighbours().collect();
        assert_eq!(neighbours.len(), KEYS + 1);
        for (dialect, key) in neighbours.iter().skip(1).zip(Dialect::KEYS) {
            let text = dialect.to_string();
            assert!(
                text.starts_with(&format!("{key}=")) && !text.contains(','),
                "{text}"
            );
        }
    }

    #[test]
    fn any_two_keys_meet_with_each_pair_of_answers() {
        let words: Vec<Vec<_>> = Dialect::pairwise()
            .map(|dialect| dialect.answers().map(|(_, word)| word).collect())
            .collect();
        assert_eq!(words.len(), 8);
        for one in 0..KEYS {
            for other in one + 1..KEYS {
                let pairs: HashSet<_> = words.iter().map(|row| (row[one], row[other])).collect();
                assert_eq!(
                    pairs.len(),
                    4,
                    "{} {}",
                    Dialect::KEYS[one],
                    Dialect::KEYS[other]
                );
            }
        }
    }
}
