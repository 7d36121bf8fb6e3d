//! The tables after a run.
#![expect(clippy::print_stdout, reason = "a benchmark prints its results")]

use std::hint::black_box;

use scim_benches::inputs;
use scim_benches::parsers::{self, BenchedParser, OURS, Verdict};
use scim_benches::timing::{self, Batch};
use scim_filter::{Filter, Parser};
use serde_json::{Map, Value, json};

const ROUNDS: usize = 301;

/// The filters to evaluate over [`user`].
pub(crate) const EVALUATED: [&str; 6] = [
    r#"userName eq "bjensen@example.com""#,
    r#"userName eq "x""#,
    r#"USERNAME eq "bjensen@example.com""#,
    r#"emails[type eq "work" and value co "@example.com"]"#,
    r#"emails co "example.org""#,
    r#"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department eq "Sales" and active eq true"#,
];

pub(crate) fn print() {
    print_parsing();
    print_linearity();
    print_evaluation();
}

/// A user with the attributes that an identity provider sets.
pub(crate) fn user() -> Map<String, Value> {
    let user = json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"],
        "id": "2819c223-7f76-453a-919d-413861904646",
        "externalId": "701984",
        "userName": "bjensen@example.com",
        "name": {"formatted": "Ms. Barbara J Jensen, III", "familyName": "Jensen", "givenName": "Barbara"},
        "displayName": "Babs Jensen",
        "emails": [{"type": "home", "value": "babs@example.org"}, {"type": "work", "value": "bjensen@example.com"}],
        "title": "Tour Guide",
        "active": true,
        "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": {"department": "Sales"},
        "meta": {"resourceType": "User", "created": "2010-01-23T04:56:22Z", "lastModified": "2011-05-13T04:42:34Z"},
    });
    match user {
        Value::Object(user) => user,
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => {
            Map::new()
        }
    }
}

/// Prints the nanoseconds of every parser for each input, and the ratio of the fastest right peer to
/// ours.
fn print_parsing() {
    let peers = parsers::peers();
    print!("\n{:<17}{:>8}{:>12}", "parse, ns", "bytes", OURS.name);
    for peer in &peers {
        print!("{:>19}", peer.name);
    }
    println!("{:>8}", if peers.is_empty() { "" } else { "ratio" });

    for (name, input) in inputs::filters() {
        let parsers: Vec<&BenchedParser> = core::iter::once(&OURS).chain(&peers).collect();
        let batches: Vec<Batch<'_>> = parsers.iter().map(|parser| parser.batch(&input)).collect();
        let times = timing::fastest_turns(ROUNDS, &batches);
        let verdicts: Vec<Verdict> = parsers.iter().map(|s| s.judge(&input)).collect();

        print!("{name:<17}{:>8}", input.len());
        for (index, (&time, &verdict)) in times.iter().zip(&verdicts).enumerate() {
            let width = if index == 0 { 12 } else { 19 };
            print!("{:>width$}", cell(time, verdict));
        }

        let peer_results = times.iter().zip(&verdicts).skip(1);
        let best = peer_results
            .filter(|(_, verdict)| **verdict == Verdict::Right)
            .map(|(time, _)| *time)
            .min_by(f64::total_cmp);
        match (best, times.first()) {
            (Some(best), Some(ours)) => println!("{:>8.1}", best / ours),
            _ => println!(),
        }
    }
}

fn cell(time: f64, verdict: Verdict) -> String {
    match verdict {
        Verdict::Right => format!("{time:.0}"),
        Verdict::Refuses => format!("{time:.0} (refuses)"),
        Verdict::Accepts => format!("{time:.0} (accepts)"),
        Verdict::Misreads => format!("{time:.0} (wrong)"),
    }
}

fn print_linearity() {
    let short = inputs::chain(980);
    let long = inputs::chain(10_040);
    let parser = Parser::new().with_max_bytes(None).with_max_terms(None);
    let batch = |input| -> Batch<'_> {
        Box::new(move |times| {
            for _ in 0..times {
                black_box(parser.filter(black_box(input)).is_ok());
            }
        })
    };

    let times = timing::fastest_turns(ROUNDS, &[batch(&short), batch(&long)]);
    if let [one, ten] = times.as_slice() {
        println!(
            "\n{} bytes {one:.0} ns, {} bytes {ten:.0} ns: {:.1} times",
            short.len(),
            long.len(),
            ten / one
        );
    }
}

fn print_evaluation() {
    let user = user();
    let filters: Vec<Filter<'_>> = EVALUATED.into_iter().flat_map(Filter::parse).collect();
    let lookups: Batch<'_> = Box::new(|times| {
        for _ in 0..times {
            black_box(black_box(&user).get(black_box("userName")));
            black_box(black_box(&user).get(black_box("userName")));
        }
    });

    let mut batches = vec![lookups];
    for filter in &filters {
        let user = &user;
        batches.push(Box::new(move |times| {
            for _ in 0..times {
                black_box(black_box(filter).matches(black_box(user)));
            }
        }));
    }

    let times = timing::fastest_turns(ROUNDS, &batches);
    println!("\nevaluate, ns");
    let names = core::iter::once("two lookups in the map of 11").chain(EVALUATED);
    for (name, time) in names.zip(times) {
        println!("{time:>8.1}  {name}");
    }
}
