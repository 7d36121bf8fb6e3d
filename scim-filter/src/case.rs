//! Text comparison that ignores ASCII case.
//!
//! SCIM compares attribute names, URNs, operators and every string attribute that is not `caseExact`
//! this way (RFC 7643 §2.1, RFC 7644 §3.4.2.2 and §3.10). Only `A` to `Z` fold to lower case, and
//! the bytes of the folded text give the order. A database can do exactly the same, so a filter
//! gives one answer in memory and in SQL.

use core::cmp::Ordering;
use core::hash::{Hash, Hasher};

/// Whether two texts are equal, ignoring ASCII case.
///
/// ```
/// assert!(scim_filter::case::eq("userName", "USERNAME"));
/// assert!(!scim_filter::case::eq("É", "é"));
/// ```
#[must_use]
pub fn eq(a: &str, b: &str) -> bool {
    a.eq_ignore_ascii_case(b)
}

/// Whether `text` starts with `prefix`, ignoring ASCII case.
///
/// ```
/// assert!(scim_filter::case::starts_with("Bjensen", "bJ"));
/// ```
#[must_use]
pub fn starts_with(text: &str, prefix: &str) -> bool {
    text.as_bytes()
        .get(..prefix.len())
        .is_some_and(|head| eq_bytes(head, prefix.as_bytes()))
}

/// Whether `text` ends with `suffix`, ignoring ASCII case.
///
/// ```
/// assert!(scim_filter::case::ends_with("bjensen@Example.com", "EXAMPLE.COM"));
/// ```
#[must_use]
pub fn ends_with(text: &str, suffix: &str) -> bool {
    text.len()
        .checked_sub(suffix.len())
        .and_then(|start| text.as_bytes().get(start..))
        .is_some_and(|tail| eq_bytes(tail, suffix.as_bytes()))
}

/// Whether `text` contains `part`, ignoring ASCII case; takes time linear in the length of `text`.
///
/// ```
/// assert!(scim_filter::case::contains("Vice President", "PRES"));
/// assert!(scim_filter::case::contains("anything", ""));
/// ```
#[must_use]
pub fn contains(text: &str, part: &str) -> bool {
    let (text, part) = (text.as_bytes(), part.as_bytes());
    let Some(&first) = part.first() else {
        return true;
    };
    if part.len() > text.len() {
        return false;
    }

    if part.len() <= SHORT {
        contains_short(text, part, first)
    } else {
        contains_long(text, part)
    }
}

/// Compares the bytes of two texts after folding ASCII case.
///
/// ```
/// use core::cmp::Ordering;
/// assert_eq!(scim_filter::case::cmp("alpha", "BETA"), Ordering::Less);
/// assert_eq!(scim_filter::case::cmp("Beta", "bETA"), Ordering::Equal);
/// ```
#[must_use]
pub fn cmp(a: &str, b: &str) -> Ordering {
    folded(a.as_bytes()).cmp(folded(b.as_bytes()))
}

/// Hashes a text so that texts equal by [`eq`] have equal hashes.
///
/// ```
/// use std::hash::{DefaultHasher, Hasher};
/// let hash = |text| {
///     let mut hasher = DefaultHasher::new();
///     scim_filter::case::hash(text, &mut hasher);
///     hasher.finish()
/// };
/// assert_eq!(hash("userName"), hash("USERNAME"));
/// ```
pub fn hash<H: Hasher>(text: &str, state: &mut H) {
    for byte in folded(text.as_bytes()) {
        state.write_u8(byte);
    }
    state.write_u8(0xff);
}

/// A text that compares, orders and hashes ignoring ASCII case, for use as a key in a map.
///
/// ```
/// use std::collections::BTreeMap;
/// use scim_filter::case::Folded;
///
/// let map = BTreeMap::from([(Folded("userName"), 1)]);
/// assert_eq!(map.get(&Folded("USERNAME")), Some(&1));
/// ```
#[derive(Clone, Copy, Debug)]
#[expect(
    clippy::exhaustive_structs,
    reason = "a newtype around one text has nothing to add"
)]
pub struct Folded<'a>(pub &'a str);

