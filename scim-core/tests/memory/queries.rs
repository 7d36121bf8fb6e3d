//! Filters, orders and pages, with and without an index.

use proptest::prelude::*;
use scim_core::filter::Filter;
use scim_core::memory::MemoryStore;
use scim_core::provider::{Context, DeleteRequest, ListRequest};
use scim_core::query::Page;
use scim_core::resource::TypedResource;
use scim_core::schema::ResourceType;
use scim_core::{Profile, Provider, Resource};

use super::calls::{create, id_of, now, patch};

#[test]
fn an_index_keeps_creation_order() {
    let users = MemoryStore::new().users();
    let first = create(&users, r#"{"userName":"a","externalId":"x"}"#).unwrap();
    create(&users, r#"{"userName":"b","externalId":"x"}"#).unwrap();
    for value in ["y", "x"] {
        let change = format!(r#"[{{"op":"replace","path":"externalId","value":"{value}"}}]"#);
        patch(&users, &id_of(&first), &change).unwrap();
    }

    let mut request = ListRequest::new(Context::default(), 10);
    request.filter = Some(Filter::parse("externalId eq \"x\"").unwrap().into_owned());
    let page = now(users.list(request)).unwrap();
    let (_, found) = page.finish(None, None, 1, 10, &ResourceType::user());
    let names: Vec<_> = found
        .iter()
        .filter_map(|user| user.text("userName"))
        .collect();
    assert_eq!(names, ["a", "b"]);
}

fn text() -> impl Strategy<Value = String> {
    prop::sample::select(vec![
        "a", "A", "b", "B", "ab", "1", "true", "é", "É", "\\\"", "",
    ])
    .prop_map(str::to_owned)
}

fn condition() -> impl Strategy<Value = String> {
    let attribute = prop::sample::select(vec![
        "userName",
        "USERNAME",
        "externalId",
        "id",
        "title",
        "displayName",
        "emails",
        "EMAILS.value",
        "userName.value",
        "urn:ietf:params:scim:schemas:core:2.0:User:userName",
        "urn:ietf:params:scim:schemas:core:2.0:User:emails.value",
    ]);
    let operator = prop::sample::select(vec!["eq", "ne", "co", "eq", "eq"]);
    let inner = |of: &'static str| {
        (prop::sample::select(vec!["value", "type"]), text())
            .prop_map(move |(part, text)| format!("{part} {of} \"{text}\""))
    };
    prop_oneof![
        4 => (attribute, operator, text())
            .prop_map(|(attribute, operator, text)| format!("{attribute} {operator} \"{text}\"")),
        1 => (inner("eq"), inner("eq")).prop_map(|(a, b)| format!("emails[{a} and {b}]")),
        1 => (inner("eq"), inner("eq")).prop_map(|(a, b)| format!("emails[{a} or {b}]")),
        1 => inner("eq").prop_map(|a| format!("emails[not ({a})]")),
        1 => prop::sample::select(vec!["userName eq 1", "userName eq true", "externalId eq 1", "emails.value eq true"])
            .prop_map(str::to_owned),
    ]
}

/// Valid and invalid lists of addresses.
fn emails() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => prop::collection::vec((text(), text()), 0..3).prop_map(|entries| {
            let entries: Vec<String> = entries
                .into_iter()
                .map(|(value, kind)| format!(r#"{{"value":"{value}","type":"{kind}"}}"#))
                .collect();
            format!("[{}]", entries.join(","))
        }),
        1 => prop::sample::select(vec![
            "null", "true", "1", r#"["a",true,[{"value":"A"}]]"#, r#"{"value":"a"}"#, r#"[{"type":"a"},{"value":1}]"#,
            r#"[{"value":"a","VALUE":"b"}]"#,
        ])
        .prop_map(str::to_owned),
    ]
}

fn filter() -> impl Strategy<Value = String> {
    prop_oneof![
        condition(),
        (condition(), condition()).prop_map(|(a, b)| format!("{a} and {b}")),
        (condition(), condition()).prop_map(|(a, b)| format!("{a} or {b}")),
        (condition(), condition(), condition())
            .prop_map(|(a, b, c)| format!("{a} and ({b} or {c})")),
        condition().prop_map(|a| format!("not ({a})")),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn an_index_finds_the_same_as_a_scan(
        rows in prop::collection::vec((text(), prop::option::of(text()), prop::option::of(text()), emails()), 0..12),
        removed in prop::collection::vec(any::<prop::sample::Index>(), 0..4),
        renamed in prop::collection::vec((any::<prop::sample::Index>(), text()), 0..4),
        filters in prop::collection::vec(filter(), 1..8),
    ) {
        let users = MemoryStore::new().users();
        let mut ids = Vec::new();

        for (name, external_id, title, emails) in rows {
            let member = |key: &str, text: Option<String>| {
                text.map(|text| format!(r#","{key}":"{text}""#)).unwrap_or_default()
            };
            let display_name = member("displayName", title.clone());
            let (external_id, title) = (member("externalId", external_id), member("title", title));
            let json = format!(r#"{{"userName":"{name}","emails":{emails}{external_id}{title}{display_name}}}"#);
            if let Ok(made) = create(&users, &json) {
                ids.push(id_of(&made));
            }
        }

        for (index, name) in renamed {
            if !ids.is_empty() {
                let rename = format!(r#"[{{"op":"replace","value":{{"userName":"{name}","externalId":"{name}"}}}}]"#);
                let _ = patch(&users, index.get(ids.as_slice()).as_str(), &rename);
            }
        }

        for index in removed {
            if !ids.is_empty() {
                let id = ids.remove(index.index(ids.len()));
                now(users.delete(DeleteRequest::new(Context::default(), id))).unwrap();
            }
        }

        let user = ResourceType::user();
        let list = |filter: Option<Filter<'static>>| {
            let mut request = ListRequest::new(Context::default(), 1_000);
            request.filter.clone_from(&filter);
            let page = now(users.list(request)).unwrap();
            page.finish(filter.as_ref(), None, 1, 1_000, &user)
        };
        let (_, all) = list(None);

        for text in filters.into_iter().chain(ids.iter().map(|id| format!("id eq \"{id}\""))) {
            let filter = Filter::parse(&text).unwrap().into_owned();
            let scanned: Vec<Resource> =
                all.iter().filter(|row| filter.matches(&TypedResource::new(row, &user))).cloned().collect();
            let (total, found) = list(Some(filter));
            prop_assert_eq!(total, scanned.len() as u64, "{}", &text);
            prop_assert_eq!(found, scanned, "{}", text);
        }
    }

    #[test]
    fn pages_visit_every_resource_once_in_a_stable_order(rows in 0_u64..40, size in 1_u64..12) {
        let users = MemoryStore::new().users();
        for row in 0..rows {
            create(&users, &format!(r#"{{"userName":"user{row}"}}"#)).unwrap();
        }

        let mut seen = Vec::new();
        let mut start = 1;

        loop {
            let mut request = ListRequest::new(Context::default(), size);
            request.start_index = start;
            let page = now(users.list(request)).unwrap();
            let (total, page) = page.finish(None, None, start, size, &ResourceType::user());
            prop_assert_eq!(total, rows);
            if page.is_empty() {
                break;
            }
            start += page.len() as u64;
            seen.extend(page.iter().map(|user| user.text("userName").unwrap().into_owned()));
        }

        let wanted: Vec<String> = (0..rows).map(|row| format!("user{row}")).collect();
        prop_assert_eq!(seen, wanted);
    }

    /// A comparison that is no order makes `sort_by` panic, and the values are the clients'.
    #[test]
    fn any_values_can_be_sorted(
        values in prop::collection::vec(
            prop_oneof![
                Just("null".to_owned()), Just("true".to_owned()), Just("false".to_owned()), Just("[]".to_owned()),
                Just("{}".to_owned()), Just("1e400".to_owned()), Just("1e300".to_owned()),
                any::<i64>().prop_map(|number| number.to_string()),
                "20[0-9]{2}-0[1-9]-1[0-9]T1[0-9]:00:00(Z|[+-]0[0-9]:00|)".prop_map(|text| format!("\"{text}\"")),
                "[a-zA-Z0-9]{0,3}".prop_map(|text| format!("\"{text}\"")),
                "[a-z]{0,3}".prop_map(|text| format!("[{{\"value\":\"{text}\",\"primary\":true}}]")),
            ],
            0..60,
        ),
        by in prop::sample::select(vec!["title", "emails", "meta.created", "unknown", "meta"]),
        descending in any::<bool>(),
    ) {
        let rows: Vec<Resource> = values
            .iter()
            .filter_map(|value| {
                let json = match by.split_once('.') {
                    Some((outer, inner)) => format!(r#"{{"{outer}":{{"{inner}":{value}}}}}"#),
                    None => format!(r#"{{"{by}":{value}}}"#),
                };
                Resource::from_slice(json.as_bytes()).ok()
            })
            .collect();
        let order = if descending { "descending" } else { "ascending" };
        let query = format!("sortBy={by}&sortOrder={order}");
        let query = scim_core::query::Query::parse(&query, Profile::rfc()).unwrap();
        let count = rows.len();
        let (total, sorted) = Page::complete(rows).finish(None, query.sort.as_ref(), 1, 1_000, &ResourceType::user());

        prop_assert_eq!((total, sorted.len()), (count as u64, count));
    }
}
