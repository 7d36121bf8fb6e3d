//! The behavior of the emulated account on every point where reports about HubSpot differ, are few, or are missing.

mod answers;
mod combinations;

use std::fmt;
use std::str::FromStr;

pub use self::answers::{
    Activation, CrmRowAfterRemoval, DeactivatedCreation, DefaultMember, EmailLookup, ListRows,
    PaidRoleRefusal, RateHeaders, Reach, RefusalBody, RetryAfter, StoredEmail, SuperAdminRefusal,
    TeamRemoval, Timing, WriteOutcome,
};
use crate::dialect::{Dialect, pairs, write_differences};

/// Declares [`Behavior`] with the key of each field.
macro_rules! behavior {
    (
        $(#[$doc:meta])*
        pub struct Behavior { $( $(#[$field_doc:meta])* $field:ident: $type:ident = $key:literal, )* }
    ) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
        #[non_exhaustive]
        pub struct Behavior {
            /// The three answers that the adapter can make use of.
            pub dialect: Dialect,
            $( $(#[$field_doc])* pub $field: $type, )*
        }

        impl Behavior {
            const OWN_KEYS: [&str; [$($key),*].len()] = [$($key),*];

            /// Returns every key with the word for its answer, those of the [`Dialect`] first.
            pub fn answers(&self) -> impl Iterator<Item = (&'static str, &'static str)> {
                self.dialect.answers().chain([$( ($key, self.$field.word()) ),*])
            }

            /// Sets the answer of one key.
            ///
            /// # Errors
            ///
            /// If the key is not one of [`keys`](Self::keys), or does not take the value.
            pub fn set(&mut self, key: &str, value: &str) -> Result<(), ParseBehaviorError> {
                let is_known = match key {
                    $( $key => $type::parse(value).map(|answer| self.$field = answer), )*
                    key if Dialect::KEYS.contains(&key) => self.dialect.set(key, value).ok(),
                    _ => return Err(ParseBehaviorError::unknown_key(key)),
                };
                is_known.ok_or_else(|| ParseBehaviorError::value(key, value))
            }

            /// Gives the keys of the set bits, from the lowest, their second answer.
            const fn of_bits(bits: u32) -> Self {
                let dialect = Dialect::of_bits(bits);
                let bits = bits >> Dialect::KEYS.len();
                $(
                    let $field = $type::either(bits & 1 == 1);
                    let bits = bits >> 1;
                )*
                let _ = bits;
                Self { dialect, $($field),* }
            }
        }
    };
}

behavior! {
    /// The answers of the emulated account, one for each point on which HubSpot's behavior is not certain.
    ///
    /// The default is the best-supported answer, or the milder one without evidence. The text form
    /// names only the keys that differ from it. The examples and the tests of this workspace start
    /// emulated accounts with it: [`EmulatorBuilder::behavior`](super::EmulatorBuilder::behavior).
    ///
    /// # Examples
    ///
    /// ```
    /// use hubspot_adapter::dialect::OmittedRole;
    /// use hubspot_adapter::emulator::Behavior;
    /// use hubspot_adapter::emulator::behavior::ListRows;
    ///
    /// let behavior: Behavior = "role=kept,list=bare,email=folded".parse()?;
    /// assert_eq!(behavior.dialect.omitted_role, OmittedRole::Kept);
    /// assert_eq!(behavior.list, ListRows::Bare);
    /// assert_eq!(behavior.to_string(), "role=kept,list=bare");
    /// # Ok::<(), hubspot_adapter::emulator::ParseBehaviorError>(())
    /// ```
    pub struct Behavior {
        /// Whether HubSpot takes an invited person's name at once (`docs/evidence.md`, H6, H11).
        activation: Activation = "activation",
        /// The fields of a row of the user list (`docs/evidence.md`, H12, Q6).
        list: ListRows = "list",
        /// The time at which a removed user leaves the user list; single reads know at once
        /// (`docs/evidence.md`, H16, H17).
        removal_in_list: Timing = "removed",
        /// The time at which a created user enters the user list; single reads know at once
        /// (`docs/evidence.md`, H17).
        creation_in_list: Timing = "created",
        /// The time at which a created user has a CRM row. A late row appears some requests after
        /// the first sign-in (`docs/evidence.md`, H44).
        crm_row: Timing = "crm",
        /// Whether the CRM row outlives the membership (`docs/evidence.md`, H45).
        crm_row_after_removal: CrmRowAfterRemoval = "crm-removed",
        /// The time at which a CRM search knows of a write. If late, the first search after a write
        /// still finds the state before it (`docs/evidence.md`, H46).
        search_index: Timing = "search",
        /// The time at which a removal frees the seat. If late, the first POST of the same user is
        /// refused: [no seat is available](crate::client::NO_SEAT_AVAILABLE) (`docs/evidence.md`, H7).
        freed_seat: Timing = "freed-seat",
        /// Whether a read finds a deactivated user, by id and by address (`docs/evidence.md`, H27, Q5).
        deactivated_read: Reach = "deactivated-get",
        /// Whether HubSpot carries out a PUT to a deactivated user (`docs/evidence.md`, H27, Q5).
        deactivated_update: WriteOutcome = "deactivated-put",
        /// Whether HubSpot removes a deactivated user (`docs/evidence.md`, H27, Q5).
        deactivated_removal: WriteOutcome = "deactivated-delete",
        /// The answer to a POST of a deactivated user (`docs/evidence.md`, H19, Q4).
        deactivated_creation: DeactivatedCreation = "deactivated-post",
        /// Whether the look-up by address ignores case (`docs/evidence.md`, H25, Q7).
        email_lookup: EmailLookup = "email",
        /// The form in which HubSpot stores the address of a new user (`docs/evidence.md`, H25, Q7).
        email_stored: StoredEmail = "email-stored",
        /// The status that refuses a PUT to a super admin, or their removal (`docs/evidence.md`, H2, Q8).
        super_admin_refusal: SuperAdminRefusal = "super-admin",
        /// Whether HubSpot removes a super admin (`docs/evidence.md`, H2, Q8).
        super_admin_removal: WriteOutcome = "super-admin-delete",
        /// The status that refuses a permission set with a paid seat to a token without
        /// [`BILLING_SCOPE`](crate::client::BILLING_SCOPE) (`docs/evidence.md`, H29, Q3).
        paid_role_refusal: PaidRoleRefusal = "paid-role",
        /// The body of a 409 (`docs/evidence.md`, H19, Q4).
        conflict_body: RefusalBody = "conflict",
        /// The body of a 404 about a user (`docs/evidence.md`, H36).
        absent_body: RefusalBody = "absent",
        /// Whether the team's side can remove a member (`docs/evidence.md`, H47, Q1).
        team_removal: TeamRemoval = "team-removal",
        /// The effect of a new main member who already has a main team (`docs/evidence.md`, H48, Q1).
        default_member: DefaultMember = "team-default",
        /// Whether a 429 says when to come back (`docs/evidence.md`, H34, Q11).
        retry_after: RetryAfter = "retry-after",
        /// Whether answers about users carry the headers of the rate limit (`docs/evidence.md`, H33, Q11).
        rate_headers: RateHeaders = "rate-headers",
    }
}

impl Behavior {
    /// Returns the keys, in the order of [`answers`](Self::answers).
    pub fn keys() -> impl Iterator<Item = &'static str> {
        Dialect::KEYS.into_iter().chain(Self::OWN_KEYS)
    }
}

impl From<Dialect> for Behavior {
    /// Takes the defaults for everything else.
    fn from(dialect: Dialect) -> Self {
        Self {
            dialect,
            ..Self::default()
        }
    }
}

impl fmt::Display for Behavior {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_differences(f, self.answers(), Self::default().answers())
    }
}

impl FromStr for Behavior {
    type Err = ParseBehaviorError;

    /// Parses `KEY=VALUE` pairs with commas between. A key that is absent keeps its default.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut behavior = Self::default();

        for (key, value) in pairs(text) {
            behavior.set(key, value)?;
        }
        Ok(behavior)
    }
}

/// A text that is not a [`Behavior`].
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("{reason}")]
pub struct ParseBehaviorError {
    reason: String,
}

impl ParseBehaviorError {
    fn unknown_key(key: &str) -> Self {
        Self {
            reason: format!("the emulated account has no key {key:?}"),
        }
    }

    pub(super) fn value(key: &str, value: &str) -> Self {
        Self {
            reason: format!("key {key:?} does not take the value {value:?}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_default_is_the_best_supported_answer() {
        assert_eq!(Behavior::default().to_string(), "");
        let answers: Vec<_> = Behavior::default().answers().take(5).collect();
        assert_eq!(
            answers,
            [
                ("role", "wiped"),
                ("teams", "additive"),
                ("seats", "additive"),
                ("activation", "immediate"),
                ("list", "full")
            ]
        );
    }

    #[test]
    fn every_behavior_survives_its_own_text() {
        for behavior in Behavior::neighbors()
            .chain(Behavior::pairwise())
            .chain(Behavior::main_combinations())
        {
            assert_eq!(behavior.to_string().parse(), Ok(behavior));
        }
    }

    #[test]
    fn errors_name_unknown_keys_and_values() {
        let error = "liste=bare".parse::<Behavior>().unwrap_err();
        assert_eq!(
            error.to_string(),
            "the emulated account has no key \"liste\""
        );
        for refused in ["list=gone", "role=gone", "list", "role"] {
            let error = refused.parse::<Behavior>().unwrap_err();
            let (key, value) = refused.split_once('=').unwrap_or((refused, ""));
            assert_eq!(error, ParseBehaviorError::value(key, value));
        }
    }
}
