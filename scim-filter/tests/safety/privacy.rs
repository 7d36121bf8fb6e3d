//! Output for logs hides personal data, and the types cross threads.

use scim_filter::eval::Datum;
use scim_filter::{
    AttrPath, Expr, Filter, FilterRef, Number, ParseError, Parser, PatchPath, Value,
};

#[test]
fn debug_shows_the_filter_without_its_values() {
    let text =
        r#"userName eq "bjensen" or not (age gt 4711) and emails[value co "bjensen" and type pr]"#;
    let filter = Filter::parse(text).unwrap();
    let shape =
        r"userName eq <string> or not (age gt <number>) and emails[value co <string> and type pr]";
    assert_eq!(format!("{filter:?}"), format!("Filter({shape})"));
    let Expr::Or(operands) = filter.expr() else {
        panic!("an or")
    };

    let path = PatchPath::parse(r#"members[value eq "bjensen" or value eq 4711].display"#).unwrap();
    let values = [Value::from("bjensen"), Value::from(4711)];
    let data = [
        Datum::text("bjensen"),
        Datum::Binary("bjensen".into()),
        Datum::DateTime("bjensen".into()),
        Datum::Number(Number::from(4711)),
    ];
    for shown in [
        format!("{filter:#?} {:#?} {:#?}", filter.as_ref(), filter.expr()),
        format!("{operands:#?} {:#?}", filter.walk()),
        format!("{path:?} {path:#?} {values:?} {data:?}"),
    ] {
        let private = shown.contains("bjensen") || shown.contains("4711");
        assert!(!private, "{shown}");
    }
}

#[test]
fn filters_can_be_stored_and_shared_between_threads() {
    fn is_shared<T: Send + Sync + 'static>() {}
    is_shared::<Filter<'static>>();
    is_shared::<FilterRef<'static>>();
    is_shared::<PatchPath<'static>>();
    is_shared::<AttrPath<'static>>();
    is_shared::<ParseError>();
    is_shared::<Parser>();
}

#[test]
#[cfg(feature = "sql")]
fn a_condition_hides_its_parameters_and_an_error_cuts_a_long_name() {
    use scim_filter::sql::{Dialect, Table, Type};

    let users = Table::new("users")
        .column("userName", Type::Text, "user_name")
        .column("age", Type::Number, "age");
    let filter = Filter::parse(r#"userName co "bjensen" and age gt 4711"#).unwrap();
    for dialect in [Dialect::postgres(), Dialect::sqlite()] {
        let condition = users.condition(&filter, dialect).unwrap();
        let shown = format!("{condition:#?} {:?} {condition}", condition.params());
        assert!(!shown.contains("bjensen") && !shown.contains("4711"));
    }

    let long = format!("{} pr", "x".repeat(100_000));
    let error = users
        .condition(&Filter::parse(&long).unwrap(), Dialect::sqlite())
        .unwrap_err();
    assert!(error.to_string().len() < 200);
}
