//! What administrators do in HubSpot's own pages, and people in their own profile.

use super::Emulator;
use super::account::{ByHand, Key};

impl Emulator {
    /// Removes someone as an administrator does; `false` if there is no such user.
    #[must_use = "who is not there is not changed"]
    pub fn remove_user_by_hand(&self, email: &str) -> bool {
        self.shared
            .now()
            .account
            .remove(&Key::Email(email.to_owned()))
    }

    /// Gives someone these permission sets; several are possible by hand.
    #[must_use = "who is not there is not changed"]
    pub fn set_roles_by_hand(&self, email: &str, ids: &[&str]) -> bool {
        self.by_hand(
            email,
            ByHand::Roles(ids.iter().map(|id| (*id).to_owned()).collect()),
        )
    }

    /// Gives someone this main team, or none.
    #[must_use = "who is not there is not changed"]
    pub fn set_primary_team_by_hand(&self, email: &str, id: Option<&str>) -> bool {
        self.by_hand(email, ByHand::MainTeam(id.map(str::to_owned)))
    }

    /// Gives someone these extra teams and no others.
    #[must_use = "who is not there is not changed"]
    pub fn set_secondary_teams_by_hand(&self, email: &str, ids: &[&str]) -> bool {
        self.by_hand(
            email,
            ByHand::ExtraTeams(ids.iter().map(|id| (*id).to_owned()).collect()),
        )
    }

    /// Gives someone these seats and no others, whether they are free or not.
    #[must_use = "who is not there is not changed"]
    pub fn set_seats_by_hand(&self, email: &str, names: &[&str]) -> bool {
        self.by_hand(
            email,
            ByHand::Seats(names.iter().map(|name| (*name).to_owned()).collect()),
        )
    }

    /// Renames someone, as they do in their own profile.
    #[must_use = "who is not there is not changed"]
    pub fn rename_by_hand(&self, email: &str, first: &str, last: &str) -> bool {
        self.by_hand(email, ByHand::Name(first.to_owned(), last.to_owned()))
    }

    /// Makes someone a super admin, or an ordinary user again.
    #[must_use = "who is not there is not changed"]
    pub fn set_super_admin_by_hand(&self, email: &str, is: bool) -> bool {
        self.by_hand(email, ByHand::SuperAdmin(is))
    }

    /// Has someone log in for the first time, after which their name can be written.
    #[must_use = "who is not there is not changed"]
    pub fn activate(&self, email: &str) -> bool {
        self.by_hand(email, ByHand::Activate)
    }

    /// Deactivates someone as an administrator does: still a member, but one who cannot log in.
    #[must_use = "who is not there is not changed"]
    pub fn deactivate_by_hand(&self, email: &str) -> bool {
        self.by_hand(email, ByHand::Deactivated(true))
    }

    /// Reactivates someone who was deactivated.
    #[must_use = "who is not there is not changed"]
    pub fn reactivate_by_hand(&self, email: &str) -> bool {
        self.by_hand(email, ByHand::Deactivated(false))
    }

    /// Gives someone's CRM row a value; `false` without a row as well.
    #[must_use = "who is not there is not changed"]
    pub fn set_crm_property_by_hand(&self, email: &str, property: &str, value: &str) -> bool {
        self.by_hand(
            email,
            ByHand::Property(property.to_owned(), value.to_owned()),
        )
    }

    fn by_hand(&self, email: &str, change: ByHand) -> bool {
        self.shared
            .now()
            .account
            .change_by_hand(&Key::Email(email.to_owned()), change)
    }
}