impl PartialEq for Folded<'_> {
    fn eq(&self, other: &Self) -> bool {
        eq(self.0, other.0)
    }
}

impl Eq for Folded<'_> {}

impl PartialOrd for Folded<'_> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(Ord::cmp(self, other))
    }
}

impl Ord for Folded<'_> {
    fn cmp(&self, other: &Self) -> Ordering {
        cmp(self.0, other.0)
    }
}

impl Hash for Folded<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        hash(self.0, state);
    }
}

/// Up to this length, comparing at every candidate is cheaper than hashing.
const SHORT: usize = 32;

fn folded(bytes: &[u8]) -> impl Iterator<Item = u8> + '_ {
    bytes.iter().map(u8::to_ascii_lowercase)
}

fn eq_bytes(a: &[u8], b: &[u8]) -> bool {
    a.eq_ignore_ascii_case(b)
}

fn contains_short(text: &[u8], part: &[u8], first: u8) -> bool {
    let candidates = text.get(..=text.len() - part.len()).unwrap_or_default();
    memchr::memchr2_iter(
        first.to_ascii_lowercase(),
        first.to_ascii_uppercase(),
        candidates,
    )
    .any(|at| {
        text.get(at..at + part.len())
            .is_some_and(|here| eq_bytes(here, part))
    })
}

// A rolling hash: comparing at every place would cost `text * part` on repetitive text, and a
// prepared searcher would allocate.
fn contains_long(text: &[u8], part: &[u8]) -> bool {
    const PRIME: u64 = (1 << 61) - 1;
    const BASE: u64 = 0x0123_4567_89ab_cdef;
    fn mul(a: u64, b: u64) -> u64 {
        u64::try_from(u128::from(a) * u128::from(b) % u128::from(PRIME)).unwrap_or(0)
    }
    fn push(hash: u64, byte: u8) -> u64 {
        (mul(hash, BASE) + u64::from(byte) + 1) % PRIME
    }

    let wanted = folded(part).fold(0, push);
    let mut leaving_weight = 1;
    for _ in 1..part.len() {
        leaving_weight = mul(leaving_weight, BASE);
    }

    let mut here = folded(text).take(part.len()).fold(0, push);
    let mut start = 0;
    loop {
        let window = text.get(start..start + part.len()).unwrap_or_default();
        if here == wanted && eq_bytes(window, part) {
            return true;
        }
        let (Some(leaving), Some(entering)) = (window.first(), text.get(start + part.len())) else {
            return false;
        };
        let gone = mul(u64::from(leaving.to_ascii_lowercase()) + 1, leaving_weight);
        here = push((here + PRIME - gone) % PRIME, entering.to_ascii_lowercase());
        start += 1;
    }
}

#[cfg(test)]
mod tests {
    use alloc::format;
    use alloc::string::String;

    use super::*;

    #[test]
    fn searching_multibyte_text_slices_no_character() {
        assert!(contains("Ünïcode É", "É"));
        assert!(!starts_with("é", "e"));
        assert!(!ends_with("é", "xé"));
        assert!(starts_with("", ""));
    }

    #[test]
    fn long_and_short_search_agree() {
        let text: String = (0..400)
            .map(|n| char::from(b'A' + u8::try_from(n % 7).unwrap()))
            .collect();
        for len in [1, 31, 32, 33, 64, 200] {
            for start in [0, 1, 6, 100, 200] {
                let part = text[start..start + len].to_ascii_lowercase();
                assert!(contains(&text, &part), "{len} at {start}");
                assert!(!contains(&text, &format!("{part}z")));
            }
        }
    }

    #[test]
    fn folded_bytes_give_the_order() {
        assert_eq!(cmp("a", "_"), Ordering::Greater);
        assert_eq!(cmp("A", "_"), Ordering::Greater);
        assert_eq!(cmp("a", "aa"), Ordering::Less);
        assert_eq!(cmp("z", "é"), Ordering::Less);
    }
}
