//! The probe against the emulated account.

mod guards;
mod measured;
mod scene;

use crate::{AFTER_HELP, settings};

#[test]
fn the_help_names_every_variable() {
    for variable in [
        settings::TOKEN,
        settings::BASE_URL,
        settings::ACCOUNT,
        settings::DOMAIN,
        settings::ROLES,
        settings::TEAMS,
        settings::SEATS,
        settings::DEACTIVATED,
        settings::SEVERAL,
        settings::SUPER_ADMIN,
        settings::SUPER_ADMIN_REMOVE,
        settings::TOKEN_WITHOUT_BILLING,
        settings::SERVICE_KEY,
        settings::SCIM_TOKEN,
        settings::SCIM_URL,
        settings::PROPERTY,
        settings::BURST,
    ] {
        assert!(AFTER_HELP.contains(&format!("  {variable}")), "{variable}");
    }
}
