//! Every quirk of HubSpot's user API that this crate rests on, one named rule each.
//!
//! Who observed it, how often, and where it is published: `docs/evidence.md`, the rows that each rule names.
//!
//! Rules that HubSpot's documentation or two independent measurements agree on are constants.
//! What was measured once, or is reported both ways, is a field of [`Dialect`], so that the
//! planner is tested under either answer and the emulated account can play either.

mod answers;
mod combine;
mod limits;
mod scopes;
mod words;

use std::fmt;
use std::str::FromStr;

pub use self::answers::{
    Activation, Cased, CrmRowAfterRemoval, DeactivatedCreation, DefaultMember, ExtraTeams,
    ListRows, OmittedRole, OversizedPage, PaidRoleRefusal, RateHeaders, Reach, RefusalBody,
    RetryAfter, SeatsGiven, StoredEmail, SuperAdminRefusal, Taken, TeamRemoval, Timing,
};

pub use self::limits::{
    BURST_INTERVAL, BURST_INTERVAL_HEADER, BURST_LEFT_HEADER, BURST_LIMIT_HEADER, LOCKED_WAIT,
    MIGRATING, PAGE_LIMIT, SEARCH_LENGTH, SEARCH_PAGE_LIMIT, SEARCH_VALUES, SEARCHES_PER_SECOND,
    SECONDLY_INTERVAL, SMALLEST_BURST_LIMIT,
};
pub use self::scopes::BILLING_SCOPE;
pub(crate) use self::scopes::{
    READ_ACCOUNT, READ_ROWS, READ_SEATS, READ_TEAMS, READ_USERS, WRITE_ROWS, WRITE_TEAMS,
    WRITE_USERS,
};
pub use self::words::{
    MISSING_SCOPES, NEEDED_SCOPES, NO_SEAT_AVAILABLE, ROLES_UNAVAILABLE, USER_NOT_ON_ANY_HUBS,
    is_about_scopes, is_billing_scope, is_daily_limit, is_secondly_limit,
};

/// The name of the role that no API call grants.
///
/// `superAdmin` is read-only and the role is not among the permission sets (`/roles`); other
/// products add a synthetic entry for it (`docs/evidence.md`, H1).
pub const SUPER_ADMIN: &str = "Super Admin";

/// Whether a name is that of [`SUPER_ADMIN`], in whatever letter case.
///
/// Names of permission sets count letter by letter; whoever writes this one differently means it all the same.
#[must_use]
pub fn is_super_admin(name: &str) -> bool {
    name.trim().eq_ignore_ascii_case(SUPER_ADMIN)
}

/// The id that takes a team away.
///
/// `primaryTeamId: ""` clears the main team and `secondaryTeamIds: [""]` all extra teams. `null`
/// and `[]` are answered with 200 and change nothing; `["", id]` is a 400. Measured on one paid
/// account in October 2026, on a numbered and on a dated path (`docs/evidence.md`, H3).
pub const CLEARED_TEAM: &str = "";

/// The only entry of `seatNames` that takes all seats away, by analogy with [`CLEARED_TEAM`];
/// nobody has tried (`docs/evidence.md`, H43).
pub const CLEARED_SEATS: &str = "";

/// How many permission sets can be written: one.
///
/// Several can be given in HubSpot's own pages and are read as `roleIds`, but any PUT collapses
/// them to one, even one that sends `roleId`; sending `roleIds` does not help. Reported in
/// HubSpot's community and never contradicted (`docs/evidence.md`, H4).
pub const WRITABLE_ROLES: usize = 1;

/// Whether HubSpot, which may take the blanks off the ends of a text, holds a text as it was sent.
///
/// Nobody has measured it; text fields of HubSpot's own pages do so. A planner that minded the blanks would send the same
/// name in every cycle (`docs/evidence.md`, H13).
#[must_use]
pub(crate) fn is_held_as(held: &str, sent: &str) -> bool {
    held.trim() == sent.trim()
}

