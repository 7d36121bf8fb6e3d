//! The two answers to each question about which the reports differ, are few, or are none.

use std::fmt;

/// The answers to one question, with the words that say them, the default first.
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

            pub(super) const fn either(second: bool) -> Self {
                if second { Self::$second } else { Self::$first }
            }

            pub(super) const fn word(self) -> &'static str {
                match self {
                    Self::$first => $first_word,
                    Self::$second => $second_word,
                }
            }

            pub(super) fn parse(word: &str) -> Option<Self> {
                match word {
                    $first_word => Some(Self::$first),
                    $second_word => Some(Self::$second),
                    _ => None,
                }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.word())
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
    /// Two measurements on a free account: not before, see
    /// [`USER_NOT_ON_ANY_HUBS`](super::USER_NOT_ON_ANY_HUBS). Whether names sent at creation are
    /// kept, nobody says; where a new person waits, they are not. A person active in any other
    /// account of HubSpot's is active already (`docs/evidence.md`, H6, H11).
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

choice! {
    /// What a PUT with `seatNames` does to the seats held.
    ///
    /// Nobody says; the default is what the teams do. Under either answer [`CLEARED_SEATS`](super::CLEARED_SEATS) takes all seats
    /// away, by analogy with the teams (`docs/evidence.md`, H43).
    SeatsGiven {
        /// The seats are added to those held.
        Additive = "additive",
        /// The seats become those held.
        Replacing = "replacing",
    }
}

choice! {
    /// When something that a write brings about is seen.
    Timing {
        /// With the answer to the write.
        AtOnce = "at-once",
        /// Some requests later.
        Late = "late",
    }
}

choice! {
    /// Whether the CRM row outlives the membership: one report for each (`docs/evidence.md`, H45).
    CrmRowAfterRemoval {
        /// It stays, with its properties.
        Kept = "kept",
        /// It goes, and with it the properties.
        Gone = "gone",
    }
}

choice! {
    /// Whether a user is there for a read.
    Reach {
        /// As any other user.
        Found = "found",
        /// 404.
        Absent = "absent",
    }
}

choice! {
    /// Whether a write is carried out.
    Taken {
        /// As for any other user.
        Taken = "taken",
        /// 400, or as another key says; nothing changes.
        Refused = "refused",
    }
}

choice! {
    /// What a POST of a user deactivated by hand does (`docs/evidence.md`, H19).
    DeactivatedCreation {
        /// 409: the user is still a member.
        Conflict = "conflict",
        /// 201: the user is active again, and is what the POST says.
        Revived = "revived",
    }
}

choice! {
    /// Whether the look-up by address minds letter case (`docs/evidence.md`, H25).
    Cased {
        /// Any letter case finds the user.
        Folded = "folded",
        /// Only the stored one does.
        Exact = "exact",
    }
}

choice! {
    /// How the address of a new user is stored (`docs/evidence.md`, H25).
    StoredEmail {
        /// As it was sent.
        AsSent = "as-sent",
        /// In lower case.
        LowerCase = "lower-case",
    }
}

choice! {
    /// How a PUT to a super admin is refused (`docs/evidence.md`, H2).
    SuperAdminRefusal {
        /// 400.
        Invalid = "invalid",
        /// 403, which is about no scope.
        Forbidden = "forbidden",
    }
}

choice! {
    /// How a permission set with a paid seat is refused to a token without the billing scope.
    ///
    /// The documentation names the scope; one client got a 400 that names it in its text
    /// (`docs/evidence.md`, H29).
    PaidRoleRefusal {
        /// 403 with the scope in its place.
        Forbidden = "forbidden",
        /// 400 with the scope in the text.
        Invalid = "invalid",
    }
}

choice! {
    /// What a refusal says besides its status. Every field is optional (`docs/evidence.md`, H36).
    RefusalBody {
        /// A message, a category and a correlation id.
        Told = "told",
        /// Nothing.
        Empty = "empty",
    }
}

choice! {
    /// Whether `DELETE …/teams/…/members/…` is there (`docs/evidence.md`, H47).
    TeamRemoval {
        /// It removes the member.
        Works = "works",
        /// 404, and nothing changes.
        Missing = "missing",
    }
}

choice! {
    /// What adding a main member does to who has another main team (`docs/evidence.md`, H48).
    DefaultMember {
        /// The team becomes the main team.
        Moves = "moves",
        /// The team becomes an extra team, as in HubSpot's own pages.
        Extra = "extra",
    }
}

choice! {
    /// Whether a 429 has `Retry-After`; the usage guidelines name none (`docs/evidence.md`, H34).
    RetryAfter {
        /// It has not.
        Absent = "absent",
        /// It has, in seconds.
        Sent = "sent",
    }
}

choice! {
    /// Whether the answers about users have the headers of the rate limit (`docs/evidence.md`, H33).
    RateHeaders {
        /// They have.
        Sent = "sent",
        /// They have not.
        Absent = "absent",
    }
}

choice! {
    /// What a page of more rows than [`PAGE_LIMIT`](super::PAGE_LIMIT) is answered with
    /// (`docs/evidence.md`, H5).
    OversizedPage {
        /// That many rows.
        Clamped = "clamped",
        /// 400.
        Refused = "refused",
    }
}
