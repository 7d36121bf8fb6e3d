//! The reference provider, as any other provider is used.

#![cfg(feature = "memory")]
#![expect(
    clippy::expect_used,
    reason = "a test that cannot be set up has failed"
)]

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, SystemTime};

use futures_util::FutureExt;
use proptest::prelude::*;
use scim_core::clock::{Clock, SystemRandom};
use scim_core::filter::Filter;
use scim_core::memory::{MemoryProvider, MemoryStore};
use scim_core::provider::{
    Context, CreateRequest, DeleteRequest, GetRequest, ListRequest, PatchRequest, Patched,
    ReplaceRequest,
};
use scim_core::query::Page;
use scim_core::resource::Typed;
use scim_core::schema::ResourceType;
use scim_core::version::Version;
use scim_core::{Error, ErrorKind, PatchOp, Profile, Provider, Resource};

fn now<T>(future: impl Future<Output = T>) -> T {
    future.now_or_never().expect("no waiting")
}

fn resource(json: &str) -> Resource {
    Resource::from_slice(json.as_bytes()).expect("a resource")
}

fn create(provider: &MemoryProvider, json: &str) -> Result<Resource, Error> {
    now(provider.create(CreateRequest::new(Context::default(), resource(json))))
}

fn get(provider: &MemoryProvider, id: &str) -> Result<Resource, Error> {
    now(provider.get(GetRequest::new(Context::default(), id)))
}

fn patch(provider: &MemoryProvider, id: &str, operations: &str) -> Result<Resource, Error> {
    let json = format!(r#"{{"Operations":{operations}}}"#);
    let operations = PatchOp::from_slice(json.as_bytes(), Profile::tolerant())?;
    let request = PatchRequest::new(Context::default(), id, operations, Profile::tolerant());
    match now(provider.patch(request))? {
        Patched::Resource(resource) => Ok(resource),
        Patched::NoContent | Patched::NotSupported => get(provider, id),
    }
}

fn id_of(resource: &Resource) -> String {
    resource.id().expect("an id").into_owned()
}

fn version_of(resource: &Resource) -> Version {
    let version = resource.text("meta.version").expect("a version");
    Version::parse(&version).expect("an entity tag")
}

/// A second passes at every look.
#[derive(Debug, Default)]
struct Ticking(AtomicU64);

impl Clock for Ticking {
    fn now(&self) -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_secs(self.0.fetch_add(1, Ordering::Relaxed))
    }
}

fn ticking() -> MemoryProvider {
    MemoryStore::with_sources(Ticking::default(), SystemRandom::new()).users()
}

