//! The cost of resources and the memory store, beside trees of `serde_json::Value` in the same run.
//!
//! The allocator counts memory, so the figures are the same on every machine. callgrind counts the instructions for a change
//! of one member, in a group of any size:
//!
//! ```text
//! cargo bench -p scim-benches --bench core --no-run
//! valgrind --tool=callgrind --toggle-collect='*change_of_one_member*' target/release/deps/core-… --members 100000
//! ```
//!
//! With `--users 1000000`, the program fills a store and prints its time and memory.
#![expect(
    clippy::expect_used,
    reason = "a benchmark that cannot be set up fails"
)]

use std::collections::HashMap;
use std::env;
use std::fmt::Write as _;
use std::hint::black_box;
use std::io::{self, Write};
use std::time::Instant;

use allocation_counter::measure;
use bytes::Bytes;
use criterion::Criterion;
use futures_util::FutureExt;
use http::Request;
use scim_core::auth::Anonymous;
use scim_core::filter::Filter;
use scim_core::memory::{MemoryProvider, MemoryStore};
use scim_core::provider::{Context, CreateRequest, PatchRequest};
use scim_core::resource::TypedResource;
use scim_core::schema::ResourceType;
use scim_core::tenant::Tenant;
use scim_core::{PatchOp, Profile, Provider, Resource, Service};
use serde_json::{Map, Value, json};

const USERS: usize = 100_000;

fn main() -> io::Result<()> {
    let arguments: Vec<String> = env::args().collect();
    if let [_, flag, number] = arguments.as_slice() {
        if flag == "--members" {
            let (groups, id) = group_of(number.parse().map_err(io::Error::other)?);
            change_of_one_member(&groups, &id);
            return Ok(());
        }
        if flag == "--users" {
            return start(number.parse().map_err(io::Error::other)?);
        }
    }

    memory()?;
    members()?;

    let mut criterion = Criterion::default().configure_from_args();
    representations(&mut criterion);
    store(&mut criterion);
    criterion.final_summary();
    Ok(())
}

/// The JSON of a user, about 800 bytes.
fn user(number: usize) -> String {
    format!(
        concat!(
            r#"{{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User","#,
            r#""urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"],"#,
            r#""userName":"user{0:07}@example.com","externalId":"00000000-0000-4000-8000-{0:012}","#,
            r#""name":{{"givenName":"Given{0:07}","familyName":"Family{0:07}","formatted":"Given{0:07} Family{0:07}"}},"#,
            r#""displayName":"Given{0:07} Family{0:07}","title":"Account Manager","active":true,"#,
            r#""emails":[{{"value":"user{0:07}@example.com","type":"work","primary":true}}],"#,
            r#""phoneNumbers":[{{"value":"+1 555 {0:07}","type":"work"}}],"#,
            r#""urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":{{"employeeNumber":"{0:07}","#,
            r#""department":"Sales","costCenter":"4130","organization":"Example"}}}}"#,
        ),
        number
    )
}

fn now<T>(future: impl Future<Output = T>) -> T {
    future.now_or_never().expect("no waiting")
}

fn create(provider: &MemoryProvider, json: String) -> Resource {
    let resource = Resource::from_bytes(json.into()).expect("a resource");
    let request = CreateRequest::new(Context::default(), resource);
    now(provider.create(request)).expect("room")
}

fn store_of(users: usize) -> (MemoryStore, usize) {
    let store = MemoryStore::new();
    let provider = store.users();
    let text = (0..users).map(|number| create(&provider, user(number)).to_vec().len());
    let text = text.sum();
    (store, text)
}

/// Prints the time to fill a store with this many users, and the memory of the process (Linux).
fn start(users: usize) -> io::Result<()> {
    let begin = Instant::now();
    let (store, text) = store_of(users);
    let seconds = begin.elapsed().as_secs_f64();
    let status = std::fs::read_to_string("/proc/self/status")?;
    let resident = status.lines().find(|line| line.starts_with("VmRSS"));
    let mut out = io::stdout().lock();
    writeln!(out, "{users} users, {text} bytes of text, {seconds:.1} s")?;
    writeln!(out, "{}", resident.unwrap_or("VmRSS unknown"))?;
    drop(store);
    Ok(())
}

