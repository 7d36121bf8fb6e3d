//! Pure decisions: from observations to answers.

use hubspot_adapter::client::{BILLING_SCOPE, NO_SEAT_AVAILABLE, USER_NOT_ON_ANY_HUBS, User};
use hubspot_adapter::dialect::{ExtraTeams, OmittedRole, SeatsGiven};
use hubspot_adapter::emulator::behavior::{
    Activation, CrmRowAfterRemoval, DeactivatedCreation, DefaultMember, EmailLookup, ListRows,
    PaidRoleRefusal, RateHeaders, Reach, RefusalBody, RetryAfter, StoredEmail, SuperAdminRefusal,
    TeamRemoval, Timing, WriteOutcome,
};

use crate::report::Trouble;
use crate::settings::Pair;
use crate::wire::Reply;

type Judged<T> = Result<T, Trouble>;

fn unclear<T>(why: &str) -> Judged<T> {
    Err(Trouble::unclear(why))
}

/// The timing of an effect, seen with the answer to the write or not.
pub(crate) fn timing(seen_at_once: bool) -> Timing {
    if seen_at_once {
        Timing::AtOnce
    } else {
        Timing::Late
    }
}

/// The permission set after a PUT without one.
pub(crate) fn omitted_role(role: &str, after: &User) -> Judged<OmittedRole> {
    if after.role_ids.is_empty() {
        Ok(OmittedRole::Wiped)
    } else if after.role_ids == [role] {
        Ok(OmittedRole::Kept)
    } else {
        unclear("the user holds a permission set that the probe did not assign")
    }
}

/// Returns whether the first of a pair stays when a PUT sends a list of the second.
fn stays(pair: &Pair, before: &[String], after: &[String]) -> Judged<bool> {
    let [held, given] = pair;
    if !before.contains(held) {
        return unclear("HubSpot answered 200 to a PUT and assigned nothing");
    }
    if !after.contains(given) {
        return unclear("HubSpot answered 200 to a second PUT and assigned nothing");
    }
    Ok(after.contains(held))
}

pub(crate) fn extra_teams(pair: &Pair, before: &User, after: &User) -> Judged<ExtraTeams> {
    let stays = stays(pair, &before.secondary_team_ids, &after.secondary_team_ids)?;
    Ok(if stays {
        ExtraTeams::Additive
    } else {
        ExtraTeams::Replacing
    })
}

pub(crate) fn seats(pair: &Pair, before: &User, after: &User) -> Judged<SeatsGiven> {
    let stays = stays(pair, &before.seat_names, &after.seat_names)?;
    Ok(if stays {
        SeatsGiven::Additive
    } else {
        SeatsGiven::Replacing
    })
}

/// A PUT of a new user's name, and the user afterwards.
pub(crate) fn activation(put: &Reply, name: &str, after: &User) -> Judged<Activation> {
    if put.says(USER_NOT_ON_ANY_HUBS) {
        return Ok(Activation::Waits);
    }
    if !put.is_success() {
        return Err(Trouble::of("PUT of a name", put));
    }
    if after.first_name.as_deref() == Some(name) {
        return Ok(Activation::Immediate);
    }
    unclear("HubSpot answered 200 to a PUT of a name and changed nothing")
}

/// The list row of a user who is in teams.
pub(crate) fn list_rows(row: &User) -> ListRows {
    if row.primary_team_id.is_none() && row.secondary_team_ids.is_empty() {
        ListRows::Bare
    } else {
        ListRows::Full
    }
}

pub(crate) fn team_removal(reply: &Reply, team: &str, after: &User) -> Judged<TeamRemoval> {
    let is_in = after.secondary_team_ids.iter().any(|held| held == team);
    match (reply.status, is_in) {
        (200..300, false) => Ok(TeamRemoval::Works),
        (404 | 405, true) => Ok(TeamRemoval::Missing),
        (200..300, true) => unclear("HubSpot answered the removal with success and removed nobody"),
        _ => Err(Trouble::of("removal from the team's side", reply)),
    }
}

/// The teams of a main member of the first team, added to the second as a main member.
pub(crate) fn default_member(pair: &Pair, reply: &Reply, after: &User) -> Judged<DefaultMember> {
    let [first, second] = pair;
    if !reply.is_success() {
        return Err(Trouble::of("POST of a main member", reply));
    }
    if after.primary_team_id.as_ref() == Some(second) {
        Ok(DefaultMember::Moves)
    } else if after.primary_team_id.as_ref() == Some(first)
        && after.secondary_team_ids.contains(second)
    {
        Ok(DefaultMember::Extra)
    } else {
        unclear("the user's teams match neither answer")
    }
}

