//! The facts about one HubSpot account that the adapter can make use of.
//!
//! Reports about HubSpot differ on three points. Without a [`Dialect`] the adapter is right under
//! either answer, at the price of some extra calls. A [`Dialect`] states the answers of one account.
//! The live probe (`cargo run --example live_probe`) measures them and prints the line for `dialect`
//! in the configuration. The sources are in `docs/evidence.md`, in the rows that each key names.

mod answers;

use std::fmt;
use std::str::FromStr;

#[cfg(feature = "emulator")]
pub(crate) use self::answers::answers;
pub use self::answers::{ExtraTeams, OmittedRole, SeatsGiven};

/// The answers of a HubSpot account to the three questions that the adapter asks.
///
/// The default is the best-supported answer. The text form names only the keys that differ from it.
///
/// # Examples
///
/// ```
/// use hubspot_adapter::dialect::{Dialect, ExtraTeams, OmittedRole};
///
/// let dialect: Dialect = "role=kept,teams=replacing,seats=additive".parse()?;
/// assert_eq!(dialect.omitted_role, OmittedRole::Kept);
/// assert_eq!(dialect.extra_teams, ExtraTeams::Replacing);
/// assert_eq!(dialect.to_string(), "role=kept,teams=replacing");
/// # Ok::<(), hubspot_adapter::dialect::ParseDialectError>(())
/// ```
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub struct Dialect {
    /// The effect of a PUT without `roleId` (key `role`; `docs/evidence.md`, H9, Q2).
    pub omitted_role: OmittedRole,
    /// The effect of a PUT with `secondaryTeamIds` (key `teams`; `docs/evidence.md`, H10, Q1).
    pub extra_teams: ExtraTeams,
    /// The effect of a PUT with `seatNames` (key `seats`; `docs/evidence.md`, H43, Q3).
    pub seats: SeatsGiven,
}

impl Dialect {
    /// The keys, in the order of [`answers`](Self::answers).
    pub const KEYS: [&str; 3] = ["role", "teams", "seats"];

    /// Returns every key with the word for its answer.
    pub fn answers(&self) -> impl Iterator<Item = (&'static str, &'static str)> {
        let words = [
            self.omitted_role.word(),
            self.extra_teams.word(),
            self.seats.word(),
        ];
        Self::KEYS.into_iter().zip(words)
    }

    /// Sets the answer of one key.
    ///
    /// # Errors
    ///
    /// If the key is not one of [`KEYS`](Self::KEYS), or does not take the value.
    pub fn set(&mut self, key: &str, value: &str) -> Result<(), ParseDialectError> {
        let is_known = match key {
            "role" => OmittedRole::parse(value).map(|answer| self.omitted_role = answer),
            "teams" => ExtraTeams::parse(value).map(|answer| self.extra_teams = answer),
            "seats" => SeatsGiven::parse(value).map(|answer| self.seats = answer),
            _ => return Err(ParseDialectError::unknown_key(key)),
        };
        is_known.ok_or_else(|| ParseDialectError::value(key, value))
    }

    /// Returns all eight dialects, the default first, for tests under every one.
    pub fn all() -> impl Iterator<Item = Self> {
        (0..1 << Self::KEYS.len()).map(Self::of_bits)
    }

    /// Gives the keys of the set bits, from the lowest, their second answer.
    pub(crate) const fn of_bits(bits: u32) -> Self {
        Self {
            omitted_role: OmittedRole::either(bits & 1 != 0),
            extra_teams: ExtraTeams::either(bits & 2 != 0),
            seats: SeatsGiven::either(bits & 4 != 0),
        }
    }
}

impl fmt::Display for Dialect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_differences(f, self.answers(), Self::default().answers())
    }
}

impl FromStr for Dialect {
    type Err = ParseDialectError;

    /// Parses `KEY=VALUE` pairs with commas between. A key that is absent keeps its default.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut dialect = Self::default();

        for (key, value) in pairs(text) {
            dialect.set(key, value)?;
        }
        Ok(dialect)
    }
}

/// Writes the `KEY=VALUE` pairs that differ from the defaults.
pub(crate) fn write_differences(
    f: &mut fmt::Formatter<'_>,
    answers: impl Iterator<Item = (&'static str, &'static str)>,
    defaults: impl Iterator<Item = (&'static str, &'static str)>,
) -> fmt::Result {
    let mut separator = "";

    for ((key, word), (_, default)) in answers.zip(defaults) {
        if word != default {
            write!(f, "{separator}{key}={word}")?;
            separator = ",";
        }
    }
    Ok(())
}

/// Splits a text into its `KEY=VALUE` pairs. A key without `=` has an empty value.
pub(crate) fn pairs(text: &str) -> impl Iterator<Item = (&str, &str)> {
    text.split(',')
        .map(str::trim)
        .filter(|pair| !pair.is_empty())
        .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
        .map(|(key, value)| (key.trim(), value.trim()))
}

/// A text that is not a [`Dialect`].
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("{reason}")]
pub struct ParseDialectError {
    reason: String,
}

impl ParseDialectError {
    fn unknown_key(key: &str) -> Self {
        let [role, teams, seats] = Dialect::KEYS;
        Self {
            reason: format!(
                "the adapter has no dialect key {key:?}. Its keys are {role}, {teams} and {seats}; remove any other"
            ),
        }
    }

    fn value(key: &str, value: &str) -> Self {
        Self {
            reason: format!("dialect key {key:?} does not take the value {value:?}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_default_is_the_best_supported_answer() {
        assert_eq!(Dialect::default().to_string(), "");
        let answers: Vec<_> = Dialect::default().answers().collect();
        assert_eq!(
            answers,
            [
                ("role", "wiped"),
                ("teams", "additive"),
                ("seats", "additive")
            ]
        );
    }

    #[test]
    fn every_dialect_survives_its_own_text() {
        let all: Vec<Dialect> = Dialect::all().collect();
        assert_eq!(all.len(), 8);

        for dialect in all {
            assert_eq!(dialect.to_string().parse(), Ok(dialect));
        }
    }

    #[test]
    fn errors_name_unknown_keys_and_values() {
        let error = "rolle=kept".parse::<Dialect>().unwrap_err();
        assert!(error.to_string().contains("rolle"));
        let error = "role=gone".parse::<Dialect>().unwrap_err();
        assert!(error.to_string().contains("gone"));
        assert!("role".parse::<Dialect>().is_err());
        assert_eq!(
            " , role = kept ,".parse::<Dialect>().unwrap().omitted_role,
            OmittedRole::Kept
        );
    }

    #[test]
    fn keys_of_the_emulated_account_are_refused_with_the_keys_to_use() {
        let error = "role=kept,list=bare".parse::<Dialect>().unwrap_err();
        assert_eq!(
            error.to_string(),
            "the adapter has no dialect key \"list\". Its keys are role, teams and seats; remove any other"
        );
    }
}
