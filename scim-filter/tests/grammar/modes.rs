//! The filters that each mode accepts and refuses, their values, and the limits.

use scim_filter::{AttrPath, CompareOp, ErrorKind, Expr, Filter, FilterRef, ParseError, Value};

use crate::support::{DEFAULT, LENIENT, STRICT, reads, refuses};

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
