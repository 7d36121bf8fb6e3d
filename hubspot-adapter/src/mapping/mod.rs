//! Between SCIM and HubSpot: pure functions.

mod desired;
mod lookup;
mod row;
mod user;

pub(crate) use self::desired::Desired;
pub(crate) use self::lookup::Lookup;
pub(crate) use self::user::{
    deactivated, inactive, present, resource_type, waiting_name, without_access,
};

/// Whether a text has the form of an e-mail address: something on both sides of one `@`, and no blanks.
///
/// HubSpot judges the rest; this only keeps out what cannot be one, such as the GUID of a connection test.
pub(crate) fn is_address(text: &str) -> bool {
    match text.split_once('@') {
        Some((local, domain)) => {
            !local.is_empty()
                && !domain.is_empty()
                && !domain.contains('@')
                && !text.chars().any(|c| c.is_whitespace() || c.is_control())
        }
        None => false,
    }
}