/// A simple store for comparison: trees, and maps from text to position.
struct Naive {
    rows: Vec<Value>,
    indexes: [HashMap<String, usize>; 5],
}

fn naive_of(users: usize) -> Naive {
    let mut naive = Naive {
        rows: Vec::new(),
        indexes: Default::default(),
    };
    for number in 0..users {
        let mut row: Map<String, Value> = serde_json::from_str(&user(number)).expect("a user");
        let id = format!("00000000-0000-4000-9000-{number:012}");
        row.insert("meta".to_owned(), json!({"created": "2026-01-01T00:00:00.000Z", "lastModified": "2026-01-01T00:00:00.000Z", "version": "W/\"1\""}));
        row.insert("id".to_owned(), id.clone().into());
        let text = |name: &str| {
            row.get(name)
                .and_then(Value::as_str)
                .unwrap_or_default()
                .to_owned()
        };

        let keys = [
            id,
            text("userName"),
            text("externalId"),
            text("displayName"),
            text("userName"),
        ];
        for (index, key) in naive.indexes.iter_mut().zip(keys) {
            index.insert(key, number);
        }

        naive.rows.push(Value::Object(row));
    }
    naive
}

fn memory() -> io::Result<()> {
    let (mut kept, mut rows) = (None, None);
    let ours = measure(|| kept = Some(store_of(USERS))).bytes_current;
    let naive = measure(|| rows = Some(naive_of(USERS))).bytes_current;
    let text = kept.map_or(1, |(_, text)| text);
    let mut out = io::stdout().lock();
    writeln!(out, "memory of {USERS} users with their indexes")?;
    writeln!(out, "  text   {:>7} bytes for each user", text / USERS)?;
    for (name, bytes) in [("store", ours), ("trees", naive)] {
        let bytes = usize::try_from(bytes).unwrap_or_default();
        let percent = bytes * 100 / text;
        writeln!(
            out,
            "  {name}  {:>7} bytes for each user, {percent} % of the text",
            bytes / USERS
        )?;
    }
    Ok(())
}

