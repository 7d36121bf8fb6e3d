//! Operators and brackets: spelling, precedence, and the shape of the tree.

use scim_filter::{ErrorKind, Filter};

use crate::support::{DEFAULT, LENIENT, STRICT, reads, refuses};

#[test]
fn each_operator_in_each_case() {
    for op in ["eq", "ne", "co", "sw", "ew", "gt", "ge", "lt", "le"] {
        for written in [
            op.to_owned(),
            op.to_uppercase(),
            op[..1].to_uppercase() + &op[1..],
        ] {
            for parser in [STRICT, DEFAULT, LENIENT] {
                reads(&parser, &format!("a {written} 1"), &format!("({op} a 1)"));
            }
        }
    }

    for input in ["a PR", "a Pr", "a pR"] {
        reads(&STRICT, input, "(pr a)");
    }

    for input in ["a PR AND b pr Or c pr", "a pr And b pr OR c pr"] {
        reads(&STRICT, input, "(or (and (pr a) (pr b)) (pr c))");
    }

    reads(&STRICT, "NOT(a pr)", "(not (pr a))");
}

#[test]
fn not_binds_before_and_before_or_for_every_pair() {
    let operand = |n: usize, negated: bool| match (n, negated) {
        (n, false) => (format!("a{n} pr"), format!("(pr a{n})")),
        (n, true) => (format!("not (a{n} pr)"), format!("(not (pr a{n}))")),
    };

    for first in ["and", "or"] {
        for second in ["and", "or"] {
            for negated in 0..8_u8 {
                let [(a, ta), (b, tb), (c, tc)] =
                    [1, 2, 3].map(|n| operand(n, negated & (1 << (n - 1)) != 0));
                let plain = match (first, second) {
                    ("and", "and") => format!("(and {ta} {tb} {tc})"),
                    ("or", "or") => format!("(or {ta} {tb} {tc})"),
                    ("and", _) => format!("(or (and {ta} {tb}) {tc})"),
                    _ => format!("(or {ta} (and {tb} {tc}))"),
                };
                reads(&DEFAULT, &format!("{a} {first} {b} {second} {c}"), &plain);
                let left = if first == second {
                    format!("({first} {ta} {tb} {tc})")
                } else {
                    format!("({second} ({first} {ta} {tb}) {tc})")
                };
                reads(&DEFAULT, &format!("({a} {first} {b}) {second} {c}"), &left);
                let right = if first == second {
                    format!("({first} {ta} {tb} {tc})")
                } else {
                    format!("({first} {ta} ({second} {tb} {tc}))")
                };
                reads(&DEFAULT, &format!("{a} {first} ({b} {second} {c})"), &right);
                let negation = match (first, second) {
                    ("and", "and") => format!("(and (not {ta}) {tb} {tc})"),
                    ("or", "or") => format!("(or (not {ta}) {tb} {tc})"),
                    ("and", _) => format!("(or (and (not {ta}) {tb}) {tc})"),
                    _ => format!("(or (not {ta}) (and {tb} {tc}))"),
                };
                reads(
                    &DEFAULT,
                    &format!("not({a}) {first} {b} {second} {c}"),
                    &negation,
                );
            }
        }
    }
}

