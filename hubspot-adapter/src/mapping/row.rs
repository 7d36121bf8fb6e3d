//! What a user's row in the CRM keeps, as attributes of a SCIM user.

use std::borrow::Cow;

use scim_core::filter::case;
use scim_core::resource::{EnterpriseUser, MultiValued};
use scim_core::schema::ResourceType;
use scim_core::{Schema, User};

use crate::features::RowFeatures;
use crate::row::{Row, RowValues};
use crate::state::UserRecord;

/// The attributes of the users' schema that rows keep.
pub(super) fn attributes(kept: &RowFeatures) -> impl Iterator<Item = &'static str> {
    let title = kept.title.then_some("title");
    let time_zone = kept.time_zone.then_some("timezone");
    let phone = [
        "phoneNumbers.value",
        "phoneNumbers.type",
        "phoneNumbers.primary",
    ];
    title
        .into_iter()
        .chain(time_zone)
        .chain(phone.into_iter().filter(|_| kept.phone))
}

/// A resource type with the extension for the department, where there is one.
pub(super) fn extended(resource_type: ResourceType, kept: &RowFeatures) -> ResourceType {
    match &kept.department {
        Some(_) => {
            resource_type.with_extension(Schema::enterprise_user().retaining(&["department"]))
        }
        None => resource_type,
    }
}

/// What a user says of the values that rows keep.
pub(super) fn said(user: &User) -> RowValues {
    RowValues {
        title: user.title().map(Cow::into_owned),
        phone: work_phone(user.phone_numbers()),
        time_zone: user.timezone().map(Cow::into_owned),
        department: user.enterprise().and_then(|of| of.department),
    }
}

/// The one number that HubSpot keeps, among colleagues: the one for work, or else one that is for nothing in particular.
///
/// A number for anything else is nobody's business there, be it the only one.
fn work_phone(numbers: impl Iterator<Item = MultiValued>) -> Option<String> {
    let numbers: Vec<MultiValued> = numbers.collect();
    let is_work = |number: &&MultiValued| {
        let kind = number.kind.as_deref();
        kind.is_some_and(|kind| case::eq(kind, "work"))
    };
    let is_any = |number: &&MultiValued| number.kind.is_none();
    let work = || numbers.iter().filter(is_work);
    let any = || numbers.iter().filter(is_any);
    work()
        .find(|number| number.primary)
        .or_else(|| work().next())
        .or_else(|| any().find(|number| number.primary))
        .or_else(|| any().next())
        .map(|number| number.value.clone())
}

/// What is shown of a row: values that wait come first, or the identity provider would send them again in every cycle.
pub(super) fn shown(row: &Row, record: Option<&UserRecord>) -> RowValues {
    let waiting = record.and_then(|record| record.pending_row.clone());
    let held = match row {
        Row::There(row) => row.values.clone(),
        Row::Unread { .. } => record.map(|record| record.row.clone()).unwrap_or_default(),
        Row::Unkept | Row::Absent => RowValues::default(),
    };
    match row {
        Row::Unkept => RowValues::default(),
        Row::There(_) | Row::Unread { .. } | Row::Absent => waiting.unwrap_or_default().or(&held),
    }
}

/// A user with the values that a row keeps.
pub(super) fn show(mut user: User, values: RowValues) -> User {
    let values = values.filled();
    if let Some(title) = values.title {
        user = user.with_title(title);
    }
    if let Some(time_zone) = values.time_zone {
        user = user.with_timezone(time_zone);
    }
    if let Some(phone) = values.phone {
        user = user.with_phone_numbers([MultiValued::new(phone).with_type("work").primary()]);
    }
    if values.department.is_some() {
        let mut enterprise = EnterpriseUser::default();
        enterprise.department = values.department;
        user = user.with_enterprise(&enterprise);
    }
    user
}

#[cfg(test)]
mod tests {
    use scim_core::Resource;

    use super::*;

    fn phone(numbers: &str) -> Option<String> {
        let json = format!(r#"{{"userName":"a","phoneNumbers":{numbers}}}"#);
        said(&User::try_from(Resource::from_slice(json.as_bytes()).unwrap()).unwrap()).phone
    }

    #[test]
    fn the_number_for_work_counts_and_no_private_one() {
        let work = Some("+1".to_owned());
        for numbers in [
            r#"[{"type":"mobile","value":"+2","primary":true},{"type":"Work","value":"+1"}]"#,
            r#"[{"type":"work","value":"+2"},{"type":"work","value":"+1","primary":true}]"#,
            r#"[{"type":"mobile","value":"+2"},{"value":"+1"}]"#,
            r#"[{"value":"+2"},{"value":"+1","primary":true}]"#,
        ] {
            assert_eq!(phone(numbers), work, "{numbers}");
        }
        assert_eq!(
            phone(r#"[{"type":"mobile","value":"+2","primary":true}]"#),
            None
        );
        assert_eq!(phone("[]"), None);
        assert_eq!(
            phone(r#"[{"type":"work","value":""}]"#),
            Some(String::new())
        );
    }

    #[test]
    fn what_is_shown_is_read_again() {
        let values = RowValues {
            title: Some("Engineer".to_owned()),
            phone: Some("+1".to_owned()),
            time_zone: Some("Europe/Berlin".to_owned()),
            department: Some("Sales".to_owned()),
        };
        assert!(said(&show(User::new("a"), values.clone())) == values);
        let empty = RowValues {
            title: Some(String::new()),
            ..RowValues::default()
        };
        assert!(show(User::new("a"), empty) == User::new("a"));
    }
}