/// The refusal of a paid permission set, to a token without the scope.
pub(crate) fn paid_role(reply: &Reply) -> Judged<PaidRoleRefusal> {
    match reply.status {
        403 if reply.says(BILLING_SCOPE) => Ok(PaidRoleRefusal::Forbidden),
        400 if reply.says(BILLING_SCOPE) => Ok(PaidRoleRefusal::Invalid),
        200..300 => unclear("HubSpot assigned the permission set without the scope"),
        _ => unclear(&format!(
            "the refusal does not name the scope: {}",
            reply.shape()
        )),
    }
}

/// The body of a refusal with this status.
pub(crate) fn body(status: u16, reply: &Reply) -> Judged<RefusalBody> {
    if reply.status != status {
        return Err(Trouble::of(&format!("not {status}"), reply));
    }
    if reply.is_empty() {
        Ok(RefusalBody::Empty)
    } else if reply.body.is_object() {
        Ok(RefusalBody::Full)
    } else {
        unclear(&format!("no JSON: {}", reply.shape()))
    }
}

pub(crate) fn reach(reply: &Reply) -> Judged<Reach> {
    match reply.status {
        200 => Ok(Reach::Found),
        404 => Ok(Reach::Absent),
        _ => Err(Trouble::of("GET", reply)),
    }
}

/// The outcome of a write, with its effect seen or not.
pub(crate) fn write_outcome(reply: &Reply, is_done: bool) -> Judged<WriteOutcome> {
    if reply.is_success() && is_done {
        Ok(WriteOutcome::Taken)
    } else if reply.is_success() {
        unclear("HubSpot answered with success and changed nothing")
    } else if reply.is_refusal() && !is_done {
        Ok(WriteOutcome::Refused)
    } else {
        Err(Trouble::of("the write", reply))
    }
}

pub(crate) fn deactivated_creation(reply: &Reply) -> Judged<DeactivatedCreation> {
    match reply.status {
        201 => Ok(DeactivatedCreation::Revived),
        409 => Ok(DeactivatedCreation::Conflict),
        _ => Err(Trouble::of("POST", reply)),
    }
}

/// A look-up in another letter case than the stored one.
pub(crate) fn email_lookup(reply: &Reply) -> Judged<EmailLookup> {
    Ok(match reach(reply)? {
        Reach::Found => EmailLookup::Folded,
        Reach::Absent => EmailLookup::Exact,
    })
}

pub(crate) fn email_stored(sent: &str, stored: &str) -> Judged<StoredEmail> {
    if stored == sent {
        Ok(StoredEmail::AsSent)
    } else if stored == sent.to_lowercase() {
        Ok(StoredEmail::LowerCase)
    } else {
        unclear("HubSpot stores the address in a third form")
    }
}

pub(crate) fn super_admin(reply: &Reply) -> Judged<SuperAdminRefusal> {
    match reply.status {
        400 => Ok(SuperAdminRefusal::Invalid),
        403 if reply.missing_scopes().is_none() => Ok(SuperAdminRefusal::Forbidden),
        200..300 => unclear("HubSpot carried out the PUT, which matches neither answer"),
        _ => Err(Trouble::of("PUT", reply)),
    }
}

/// The CRM row of a removed user, after several looks.
pub(crate) fn crm_row_after_removal(is_there: bool) -> CrmRowAfterRemoval {
    if is_there {
        CrmRowAfterRemoval::Kept
    } else {
        CrmRowAfterRemoval::Gone
    }
}

/// The first POST of a user right after the removal.
pub(crate) fn freed_seat(reply: &Reply) -> Judged<Timing> {
    if reply.status == 201 {
        Ok(Timing::AtOnce)
    } else if reply.says(NO_SEAT_AVAILABLE) {
        Ok(Timing::Late)
    } else {
        Err(Trouble::of("POST", reply))
    }
}

pub(crate) fn rate_headers(reply: &Reply) -> Judged<RateHeaders> {
    if !reply.is_success() {
        return Err(Trouble::of("GET", reply));
    }
    Ok(if reply.headers.contains_key("x-hubspot-ratelimit-max") {
        RateHeaders::Sent
    } else {
        RateHeaders::Absent
    })
}

pub(crate) fn retry_after(limited: &Reply) -> RetryAfter {
    if limited.headers.contains_key("retry-after") {
        RetryAfter::Sent
    } else {
        RetryAfter::Absent
    }
}
