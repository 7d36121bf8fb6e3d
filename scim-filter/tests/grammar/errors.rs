//! The contents of an error: kind, place, drawing and `scimType`.

use core::ops::Range;

use scim_filter::{AttrPath, ErrorKind, Filter, ParseError, Parser, PatchPath};

/// Input, kind, place, and the output of [`ParseError::display_with`].
type Row = (&'static str, ErrorKind, Range<usize>, &'static str);

const FILTERS: &[Row] = &[
    (
        "",
        ErrorKind::Empty,
        0..0,
        "expected at least one attribute, found the end\n  \n  ^",
    ),
    (
        "userName = \"bjensen\"",
        ErrorKind::ExpectedOperator,
        9..10,
        "expected an operator such as eq, found `=`
  userName = \"bjensen\"
           ^",
    ),
    (
        "title regex \"x\"",
        ErrorKind::ExpectedOperator,
        6..11,
        "expected an operator such as eq, found `regex`
  title regex \"x\"
        ^^^^^",
    ),
    (
        "userName eq",
        ErrorKind::ExpectedValue,
        11..11,
        "expected a string in quotation marks, a number, true, false or null, found the end
  userName eq
             ^",
    ),
    (
        "userName eq bjensen or a pr",
        ErrorKind::ExpectedValue,
        12..19,
        "expected a string in quotation marks, a number, true, false or null, found `bjensen`
  userName eq bjensen or a pr
              ^^^^^^^",
    ),
    (
        "title pr or (é pr)",
        ErrorKind::ExpectedAttribute,
        13..15,
        "expected an attribute name, found `é`
  title pr or (é pr)
               ^",
    ),
    (
        "userName eq \"日本😀\" xor a pr",
        ErrorKind::ExpectedConnective,
        25..28,
        "expected `and`, `or`, a closing bracket or the end, found `xor`
  userName eq \"日本😀\" xor a pr
                    ^^^",
    ),
    (
        "userName  eq 1",
        ErrorKind::Blank,
        9..10,
        "expected exactly one space between two words, found ` `
  userName  eq 1
           ^",
    ),
    (
        "é\tx",
        ErrorKind::ExpectedAttribute,
        0..2,
        "expected an attribute name, found `é`
  é x
  ^",
    ),
    (
        "userName\t\teq \"é\"",
        ErrorKind::Blank,
        8..10,
        "expected exactly one space between two words, found `\\t\\t`
  userName  eq \"é\"
          ^^",
    ),
    (
        "a eq \"é\tü\" and b ~ 1",
        ErrorKind::ControlCharacter,
        8..9,
        "expected control characters in a string to be escaped, found `\\t`
  a eq \"é ü\" and b ~ 1
         ^",
    ),
    (
        "a pr\nand b = 2",
        ErrorKind::Blank,
        4..5,
        "expected exactly one space between two words, found `\\n`
  a pr
      ^",
    ),
    (
        "a eq \"b\\ü\"",
        ErrorKind::InvalidEscape,
        7..10,
        "expected a JSON string escape, found `\\ü`
  a eq \"b\\ü\"
         ^^",
    ),
    (
        "a eq \"\\ud83d\"",
        ErrorKind::InvalidEscape,
        6..12,
        "expected a JSON string escape, found `\\ud83d`
  a eq \"\\ud83d\"
        ^^^^^^",
    ),
    (
        "a eq \"\\u12\" or b pr",
        ErrorKind::InvalidEscape,
        6..10,
        "expected a JSON string escape, found `\\u12`
  a eq \"\\u12\" or b pr
        ^^^^",
    ),
    (
        "a eq 01",
        ErrorKind::InvalidNumber,
        5..7,
        "expected a JSON number, found `01`
  a eq 01
       ^^",
    ),
    (
        "a pr and user:name pr",
        ErrorKind::InvalidUri,
        9..13,
        "expected a schema URI before the last colon, found `user`
  a pr and user:name pr
           ^^^^",
    ),
    (
        "a[b[c pr]]",
        ErrorKind::NestedValuePath,
        3..4,
        "expected no square brackets inside square brackets, found `[`
  a[b[c pr]]
     ^",
    ),
    (
        "(a pr or b pr",
        ErrorKind::UnclosedGroup,
        0..1,
        "expected a closing `)` for the bracket, found `(`
  (a pr or b pr
  ^",
    ),
    (
        "a pr or not (b pr",
        ErrorKind::UnclosedGroup,
        12..13,
        "expected a closing `)` for the bracket, found `(`
  a pr or not (b pr
              ^",
    ),
    (
        "a eq \"b c",
        ErrorKind::UnclosedString,
        5..9,
        "expected a closing quotation mark for the string, found `\"b c`
  a eq \"b c
       ^^^^",
    ),
    (
        "a[b pr",
        ErrorKind::UnclosedValuePath,
        1..2,
        "expected a closing `]` for the bracket, found `[`
  a[b pr
   ^",
    ),
    (
        "a pr and b[c pr)",
        ErrorKind::UnmatchedBracket,
        15..16,
        "expected an opening bracket before this closing one, found `)`
  a pr and b[c pr)
                 ^",
    ),
    (
        "((a pr))",
        ErrorKind::TooDeep,
        1..2,
        "expected fewer nested brackets, found `(`
  ((a pr))
   ^",
    ),
    (
        "a pr or b eq 1 or c pr",
        ErrorKind::TooManyTerms,
        18..22,
        "expected fewer comparisons, found `c pr`
  a pr or b eq 1 or c pr
                    ^^^^",
    ),
    (
        "a eq \"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\"",
        ErrorKind::TooLong,
        0..71,
        "expected a shorter text, found `a eq \"xxxxxxxxxxxxxxxxxx...`
  a eq \"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx...
  ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^",
    ),
];

/// A parser with limits low enough for the rows of [`FILTERS`].
fn parser() -> Parser {
    Parser::new()
        .with_max_bytes(Some(60))
        .with_max_depth(Some(1))
        .with_max_terms(Some(2))
}

#[track_caller]
fn check(error: &ParseError, scim_type: &str, row: &Row) {
    let (input, kind, span, drawing) = row;
    assert_eq!(
        (error.kind(), error.span()),
        (*kind, span.clone()),
        "{input}"
    );
    assert_eq!(error.display_with(input).to_string(), *drawing);
    assert_eq!(error.scim_type(), scim_type, "{input}");
    // Without the input, the message has the place instead.
    let expected = drawing.split(", found").next().unwrap();
    assert_eq!(
        error.to_string(),
        format!("{expected}, at byte {}", span.start)
    );
    assert_eq!(error.kind().to_string(), expected);
}

#[test]
fn each_kind_in_a_filter_is_drawn_at_its_place() {
    for row in FILTERS {
        // The parser meets a nested value path only if the depth allows it.
        let parser = if row.1 == ErrorKind::NestedValuePath {
            Parser::new()
        } else {
            parser()
        };
        check(&parser.filter(row.0).unwrap_err(), "invalidFilter", row);
    }
}

const PATHS: &[Row] = &[
    (
        "",
        ErrorKind::Empty,
        0..0,
        "expected at least one attribute, found the end\n  \n  ^",
    ),
    (
        "members[value eq \"é\"]]",
        ErrorKind::TrailingInput,
        22..23,
        "expected the end of the path, found `]`
  members[value eq \"é\"]]
                       ^",
    ),
    (
        "/members/0",
        ErrorKind::ExpectedAttribute,
        0..1,
        "expected an attribute name, found `/`
  /members/0
  ^",
    ),
    (
        "emails[type pr].",
        ErrorKind::ExpectedAttribute,
        16..16,
        "expected an attribute name, found the end
  emails[type pr].
                  ^",
    ),
    (
        "a pr",
        ErrorKind::Blank,
        1..2,
        "expected exactly one space between two words, found ` `
  a pr
   ^",
    ),
    (
        "user:name",
        ErrorKind::InvalidUri,
        0..4,
        "expected a schema URI before the last colon, found `user`
  user:name
  ^^^^",
    ),
    (
        "a.bcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefghi",
        ErrorKind::TooLong,
        0..62,
        "expected a shorter text, found `a.bcdefghijklmnopqrstuvw...`
  a.bcdefghijklmnopqrstuvwxyzabcdefghijklm...
  ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^",
    ),
];

#[test]
fn an_error_in_the_brackets_of_a_path_is_about_the_filter() {
    for row in PATHS {
        check(&parser().patch_path(row.0).unwrap_err(), "invalidPath", row);
    }

    for (input, kind, span) in [
        ("members[value = 1]", ErrorKind::ExpectedOperator, 14..15),
        ("members[", ErrorKind::ExpectedAttribute, 8..8),
        ("members[value eq \"x\"", ErrorKind::UnclosedValuePath, 7..8),
        ("a[b pr or c pr or d pr]", ErrorKind::TooManyTerms, 18..22),
        ("a[(b pr)]", ErrorKind::TooDeep, 2..3),
        ("a[b[c pr]]", ErrorKind::NestedValuePath, 3..4),
    ] {
        let error = parser().patch_path(input).unwrap_err();
        assert_eq!((error.kind(), error.span()), (kind, span), "{input}");
        assert_eq!(error.scim_type(), "invalidFilter", "{input}");
    }

    for error in [
        AttrPath::parse("a.").unwrap_err(),
        AttrPath::parse_list("a,,b").unwrap_err(),
    ] {
        assert_eq!(error.scim_type(), "invalidPath");
    }
}

#[test]
fn every_kind_has_a_row() {
    let kinds = [
        ErrorKind::Blank,
        ErrorKind::ControlCharacter,
        ErrorKind::Empty,
        ErrorKind::ExpectedAttribute,
        ErrorKind::ExpectedConnective,
        ErrorKind::ExpectedOperator,
        ErrorKind::ExpectedValue,
        ErrorKind::InvalidEscape,
        ErrorKind::InvalidNumber,
        ErrorKind::InvalidUri,
        ErrorKind::NestedValuePath,
        ErrorKind::TooDeep,
        ErrorKind::TooLong,
        ErrorKind::TooManyTerms,
        ErrorKind::TrailingInput,
        ErrorKind::UnclosedGroup,
        ErrorKind::UnclosedString,
        ErrorKind::UnclosedValuePath,
        ErrorKind::UnmatchedBracket,
    ];
    for kind in kinds {
        assert!(
            FILTERS.iter().chain(PATHS).any(|row| row.1 == kind),
            "{kind:?}"
        );
    }
}

#[test]
fn a_long_text_is_cut_around_the_place() {
    let long = format!("title eq \"{}é\" xor{}", "x".repeat(300), " y".repeat(300));
    let error = Filter::parse(&long).unwrap_err();
    let shown = error.display_with(&long).to_string();
    let lines = shown.lines().collect::<Vec<_>>();
    assert_eq!(
        lines[0],
        "expected `and`, `or`, a closing bracket or the end, found `xor`"
    );
    assert!(lines[1].starts_with("  ...x") && lines[1].ends_with("y ..."));
    let before = lines[2].find('^').unwrap();
    assert_eq!(
        lines[1].chars().skip(before).take(3).collect::<String>(),
        "xor"
    );
    assert_eq!(lines[2].trim_start(), "^^^");
    assert!(shown.lines().count() == 3 && shown.len() < 400);
}

#[test]
fn drawing_on_another_text_is_safe() {
    let error = Filter::parse("userName = 1").unwrap_err();
    for other in ["", "é", "ééééééééé", "x\ny", "\u{1b}[31m red"] {
        let shown = error.display_with(other).to_string();
        assert!(!shown.contains('\u{1b}') && shown.lines().count() >= 2);
    }
}

#[test]
fn an_error_holds_no_text_of_the_input() {
    let error = PatchPath::parse("emails[value ~ \"bjensen@example.com\"]").unwrap_err();
    assert!(!format!("{error} {error:?}").contains("bjensen"));
}
