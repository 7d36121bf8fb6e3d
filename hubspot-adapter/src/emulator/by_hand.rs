//! Changes by administrators in HubSpot's own pages, and by people in their own profile.
//!
//! Each method returns `false` if there is no such user.

use super::Emulator;
use super::account::{ByHand, Key};

impl Emulator {
    /// Removes a user, as an administrator does.
    #[must_use = "false means that there is no such user"]
    pub fn remove_user_by_hand(&self, email: &str) -> bool {
        self.shared
            .live()
            .account
            .remove(&Key::Email(email.to_owned()))
    }

    /// Gives a user these permission sets. By hand, several are possible.
    #[must_use = "false means that there is no such user"]
    pub fn set_roles_by_hand(&self, email: &str, ids: &[&str]) -> bool {
        self.by_hand(
            email,
            ByHand::Roles(ids.iter().map(|id| (*id).to_owned()).collect()),
        )
    }

    /// Gives a user this main team, or none.
    #[must_use = "false means that there is no such user"]
    pub fn set_primary_team_by_hand(&self, email: &str, id: Option<&str>) -> bool {
        self.by_hand(email, ByHand::MainTeam(id.map(str::to_owned)))
    }

    /// Gives a user these extra teams and no others.
    #[must_use = "false means that there is no such user"]
    pub fn set_secondary_teams_by_hand(&self, email: &str, ids: &[&str]) -> bool {
        self.by_hand(
            email,
            ByHand::ExtraTeams(ids.iter().map(|id| (*id).to_owned()).collect()),
        )
    }

    /// Gives a user these seats and no others, free or not.
    #[must_use = "false means that there is no such user"]
    pub fn set_seats_by_hand(&self, email: &str, names: &[&str]) -> bool {
        self.by_hand(
            email,
            ByHand::Seats(names.iter().map(|name| (*name).to_owned()).collect()),
        )
    }

    /// Renames a user, as people do in their own profile.
    #[must_use = "false means that there is no such user"]
    pub fn rename_by_hand(&self, email: &str, first: &str, last: &str) -> bool {
        self.by_hand(email, ByHand::Name(first.to_owned(), last.to_owned()))
    }

    /// Makes a user a super admin, or an ordinary user again.
    #[must_use = "false means that there is no such user"]
    pub fn set_super_admin_by_hand(&self, email: &str, is_super_admin: bool) -> bool {
        self.by_hand(email, ByHand::SuperAdmin(is_super_admin))
    }

    /// Signs a user in for the first time. From then on the API can write the name.
    #[must_use = "false means that there is no such user"]
    pub fn activate(&self, email: &str) -> bool {
        self.by_hand(email, ByHand::Activate)
    }

    /// Deactivates a user, as an administrator does: the user stays a member and cannot sign in.
    #[must_use = "false means that there is no such user"]
    pub fn deactivate_by_hand(&self, email: &str) -> bool {
        self.by_hand(email, ByHand::Deactivated(true))
    }

    /// Reactivates a deactivated user.
    #[must_use = "false means that there is no such user"]
    pub fn reactivate_by_hand(&self, email: &str) -> bool {
        self.by_hand(email, ByHand::Deactivated(false))
    }

    /// Sets a value of a user's CRM row. Returns `false` without a row, too.
    #[must_use = "false means that there is no such user"]
    pub fn set_crm_property_by_hand(&self, email: &str, property: &str, value: &str) -> bool {
        self.by_hand(
            email,
            ByHand::Property(property.to_owned(), value.to_owned()),
        )
    }

    fn by_hand(&self, email: &str, change: ByHand) -> bool {
        self.shared
            .live()
            .account
            .change_by_hand(&Key::Email(email.to_owned()), change)
    }
}
