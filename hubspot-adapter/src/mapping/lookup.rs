//! The cheapest look-up for a filter over users.

use scim_core::filter::{AttrPath, CompareOp, Expr, Filter, Value};

/// The cheapest look-up that finds every user a filter can select.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum Lookup {
    /// By `userName`.
    UserName(String),
    /// By e-mail address.
    Email(String),
    /// By `externalId`, which only the state keeps.
    ExternalId(String),
    /// By HubSpot's id.
    Id(String),
    /// Reads all users.
    Walk,
}

impl Lookup {
    /// Chooses the look-up for a filter.
    ///
    /// In a conjunction, the first term that finds a single user decides. The caller evaluates the rest on that user.
    pub(crate) fn of(filter: Option<&Filter<'_>>) -> Self {
        filter
            .and_then(|filter| first(filter.expr(), term))
            .unwrap_or(Self::Walk)
    }
}

/// Applies `find` to an expression, or to the terms of a conjunction until one matches.
fn first<'f>(expr: Expr<'f>, find: impl Fn(&Expr<'f>) -> Option<Lookup>) -> Option<Lookup> {
    if let Expr::And(terms) = expr {
        terms.into_iter().find_map(|term| find(&term))
    } else {
        find(&expr)
    }
}

fn term(expr: &Expr<'_>) -> Option<Lookup> {
    if let Expr::ValuePath { path, filter } = expr {
        if is(path, "emails") && is_core(path) {
            return first(filter.expr(), |expr| {
                let (path, text) = equality(expr)?;
                is(path, "value").then(|| Lookup::Email(text.to_owned()))
            });
        }
    }

    let (path, text) = equality(expr)?;
    let text = text.to_owned();
    match path.sub_attribute() {
        _ if !is_core(path) => None,
        None if is(path, "userName") => Some(Lookup::UserName(text)),
        None if is(path, "externalId") => Some(Lookup::ExternalId(text)),
        None if is(path, "id") => Some(Lookup::Id(text)),
        None if is(path, "emails") => Some(Lookup::Email(text)),
        Some(sub) if is(path, "emails") && sub.eq_ignore_ascii_case("value") => {
            Some(Lookup::Email(text))
        }
        None | Some(_) => None,
    }
}

/// Takes `attribute eq "string"` apart.
fn equality<'f>(expr: &Expr<'f>) -> Option<(&'f AttrPath<'f>, &'f str)> {
    if let Expr::Compare {
        path,
        op: CompareOp::Eq,
        value: Value::String(text),
    } = expr
    {
        Some((path, text))
    } else {
        None
    }
}

fn is(path: &AttrPath<'_>, name: &str) -> bool {
    path.name().eq_ignore_ascii_case(name)
}

fn is_core(path: &AttrPath<'_>) -> bool {
    path.uri()
        .is_none_or(|uri| uri.eq_ignore_ascii_case(scim_core::schema::USER))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lookup(filter: &str) -> Lookup {
        Lookup::of(Some(&Filter::parse(filter).unwrap()))
    }

    #[test]
    fn the_filters_of_identity_providers_need_no_walk() {
        let email = Lookup::Email("a@b".to_owned());

        assert_eq!(
            lookup(r#"userName eq "a@b""#),
            Lookup::UserName("a@b".to_owned())
        );
        assert_eq!(
            lookup(r#"externalId eq "7""#),
            Lookup::ExternalId("7".to_owned())
        );
        assert_eq!(lookup(r#"emails[type eq "work"].value eq "a@b""#), email);
        assert_eq!(
            lookup(r#"emails[type eq "work" and value eq "a@b"]"#),
            email
        );
        assert_eq!(lookup(r#"emails.value eq "a@b""#), email);
        assert_eq!(
            lookup(r#"active eq true and id eq "7""#),
            Lookup::Id("7".to_owned())
        );
    }

    #[test]
    fn a_filter_that_may_select_several_users_is_a_walk() {
        for filter in [
            r#"userName sw "a""#,
            r#"userName eq "a" or userName eq "b""#,
            r#"not (userName eq "a")"#,
            r#"userName ne "a""#,
            r#"emails[type eq "work"]"#,
        ] {
            assert_eq!(lookup(filter), Lookup::Walk, "{filter}");
        }
        assert_eq!(Lookup::of(None), Lookup::Walk);
    }
}
