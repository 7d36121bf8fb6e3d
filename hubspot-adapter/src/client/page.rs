//! HubSpot's cursor pages.

use std::collections::HashSet;

use serde::Deserialize;

use super::{Client, CrmSearch, CrmUser, Error, ErrorKind, User};
use crate::dialect::PAGE_LIMIT;

/// The most pages a walk follows before it takes the list for endless.
pub const MAX_PAGES: usize = 10_000;

/// One page of a list.
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

/// A walk over all pages of the user list.
///
/// It ends with an error, not with a short list, when HubSpot repeats a cursor or has more than
/// [`MAX_PAGES`] pages.
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
    /// Those of [`Client::list_users`], and [`ErrorKind::Unreadable`] for pages without an end.
    /// After an error the walk is over.
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

/// A walk over CRM rows: those that a search finds, by [`Client::walk_crm_users`], or all, by
/// [`Client::walk_all_crm_users`].
///
/// # Examples
///
/// ```no_run
/// use hubspot_adapter::client::CrmSearch;
///
/// # async fn demo(client: hubspot_adapter::client::Client) -> Result<(), hubspot_adapter::client::Error> {
/// let mut pages = client.walk_crm_users(CrmSearch::deactivated());
/// while let Some(rows) = pages.next().await? {
///     println!("{} more", rows.len());
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct CrmUserPages {
    client: Client,
    rows: Rows,
    cursors: Cursors,
}

/// Which rows a walk goes through.
#[derive(Debug)]
enum Rows {
    /// All, with these properties.
    All(Vec<String>),
    Found(CrmSearch),
}

impl CrmUserPages {
    pub(super) fn new(client: Client, search: CrmSearch) -> Self {
        Self {
            client,
            rows: Rows::Found(search),
            cursors: Cursors::default(),
        }
    }

    pub(super) fn of_all(client: Client, properties: Vec<String>) -> Self {
        Self {
            client,
            rows: Rows::All(properties),
            cursors: Cursors::default(),
        }
    }

    /// The rows of the next page, or `None` after the last one.
    ///
    /// # Errors
    ///
    /// Those of [`Client::search_crm_users`] or [`Client::list_crm_users`], and
    /// [`ErrorKind::Unreadable`] for pages without an end. After an error the walk is over.
    pub async fn next(&mut self) -> Result<Option<Vec<CrmUser>>, Error> {
        let after = match self.cursors.take() {
            Position::Start => None,
            Position::At(after) => Some(after),
            Position::Over => return Ok(None),
        };
        let page = match &self.rows {
            Rows::All(properties) => {
                let after = after.as_deref();
                let page = self.client.list_crm_users(PAGE_LIMIT, after, properties);
                let page = page.await?;
                self.cursors.follow(page.after())?;
                page
            }
            Rows::Found(search) => {
                let page = match after {
                    None => self.client.search_crm_users(search).await?,
                    Some(id) => {
                        let search = search.clone().after(id);
                        self.client.search_crm_users(&search).await?
                    }
                };
                if page.after().is_some() {
                    let last = page.results.last().ok_or_else(no_rows)?;
                    self.cursors.follow(Some(&last.id))?;
                }
                page
            }
        };
        Ok(Some(page.results))
    }
}

/// That there is more, by HubSpot's word, and nothing to go on from.
fn no_rows() -> Error {
    Error::new(ErrorKind::Unreadable).with_message("a page without rows is followed by another")
}

/// Where a walk goes next.
#[derive(Debug, Eq, PartialEq)]
enum Position {
    At(String),
    Over,
    Start,
}

/// Where a walk goes next, and where it was.
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
    /// The next position, after which the walk is over unless it is led on.
    fn take(&mut self) -> Position {
        std::mem::replace(&mut self.next, Position::Over)
    }

    fn follow(&mut self, after: Option<&str>) -> Result<(), Error> {
        let Some(after) = after else {
            return Ok(());
        };
        if self.seen.len() >= MAX_PAGES {
            return Err(Error::new(ErrorKind::Unreadable)
                .with_message("the list has more pages than the client follows"));
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
    fn every_way_to_say_that_there_is_no_next_page_is_understood() {
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
