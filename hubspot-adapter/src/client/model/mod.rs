//! The values that HubSpot sends and takes, under HubSpot's names.
//!
//! Values from HubSpot are read leniently. A change sends exactly the fields that are set, since HubSpot gives an empty
//! value a meaning of its own.

mod account;
mod crm;
mod crm_property;
mod crm_search;
mod quirks;
mod read;
mod user;

pub use self::account::{Account, Role, Seat, Team, TeamMember};
pub use self::crm::{CrmUser, CrmUserUpdate, property};
pub use self::crm_property::CrmProperty;
pub use self::crm_search::CrmSearch;
pub use self::quirks::{CLEARED_SEATS, CLEARED_TEAM};
pub(crate) use self::quirks::{SUPER_ADMIN, WRITABLE_ROLES, is_held_as, is_super_admin};
pub use self::user::{NewUser, User, UserUpdate};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_shows_no_personal_value() {
        let mut user = User::new("7", "planted@acme.example");
        *user.first_name = Some("Planted".to_owned());
        *user.last_name = Some("Planted".to_owned());
        let mut row = CrmUser::new("9");
        row.properties
            .insert("hs_job_title".to_owned(), "Planted".to_owned().into());
        let new = NewUser::new("planted@acme.example").with_name("Planted", "Planted");
        let mut update = UserUpdate::new();
        *update.first_name = Some("Planted".to_owned());
        *update.last_name = Some("Planted".to_owned());
        let crm_update = CrmUserUpdate::new().with(property::JOB_TITLE, "Planted");
        let search = CrmSearch::new().equal("hs_email", "planted@acme.example");

        let shown = format!("{user:?} {row:?} {new:?} {update:?} {crm_update:?} {search:?}");
        assert!(!shown.to_ascii_lowercase().contains("planted"), "{shown}");
        assert!(
            shown.contains(r#"id: "7""#) && shown.contains("hs_job_title"),
            "{shown}"
        );
    }
}
