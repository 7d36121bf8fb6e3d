//! The meaning of a request, by the README.

use hubspot_adapter::emulator::behavior::{Activation, EmailLookup, Reach, StoredEmail, Timing};

use super::case::{
    COUNTED_SEATS, Case, Deprovision, Life, Method, NO_ACCESS, PAID, PAID_SEAT, READ_ONLY, ROLES,
    SALES_MANAGER,
};

/// The meaning of a request.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Act {
    /// 404.
    Unknown,
    /// 409.
    Taken,
    /// Links a user whom no request changes.
    Link,
    Make,
    /// Changes a present user.
    Change,
    Disable,
    /// Changes a deactivated user.
    Enable,
    /// Leaves a deactivated user inactive.
    Rest,
    /// Recreates a removed user.
    Return,
    /// Resumes a suspended user.
    Resume,
    /// Leaves an absent user absent.
    StayAway,
}

/// The permission set that roles map to.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Choice {
    Role(&'static str),
    None,
    /// No permission set matches the names: a present user keeps the current one.
    Unmatched,
    Refused,
}

/// The change of the permission set.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum RoleTo {
    Stay,
    Become(&'static str),
    Go,
}

impl Case {
    pub(crate) fn was_removed(&self) -> bool {
        matches!(self.person.life, Life::Removed | Life::RemovedByHand)
    }

    /// Whether enough reads find a row.
    pub(crate) fn has_row(&self) -> bool {
        let behavior = self.account.behavior;
        let signs_in = self.person.is_activated || behavior.activation == Activation::Immediate;
        let is_made = self.person.is_app || behavior.crm_row == Timing::AtOnce || signs_in;
        self.account.reads_crm && is_made
    }

    /// Whether the request finds the row; `None` if that depends on one more read.
    pub(crate) fn finds_row(&self) -> Option<bool> {
        let behavior = self.account.behavior;
        if !self.has_row() || self.person.is_looked_at {
            return Some(self.has_row());
        }
        let is_at_once =
            behavior.crm_row == Timing::AtOnce && behavior.search_index == Timing::AtOnce;
        is_at_once.then_some(true)
    }

    /// Whether HubSpot's look-up misses the user because of the letter case, so that the adapter sends a creation.
    pub(crate) fn is_overlooked(&self) -> bool {
        let behavior = self.account.behavior;
        let is_respelled = self.wish.shouts || behavior.email_stored == StoredEmail::LowerCase;
        self.wish.method == Method::Post
            && self.person.life == Life::Stranger
            && behavior.email_lookup == EmailLookup::Exact
            && is_respelled
    }

    /// Whether only the row shows the user.
    pub(crate) fn is_unread(&self) -> bool {
        self.person.is_deactivated && self.account.behavior.deactivated_read == Reach::Absent
    }

    /// Whether nothing shows the settings of the user.
    pub(crate) fn is_obscure(&self) -> bool {
        self.is_unread() && self.person.life == Life::Stranger
    }

    pub(crate) fn is_known_super_admin(&self) -> bool {
        self.person.is_super_admin && !self.is_obscure()
    }