/// A dialect's fields, each with its key.
macro_rules! dialect {
    (
        $(#[$doc:meta])*
        pub struct Dialect { $( $(#[$field_doc:meta])* $field:ident: $type:ident = $key:literal, )* }
    ) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
        #[non_exhaustive]
        pub struct Dialect {
            $( $(#[$field_doc])* pub $field: $type, )*
        }

        impl Dialect {
            /// The keys, in the order of [`answers`](Self::answers).
            pub const KEYS: [&str; [$($key),*].len()] = [$($key),*];

            /// Every key with the word that says its answer.
            pub fn answers(&self) -> impl Iterator<Item = (&'static str, &'static str)> {
                [$( ($key, self.$field.word()) ),*].into_iter()
            }

            /// Sets what one `KEY=VALUE` says.
            ///
            /// # Errors
            ///
            /// Where the key is not one of [`KEYS`](Self::KEYS), or does not take the value.
            pub fn set(&mut self, key: &str, value: &str) -> Result<(), ParseDialectError> {
                let unknown_value = || ParseDialectError::value(key, value);
                match key {
                    $( $key => self.$field = $type::parse(value).ok_or_else(unknown_value)?, )*
                    _ => return Err(ParseDialectError::key(key)),
                }
                Ok(())
            }

            /// The dialect in which the keys of the set bits, counted from the lowest, have their
            /// second answer and the others the default.
            const fn of_bits(bits: u32) -> Self {
                $(
                    let $field = $type::either(bits & 1 == 1);
                    let bits = bits >> 1;
                )*
                let _ = bits;
                Self { $($field),* }
            }
        }
    };
}

dialect! {
    /// What HubSpot does about the points on which the reports differ, are few, or are none.
    ///
    /// The default is what the best evidence says, or the milder answer where there is none. A planner
    /// that never relies on an answer is right under every dialect. Its text names the keys that
    /// differ from the default.
    ///
    /// # Examples
    ///
    /// ```
    /// use hubspot_adapter::dialect::{Dialect, ExtraTeams, OmittedRole};
    ///
    /// let dialect: Dialect = "role=kept,teams=replacing,list=full".parse()?;
    /// assert_eq!(dialect.omitted_role, OmittedRole::Kept);
    /// assert_eq!(dialect.extra_teams, ExtraTeams::Replacing);
    /// assert_eq!(dialect.to_string(), "role=kept,teams=replacing");
    /// # Ok::<(), hubspot_adapter::dialect::ParseDialectError>(())
    /// ```
    pub struct Dialect {
        /// What a PUT without `roleId` does to the role (`docs/evidence.md`, H9, Q2).
        omitted_role: OmittedRole = "role",
        /// What a PUT with `secondaryTeamIds` does to the extra teams (`docs/evidence.md`, H10, Q1).
        extra_teams: ExtraTeams = "teams",
        /// Whether an invited person counts as active at once (`docs/evidence.md`, H6, H11).
        activation: Activation = "activation",
        /// What a row of the user list holds (`docs/evidence.md`, H12, Q6).
        list: ListRows = "list",
        /// What a PUT with `seatNames` does to the seats held (`docs/evidence.md`, H43, Q3).
        seats: SeatsGiven = "seats",
        /// When a removed user leaves the user list; reads know at once (`docs/evidence.md`, H16, H17).
        removal_in_list: Timing = "removed",
        /// When a created user enters the user list; reads know at once (`docs/evidence.md`, H17).
        creation_in_list: Timing = "created",
        /// When a created user has a CRM row. Late, they have none before they first sign in, and
        /// then it takes a while (`docs/evidence.md`, H44).
        crm_row: Timing = "crm",
        /// Whether the CRM row outlives the membership (`docs/evidence.md`, H45).
        crm_row_after_removal: CrmRowAfterRemoval = "crm-removed",
        /// When a CRM search knows what was written. Late, the first search after a write still sees what
        /// was there before (`docs/evidence.md`, H46).
        search_index: Timing = "search",
        /// When a removal frees the seat. Late, the first try to create the same user again finds
        /// [none available](NO_SEAT_AVAILABLE) (`docs/evidence.md`, H7).
        freed_seat: Timing = "freed-seat",
        /// Whether a read finds a user deactivated by hand, by id and by address (`docs/evidence.md`, H27, Q5).
        deactivated_read: Reach = "deactivated-get",
        /// Whether a PUT to a user deactivated by hand is taken (`docs/evidence.md`, H27, Q5).
        deactivated_update: Taken = "deactivated-put",
        /// Whether a user deactivated by hand can be removed (`docs/evidence.md`, H27, Q5).
        deactivated_removal: Taken = "deactivated-delete",
        /// What a POST of a user deactivated by hand does (`docs/evidence.md`, H19, Q4).
        deactivated_creation: DeactivatedCreation = "deactivated-post",
        /// Whether the look-up by address minds letter case (`docs/evidence.md`, H25, Q7).
        email_lookup: Cased = "email",
        /// How the address of a new user is stored (`docs/evidence.md`, H25, Q7).
        email_stored: StoredEmail = "email-stored",
        /// How a PUT to a super admin is refused, and a removal where it is (`docs/evidence.md`, H2, Q8).
        super_admin_refusal: SuperAdminRefusal = "super-admin",
        /// Whether a super admin can be removed (`docs/evidence.md`, H2, Q8).
        super_admin_removal: Taken = "super-admin-delete",
        /// How a permission set with a paid seat is refused to a token without
        /// [`BILLING_SCOPE`] (`docs/evidence.md`, H29, Q3).
        paid_role_refusal: PaidRoleRefusal = "paid-role",
        /// What a 409 says (`docs/evidence.md`, H19, Q4).
        conflict_body: RefusalBody = "conflict",
        /// What a 404 about a user says (`docs/evidence.md`, H36).
        absent_body: RefusalBody = "absent",
        /// Whether a member can be removed from the side of the team (`docs/evidence.md`, H47, Q1).
        team_removal: TeamRemoval = "team-removal",
        /// What adding a main member does to who has another main team (`docs/evidence.md`, H48, Q1).
        default_member: DefaultMember = "team-default",
        /// Whether a 429 says when to come back (`docs/evidence.md`, H34, Q11).
        retry_after: RetryAfter = "retry-after",
        /// Whether the answers about users tell the rate limit (`docs/evidence.md`, H33, Q11).
        rate_headers: RateHeaders = "rate-headers",
        /// What a page of more than [`PAGE_LIMIT`] rows is answered with (`docs/evidence.md`, H5, Q6).
        oversized_page: OversizedPage = "page-limit",
    }
}

impl fmt::Display for Dialect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut separator = "";
        for ((key, word), (_, default)) in self.answers().zip(Self::default().answers()) {
            if word != default {
                write!(f, "{separator}{key}={word}")?;
                separator = ",";
            }
        }
        Ok(())
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
        assert_eq!(Dialect::default().to_string(), "");
        let said: Vec<_> = Dialect::default().answers().take(4).collect();
        assert_eq!(
            said,
            [
                ("role", "wiped"),
                ("teams", "additive"),
                ("activation", "immediate"),
                ("list", "full")
            ]
        );
    }

    #[test]
    fn every_dialect_survives_its_own_text() {
        for dialect in Dialect::neighbours()
            .chain(Dialect::pairwise())
            .chain(Dialect::all())
        {
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
