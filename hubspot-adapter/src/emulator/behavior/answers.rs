//! The answers that a key of the behavior can have.

use crate::dialect::answers;

answers! {
    /// Whether HubSpot takes an invited person's name before the first sign-in.
    ///
    /// Two measurements on a free account: it refuses names until then, with
    /// [`USER_NOT_ON_ANY_HUBS`](crate::client::USER_NOT_ON_ANY_HUBS). No report says whether it keeps
    /// the names of the creation; an emulated person who waits has none. A person active in any
    /// other HubSpot account is active at once (`docs/evidence.md`, H6, H11).
    Activation {
        /// Every user counts as active at once.
        Immediate = "immediate",
        /// A new person waits for the first sign-in, and HubSpot refuses names until then.
        Waits = "waits",
    }
}

answers! {
    /// The fields of a row of the user list.
    ///
    /// The schema says all. One paid account, October 2026: id, e-mail, names and roles only. The
    /// teams came with the single read alone (`docs/evidence.md`, H12).
    ListRows {
        /// All fields of a single read.
        Full = "full",
        /// No teams and no seats.
        Bare = "bare",
    }
}

answers! {
    /// The time at which the effect of a write shows.
    Timing {
        /// With the answer to the write.
        AtOnce = "at-once",
        /// Some requests later.
        Late = "late",
    }
}

answers! {
    /// Whether the CRM row outlives the membership. There is one report for each answer
    /// (`docs/evidence.md`, H45).
    CrmRowAfterRemoval {
        /// The row stays, with its properties.
        Kept = "kept",
        /// The row disappears, and its properties with it.
        Gone = "gone",
    }
}

answers! {
    /// Whether a read finds a user.
    Reach {
        /// It finds the user like any other.
        Found = "found",
        /// It answers 404.
        Absent = "absent",
    }
}

answers! {
    /// Whether HubSpot carries out a write.
    WriteOutcome {
        /// It does, as for any other user.
        Taken = "taken",
        /// It answers 400, or with the status of another key, and changes nothing.
        Refused = "refused",
    }
}

answers! {
    /// The answer to a POST of a deactivated user (`docs/evidence.md`, H19).
    DeactivatedCreation {
        /// 409: the user is still a member.
        Conflict = "conflict",
        /// 201: the user is active again, as the POST describes them.
        Revived = "revived",
    }
}

answers! {
    /// Whether the look-up by address ignores case (`docs/evidence.md`, H25).
    EmailLookup {
        /// It does: any letter case finds the user.
        Folded = "folded",
        /// Only the stored letter case finds the user.
        Exact = "exact",
    }
}

answers! {
    /// The form in which HubSpot stores the address of a new user (`docs/evidence.md`, H25).
    StoredEmail {
        /// As sent.
        AsSent = "as-sent",
        /// In lower case.
        LowerCase = "lower-case",
    }
}

answers! {
    /// The status that refuses a PUT to a super admin (`docs/evidence.md`, H2).
    SuperAdminRefusal {
        /// 400.
        Invalid = "invalid",
        /// 403 that names no scope.
        Forbidden = "forbidden",
    }
}

answers! {
    /// The status that refuses a permission set with a paid seat to a token without the billing scope.
    ///
    /// The documentation names the scope. One client got a 400 with the scope in its text
    /// (`docs/evidence.md`, H29).
    PaidRoleRefusal {
        /// 403 with the scope in its field.
        Forbidden = "forbidden",
        /// 400 with the scope in the text.
        Invalid = "invalid",
    }
}

answers! {
    /// The body of a refusal. HubSpot promises no field of it (`docs/evidence.md`, H36).
    RefusalBody {
        /// A message, a category and a correlation id.
        Full = "full",
        /// Nothing.
        Empty = "empty",
    }
}

answers! {
    /// Whether `DELETE …/teams/…/members/…` exists (`docs/evidence.md`, H47).
    TeamRemoval {
        /// It removes the member.
        Works = "works",
        /// It answers 404 and changes nothing.
        Missing = "missing",
    }
}

answers! {
    /// The effect of a new main member who already has a main team (`docs/evidence.md`, H48).
    DefaultMember {
        /// The team becomes the main team.
        Moves = "moves",
        /// The team becomes an extra team, as in HubSpot's own pages.
        Extra = "extra",
    }
}

answers! {
    /// Whether a 429 carries `Retry-After`. The usage guidelines name none (`docs/evidence.md`, H34).
    RetryAfter {
        /// It does not.
        Absent = "absent",
        /// It does, in seconds.
        Sent = "sent",
    }
}

answers! {
    /// Whether answers about users carry the headers of the rate limit (`docs/evidence.md`, H33).
    RateHeaders {
        /// They do.
        Sent = "sent",
        /// They do not.
        Absent = "absent",
    }
}
