//! HubSpot users as SCIM users.

use scim_core::resource::{MultiValued, Name};
use scim_core::schema::{Mutability, ResourceType};
use scim_core::{Resource, Schema, User};

use super::row;
use crate::client::{Role, SUPER_ADMIN, User as HubSpotUser};
use crate::features::Features;
use crate::row::{Row, RowValues};
use crate::state::UserRecord;

/// The attributes that every account keeps.
const KEPT: &[&str] = &[
    "userName",
    "name.givenName",
    "name.familyName",
    "name.formatted",
    "displayName",
    "active",
    "emails.value",
    "emails.type",
    "emails.primary",
    "roles.value",
    "roles.display",
    "roles.type",
    "roles.primary",
];

/// The attributes that show seats.
const SEATS: [&str; 4] = [
    "entitlements.value",
    "entitlements.display",
    "entitlements.type",
    "entitlements.primary",
];

/// The resource type of users: exactly the attributes that the account keeps, so that discovery promises no more.
pub(crate) fn resource_type(features: &Features) -> ResourceType {
    let rows = features.rows.clone().unwrap_or_default();
    let mut kept = KEPT.to_vec();
    kept.extend(row::core_attributes(&rows));
    if features.seats {
        kept.extend(SEATS);
    }

    let schema = Schema::user()
        .retaining(&kept)
        // HubSpot derives these from the first and the last name.
        .with_mutability("displayName", Mutability::ReadOnly)
        .with_mutability("name.formatted", Mutability::ReadOnly);
    row::with_enterprise(ResourceType::new("User", "/Users", schema), &rows)
}

/// Shows a present user.
pub(crate) fn present(
    user: &HubSpotUser,
    record: Option<&UserRecord>,
    row: &Row,
    roles: &[Role],
    features: &Features,
) -> Resource {
    build(user, record, row::shown(row, record), roles, features, true)
}

/// Shows a deactivated user: as HubSpot has them, and inactive.
pub(crate) fn deactivated(
    user: &HubSpotUser,
    record: Option<&UserRecord>,
    row: &Row,
    roles: &[Role],
    features: &Features,
) -> Resource {
    build(
        user,
        record,
        row::shown(row, record),
        roles,
        features,
        false,
    )
}

/// Shows a removed user: as they were, and inactive.
pub(crate) fn removed(record: &UserRecord, roles: &[Role], features: &Features) -> Resource {
    build(
        &record.last_seen,
        Some(record),
        record.row.clone(),
        roles,
        features,
        false,
    )
}

/// Shows a suspended user: with the former role and seats, the current address and name, and inactive.
pub(crate) fn suspended(
    user: &HubSpotUser,
    record: Option<&UserRecord>,
    row: &Row,
    roles: &[Role],
    features: &Features,
) -> Resource {
    let mut shown = user.clone();
    if let Some(record) = record {
        shown.role_id.clone_from(&record.last_seen.role_id);
        shown.role_ids.clone_from(&record.last_seen.role_ids);
        shown.seat_names.clone_from(&record.last_seen.seat_names);
    }
    build(
        &shown,
        record,
        row::shown(row, record),
        roles,
        features,
        false,
    )
}

/// The pending name of a user without a name. If HubSpot has a name, the user has chosen it since, and nothing is pending.
pub(crate) fn pending_name(
    user: &HubSpotUser,
    record: Option<&UserRecord>,
) -> (Option<String>, Option<String>) {
    let is_named = [&user.first_name, &user.last_name]
        .iter()
        .any(|name| name.as_deref().is_some_and(|name| !name.is_empty()));
    record
        .filter(|_| !is_named)
        .and_then(|record| record.pending_name.clone())
        .unwrap_or_default()
}

fn build(
    user: &HubSpotUser,
    record: Option<&UserRecord>,
    row: RowValues,
    roles: &[Role],
    features: &Features,
    active: bool,
) -> Resource {
    let filled = |text: &Option<String>| text.clone().filter(|text| !text.is_empty());

    // Answers show a pending name, or the identity provider would send it again in every cycle.
    let (first, last) = pending_name(user, record);
    let given = filled(&user.first_name).or_else(|| filled(&first));
    let family = filled(&user.last_name).or_else(|| filled(&last));
    let name = Name::new(given.as_deref(), family.as_deref());

    let user_name = record.map_or(user.email.as_str(), |record| record.user_name.as_str());
    let mut scim = User::new(user_name)
        .with_id(user.id.as_str())
        .with_active(active)
        .with_emails([MultiValued::new(user.email.as_str())
            .with_type("work")
            .primary()])
        .with_roles(role_entries(user, roles));

    if features.seats {
        scim = scim.with_entitlements(seat_entries(user));
    }
    if let Some(formatted) = &name.formatted {
        scim = scim.with_display_name(formatted.as_str());
    }
    if let Some(external_id) = record.and_then(|record| record.external_id.as_deref()) {
        scim = scim.with_external_id(external_id);
    }

    // A value that the account no longer keeps is left out, or the next change would seem to remove it.
    let kept = features.rows.as_ref();
    let row = kept.map(|kept| row.kept(kept)).unwrap_or_default();
    Resource::from(row.show(scim.with_name(&name)))
}