#[test]
fn each_pair_of_operators_binds_as_the_rfc_says() {
    for (input, expected) in [
        ("a pr and b pr and c pr", "(and (pr a) (pr b) (pr c))"),
        ("a pr and b pr or c pr", "(or (and (pr a) (pr b)) (pr c))"),
        ("a pr or b pr and c pr", "(or (pr a) (and (pr b) (pr c)))"),
        ("a pr or b pr or c pr", "(or (pr a) (pr b) (pr c))"),
        ("not(a pr) and b pr", "(and (not (pr a)) (pr b))"),
        ("not(a pr) or b pr", "(or (not (pr a)) (pr b))"),
        ("a pr and not(b pr)", "(and (pr a) (not (pr b)))"),
        ("a pr or not(b pr)", "(or (pr a) (not (pr b)))"),
        ("not(not(a pr))", "(not (not (pr a)))"),
        ("not(a pr and b pr)", "(not (and (pr a) (pr b)))"),
        ("not(a pr or b pr)", "(not (or (pr a) (pr b)))"),
        ("not((a pr))", "(not (pr a))"),
        ("(not(a pr))", "(not (pr a))"),
        ("(a pr or b pr) and c pr", "(and (or (pr a) (pr b)) (pr c))"),
        ("a pr and (b pr or c pr)", "(and (pr a) (or (pr b) (pr c)))"),
        ("(a pr and b pr) or c pr", "(or (and (pr a) (pr b)) (pr c))"),
        ("a pr or (b pr and c pr)", "(or (pr a) (and (pr b) (pr c)))"),
        ("((a pr))", "(pr a)"),
        (
            "v[a pr] and b pr or c pr",
            "(or (and (in v (pr a)) (pr b)) (pr c))",
        ),
        (
            "a pr or v[b pr] and c pr",
            "(or (pr a) (and (in v (pr b)) (pr c)))",
        ),
        (
            "not(v[a pr]) and w[b pr]",
            "(and (not (in v (pr a))) (in w (pr b)))",
        ),
        (
            "(v[a pr] or b pr) and c pr",
            "(and (or (in v (pr a)) (pr b)) (pr c))",
        ),
        (
            "v[a pr and b pr or c pr]",
            "(in v (or (and (pr a) (pr b)) (pr c)))",
        ),
        (
            "v[a pr or b pr and c pr]",
            "(in v (or (pr a) (and (pr b) (pr c))))",
        ),
        ("v[not(a pr) and b pr]", "(in v (and (not (pr a)) (pr b)))"),
        ("v[not(a pr or b pr)]", "(in v (not (or (pr a) (pr b))))"),
        (
            "v[(a pr or b pr) and c pr]",
            "(in v (and (or (pr a) (pr b)) (pr c)))",
        ),
        ("v[(a pr)]", "(in v (pr a))"),
        (
            "v[a pr] or w[b pr and c pr]",
            "(or (in v (pr a)) (in w (and (pr b) (pr c))))",
        ),
    ] {
        for parser in [STRICT, DEFAULT, LENIENT] {
            reads(&parser, input, expected);
        }
    }
}

#[test]
fn brackets_leave_no_node_and_chains_are_flat() {
    let flat = Filter::parse("a pr and b pr and c pr and d pr").unwrap();
    for input in [
        "(a pr) and (b pr) and (c pr) and (d pr)",
        "((a pr and b pr) and (c pr and d pr))",
        "a pr and (b pr and (c pr and (d pr)))",
        "(((a pr and b pr) and c pr) and d pr)",
        "A pr AND B pr AND C pr AND D pr",
    ] {
        assert_eq!(Filter::parse(input).unwrap(), flat, "{input}");
    }

    assert_ne!(
        Filter::parse("a pr and b pr and d pr and c pr").unwrap(),
        flat
    );
    assert_ne!(Filter::parse("a pr or b pr or c pr or d pr").unwrap(), flat);
    reads(
        &DEFAULT,
        "a pr or (b pr or c pr) and d pr or (e pr and f pr)",
        "(or (pr a) (and (or (pr b) (pr c)) (pr d)) (and (pr e) (pr f)))",
    );
    reads(
        &DEFAULT,
        "(a pr or b pr) and (c pr or d pr) or ((e pr or f pr))",
        "(or (and (or (pr a) (pr b)) (or (pr c) (pr d))) (pr e) (pr f))",
    );
}

#[test]
fn keywords_are_names_in_the_place_of_a_name() {
    reads(&STRICT, "not pr and notes pr", "(and (pr not) (pr notes))");
    reads(&STRICT, "and pr or or pr", "(or (pr and) (pr or))");
    reads(&STRICT, "eq eq 1 and pr pr", "(and (eq eq 1) (pr pr))");
    reads(
        &STRICT,
        "android pr and orderId pr",
        "(and (pr android) (pr orderId))",
    );
    refuses(&DEFAULT, "a pr andb pr", ErrorKind::ExpectedConnective);
    refuses(&DEFAULT, "a prefix", ErrorKind::ExpectedOperator);
    refuses(&DEFAULT, "a eq trueName", ErrorKind::ExpectedValue);
}
