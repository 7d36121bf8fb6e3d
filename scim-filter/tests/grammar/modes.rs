//! The texts that each mode accepts and refuses, and their trees.

use scim_filter::{
    AttrPath, CompareOp, ErrorKind, Expr, Filter, FilterRef, ParseError, Parser, PatchPath, Value,
};

use crate::notation::prefix;

const STRICT: Parser = Parser::strict();
const DEFAULT: Parser = Parser::new();
const LENIENT: Parser = Parser::lenient();

#[track_caller]
fn reads(parser: &Parser, input: &str, expected: &str) {
    match parser.filter(input) {
        Ok(filter) => assert_eq!(prefix(filter.as_ref()), expected, "{input}"),
        Err(error) => panic!("{input}\n{}", error.display_with(input)),
    }
}

#[track_caller]
fn refuses(parser: &Parser, input: &str, kind: ErrorKind) -> ParseError {
    match parser.filter(input) {
        Ok(filter) => panic!("{input} was read as {filter}"),
        Err(error) => {
            assert_eq!(error.kind(), kind, "{input}\n{}", error.display_with(input));
            error
        }
    }
}

const ENTERPRISE: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

#[test]
fn the_form_of_entra_joins_any_filter_in_its_brackets() {
    reads(
        &DEFAULT,
        r#"emails[type eq "a" or type eq "b"].value eq "x" and active eq true"#,
        r#"(and (in emails (and (or (eq type "a") (eq type "b")) (eq value "x"))) (eq active true))"#,
    );
    reads(
        &DEFAULT,
        r#"emails[type eq "a" and primary eq true].value pr"#,
        r#"(in emails (and (eq type "a") (eq primary true) (pr value)))"#,
    );
    refuses(
        &DEFAULT,
        r#"emails[type eq "a"].value.x eq "x""#,
        ErrorKind::ExpectedAttribute,
    );
    refuses(
        &DEFAULT,
        r#"emails[type eq "a"].value"#,
        ErrorKind::ExpectedOperator,
    );
}

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

#[test]
fn names_and_uris() {
    for (input, uri, name, sub) in [
        ("userName", None, "userName", None),
        ("a-b_c1.d-2", None, "a-b_c1", Some("d-2")),
        ("members.$ref", None, "members", Some("$ref")),
        ("$ref", None, "$ref", None),
        (
            "urn:okta:my_app:1.0:user:custom",
            Some("urn:okta:my_app:1.0:user"),
            "custom",
            None,
        ),
        (
            "urn:x:2.0:User:manager.value",
            Some("urn:x:2.0:User"),
            "manager",
            Some("value"),
        ),
        (
            "http://example.com/s%20a/2.0:a",
            Some("http://example.com/s%20a/2.0"),
            "a",
            None,
        ),
    ] {
        let path = AttrPath::parse(input).unwrap();
        assert_eq!(
            (path.uri(), path.name(), path.sub_attribute()),
            (uri, name, sub),
            "{input}"
        );
        assert_eq!(path.to_string(), input);
    }

    for (input, kind) in [
        ("", ErrorKind::Empty),
        ("1a", ErrorKind::ExpectedAttribute),
        ("a.", ErrorKind::ExpectedAttribute),
        ("a..b", ErrorKind::ExpectedAttribute),
        ("a.b.c", ErrorKind::ExpectedAttribute),
        (".a", ErrorKind::ExpectedAttribute),
        ("a=b", ErrorKind::ExpectedAttribute),
        ("é", ErrorKind::ExpectedAttribute),
        ("$", ErrorKind::ExpectedAttribute),
        ("urn:x:", ErrorKind::ExpectedAttribute),
        ("urn:x:1.0", ErrorKind::ExpectedAttribute),
        (":a", ErrorKind::InvalidUri),
        ("user:name", ErrorKind::InvalidUri),
        ("1urn:x:name", ErrorKind::InvalidUri),
        ("urn:%zz:name", ErrorKind::InvalidUri),
        ("urn:a#b#c:name", ErrorKind::InvalidUri),
        ("http://a@b@c:name", ErrorKind::InvalidUri),
        ("http://host:port:name", ErrorKind::InvalidUri),
        (" a", ErrorKind::Blank),
        ("a ", ErrorKind::Blank),
        ("a b", ErrorKind::Blank),
        ("a]", ErrorKind::TrailingInput),
        ("a[b pr]", ErrorKind::TrailingInput),
    ] {
        let error = AttrPath::parse(input).expect_err(input);
        assert_eq!(error.kind(), kind, "{input}");
        assert_eq!(error.scim_type(), "invalidPath");
    }

    assert_eq!(
        STRICT.attr_path("members.$ref").unwrap_err().kind(),
        ErrorKind::ExpectedAttribute
    );
    assert_eq!(LENIENT.attr_path(" a ").unwrap().name(), "a");
    assert_eq!(
        AttrPath::new(Some(ENTERPRISE), "manager", Some("value")).unwrap(),
        AttrPath::parse(&format!("{ENTERPRISE}:MANAGER.value")).unwrap(),
    );
    assert!(AttrPath::new(None, "a.b", Some("c")).is_err());
}