#[test]
fn what_changes_nothing_keeps_time_and_version() {
    let users = ticking();
    let made = create(&users, r#"{"userName":"a","title":"t"}"#).unwrap();
    let id = id_of(&made);
    for operations in [
        "[]",
        r#"[{"op":"replace","path":"title","value":"t"}]"#,
        r#"[{"op":"replace","path":"active","value":"True"},{"op":"remove","path":"nickName"}]"#,
        r#"[{"op":"replace","path":"title","value":"u"},{"op":"replace","path":"title","value":"t"}]"#,
        r#"[{"op":"add","path":"emails","value":[]}]"#,
    ] {
        assert_eq!(
            patch(&users, &id, operations).unwrap(),
            made,
            "{operations}"
        );
    }
    let changed = patch(
        &users,
        &id,
        r#"[{"op":"replace","path":"title","value":"u"}]"#,
    )
    .unwrap();
    assert_eq!(changed.text("meta.created"), made.text("meta.created"));
    assert_ne!(
        changed.text("meta.lastModified"),
        made.text("meta.lastModified")
    );
    assert_ne!(version_of(&changed), version_of(&made));
}

#[test]
fn a_refused_change_leaves_the_resource_as_it_was() {
    let users = ticking();
    create(&users, r#"{"userName":"taken"}"#).unwrap();
    let made = create(&users, r#"{"userName":"a"}"#).unwrap();
    let id = id_of(&made);
    for operations in [
        r#"[{"op":"replace","path":"title","value":"t"},{"op":"replace","path":"userName","value":"TAKEN"}]"#,
        r#"[{"op":"replace","path":"title","value":"t"},{"op":"remove","path":"userName"}]"#,
    ] {
        assert!(patch(&users, &id, operations).is_err());
        assert_eq!(get(&users, &id).unwrap(), made);
    }
    let put = ReplaceRequest::new(
        Context::default(),
        id.as_str(),
        resource(r#"{"userName":"Taken"}"#),
    );
    assert_eq!(
        now(users.replace(put)).unwrap_err().kind(),
        ErrorKind::Uniqueness
    );
    assert_eq!(get(&users, &id).unwrap(), made);
}

#[test]
fn whoever_is_made_again_while_inactive_is_the_same_user() {
    let users = ticking();
    let made = create(&users, r#"{"userName":"ada","externalId":"1","title":"t"}"#).unwrap();
    let id = id_of(&made);
    let disable = r#"[{"op":"replace","path":"active","value":false}]"#;
    patch(&users, &id, disable).unwrap();
    // What is sent counts, as in a PUT; without a word of it, who is made is active.
    let back = create(&users, r#"{"userName":"Ada"}"#).unwrap();
    assert_eq!(id_of(&back), id);
    assert_eq!(back.boolean("active"), Some(true));
    assert_eq!(back.text("userName").as_deref(), Some("Ada"));
    assert_eq!(back.text("title"), None);
    assert_eq!(back.text("meta.created"), made.text("meta.created"));
    assert_ne!(version_of(&back), version_of(&made));
    let taken = create(&users, r#"{"userName":"ADA"}"#).unwrap_err();
    assert_eq!(taken.kind(), ErrorKind::Uniqueness);

    // Under a new name they are known by the external id, in its letter case, unless two have it.
    let mut ids = Vec::new();
    for name in ["b", "c"] {
        let json = format!(r#"{{"userName":"{name}","externalId":"2","active":false}}"#);
        ids.push(id_of(&create(&users, &json).unwrap()));
        let json = format!(r#"{{"userName":"{name}","externalId":"x{name}","active":false}}"#);
        assert_eq!(id_of(&create(&users, &json).unwrap()), ids[ids.len() - 1]);
    }
    let renamed = create(&users, r#"{"userName":"d","externalId":"xb"}"#).unwrap();
    assert_eq!(id_of(&renamed), ids[0]);
    let other = create(&users, r#"{"userName":"e","externalId":"XC"}"#).unwrap();
    assert!(!ids.contains(&id_of(&other)));
    let same = r#"[{"op":"replace","value":{"externalId":"3","active":false}}]"#;
    for id in &ids {
        patch(&users, id, same).unwrap();
    }
    let third = create(&users, r#"{"userName":"f","externalId":"3"}"#).unwrap();
    assert!(!ids.contains(&id_of(&third)));

    // Not where a profile does not want it.
    patch(&users, &id, disable).unwrap();
    let mut request = CreateRequest::new(Context::default(), resource(r#"{"userName":"ada"}"#));
    request.profile = Profile::rfc();
    let refused = now(users.create(request)).unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::Uniqueness);
}

#[test]
fn a_password_is_never_kept() {
    let users = ticking();
    let made = create(&users, r#"{"userName":"a","PassWord":"s3cret"}"#).unwrap();
    let id = id_of(&made);
    let put = resource(r#"{"userName":"a","password":"s3cret"}"#);
    let put =
        now(users.replace(ReplaceRequest::new(Context::default(), id.as_str(), put))).unwrap();
    let patched = patch(
        &users,
        &id,
        r#"[{"op":"replace","path":"password","value":"s3cret"}]"#,
    )
    .unwrap();
    for answer in [made, put, patched, get(&users, &id).unwrap()] {
        assert!(!answer.to_string().contains("s3cret"));
    }
}

#[test]
fn a_version_is_compared_before_anything_is_written() {
    let users = ticking();
    let made = create(&users, r#"{"userName":"a"}"#).unwrap();
    let id = id_of(&made);
    patch(
        &users,
        &id,
        r#"[{"op":"replace","path":"title","value":"t"}]"#,
    )
    .unwrap();
    let old = Some(version_of(&made));
    let mut put = ReplaceRequest::new(
        Context::default(),
        id.as_str(),
        resource(r#"{"userName":"b"}"#),
    );
    put.expected_version.clone_from(&old);
    assert_eq!(
        now(users.replace(put)).unwrap_err().kind(),
        ErrorKind::PreconditionFailed
    );
    let mut delete = DeleteRequest::new(Context::default(), id.as_str());
    delete.expected_version = old;
    assert_eq!(
        now(users.delete(delete)).unwrap_err().kind(),
        ErrorKind::PreconditionFailed
    );
    assert_eq!(
        get(&users, &id).unwrap().text("title").as_deref(),
        Some("t")
    );
}

#[test]
fn a_name_is_free_again_when_its_user_is_renamed_or_gone() {
    let users = ticking();
    let id = id_of(&create(&users, r#"{"userName":"Ada"}"#).unwrap());
    patch(
        &users,
        &id,
        r#"[{"op":"replace","path":"userName","value":"eve"}]"#,
    )
    .unwrap();
    create(&users, r#"{"userName":"ADA"}"#).unwrap();
    now(users.delete(DeleteRequest::new(Context::default(), id.as_str()))).unwrap();
    create(&users, r#"{"userName":"Eve"}"#).unwrap();
}

#[test]
fn of_many_threads_that_make_one_user_one_succeeds() {
    let users = Arc::new(MemoryStore::new().users());
    let made: usize = thread::scope(|scope| {
        let threads: Vec<_> = (0..16)
            .map(|number| {
                let users = Arc::clone(&users);
                scope.spawn(move || {
                    let name = if number % 2 == 0 { "ada" } else { "ADA" };
                    usize::from(create(&users, &format!(r#"{{"userName":"{name}"}}"#)).is_ok())
                })
            })
            .collect();
        threads
            .into_iter()
            .map(|thread| thread.join().expect("no panic"))
            .sum()
    });
    assert_eq!(made, 1);
}

#[test]
fn of_many_threads_that_add_members_none_is_lost() {
    let groups = Arc::new(MemoryStore::new().groups().taking_any_member());
    let id = id_of(&create(&groups, r#"{"displayName":"g"}"#).unwrap());
    thread::scope(|scope| {
        for thread in 0..8 {
            let (groups, id) = (Arc::clone(&groups), id.as_str());
            scope.spawn(move || {
                for member in 0..25 {
                    let add = format!(r#"[{{"op":"Add","path":"members","value":[{{"value":"{thread}-{member}"}}]}}]"#);
                    patch(&groups, id, &add).expect("an addition");
                }
            });
        }
    });
    let group = scim_core::Group::try_from(get(&groups, &id).unwrap()).unwrap();
    let mut members: Vec<String> = group.members().map(|member| member.value).collect();
    members.sort();
    members.dedup();
    assert_eq!(members.len(), 200);
}

#[test]
fn an_index_keeps_the_order_in_which_the_resources_were_made() {
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

/// Addresses as they are, and as they should not be.
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
    fn an_index_answers_what_a_scan_does(
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
                all.iter().filter(|row| filter.matches(&Typed::new(row, &user))).cloned().collect();
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
    fn any_values_have_an_order(
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
