//! Random texts: strict mode accepts exactly the grammar of the RFC, and the default mode exactly that
//! of the crate documentation. Each mode accepts every text of the mode before it.

use proptest::prelude::*;
use scim_filter::Parser;

use crate::abnf::{self, Grammar};

const GRAMMARS: [(Parser, Grammar); 2] = [
    (Parser::strict(), Grammar::Printed),
    (Parser::new(), Grammar::Default),
];

/// Parts of filters, valid and invalid.
const FRAGMENTS: [&str; 64] = [
    " ",
    " ",
    " ",
    "a",
    "b",
    "userName",
    "not",
    "and",
    "or",
    "pr",
    "eq",
    "Ne",
    "co",
    "GT",
    "le",
    "xx",
    "a.b",
    "name.givenName",
    ".",
    "$ref",
    "a$",
    "].value eq 1",
    "urn:x:2.0:User:a",
    "urn:",
    "x:y:z",
    "http://u@h:80/p?q#f:a",
    "http://h:x:a",
    "h://a@b@c:d",
    "u:a#b#c:d",
    "u:%4a:n",
    "u:%4:n",
    "s:/:a",
    "s://:a",
    "::",
    ":",
    "(",
    ")",
    "(",
    ")",
    "[",
    "]",
    "not(",
    "not (",
    "a[b pr]",
    "\"x\"",
    "\"\"",
    "\"\\u00e9\"",
    "\"\\ud83d\\ude00\"",
    "\"\\ud83d\"",
    "\"\\x\"",
    "\"é😀\"",
    "\"\t\"",
    "0",
    "-1.5e+3",
    "01",
    "1.",
    "true",
    "false",
    "null",
    "True",
    "NULL",
    "1",
    " and ",
    " or ",
];

/// The text of a valid filter, with or without value paths.
fn derived(value_paths: bool) -> BoxedStrategy<String> {
    let name = prop::sample::select(vec![
        "a",
        "not",
        "pr",
        "a-b_1",
        "a.b",
        "urn:x:2.0:U:a.b",
        "u:/p;v=1:a",
        "u://h:1/%7e~:a",
        "and",
    ]);
    let value = prop::sample::select(vec![
        "1",
        "-0",
        "0.5E-7",
        "true",
        "null",
        "\"\"",
        "\"a \\\" b\"",
        "\"(\"",
        "\"\\uD83D\\uDe00 \\/\"",
    ]);
    let op = prop::sample::select(vec!["eq", "NE", "Co", "sw", "ew", "gT", "lt", "ge", "le"]);
    let test = prop_oneof![
        (name.clone(), prop::sample::select(vec!["pr", "PR"]))
            .prop_map(|(name, pr)| format!("{name} {pr}")),
        (name.clone(), op, value).prop_map(|(name, op, value)| format!("{name} {op} {value}")),
    ];
    let leaf = if value_paths {
        let value_path =
            (name, derived(false)).prop_map(|(name, inner)| format!("{name}[{inner}]"));
        prop_oneof![4 => test, 1 => value_path].boxed()
    } else {
        test.boxed()
    };

    leaf.prop_recursive(4, 12, 3, |inner| {
        let link = prop::sample::select(vec!["and", "or", "AND", "oR"]);
        prop_oneof![
            (inner.clone(), link, inner.clone()).prop_map(|(a, link, b)| format!("{a} {link} {b}")),
            inner.clone().prop_map(|inner| format!("({inner})")),
            inner.prop_map(|inner| format!("Not({inner})")),
        ]
    })
    .boxed()
}

/// The text of a filter with one change.
fn mutated() -> impl Strategy<Value = String> {
    let fragment = prop::sample::select(FRAGMENTS.to_vec());
    (
        derived(true),
        any::<prop::sample::Index>(),
        0..4_usize,
        fragment,
    )
        .prop_map(|(text, at, cut, fragment)| {
            let mut chars: Vec<char> = text.chars().collect();
            let at = at.index(chars.len() + 1);
            let end = (at + cut).min(chars.len());
            chars.splice(at..end, fragment.chars());
            chars.into_iter().collect()
        })
}

fn text() -> impl Strategy<Value = String> {
    let fragments = prop::collection::vec(prop::sample::select(FRAGMENTS.to_vec()), 0..12);
    prop_oneof![
        2 => derived(true),
        4 => mutated(),
        2 => fragments.clone().prop_map(|fragments| fragments.concat()),
        1 => fragments.prop_map(|fragments| fragments.join(" ")),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1500))]

    #[test]
    fn filters_follow_the_grammar(text in text()) {
        for (parser, grammar) in GRAMMARS {
            let read = parser.filter(&text);
            prop_assert_eq!(read.is_ok(), abnf::is_filter(grammar, &text), "{:?} {}: {:?}", grammar, text, read.err());
        }
    }

    #[test]
    fn paths_follow_the_grammar(text in text(), suffix in prop::sample::select(FRAGMENTS.to_vec())) {
        for text in [format!("a[{text}]"), format!("a[{text}]{suffix}"), format!("a[{text}].{suffix}"), suffix.to_owned(), text] {
            for (parser, grammar) in GRAMMARS {
                let read = parser.patch_path(&text);
                prop_assert_eq!(read.is_ok(), abnf::is_path(grammar, &text), "{:?} {}: {:?}", grammar, text, read.err());
            }
        }
    }

    #[test]
    fn each_mode_agrees_with_the_one_before_it(text in text()) {
        let [strict, default, lenient] =
            [Parser::strict(), Parser::new(), Parser::lenient()].map(|parser| parser.filter(&text));
        if strict.is_ok() {
            prop_assert_eq!(&strict, &default);
        }
        if default.is_ok() {
            prop_assert_eq!(&default, &lenient);
        }
        let [strict, default, lenient] =
            [Parser::strict(), Parser::new(), Parser::lenient()].map(|parser| parser.patch_path(&text));
        if strict.is_ok() {
            prop_assert_eq!(&strict, &default);
        }
        if default.is_ok() {
            prop_assert_eq!(&default, &lenient);
        }
    }
}

#[test]
fn the_reference_grammar_is_right() {
    for text in [
        "a pr",
        "a PR AND b.c eq -1.5e3",
        "not(a pr)",
        "not(a[b pr or not(c eq \"x\\u00e9\")])",
        "(a pr)",
        "urn:ietf:params:scim:schemas:core:2.0:User:userName sw \"J\"",
        "not pr",
        "urn::a pr",
    ] {
        assert!(abnf::is_filter(Grammar::Printed, text), "{text}");
    }

    for text in [
        "",
        " ",
        "a",
        "a pr ",
        "a  pr",
        "not (a pr)",
        "a[b[c pr]]",
        "a[b pr].c pr",
        "a eq True",
        "a eq 01",
        "a eq \"\\ud83d\"",
        "a.$ref pr",
        "x:a pr",
        "u:a#b#c:d pr",
        "http://h:x:a pr",
        "a pr b",
        "a.b.c pr",
    ] {
        assert!(!abnf::is_filter(Grammar::Printed, text), "{text}");
    }

    assert!(
        abnf::is_path(Grammar::Printed, "a[b pr].c") && abnf::is_path(Grammar::Printed, "u:x:a.b")
    );
    assert!(
        !abnf::is_path(Grammar::Printed, "a[b pr].c.d") && !abnf::is_path(Grammar::Printed, "a pr")
    );
}
