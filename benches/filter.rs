//! The time to parse a filter, beside other parsers with the feature `peers`, and to evaluate one.

mod report;

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, Throughput};
use scim_benches::inputs;
use scim_filter::Filter;

fn main() {
    if !cfg!(feature = "peers") {
        let mut criterion = Criterion::default().configure_from_args();
        parse(&mut criterion);
        evaluate(&mut criterion);
        criterion.final_summary();
    }
    // `cargo test` runs each benchmark once, without the report.
    if std::env::args().any(|argument| argument == "--bench") {
        report::print();
    }
}

fn parse(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("parse");
    for (name, input) in inputs::filters() {
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
    let user = report::user();
    let mut group = criterion.benchmark_group("evaluate");
    for text in report::EVALUATED {
        if let Ok(filter) = Filter::parse(text) {
            group.bench_function(BenchmarkId::from_parameter(text), |bencher| {
                bencher.iter(|| black_box(&filter).matches(black_box(&user)));
            });
        }
    }
    group.finish();
}
