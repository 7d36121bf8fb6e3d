//! What `Debug` shows of a person: ids, and the names of fields, never an address, a name or another value.

use std::fmt::{Debug, Formatter, Result};

use super::{CrmSearch, CrmUser, CrmUserUpdate, NewUser, User, UserUpdate};

impl Debug for User {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        f.debug_struct("User")
            .field("id", &self.id)
            .field("role_id", &self.role_id)
            .field("role_ids", &self.role_ids)
            .field("super_admin", &self.super_admin)
            .field("primary_team_id", &self.primary_team_id)
            .field("secondary_team_ids", &self.secondary_team_ids)
            .field("seat_names", &self.seat_names)
            .finish_non_exhaustive()
    }
}

impl Debug for NewUser {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        f.debug_struct("NewUser")
            .field("send_welcome_email", &self.send_welcome_email)
            .field("role_id", &self.role_id)
            .field("primary_team_id", &self.primary_team_id)
            .field("secondary_team_ids", &self.secondary_team_ids)
            .field("seat_names", &self.seat_names)
            .finish_non_exhaustive()
    }
}

impl Debug for UserUpdate {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        f.debug_struct("UserUpdate")
            .field("has_first_name", &self.first_name.is_some())
            .field("has_last_name", &self.last_name.is_some())
            .field("role_id", &self.role_id)
            .field("primary_team_id", &self.primary_team_id)
            .field("secondary_team_ids", &self.secondary_team_ids)
            .field("seat_names", &self.seat_names)
            .finish()
    }
}

impl Debug for CrmUser {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        f.debug_struct("CrmUser")
            .field("id", &self.id)
            .field("properties", &self.properties.keys())
            .finish_non_exhaustive()
    }
}

impl Debug for CrmUserUpdate {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        f.debug_struct("CrmUserUpdate")
            .field("properties", &self.properties.keys())
            .finish()
    }
}

impl Debug for CrmSearch {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        f.debug_struct("CrmSearch").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_personal_is_shown() {
        let mut user = User::new("7", "planted@acme.example");
        user.first_name = Some("Planted".to_owned());
        user.last_name = Some("Planted".to_owned());
        let mut row = CrmUser::new("9");
        row.properties
            .insert("hs_job_title".to_owned(), "Planted".to_owned());
        let new = NewUser::new("planted@acme.example").with_name("Planted", "Planted");
        let mut update = UserUpdate::new();
        update.first_name = Some("Planted".to_owned());
        update.last_name = Some("Planted".to_owned());
        let crm_update = CrmUserUpdate::new().with_job_title("Planted");
        let search = CrmSearch::new().equal("hs_email", "planted@acme.example");
        let shown = format!("{user:?} {row:?} {new:?} {update:?} {crm_update:?} {search:?}");
        assert!(!shown.to_ascii_lowercase().contains("planted"), "{shown}");
        assert!(
            shown.contains(r#"id: "7""#) && shown.contains("hs_job_title"),
            "{shown}"
        );
    }
}