#[test]
fn lists_of_attributes() {
    let names = |input: &str| {
        AttrPath::parse_list(input).map(|list| {
            list.iter()
                .map(ToString::to_string)
                .collect::<Vec<_>>()
                .join("|")
        })
    };

    assert_eq!(names("userName"), Ok("userName".into()));
    assert_eq!(
        names("userName,name.givenName , emails"),
        Ok("userName|name.givenName|emails".into())
    );
    assert_eq!(
        names(&format!("id, {ENTERPRISE}")),
        Ok(format!("id|{ENTERPRISE}"))
    );
    assert_eq!(names(""), Ok(String::new()));
    assert_eq!(names("  "), Ok(String::new()));
    for (input, kind, span) in [
        ("a,", ErrorKind::ExpectedAttribute, 2..2),
        ("a,,b", ErrorKind::ExpectedAttribute, 2..2),
        ("a, b.. ,c", ErrorKind::ExpectedAttribute, 5..6),
        ("a, b c ,d", ErrorKind::Blank, 4..5),
    ] {
        let error = AttrPath::parse_list(input).expect_err(input);
        assert_eq!((error.kind(), error.span()), (kind, span), "{input}");
    }
}

#[test]
fn json_literals() {
    let value = |input: &str| -> Result<Value<'static>, ParseError> {
        let text = format!("a eq {input}");
        let filter = DEFAULT.filter(&text).map(Filter::into_owned)?;
        let Expr::Compare {
            value,
            op: CompareOp::Eq,
            ..
        } = filter.expr()
        else {
            panic!("{text}");
        };
        Ok(value.clone().into_owned())
    };

    for (input, expected) in [
        (r#""""#, ""),
        (r#""a\"b\\c\/d\b\f\n\r\t""#, "a\"b\\c/d\u{8}\u{c}\n\r\t"),
        (r#""\u00e9\u00E9é""#, "ééé"),
        (r#""\ud83d\ude00 x""#, "😀 x"),
        (r#""\u0000""#, "\0"),
        (r#"") and (a pr""#, ") and (a pr"),
    ] {
        assert_eq!(value(input), Ok(Value::from(expected)), "{input}");
    }

    for input in [
        "0",
        "-0",
        "1.0",
        "-2.5e-3",
        "1E400",
        "123456789012345678901234567890",
    ] {
        assert_eq!(
            value(input).map(|value| value.to_string()).as_deref(),
            Ok(input)
        );
    }

    assert_eq!(value("true"), Ok(Value::Bool(true)));
    assert_eq!(value("false"), Ok(Value::Bool(false)));
    assert_eq!(value("null"), Ok(Value::Null));

    for (input, kind) in [
        ("\"abc", ErrorKind::UnclosedString),
        (r#""abc\"#, ErrorKind::UnclosedString),
        (r#""abc\""#, ErrorKind::UnclosedString),
        (r#""a\x""#, ErrorKind::InvalidEscape),
        (r#""\u12g4""#, ErrorKind::InvalidEscape),
        (r#""\u12""#, ErrorKind::InvalidEscape),
        (r#""\ud83d""#, ErrorKind::InvalidEscape),
        (r#""\ud83d\u0041""#, ErrorKind::InvalidEscape),
        (r#""\ude00\ud83d""#, ErrorKind::InvalidEscape),
        (r#""\u+123""#, ErrorKind::InvalidEscape),
        ("\"a\tb\"", ErrorKind::ControlCharacter),
        ("\"a\\n\u{1}\"", ErrorKind::ControlCharacter),
        ("01", ErrorKind::InvalidNumber),
        ("1.", ErrorKind::InvalidNumber),
        ("-", ErrorKind::InvalidNumber),
        ("0x1", ErrorKind::InvalidNumber),
        (".5", ErrorKind::ExpectedValue),
        ("+1", ErrorKind::ExpectedValue),
        ("NaN", ErrorKind::ExpectedValue),
        ("True", ErrorKind::ExpectedValue),
        ("'x'", ErrorKind::ExpectedValue),
        ("x", ErrorKind::ExpectedValue),
        (r#"{"a":1}"#, ErrorKind::ExpectedValue),
        ("[1]", ErrorKind::ExpectedValue),
        ("", ErrorKind::ExpectedValue),
    ] {
        assert_eq!(value(input).expect_err(input).kind(), kind, "{input}");
    }
}

#[test]
fn invalid_filters_are_refused_with_a_place() {
    for (input, kind, span) in [
        ("", ErrorKind::Empty, 0..0),
        (" ", ErrorKind::Blank, 0..1),
        ("title", ErrorKind::ExpectedOperator, 5..5),
        ("title ", ErrorKind::ExpectedOperator, 6..6),
        ("title eq", ErrorKind::ExpectedValue, 8..8),
        ("title eq ", ErrorKind::ExpectedValue, 9..9),
        ("title  pr", ErrorKind::Blank, 6..7),
        ("title\tpr", ErrorKind::Blank, 5..6),
        ("title\u{a0}pr", ErrorKind::ExpectedOperator, 5..9),
        ("title eq  1", ErrorKind::Blank, 9..10),
        ("title regex 1", ErrorKind::ExpectedOperator, 6..11),
        ("title = 1", ErrorKind::ExpectedOperator, 6..7),
        ("title pr ", ErrorKind::Blank, 8..9),
        (" title pr", ErrorKind::Blank, 0..1),
        ("(title pr )", ErrorKind::Blank, 9..10),
        ("( title pr)", ErrorKind::Blank, 1..2),
        ("title pr and", ErrorKind::ExpectedAttribute, 12..12),
        ("title pr and ", ErrorKind::ExpectedAttribute, 13..13),
        ("title pr xor a pr", ErrorKind::ExpectedConnective, 9..12),
        ("title pr  and a pr", ErrorKind::Blank, 9..10),
        (
            r#"title eq "x"and a pr"#,
            ErrorKind::ExpectedConnective,
            12..15,
        ),
        (r#"title eq "x" "y""#, ErrorKind::ExpectedConnective, 13..14),
        ("()", ErrorKind::ExpectedAttribute, 1..2),
        ("(title pr", ErrorKind::UnclosedGroup, 0..1),
        ("not (title pr", ErrorKind::UnclosedGroup, 4..5),
        ("title pr)", ErrorKind::UnmatchedBracket, 8..9),
        ("(title pr]", ErrorKind::UnmatchedBracket, 9..10),
        ("emails[type pr)", ErrorKind::UnmatchedBracket, 14..15),
        ("emails[type pr", ErrorKind::UnclosedValuePath, 6..7),
        ("emails[]", ErrorKind::ExpectedAttribute, 7..8),
        ("emails [type pr]", ErrorKind::ExpectedOperator, 7..8),
        ("a[b[c pr]]", ErrorKind::NestedValuePath, 3..4),
        (
            "a[(b pr or not (c[d pr]))]",
            ErrorKind::NestedValuePath,
            17..18,
        ),
        ("not title pr", ErrorKind::ExpectedOperator, 4..9),
        ("and", ErrorKind::ExpectedOperator, 3..3),
    ] {
        let error = refuses(&DEFAULT, input, kind);
        assert_eq!(error.span(), span, "{input}\n{}", error.display_with(input));
        assert_eq!(error.scim_type(), "invalidFilter");
    }
}

#[test]
fn lenient_mode_accepts_blanks_and_unquoted_values() {
    reads(
        &LENIENT,
        "  ( a  eq\tTrue  and not  ( b eq FALSE ) )  or emails [ type eq work ] ",
        r#"(or (and (eq a true) (not (eq b false))) (in emails (eq type "work")))"#,
    );
    reads(&LENIENT, "(a eq x)", r#"(eq a "x")"#);
    reads(&LENIENT, r"a eq DOMAIN\user", r#"(eq a "DOMAIN\\user")"#);
    reads(
        &LENIENT,
        "a eq 12 and b eq 012",
        r#"(and (eq a 12) (eq b "012"))"#,
    );
    reads(
        &LENIENT,
        "a eq 'x' and b sw 'O'Malley'",
        r#"(and (eq a "x") (sw b "O'Malley"))"#,
    );
    reads(
        &LENIENT,
        r#"a eq"x" and b eq O'Malley"#,
        r#"(and (eq a "x") (eq b "O'Malley"))"#,
    );
    for half in ["a eq 'x", "a eq '", "a eq 'two words'"] {
        refuses(&LENIENT, half, ErrorKind::ExpectedValue);
    }

    refuses(&DEFAULT, r#"a eq"x""#, ErrorKind::ExpectedValue);
    refuses(
        &LENIENT,
        r#"a eq "x"' or 1=1"#,
        ErrorKind::ExpectedConnective,
    );
    refuses(&LENIENT, r#"a eq x" or 1=1"#, ErrorKind::ExpectedValue);
    refuses(&LENIENT, "a eq John Smith", ErrorKind::ExpectedConnective);
    refuses(&LENIENT, "a eq ", ErrorKind::ExpectedValue);
    refuses(&LENIENT, "   ", ErrorKind::ExpectedAttribute);
}

#[test]
fn a_patch_path_may_be_the_uri_of_an_extension() {
    let manager_value = format!("{ENTERPRISE}:manager.value");
    assert_eq!(
        PatchPath::parse(ENTERPRISE).unwrap().as_uri(),
        Some(ENTERPRISE)
    );
    assert_eq!(PatchPath::parse(&manager_value).unwrap().as_uri(), None);
    assert_eq!(PatchPath::parse("a[b pr]").unwrap().as_uri(), None);
    assert_eq!(
        PatchPath::parse("NAME.GivenName"),
        PatchPath::parse("name.givenName")
    );
    let owned = "name.givenName".parse::<PatchPath<'static>>().unwrap();
    assert_eq!(
        (owned.attribute().as_str(), owned.sub_attribute()),
        ("name", Some("givenName"))
    );
}

#[test]
fn invalid_patch_paths_are_refused() {
    for (input, kind, span, scim_type) in [
        ("", ErrorKind::Empty, 0..0, "invalidPath"),
        (
            "/members/0",
            ErrorKind::ExpectedAttribute,
            0..1,
            "invalidPath",
        ),
        (
            "members[0]",
            ErrorKind::ExpectedAttribute,
            8..9,
            "invalidFilter",
        ),
        (
            "members[]",
            ErrorKind::ExpectedAttribute,
            8..9,
            "invalidFilter",
        ),
        (
            "members[value eq x]",
            ErrorKind::ExpectedValue,
            17..18,
            "invalidFilter",
        ),
        (
            r#"members[value eq "x""#,
            ErrorKind::UnclosedValuePath,
            7..8,
            "invalidFilter",
        ),
        (
            r#"members[value eq "x")"#,
            ErrorKind::UnmatchedBracket,
            20..21,
            "invalidFilter",
        ),
        (
            r#"members[value eq "x"]]"#,
            ErrorKind::TrailingInput,
            21..22,
            "invalidPath",
        ),
        (
            r#"members[value eq "x"]."#,
            ErrorKind::ExpectedAttribute,
            22..22,
            "invalidPath",
        ),
        (
            r#"members[value eq "x"].a.b"#,
            ErrorKind::ExpectedAttribute,
            22..25,
            "invalidPath",
        ),
        (
            r#"members[value eq "x"] "#,
            ErrorKind::Blank,
            21..22,
            "invalidPath",
        ),
        (
            r#"emails[type eq "work"].value eq "x""#,
            ErrorKind::Blank,
            28..29,
            "invalidPath",
        ),
        (
            "a[b[c pr]]",
            ErrorKind::NestedValuePath,
            3..4,
            "invalidFilter",
        ),
        ("title pr", ErrorKind::Blank, 5..6, "invalidPath"),
    ] {
        let error = PatchPath::parse(input).expect_err(input);
        let found = (error.kind(), error.span(), error.scim_type());
        assert_eq!(found, (kind, span, scim_type), "{input}");
    }

    assert!(LENIENT.patch_path(r" members[ value eq 2819 ] ").is_ok());
}

#[test]
fn limits_apply_in_every_mode() {
    for parser in [STRICT, DEFAULT, LENIENT] {
        let nested = |depth| format!("{}a pr{}", "(".repeat(depth), ")".repeat(depth));
        assert!(parser.filter(&nested(64)).is_ok());
        refuses(&parser, &nested(65), ErrorKind::TooDeep);
        let chain = |terms| vec!["a pr"; terms].join(" or ");
        assert!(parser.filter(&chain(1024)).is_ok());
        assert_eq!(
            refuses(&parser, &chain(1025), ErrorKind::TooManyTerms)
                .span()
                .start,
            1024 * 8
        );
        let long = format!("a eq \"{}\"", "x".repeat(1 << 20));
        refuses(&parser, &long, ErrorKind::TooLong);
        assert!(parser.with_max_bytes(None).filter(&long).is_ok());

        let flat = parser.with_max_depth(Some(1));
        assert!(flat.filter("a[b pr]").is_ok());
        refuses(&flat, "a[(b pr)]", ErrorKind::TooDeep);
        assert!(flat.patch_path("a[b pr]").is_ok());
        assert_eq!(
            flat.patch_path("a[(b pr)]").unwrap_err().kind(),
            ErrorKind::TooDeep
        );
        let none = parser.with_max_depth(Some(0));
        assert_eq!(
            none.patch_path("a[b pr]").unwrap_err().kind(),
            ErrorKind::TooDeep
        );
        assert_eq!(none.patch_path("a.b").unwrap().sub_attribute(), Some("b"));
    }

    let two = DEFAULT.with_max_terms(Some(2));
    assert!(two.filter("a[b pr].c pr").is_ok());
    refuses(&two, "a[b pr and c pr].d pr", ErrorKind::TooManyTerms);
}

#[test]
fn filters_built_in_code_equal_parsed_ones() {
    let name = |text| AttrPath::parse(text).unwrap();
    let work = Filter::value_path(
        name("emails"),
        Filter::and([
            Filter::compare(name("type"), CompareOp::Eq, "work"),
            Filter::present(name("value")),
        ])
        .unwrap(),
    )
    .unwrap();
    assert_eq!(
        work,
        Filter::parse(r#"emails[type eq "work" and value pr]"#).unwrap()
    );
    assert_eq!(Filter::value_path(name("a"), work.clone()), None);

    let either = Filter::or([
        Filter::parse("a pr and b pr").unwrap(),
        Filter::parse("c pr or d pr and e pr").unwrap(),
        Filter::not(work),
    ])
    .unwrap();
    assert_eq!(
        either.to_string(),
        r#"a pr and b pr or c pr or d pr and e pr or not (emails[type eq "work" and value pr])"#,
    );
    assert_eq!(either, Filter::parse(&either.to_string()).unwrap());
    let all = Filter::and([
        either.clone(),
        Filter::parse("x eq 1").unwrap(),
        either.clone(),
    ])
    .unwrap();
    assert_eq!(all, Filter::parse(&all.to_string()).unwrap());
    let Expr::And(operands) = all.expr() else {
        panic!()
    };

    let parts = operands
        .filters()
        .map(FilterRef::to_filter)
        .collect::<Vec<_>>();
    assert_eq!(
        parts,
        [either.clone(), Filter::parse("x eq 1").unwrap(), either]
    );
}
