//! Every quirk of HubSpot's user API that this crate rests on, one named rule each.
//!
//! Who observed it, how often, and where it is published: `docs/evidence.md`, the rows that each rule names.
//!
//! Rules that HubSpot's documentation or two independent measurements agree on are constants.
//! What was measured once, or is reported both ways, is a field of [`Dialect`], so that the
//! planner is tested under either answer and the emulated account can play either.

use std::fmt;
use std::str::FromStr;

/// The name of the role that no API call grants.
///
/// `superAdmin` is read-only and the role is not among the permission sets (`/roles`); other
/// products add a synthetic entry for it (`docs/evidence.md`, H1).
pub const SUPER_ADMIN: &str = "Super Admin";

/// The id that takes a team away.
///
/// `primaryTeamId: ""` clears the main team and `secondaryTeamIds: [""]` all extra teams. `null`
/// and `[]` are answered with 200 and change nothing; `["", id]` is a 400. Measured on one paid
/// account in October 2026, on a numbered and on a dated path (`docs/evidence.md`, H3).
pub const CLEARED_TEAM: &str = "";

/// How many permission sets can be written: one.
///
/// Several can be given in HubSpot's own pages and are read as `roleIds`, but any PUT collapses
/// them to one, even one that sends `roleId`; sending `roleIds` does not help. Reported in
/// HubSpot's community and never contradicted (`docs/evidence.md`, H4).
pub const WRITABLE_ROLES: usize = 1;

/// The page size that every known client uses; neither a default nor a maximum is documented
/// (`docs/evidence.md`, H5).
pub const PAGE_LIMIT: u16 = 100;

/// What HubSpot says when the name of a person is changed who never logged in.
///
/// Two measurements on a free account: 400 with this code somewhere in the nested text
/// (`docs/evidence.md`, H6).
pub const USER_NOT_ON_ANY_HUBS: &str = "USER_NOT_ON_ANY_HUBS";

/// What HubSpot says when no seat is free for the role.
///
/// Also transient: a person re-created right after their removal got it, and then did not
/// (`docs/evidence.md`, H7).
pub const NO_SEAT_AVAILABLE: &str = "NO_SEAT_AVAILABLE_FOR_ROLE_COMBINATION";

/// What `/roles` says, with a 400 and not with an empty list, in an account without permission
/// sets. Measured on a free account (`docs/evidence.md`, H8).
pub const ROLES_UNAVAILABLE: &str = "Account doesn't have access to roles";

/// What HubSpot does about the points on which the reports differ or are few.
///
/// The default is what the best evidence says. A planner that never relies on the milder
/// answer is right under every dialect.
///
/// # Examples
///
/// ```
/// use hubspot_adapter::dialect::{Dialect, ExtraTeams, OmittedRole};
///
/// let dialect: Dialect = "role=kept,teams=replacing".parse()?;
/// assert_eq!(dialect.omitted_role, OmittedRole::Kept);
/// assert_eq!(dialect.extra_teams, ExtraTeams::Replacing);
/// assert_eq!(dialect.to_string(), "role=kept,teams=replacing,activation=immediate,list=full");
/// # Ok::<(), hubspot_adapter::dialect::ParseDialectError>(())
/// ```
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub struct Dialect {
    /// Key `role`: what a PUT without `roleId` does to the role.
    pub omitted_role: OmittedRole,
    /// Key `teams`: what a PUT with `secondaryTeamIds` does to the extra teams.
    pub extra_teams: ExtraTeams,
    /// Key `activation`: whether an invited person counts as active at once.
    pub activation: Activation,
    /// Key `list`: what a row of the user list holds.
    pub list: ListRows,
}