    /// The permission sets that are shown, or were while the user was present.
    pub(crate) fn shown_roles(&self) -> Vec<&'static str> {
        if self.is_obscure() {
            return Vec::new();
        }
        self.person.roles.clone()
    }

    fn shown_role_names(&self) -> Vec<&'static str> {
        let super_admin = self.is_known_super_admin().then_some("Super Admin");
        let name = |id: &'static str| {
            let role = ROLES.iter().find(|(known, _)| *known == id);
            role.map_or(id, |(_, name)| *name)
        };
        let names = self.shown_roles().into_iter().map(name);
        super_admin.into_iter().chain(names).collect()
    }

    /// The shown first and last name.
    pub(crate) fn shown_name(&self) -> [&'static str; 2] {
        let is_shown = !self.is_obscure();
        let name = self.person.name.filter(|_| is_shown);
        name.map_or([""; 2], |(first, last)| [first, last])
    }

    /// The roles in the request, if they differ from the shown ones.
    pub(crate) fn asked_roles(&self) -> Option<Vec<&'static str>> {
        let names = self.wish.roles.clone()?;
        let shown = self.shown_role_names();
        let is_new = self.wish.method == Method::Post || names != shown;
        is_new.then_some(names)
    }

    /// The permission set of a new user with these role names.
    pub(crate) fn choice(&self, names: &[&'static str]) -> Choice {
        match self.existing_choice(names) {
            Choice::Unmatched => {
                let is_unknown = names.iter().any(|name| !is_placeholder(name));
                if is_unknown && self.rules.unknown_role == "minimal" {
                    Choice::None
                } else {
                    self.existing_choice(&[])
                }
            }
            choice @ (Choice::Role(_) | Choice::None | Choice::Refused) => choice,
        }
    }

    /// The permission set of an existing user with these role names.
    pub(crate) fn existing_choice(&self, names: &[&'static str]) -> Choice {
        let chosen = self.unrestricted_choice(names);
        let means_no_access = self.rules.deprovision == Deprovision::NoAccess;
        if means_no_access && chosen == Choice::Role(NO_ACCESS) {
            return Choice::Refused;
        }
        chosen
    }

    fn unrestricted_choice(&self, names: &[&'static str]) -> Choice {
        let existing = |id| {
            if self.account.has_roles {
                Choice::Role(id)
            } else {
                Choice::Refused
            }
        };
        let default = || {
            if self.rules.has_default_role {
                existing(READ_ONLY)
            } else {
                Choice::None
            }
        };
        let direct = |wanted: &&'static str| {
            let role = ROLES
                .iter()
                .find(|(id, name)| id == wanted || name.eq_ignore_ascii_case(wanted.trim()));
            role.filter(|_| self.account.has_roles).map(|(id, _)| *id)
        };
        let is_mapped = |name: &&'static str| {
            self.rules.has_role_map && name.trim().eq_ignore_ascii_case("Admin")
        };
        if names.is_empty() {
            return default();
        }
        let is_unknown = |name: &&'static str| {
            let is_known = is_mapped(name) || direct(name).is_some() || is_placeholder(name);
            !is_known && *name != "Super Admin"
        };
        if self.rules.unknown_role == "refuse" && names.iter().any(is_unknown) {
            return Choice::Refused;
        }
        if names.iter().any(is_mapped) {
            return existing(SALES_MANAGER);
        }
        if let Some(id) = names.iter().find_map(direct) {
            return Choice::Role(id);
        }
        if names.contains(&"Super Admin") {
            return Choice::Refused;
        }
        Choice::Unmatched
    }

    /// Whether the request sets `active` to false.
    pub(crate) fn disables(&self) -> bool {
        self.wish.active == Some(false)
    }

    pub(crate) fn act(&self) -> Act {
        let person = &self.person;
        let is_hidden = (self.is_known_super_admin() && self.rules.hides_super_admins)
            || (person.is_app && !self.rules.shows_apps);
        match self.wish.method {
            Method::Post if is_hidden => Act::Taken,
            Method::Post => self.act_of_post(),
            Method::Put | Method::Patch if is_hidden => Act::Unknown,
            Method::Put | Method::Patch => self.act_of_change(),
        }
    }

    fn act_of_change(&self) -> Act {
        let comes = self.wish.active == Some(true);
        match self.person.life {
            Life::Absent => Act::Unknown,
            Life::Stranger | Life::Known => match (self.person.is_deactivated, self.wish.active) {
                (true, Some(true)) => Act::Enable,
                (true, Some(false)) => Act::Rest,
                (false, Some(false)) => Act::Disable,
                (_, None) | (false, Some(true)) => Act::Change,
            },
            Life::Removed | Life::RemovedByHand if comes => Act::Return,
            Life::Suspended if comes => Act::Resume,
            Life::Suspended if self.disables() => Act::Disable,
            Life::Removed | Life::RemovedByHand | Life::Suspended => Act::StayAway,
        }
    }

    fn act_of_post(&self) -> Act {
        let is_off = self.wish.active == Some(false);
        let is_untouchable =
            self.is_known_super_admin() || self.person.is_app || self.rules.protects;
        match self.person.life {
            Life::Absent => Act::Make,
            Life::Known if !self.person.is_deactivated => Act::Taken,
            Life::Stranger if !self.adopts() => Act::Taken,
            Life::Stranger | Life::Known if self.person.is_deactivated => {
                if is_off {
                    Act::Rest
                } else {
                    Act::Enable
                }
            }
            Life::Stranger | Life::Known | Life::Suspended if is_off => Act::Disable,
            Life::Stranger | Life::Known if is_untouchable => Act::Link,
            Life::Stranger | Life::Known => Act::Change,
            Life::Suspended => Act::Resume,
            Life::Removed | Life::RemovedByHand if self.wish.is_of_another => Act::Make,
            Life::Removed | Life::RemovedByHand if is_off => Act::StayAway,
            Life::Removed | Life::RemovedByHand => Act::Return,
        }
    }

    fn adopts(&self) -> bool {
        let names = self.wish.roles.clone().unwrap_or_default();
        let is_unknown = self.existing_choice(&names) == Choice::Unmatched
            && names.iter().any(|name| !is_placeholder(name));
        match (self.rules.adopt, self.choice(&names)) {
            ("by-email", _) => true,
            ("if-role-matches", _) if is_unknown => false,
            ("if-role-matches", Choice::Role(id)) => {
                !self.is_known_super_admin() && self.shown_roles().first() == Some(&id)
            }
            ("if-role-matches", Choice::None) => {
                !self.is_known_super_admin() && self.shown_roles().is_empty()
            }
            _ => false,
        }
    }

    /// Whether a returning user gets the former settings back. Another person gets nothing.
    pub(crate) fn is_restored(&self) -> bool {
        !self.wish.is_of_another
    }

    /// The change of the permission set. Refused roles leave it unchanged.
    pub(crate) fn role_to(&self) -> RoleTo {
        let is_new = self.act() == Act::Make || !self.is_restored();
        let asked = self.asked_roles().map(|names| {
            if is_new {
                self.choice(&names)
            } else {
                self.existing_choice(&names)
            }
        });
        let mut held = Vec::new();
        if self.act() == Act::Change {
            held = self.shown_roles();
        }
        if self.act() == Act::Resume {
            held = vec![NO_ACCESS];
        }
        let was = self.person.roles.first().copied();
        let choice = match (self.act(), asked) {
            (Act::Return | Act::Resume, None | Some(Choice::Unmatched)) if self.is_restored() => {
                was.map_or(Choice::None, Choice::Role)
            }
            (_, Some(choice)) => choice,
            (Act::Make | Act::Resume, None) => self.choice(&[]),
            (_, None) => return RoleTo::Stay,
        };
        match choice {
            Choice::Refused | Choice::Unmatched => RoleTo::Stay,
            Choice::Role(id) if held == [id] => RoleTo::Stay,
            Choice::Role(id) => RoleTo::Become(id),
            Choice::None if held.is_empty() => RoleTo::Stay,
            Choice::None => RoleTo::Go,
        }
    }

    /// Whether the roles of the request, or the default role, map to no permission set that can be given.
    pub(crate) fn roles_are_refused(&self) -> bool {
        let names = match (self.asked_roles(), self.act()) {
            (Some(names), act)
                if act != Act::Make && self.is_restored() && !self.adopts_by_role() =>
            {
                return self.existing_choice(&names) == Choice::Refused;
            }
            (Some(names), _) => names,
            (None, Act::Make) => Vec::new(),
            (None, _) if self.adopts_by_role() => Vec::new(),
            (None, Act::Resume) if !self.is_restored() => Vec::new(),
            (None, _) => return false,
        };
        self.choice(&names) == Choice::Refused
    }

    /// The wanted seats in order, if the request or the record names them.
    pub(crate) fn wanted_seats(&self) -> Option<Vec<&'static str>> {
        let comes_back = matches!(self.act(), Act::Return | Act::Resume) && self.is_restored();
        let was = (comes_back && self.account.has_billing).then(|| self.person.seats.clone());
        let mut seats = self.wish.seats.clone().or(was)?;
        seats.sort_unstable();
        Some(seats)
    }

    pub(crate) fn held_seats(&self) -> Vec<&'static str> {
        let mut seats = match self.person.life {
            Life::Absent | Life::Removed | Life::RemovedByHand => Vec::new(),
            Life::Suspended if self.account.has_billing => Vec::new(),
            Life::Stranger | Life::Known | Life::Suspended => self.person.seats.clone(),
        };
        seats.sort_unstable();
        seats
    }

    /// Whether the user needs a seat: it is shown, or the permission set takes it.
    pub(crate) fn uses(&self, seat: &str) -> bool {
        let is_there = matches!(self.person.life, Life::Stranger | Life::Known);
        let is_paid = is_there && self.person.roles.contains(&PAID);
        self.held_seats().contains(&seat) || (seat == PAID_SEAT && is_paid)
    }

    pub(crate) fn has_free(&self, seat: &str) -> bool {
        !self.account.is_full || !COUNTED_SEATS.contains(&seat) || self.uses(seat)
    }
}

/// Whether a role name stands for no role.
fn is_placeholder(name: &str) -> bool {
    matches!(name.trim(), "User" | "msiam_access" | "")
}
