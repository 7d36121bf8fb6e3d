//! An index from text to rows.

use std::collections::{BTreeSet, HashMap};
use std::hash::{BuildHasher, BuildHasherDefault, Hasher};

/// Rows by the hash of a text. A lookup finds every row with the text and sometimes a row with another text.
///
/// Each entry takes four bytes of hash and four bytes of row. The caller reads the row anyway, so there is no copy of the text.
#[derive(Clone, Debug, Default)]
pub(super) struct Index {
    first: HashMap<u32, u32, BuildHasherDefault<Spread>>,
    /// The other rows with the same hash.
    more: HashMap<u32, BTreeSet<u32>, BuildHasherDefault<Spread>>,
}

impl Index {
    pub(super) fn insert(&mut self, hash: u32, row: u32) {
        let first = *self.first.entry(hash).or_insert(row);
        if first != row {
            self.more.entry(hash).or_default().insert(row);
        }
    }

    pub(super) fn remove(&mut self, hash: u32, row: u32) {
        let others = self.more.get_mut(&hash);
        if self.first.get(&hash) == Some(&row) {
            match others.and_then(BTreeSet::pop_first) {
                Some(other) => self.first.insert(hash, other),
                None => self.first.remove(&hash),
            };
        } else if let Some(others) = others {
            others.remove(&row);
        }
        if self.more.get(&hash).is_some_and(BTreeSet::is_empty) {
            self.more.remove(&hash);
        }
    }

    pub(super) fn rows(&self, hash: u32) -> impl Iterator<Item = u32> {
        let first = self.first.get(&hash).copied();
        let more = self.more.get(&hash).into_iter().flatten().copied();
        first.into_iter().chain(more)
    }
}

/// Hashes a text without regard to case. The random seed makes the hash unpredictable to clients.
pub(super) fn hash(text: &str, state: &impl BuildHasher) -> u32 {
    let mut hasher = state.build_hasher();
    scim_filter::case::hash(text, &mut hasher);
    let [a, b, c, d, ..] = hasher.finish().to_le_bytes();
    u32::from_le_bytes([a, b, c, d])
}

/// Spreads a 32-bit hash over the 64 bits that a map expects.
#[derive(Clone, Copy, Debug, Default)]
struct Spread(u64);

impl Hasher for Spread {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.write_u32(u32::from(*byte));
        }
    }

    fn write_u32(&mut self, hash: u32) {
        self.0 = (self.0 ^ u64::from(hash)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_with_one_hash_are_added_and_removed_one_by_one() {
        let mut index = Index::default();
        for row in [5, 2, 9, 2] {
            index.insert(1, row);
        }
        index.insert(7, 4);
        let mut found: Vec<u32> = index.rows(1).collect();
        found.sort_unstable();
        assert_eq!(found, [2, 5, 9]);
        for (gone, left) in [(5, vec![2, 9]), (9, vec![2]), (8, vec![2]), (2, vec![])] {
            index.remove(1, gone);
            assert_eq!(index.rows(1).collect::<Vec<_>>(), left);
        }
        assert_eq!(index.rows(7).collect::<Vec<_>>(), [4]);
        assert!(index.more.is_empty());
    }
}
