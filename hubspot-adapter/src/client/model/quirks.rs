//! HubSpot's rules for the values of a user, on which documentation or two measurements agree.

/// The name of the role that no API call grants.
///
/// `superAdmin` is read-only, and `/roles` does not list the role. Other products add a synthetic
/// entry for it (`docs/evidence.md`, H1).
pub(crate) const SUPER_ADMIN: &str = "Super Admin";

/// The id that clears a team.
///
/// `primaryTeamId: ""` clears the main team and `secondaryTeamIds: [""]` all extra teams. HubSpot
/// answers 200 to `null` and `[]` and changes nothing; it answers 400 to `["", id]`. Measured on one
/// paid account in October 2026, on a numbered and on a dated path (`docs/evidence.md`, H3).
pub const CLEARED_TEAM: &str = "";

/// The only entry of `seatNames` that takes all seats away, by analogy with [`CLEARED_TEAM`].
/// Nobody has tried it (`docs/evidence.md`, H43).
pub const CLEARED_SEATS: &str = "";

/// The number of permission sets that the API can write.
///
/// HubSpot's own pages give several, and `roleIds` shows them. Any PUT leaves one, even a PUT with
/// `roleId`, and `roleIds` in the PUT does not help. Reported in HubSpot's community and never
/// contradicted (`docs/evidence.md`, H4).
pub(crate) const WRITABLE_ROLES: usize = 1;

/// Returns whether a name is [`SUPER_ADMIN`], in any letter case.
///
/// HubSpot tells the names of permission sets apart by case; this one has no such neighbor.
pub(crate) fn is_super_admin(name: &str) -> bool {
    name.trim().eq_ignore_ascii_case(SUPER_ADMIN)
}

/// Returns whether the text in HubSpot is the text that was sent, blanks at the ends aside.
///
/// HubSpot may trim them, as the text fields of its own pages do; nobody has measured it. A
/// comparison with the blanks would send the same name in every cycle (`docs/evidence.md`, H13).
pub(crate) fn is_held_as(held: &str, sent: &str) -> bool {
    held.trim() == sent.trim()
}
