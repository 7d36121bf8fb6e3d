//! HubSpot's cursor pages.

use std::collections::HashSet;

use serde::Deserialize;

use super::limits::PAGE_LIMIT;
use super::{Client, CrmUser, Error, ErrorKind, User};

/// The number of pages after which a walk gives up: the list has no end.
const MAX_PAGES: usize = 10_000;

/// One page of a list, as the client's calls return it.
///
/// # Examples
///
/// ```
/// use hubspot_adapter::client::{Page, Role};
///
/// let page: Page<Role> = serde_json::from_str(r#"{"results": [{"id": "1", "name": "Sales Rep"}]}"#)?;
/// assert_eq!(page.results, [Role::new("1", "Sales Rep")]);
/// assert_eq!(page.after(), None);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, Deserialize, Eq, PartialEq)]
#[non_exhaustive]
pub struct Page<T> {
    /// The rows.
    pub results: Vec<T>,
    #[serde(default)]
    paging: Option<Paging>,
}

#[derive(Clone, Debug, Deserialize, Eq, PartialEq)]
struct Paging {
    next: Option<Next>,
}

#[derive(Clone, Debug, Deserialize, Eq, PartialEq)]
struct Next {
    after: Option<String>,
}

impl<T> Page<T> {
    /// The cursor of the next page, or `None` on the last one.
    #[must_use]
    pub fn after(&self) -> Option<&str> {
        let cursor = self.paging.as_ref()?.next.as_ref()?.after.as_deref()?;
        Some(cursor).filter(|cursor| !cursor.is_empty())
    }
}

/// A walk over all users of an account, page by page.
///
/// The adapter lists users with it. If HubSpot repeats a cursor or the list exceeds 10,000 pages, the walk ends with an
/// error and never with a short list.
///
/// # Examples
///
/// ```no_run
/// # async fn demo(client: hubspot_adapter::client::Client) -> Result<(), hubspot_adapter::client::Error> {
/// let mut pages = client.walk_users();
/// while let Some(users) = pages.next().await? {
///     println!("{} more", users.len());
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct UserPages {
    client: Client,
    cursors: Cursors,
}

impl UserPages {
    pub(super) fn new(client: Client) -> Self {
        Self {
            client,
            cursors: Cursors::default(),
        }
    }

    /// The users of the next page, or `None` after the last one.
    ///
    /// # Errors
    ///
    /// The errors of [`Client::list_users`], and [`ErrorKind::Unreadable`] for pages without an end. The walk is over
    /// after an error.
    pub async fn next(&mut self) -> Result<Option<Vec<User>>, Error> {
        let position = self.cursors.take();
        let after = match &position {
            Position::Start => None,
            Position::At(cursor) => Some(cursor.as_str()),
            Position::Over => return Ok(None),
        };

        let page = self.client.list_users(PAGE_LIMIT, after).await?;
        self.cursors.follow(page.after())?;
        Ok(Some(page.results))
    }
}

/// A walk over all CRM rows of an account, page by page.
///
/// The adapter lists users with it. The walk ends as [`UserPages`] does.
///
/// # Examples
///
/// ```no_run
/// # async fn demo(client: hubspot_adapter::client::Client) -> Result<(), hubspot_adapter::client::Error> {
/// let mut pages = client.walk_crm_users(["hs_job_title"]);
/// while let Some(rows) = pages.next().await? {
///     println!("{} more", rows.len());
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct CrmUserPages {
    client: Client,
    properties: Vec<String>,
    cursors: Cursors,
}

impl CrmUserPages {
    pub(super) fn new(client: Client, properties: Vec<String>) -> Self {
        Self {
            client,
            properties,
            cursors: Cursors::default(),
        }
    }

    /// The rows of the next page, or `None` after the last one.
    ///
    /// # Errors
    ///
    /// The errors of [`Client::list_crm_users`], and [`ErrorKind::Unreadable`] for pages without an end. The walk is over
    /// after an error.
    pub async fn next(&mut self) -> Result<Option<Vec<CrmUser>>, Error> {
        let position = self.cursors.take();
        let after = match &position {
            Position::Start => None,
            Position::At(cursor) => Some(cursor.as_str()),
            Position::Over => return Ok(None),
        };

        let page = self
            .client
            .list_crm_users(PAGE_LIMIT, after, &self.properties)
            .await?;
        self.cursors.follow(page.after())?;
        Ok(Some(page.results))
    }
}

/// The next position of a walk.
#[derive(Debug, Eq, PartialEq)]
enum Position {
    At(String),
    Over,
    Start,
}

/// The next position of a walk, and the cursors it has followed.
#[derive(Debug)]
struct Cursors {
    next: Position,
    seen: HashSet<String>,
}

impl Default for Cursors {
    fn default() -> Self {
        Self {
            next: Position::Start,
            seen: HashSet::new(),
        }
    }
}

impl Cursors {
    /// Takes the next position. The walk is over unless a call of `follow` continues it.
    fn take(&mut self) -> Position {
        std::mem::replace(&mut self.next, Position::Over)
    }

    fn follow(&mut self, after: Option<&str>) -> Result<(), Error> {
        let Some(after) = after else {
            return Ok(());
        };
        if self.seen.len() >= MAX_PAGES {
            return Err(Error::new(ErrorKind::Unreadable)
                .with_message("the list has more than 10,000 pages"));
        }
        if !self.seen.insert(after.to_owned()) {
            return Err(Error::new(ErrorKind::Unreadable).with_message("the list repeats a cursor"));
        }
        self.next = Position::At(after.to_owned());
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(text: &str) -> Page<User> {
        serde_json::from_str(text).unwrap()
    }

    #[test]
    fn every_form_of_a_last_page_has_no_cursor() {
        for text in [
            r#"{"results": []}"#,
            r#"{"results": [], "paging": null}"#,
            r#"{"results": [], "paging": {}}"#,
            r#"{"results": [], "paging": {"next": null}}"#,
            r#"{"results": [], "paging": {"next": {"after": ""}}}"#,
        ] {
            assert_eq!(page(text).after(), None, "{text}");
        }
        let more = page(r#"{"results": [], "paging": {"next": {"after": "MTAw", "link": "x"}}}"#);
        assert_eq!(more.after(), Some("MTAw"));
    }

    #[test]
    fn a_repeated_cursor_ends_the_walk_with_an_error() {
        let mut cursors = Cursors::default();
        assert_eq!(cursors.take(), Position::Start);
        cursors.follow(Some("a")).unwrap();
        assert_eq!(cursors.take(), Position::At("a".into()));
        cursors.follow(Some("b")).unwrap();
        assert_eq!(cursors.take(), Position::At("b".into()));
        let error = cursors.follow(Some("a")).unwrap_err();
        assert_eq!(*error.kind(), ErrorKind::Unreadable);
        assert_eq!(cursors.take(), Position::Over);
    }

    #[test]
    fn a_list_without_an_end_is_an_error() {
        let mut cursors = Cursors::default();
        for page in 0..MAX_PAGES {
            cursors.follow(Some(&page.to_string())).unwrap();
        }
        assert_eq!(
            *cursors.follow(Some("one more")).unwrap_err().kind(),
            ErrorKind::Unreadable
        );
    }
}
