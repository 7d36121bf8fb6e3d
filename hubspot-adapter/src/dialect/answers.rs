//! The answers that a key of the dialect can have.

/// An enum of the two answers to one question, the default first, each with its word in a `KEY=VALUE` text.
macro_rules! answers {
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
            /// Both answers, the default first.
            pub const ALL: [Self; 2] = [Self::$first, Self::$second];

            pub(crate) const fn either(is_second: bool) -> Self {
                if is_second { Self::$second } else { Self::$first }
            }

            pub(crate) const fn word(self) -> &'static str {
                match self {
                    Self::$first => $first_word,
                    Self::$second => $second_word,
                }
            }

            pub(crate) fn parse(word: &str) -> Option<Self> {
                Self::ALL.into_iter().find(|answer| answer.word() == word)
            }
        }

        impl ::std::fmt::Display for $name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                f.write_str(self.word())
            }
        }
    };
}

#[cfg(feature = "emulator")]
pub(crate) use answers;

answers! {
    /// The effect of a PUT without `roleId` on the permission set.
    ///
    /// An identity-governance product codes for the loss, another revokes roles by an empty PUT, and
    /// one report from a paid account agrees. HubSpot's guide to the dated API sends only the
    /// changed fields. The adapter therefore always sends `roleId` (`docs/evidence.md`, H9).
    OmittedRole {
        /// The user loses the permission set.
        Wiped = "wiped",
        /// The user keeps the permission set.
        Kept = "kept",
    }
}

answers! {
    /// The effect of a PUT with `secondaryTeamIds` on the extra teams.
    ///
    /// One paid account, October 2026: HubSpot adds the list to the current teams, and a shorter list
    /// removes nothing. The documentation suggests a new list (`docs/evidence.md`, H10).
    ExtraTeams {
        /// HubSpot adds the teams to the current ones.
        Additive = "additive",
        /// The teams replace the current ones.
        Replacing = "replacing",
    }
}

answers! {
    /// The effect of a PUT with `seatNames` on the seats of the user.
    ///
    /// There is no report. The default follows the teams. Under either answer
    /// [`CLEARED_SEATS`](crate::client::CLEARED_SEATS) takes all seats away, again as for the teams
    /// (`docs/evidence.md`, H43).
    SeatsGiven {
        /// HubSpot adds the seats to the current ones.
        Additive = "additive",
        /// The seats replace the current ones.
        Replacing = "replacing",
    }
}