fn group_of(members: usize) -> (MemoryProvider, String) {
    let groups = MemoryStore::new().groups().taking_any_member();
    let mut json = r#"{"displayName":"Sales","members":["#.to_owned();
    for member in 0..members {
        let comma = if member == 0 { "" } else { "," };
        write!(json, r#"{comma}{{"type":"User","value":"{member:08}"}}"#).expect("a text");
    }
    json.push_str("]}");
    let made = create(&groups, json);
    let id = made.id().expect("an id").into_owned();
    (groups, id)
}

/// Adds and removes one member, a hundred times.
#[inline(never)]
fn change_of_one_member(groups: &MemoryProvider, id: &str) {
    for operation in [
        r#"{"op":"add","path":"members","value":[{"value":"new"}]}"#,
        r#"{"op":"remove","path":"members[value eq \"new\"]"}"#,
    ]
    .iter()
    .cycle()
    .take(200)
    {
        let json = format!(r#"{{"Operations":[{operation}]}}"#);
        let patch = PatchOp::from_slice(json.as_bytes(), Profile::tolerant()).expect("a PATCH");
        let mut request = PatchRequest::new(Context::default(), id, patch, Profile::tolerant());
        request.wants_resource = false;
        now(groups.patch(request)).expect("a change");
    }
}

fn members() -> io::Result<()> {
    let mut out = io::stdout().lock();
    writeln!(out, "200 changes of one member")?;
    for members in [100, 100_000] {
        let (groups, id) = group_of(members);
        change_of_one_member(&groups, &id);
        let cost = measure(|| change_of_one_member(&groups, &id));
        let (count, bytes) = (cost.count_total, cost.bytes_total);
        writeln!(out, "  of {members:>6}: {count} allocations, {bytes} bytes")?;
    }
    Ok(())
}

fn representations(criterion: &mut Criterion) {
    let json = user(1);
    let text = Resource::from_slice(json.as_bytes()).expect("a user");
    let mut tree = text.clone();
    tree.set("active", true).expect("a path");
    let value: Value = serde_json::from_str(&json).expect("a user");
    let user_type = ResourceType::user();

    let mut group = criterion.benchmark_group("resource");
    group.bench_function("read, text", |bencher| {
        bencher.iter(|| Resource::from_slice(black_box(json.as_bytes())));
    });
    group.bench_function("read, serde_json", |bencher| {
        bencher.iter(|| serde_json::from_str::<Value>(black_box(&json)));
    });

    for (name, resource) in [("text", &text), ("tree", &tree)] {
        group.bench_function(format!("write, {name}"), |bencher| {
            bencher.iter(|| black_box(resource).to_vec());
        });
        group.bench_function(format!("one attribute, {name}"), |bencher| {
            bencher.iter(|| black_box(resource).text("title").map(|title| title.len()));
        });
        for filter in [
            r#"title eq "x""#,
            r#"emails[type eq "work" and value ew "@example.org"]"#,
        ] {
            let parsed = Filter::parse(filter).expect("a filter");
            group.bench_function(format!("{filter}, {name}"), |bencher| {
                bencher
                    .iter(|| parsed.matches(&TypedResource::new(black_box(resource), &user_type)));
            });
        }
    }

    group.bench_function("write, serde_json", |bencher| {
        bencher.iter(|| serde_json::to_vec(black_box(&value)));
    });
    group.finish();
}

fn store(criterion: &mut Criterion) {
    let (store, _) = store_of(USERS);
    let users = store.users();
    let id = create(&users, user(USERS))
        .id()
        .expect("an id")
        .into_owned();
    let tenant = Tenant::builder("https://example.com/scim/v2".parse().expect("a URL"))
        .authenticator(Anonymous::new())
        .provider(users)
        .build()
        .expect("a tenant");
    let service = Service::new(tenant);
    let naive = naive_of(USERS);

    let mut group = criterion.benchmark_group("service over 100,000 users");
    group.sample_size(20);
    for (name, uri) in [
        ("GET", format!("/Users/{id}")),
        ("GET, one attribute", format!("/Users/{id}?attributes=userName")),
        ("list of 100", "/Users?count=100".to_owned()),
        ("list of 100 far in", "/Users?count=100&startIndex=90000".to_owned()),
        ("userName eq", "/Users?filter=userName+eq+%22USER0050000@example.com%22".to_owned()),
        ("emails[type and value]", "/Users?filter=emails%5Btype+eq+%22work%22+and+value+eq+%22user0050000@example.com%22%5D".to_owned()),
        ("title co, nobody", "/Users?filter=title+co+%22zzz%22".to_owned()),
    ] {
        group.bench_function(name, |bencher| {
            bencher.iter(|| {
                let request = Request::get(&uri).body(Bytes::new()).expect("a request");
                let response = now(service.handle(request));
                assert_eq!(response.status(), 200);
                response
            });
        });
    }

    group.bench_function("GET, trees: clone and write", |bencher| {
        bencher.iter(|| {
            let mut row = naive.rows.get(black_box(50_000)).cloned().expect("a row");
            if let Some(meta) = row.pointer_mut("/meta").and_then(Value::as_object_mut) {
                meta.insert(
                    "location".to_owned(),
                    "https://example.com/scim/v2/Users/1".into(),
                );
                meta.insert("resourceType".to_owned(), "User".into());
            }
            serde_json::to_vec(&row)
        });
    });
    group.bench_function("list of 100, trees: clone and write", |bencher| {
        bencher.iter(|| {
            let rows: Vec<Value> = naive.rows.iter().take(100).cloned().collect();
            serde_json::to_vec(&json!({"totalResults": naive.rows.len(), "Resources": rows}))
        });
    });

    let filter = Filter::parse(r#"title co "zzz""#).expect("a filter");
    group.bench_function("title co, nobody, trees", |bencher| {
        bencher.iter(|| naive.rows.iter().filter(|row| filter.matches(*row)).count());
    });
    group.finish();
}
