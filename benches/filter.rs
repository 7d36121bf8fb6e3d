//! How long it takes to parse a filter, and to evaluate one.
#![expect(missing_docs, reason = "criterion's macros make the items")]

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use scim_filter::Filter;
use serde_json::json;

fn parse(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("parse");
    for (name, input) in scim_benches::filters() {
        group.throughput(Throughput::Bytes(input.len() as u64));
        group.bench_with_input(
            BenchmarkId::from_parameter(name),
            &input,
            |bencher, input| {
                bencher.iter(|| Filter::parse(black_box(input)).is_ok());
            },
        );
    }
    group.finish();
}

fn evaluate(criterion: &mut Criterion) {
    let user = json!({
        "id": "2819c223", "userName": "bjensen", "active": true,
        "emails": [{"type": "home", "value": "b@home.example"}, {"type": "work", "value": "b@example.com"}],
    });
    let mut group = criterion.benchmark_group("evaluate");
    for text in [
        r#"userName eq "BJensen""#,
        r#"emails[type eq "work" and value co "@example.com"]"#,
    ] {
        if let Ok(filter) = Filter::parse(text) {
            group.bench_function(BenchmarkId::from_parameter(text), |bencher| {
                bencher.iter(|| black_box(&filter).matches(black_box(&user)));
            });
        }
    }
    group.finish();
}

criterion_group!(benches, parse, evaluate);
criterion_main!(benches);