/// Lists the seats by name, in a stable order.
fn seat_entries(user: &HubSpotUser) -> Vec<MultiValued> {
    let mut names: Vec<&str> = user.seat_names.iter().map(String::as_str).collect();
    names.sort_unstable();
    let entry = |name| MultiValued::new(name).with_display(name);
    names.into_iter().map(entry).collect()
}

/// Lists the permission sets by name, the primary one first. An id without a known name stands for itself.
fn role_entries(user: &HubSpotUser, roles: &[Role]) -> Vec<MultiValued> {
    let mut ids: Vec<&str> = user.role_id.as_deref().into_iter().collect();
    for id in &user.role_ids {
        if !ids.contains(&id.as_str()) {
            ids.push(id);
        }
    }

    let names = ids.iter().map(|id| {
        roles
            .iter()
            .find(|role| role.id == **id)
            .map_or(*id, |role| role.name.as_str())
    });

    let super_admin = user.super_admin.then_some(SUPER_ADMIN);
    super_admin
        .into_iter()
        .chain(names)
        .enumerate()
        .map(|(index, name)| {
            let entry = MultiValued::new(name).with_display(name);
            if index == 0 { entry.primary() } else { entry }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_present_user_has_the_names_and_roles_of_hubspot() {
        let mut user = HubSpotUser::new("7", "Ada@acme.example");
        *user.first_name = Some("Ada".to_owned());
        *user.last_name = Some(String::new());
        user.role_id = Some("1".to_owned());
        user.role_ids = vec!["1".to_owned(), "9".to_owned()];

        let shown = present(
            &user,
            None,
            &Row::Unkept,
            &[Role::new("1", "Sales")],
            &Features::none(),
        );
        assert_eq!(
            shown.to_string(),
            r#"{"active":true,"displayName":"Ada","emails":[{"primary":true,"type":"work","value":"Ada@acme.example"}],"id":"7","name":{"formatted":"Ada","givenName":"Ada"},"roles":[{"display":"Sales","primary":true,"value":"Sales"},{"display":"9","value":"9"}],"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"Ada@acme.example"}"#
        );
    }

    #[test]
    fn seats_are_shown_only_as_a_feature() {
        let mut user = HubSpotUser::new("7", "a@b.example");
        user.seat_names = vec!["sales".to_owned(), "core".to_owned()];
        let seats = |features: &Features| {
            let shown = User::try_from(present(&user, None, &Row::Unkept, &[], features)).unwrap();
            shown.entitlements().collect::<Vec<_>>()
        };
        let entry = |name| MultiValued::new(name).with_display(name);
        assert_eq!(
            seats(&Features::none().with_seats()),
            [entry("core"), entry("sales")]
        );
        assert_eq!(seats(&Features::none()), []);

        let schema = resource_type(&Features::none().with_seats());
        let attribute = schema.schema().attribute("entitlements").unwrap();
        let subs: Vec<_> = attribute
            .sub_attributes()
            .iter()
            .map(scim_core::schema::Attribute::name)
            .collect();
        assert_eq!(subs, ["value", "display", "type", "primary"]);
    }

    #[test]
    fn super_admin_is_shown_though_it_is_no_permission_set() {
        let mut user = HubSpotUser::new("7", "a@b.example");
        user.super_admin = true;
        let shown =
            User::try_from(present(&user, None, &Row::Unkept, &[], &Features::none())).unwrap();
        assert_eq!(shown.roles().next().unwrap().value, "Super Admin");
    }

    #[test]
    fn the_schema_promises_the_kept_attributes_alone() {
        let resource_type = resource_type(&Features::none());
        let names: Vec<_> = resource_type
            .schema()
            .attributes()
            .iter()
            .map(scim_core::schema::Attribute::name)
            .collect();
        assert_eq!(
            names,
            [
                "userName",
                "name",
                "displayName",
                "active",
                "emails",
                "roles"
            ]
        );

        assert!(resource_type.extensions().is_empty());
        let display_name = resource_type.schema().attribute("displayName").unwrap();
        assert_eq!(display_name.mutability(), Mutability::ReadOnly);
    }
}
