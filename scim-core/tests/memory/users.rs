//! Users of the reference provider: changes, versions, unique names.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, SystemTime};

use scim_core::clock::{Clock, SystemRandom};
use scim_core::memory::{MemoryProvider, MemoryStore};
use scim_core::provider::{Context, CreateRequest, DeleteRequest, ReplaceRequest};
use scim_core::version::Version;
use scim_core::{ErrorKind, Profile, Provider, Resource};

use super::calls::{create, get, id_of, now, patch, resource};

fn version_of(resource: &Resource) -> Version {
    let version = resource.text("meta.version").expect("a version");
    Version::parse(&version).expect("an entity tag")
}

/// A clock that advances by a second with each reading.
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
fn a_write_without_effect_keeps_time_and_version() {
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
fn a_refused_change_keeps_the_resource() {
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
fn creating_an_inactive_user_again_reactivates_it() {
    let users = ticking();
    let made = create(&users, r#"{"userName":"ada","externalId":"1","title":"t"}"#).unwrap();
    let id = id_of(&made);
    let disable = r#"[{"op":"replace","path":"active","value":false}]"#;
    patch(&users, &id, disable).unwrap();

    // The request replaces the user like a PUT; without `active`, the user becomes active.
    let back = create(&users, r#"{"userName":"Ada"}"#).unwrap();
    assert_eq!(id_of(&back), id);
    assert_eq!(back.boolean("active"), Some(true));
    assert_eq!(back.text("userName").as_deref(), Some("Ada"));
    assert_eq!(back.text("title"), None);
    assert_eq!(back.text("meta.created"), made.text("meta.created"));
    assert_ne!(version_of(&back), version_of(&made));
    let taken = create(&users, r#"{"userName":"ADA"}"#).unwrap_err();
    assert_eq!(taken.kind(), ErrorKind::Uniqueness);

    // A user with a new name is found by the exact external id, unless two users have it.
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

    // The RFC profile does not reactivate.
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
fn versions_are_compared_before_any_write() {
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
fn a_name_is_free_after_a_rename_or_delete() {
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
fn one_of_many_threads_creates_the_user() {
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
fn many_threads_add_members_without_loss() {
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
