//! Conversions between SCIM and HubSpot. Pure.

mod desired;
mod lookup;
mod row;
mod user;

pub(crate) use self::desired::Desired;
pub(crate) use self::lookup::Lookup;
pub(crate) use self::user::{
    deactivated, pending_name, present, removed, resource_type, suspended,
};

/// Whether a text has the form of an e-mail address: text on both sides of one `@`, and no blanks.
///
/// HubSpot checks the rest. This check only catches other texts, for example the GUID of a connection test.
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