/// A key of a dialect with the words it takes.
macro_rules! choice {
    (
        $(#[$doc:meta])*
        $name:ident { $(#[$first_doc:meta])* $first:ident = $first_word:literal,
                      $(#[$second_doc:meta])* $second:ident = $second_word:literal, }
    ) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
        #[expect(clippy::exhaustive_enums, reason = "a measured question has two answers")]
        pub enum $name {
            $(#[$first_doc])* #[default] $first,
            $(#[$second_doc])* $second,
        }

        impl $name {
            /// Every answer, for tests that must hold under each.
            pub const ALL: [Self; 2] = [Self::$first, Self::$second];

            fn parse(word: &str) -> Option<Self> {
                match word {
                    $first_word => Some(Self::$first),
                    $second_word => Some(Self::$second),
                    _ => None,
                }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(match self {
                    Self::$first => $first_word,
                    Self::$second => $second_word,
                })
            }
        }
    };
}

choice! {
    /// What a PUT without `roleId` does to the role.
    ///
    /// An identity-governance product codes for the loss, one of them revokes roles by an empty
    /// PUT, and one report of a paid account agrees. HubSpot's guide to the dated API has one send
    /// the changed fields only. So the role is always sent (`docs/evidence.md`, H9).
    OmittedRole {
        /// The role is taken away.
        Wiped = "wiped",
        /// The role stays.
        Kept = "kept",
    }
}

choice! {
    /// What a PUT with `secondaryTeamIds` does to the extra teams.
    ///
    /// One paid account, October 2026: the list is added to what is there, and a shorter list
    /// removes nothing. The documentation reads as if it were the new list (`docs/evidence.md`, H10).
    ExtraTeams {
        /// The teams are added to those already there.
        Additive = "additive",
        /// The teams become the extra teams.
        Replacing = "replacing",
    }
}

choice! {
    /// Whether an invited person's name can be written before they first log in.
    ///
    /// Two measurements on a free account: not before, see [`USER_NOT_ON_ANY_HUBS`]. Whether names
    /// sent at creation are kept, nobody says; where a new person waits, they are not. A person
    /// active in any other account of HubSpot's is active already (`docs/evidence.md`, H6, H11).
    Activation {
        /// Everyone counts as active at once.
        Immediate = "immediate",
        /// A new person waits, and names are refused meanwhile.
        Waits = "waits",
    }
}

choice! {
    /// What a row of the user list holds.
    ///
    /// The schema says everything. One paid account, October 2026: id, e-mail, names and roles
    /// only; teams came from the single read alone (`docs/evidence.md`, H12).
    ListRows {
        /// Everything a single read holds.
        Full = "full",
        /// No teams and no seats.
        Bare = "bare",
    }
}

impl Dialect {
    /// Every combination, for tests that must hold under each.
    pub fn all() -> impl Iterator<Item = Self> {
        OmittedRole::ALL.into_iter().flat_map(|omitted_role| {
            ExtraTeams::ALL.into_iter().flat_map(move |extra_teams| {
                Activation::ALL.into_iter().flat_map(move |activation| {
                    ListRows::ALL.into_iter().map(move |list| Self {
                        omitted_role,
                        extra_teams,
                        activation,
                        list,
                    })
                })
            })
        })
    }

    /// Sets what one `KEY=VALUE` says.
    ///
    /// # Errors
    ///
    /// Where the key is not one of `role`, `teams`, `activation`, `list`, or does not take the
    /// value.
    pub fn set(&mut self, key: &str, value: &str) -> Result<(), ParseDialectError> {
        let unknown_value = || ParseDialectError::value(key, value);
        match key {
            "role" => self.omitted_role = OmittedRole::parse(value).ok_or_else(unknown_value)?,
            "teams" => self.extra_teams = ExtraTeams::parse(value).ok_or_else(unknown_value)?,
            "activation" => self.activation = Activation::parse(value).ok_or_else(unknown_value)?,
            "list" => self.list = ListRows::parse(value).ok_or_else(unknown_value)?,
            _ => return Err(ParseDialectError::key(key)),
        }
        Ok(())
    }
}

impl fmt::Display for Dialect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "role={},teams={},activation={},list={}",
            self.omitted_role, self.extra_teams, self.activation, self.list
        )
    }
}

impl FromStr for Dialect {
    type Err = ParseDialectError;

    /// Parses `KEY=VALUE` pairs separated by commas; what is not named keeps its default.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut dialect = Self::default();
        for (key, value) in pairs(text) {
            dialect.set(key, value?)?;
        }
        Ok(dialect)
    }
}

/// The `KEY=VALUE` pairs of a comma-separated text, blanks and empty parts aside.
pub(crate) fn pairs(text: &str) -> impl Iterator<Item = (&str, Result<&str, ParseDialectError>)> {
    text.split(',')
        .map(str::trim)
        .filter(|pair| !pair.is_empty())
        .map(|pair| match pair.split_once('=') {
            Some((key, value)) => (key.trim(), Ok(value.trim())),
            None => (pair, Err(ParseDialectError::value(pair, ""))),
        })
}

/// A dialect text that says nothing known.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("{reason}")]
pub struct ParseDialectError {
    reason: String,
}

impl ParseDialectError {
    pub(crate) fn key(key: &str) -> Self {
        Self {
            reason: format!("unknown dialect key {key:?}"),
        }
    }

    pub(crate) fn value(key: &str, value: &str) -> Self {
        Self {
            reason: format!("dialect key {key:?} does not take the value {value:?}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_default_is_what_the_best_evidence_says() {
        assert_eq!(
            Dialect::default().to_string(),
            "role=wiped,teams=additive,activation=immediate,list=full"
        );
    }

    #[test]
    fn every_dialect_survives_its_own_text() {
        assert_eq!(Dialect::all().count(), 16);
        for dialect in Dialect::all() {
            assert_eq!(dialect.to_string().parse(), Ok(dialect));
        }
    }

    #[test]
    fn unknown_keys_and_values_are_named() {
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
}
