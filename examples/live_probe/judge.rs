//! From what was observed to the answers: no request is made here.

use hubspot_adapter::client::User;
use hubspot_adapter::client::{BILLING_SCOPE, NO_SEAT_AVAILABLE, USER_NOT_ON_ANY_HUBS};
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

/// Whether what a write brings about was seen with the answer to it.
pub(crate) fn timing(seen_at_once: bool) -> Timing {
    if seen_at_once {
        Timing::AtOnce
    } else {
        Timing::Late
    }
}

/// The role after a PUT that did not say it.
pub(crate) fn omitted_role(role: &str, after: &User) -> Judged<OmittedRole> {
    if after.role_ids.is_empty() {
        Ok(OmittedRole::Wiped)
    } else if after.role_ids == [role] {
        Ok(OmittedRole::Kept)
    } else {
        unclear("the user holds another permission set than was given")
    }
}

/// What a list of one thing does to another that was held: whether it stays beside.
fn stays(pair: &Pair, before: &[String], after: &[String]) -> Judged<bool> {
    let [held, given] = pair;
    if !before.contains(held) {
        return unclear("a PUT was answered 200 and gave nothing");
    }
    if !after.contains(given) {
        return unclear("a second PUT was answered 200 and gave nothing");
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

/// A PUT of a name to somebody new, and what they are called then.
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
    unclear("a PUT of a name was answered 200 and changed nothing")
}

/// The row of somebody who is in teams.
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
        (200..300, true) => unclear("the removal was answered with success and removed nobody"),
        _ => Err(Trouble::of("removal from the side of the team", reply)),
    }
}

/// Where somebody of the first team is after being made a main member of the second.
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
        unclear("the user is in neither team as expected")
    }
}

/// A permission set that takes a paid seat, given with a token without the scope.
pub(crate) fn paid_role(reply: &Reply) -> Judged<PaidRoleRefusal> {
    match reply.status {
        403 if reply.says(BILLING_SCOPE) => Ok(PaidRoleRefusal::Forbidden),
        400 if reply.says(BILLING_SCOPE) => Ok(PaidRoleRefusal::Invalid),
        200..300 => unclear("the permission set was given without the scope"),
        _ => unclear(&format!("neither names the scope: {}", reply.shape())),
    }
}

/// A refusal of this status: whether it says anything.
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

/// A write, and whether what it asks for was seen then.
pub(crate) fn taken(reply: &Reply, is_done: bool) -> Judged<WriteOutcome> {
    if reply.is_success() && is_done {
        Ok(WriteOutcome::Taken)
    } else if reply.is_success() {
        unclear("it was answered with success and changed nothing")
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

/// A look-up in another letter case than is stored.
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
        unclear("the address is stored in a third way")
    }
}

pub(crate) fn super_admin(reply: &Reply) -> Judged<SuperAdminRefusal> {
    match reply.status {
        400 => Ok(SuperAdminRefusal::Invalid),
        403 if reply.missing_scopes().is_none() => Ok(SuperAdminRefusal::Forbidden),
        200..300 => unclear("the PUT was taken, which neither answer says"),
        _ => Err(Trouble::of("PUT", reply)),
    }
}

/// The row of somebody who was removed, looked for at some length.
pub(crate) fn crm_row_after_removal(is_there: bool) -> CrmRowAfterRemoval {
    if is_there {
        CrmRowAfterRemoval::Kept
    } else {
        CrmRowAfterRemoval::Gone
    }
}

/// The first POST of somebody who was just removed.
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
