//! Users as the CRM has them: rows with properties.

use http::Method;

use crate::client::exchange::Budget;
use crate::client::retry::Replay;
use crate::client::scopes;
use crate::client::{
    Client, CrmProperty, CrmSearch, CrmUser, CrmUserPages, CrmUserUpdate, Error, ErrorKind, Page,
    decode, property,
};

use super::{OBJECTS, Operation, PROPERTIES};

const SEARCH: Operation = Operation::new("search CRM users", scopes::READ_ROWS);
const LIST: Operation = Operation::new("list CRM users", scopes::READ_ROWS);
const READ: Operation = Operation::new("read CRM user", scopes::READ_ROWS);
const UPDATE: Operation = Operation::new("update CRM user", scopes::WRITE_ROWS);
const LIST_PROPERTIES: Operation = Operation::new("list CRM properties", scopes::READ_ROWS);

/// The type of the objects.
const USERS: &str = "users";

impl Client {
    /// The row of a user, found by the id that the settings have; `None` where there is none yet.
    ///
    /// Finding is a search, whose index lags behind writes, and of which HubSpot allows few:
    /// keep the row's id, and [read](Self::read_crm_user) by it.
    ///
    /// # Errors
    ///
    /// As [`search_crm_users`](Self::search_crm_users).
    ///
    /// # Examples
    ///
    /// ```no_run
    /// # async fn demo(client: hubspot_adapter::client::Client) -> Result<(), hubspot_adapter::client::Error> {
    /// if let Some(row) = client.find_crm_user("26743024", ["hs_job_title"]).await? {
    ///     println!("{:?}", row.get("hs_job_title"));
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub async fn find_crm_user<P: Into<String>>(
        &self,
        settings_id: &str,
        properties: impl IntoIterator<Item = P>,
    ) -> Result<Option<CrmUser>, Error> {
        let search = CrmSearch::of_users([settings_id]).with_properties(properties);
        let rows = self.search_crm_users(&search).await?.results;
        let is_theirs = |row: &CrmUser| row.settings_id() == Some(settings_id);
        Ok(rows.into_iter().find(is_theirs))
    }

    /// The first page of the rows that a search finds; the index lags behind writes.
    ///
    /// Searches are paced by a limit of their own, five a second for the whole account.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Invalid`] for a property that the account does not have, and every other kind
    /// but [`ErrorKind::Ambiguous`] and [`ErrorKind::Conflict`].
    ///
    /// # Examples
    ///
    /// ```no_run
    /// use hubspot_adapter::client::CrmSearch;
    ///
    /// # async fn demo(client: hubspot_adapter::client::Client) -> Result<(), hubspot_adapter::client::Error> {
    /// let page = client.search_crm_users(&CrmSearch::of_users(["26743024", "26743025"])).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub async fn search_crm_users(&self, search: &CrmSearch) -> Result<Page<CrmUser>, Error> {
        let url = self.url(OBJECTS, &[USERS, "search"]);
        let mut call = Self::call(SEARCH, Method::POST, url, search)?;
        // It changes nothing.
        call.replay = Replay::Safe;
        call.budget = Budget::Search;
        decode(&call, &self.send(&call).await?)
    }

    /// One page of the rows, in no order that is documented: `limit` of them, at most
    /// [`PAGE_LIMIT`](crate::client::PAGE_LIMIT), from the cursor `after` on.
    ///
    /// It counts against the burst limit only, not against that of searches, which is far lower.
    ///
    /// # Errors
    ///
    /// Every kind but [`ErrorKind::Ambiguous`] and [`ErrorKind::Conflict`].
    ///
    /// # Examples
    ///
    /// ```no_run
    /// # async fn demo(client: hubspot_adapter::client::Client) -> Result<(), hubspot_adapter::client::Error> {
    /// let first = client.list_crm_users(100, None, ["hs_deactivated"]).await?;
    /// let second = client.list_crm_users(100, first.after(), ["hs_deactivated"]).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub async fn list_crm_users<P: Into<String>>(
        &self,
        limit: u16,
        after: Option<&str>,
        properties: impl IntoIterator<Item = P>,
    ) -> Result<Page<CrmUser>, Error> {
        let mut url = self.url(OBJECTS, &[USERS]);
        {
            let mut query = url.query_pairs_mut();
            query.append_pair("limit", &limit.to_string());
            query.append_pair("properties", &joined(properties));
            if let Some(after) = after {
                query.append_pair("after", after);
            }
        }
        self.read(LIST, url).await
    }

    /// A walk over all rows that the account has, with these properties: by
    /// [`list_crm_users`](Self::list_crm_users), without a search.
    #[must_use]
    pub fn walk_crm_users<P: Into<String>>(
        &self,
        properties: impl IntoIterator<Item = P>,
    ) -> CrmUserPages {
        CrmUserPages::new(
            self.clone(),
            properties.into_iter().map(Into::into).collect(),
        )
    }

    /// Reads a row by its own id, with these properties as they are now.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NotFound`] where there is none, and every other kind but
    /// [`ErrorKind::Ambiguous`] and [`ErrorKind::Conflict`].
    ///
    /// # Examples
    ///
    /// ```no_run
    /// # async fn demo(client: hubspot_adapter::client::Client) -> Result<(), hubspot_adapter::client::Error> {
    /// let row = client.read_crm_user("90026743024", ["hs_job_title"]).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub async fn read_crm_user<P: Into<String>>(
        &self,
        id: &str,
        properties: impl IntoIterator<Item = P>,
    ) -> Result<CrmUser, Error> {
        let mut url = self.crm_user_url(READ, id)?;
        url.query_pairs_mut()
            .append_pair("properties", &joined(properties));
        self.read(READ, url).await
    }

    /// Writes properties of a row, and answers the row as HubSpot says it is then.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NotFound`], [`ErrorKind::Invalid`] for a property that is read-only, that the
    /// account does not have, or whose value its administrator's rules refuse, and every other kind
    /// but [`ErrorKind::Ambiguous`].
    ///
    /// # Examples
    ///
    /// ```no_run
    /// use hubspot_adapter::client::CrmUserUpdate;
    ///
    /// # async fn demo(client: hubspot_adapter::client::Client) -> Result<(), hubspot_adapter::client::Error> {
    /// let update = CrmUserUpdate::new().with("hs_job_title", "Engineer");
    /// let row = client.update_crm_user("90026743024", &update).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub async fn update_crm_user(
        &self,
        id: &str,
        update: &CrmUserUpdate,
    ) -> Result<CrmUser, Error> {
        let url = self.crm_user_url(UPDATE, id)?;
        self.write(UPDATE, Method::PATCH, url, update).await
    }

    /// The properties that users' rows of this account have.
    ///
    /// # Errors
    ///
    /// Every kind but [`ErrorKind::Ambiguous`] and [`ErrorKind::Conflict`].
    ///
    /// # Examples
    ///
    /// ```no_run
    /// # async fn demo(client: hubspot_adapter::client::Client) -> Result<(), hubspot_adapter::client::Error> {
    /// let properties = client.crm_user_properties().await?;
    /// let department = properties.iter().find(|property| property.name == "department");
    /// # Ok(())
    /// # }
    /// ```
    pub async fn crm_user_properties(&self) -> Result<Vec<CrmProperty>, Error> {
        // In the singular, as HubSpot's guide has it.
        let url = self.url(PROPERTIES, &["user"]);
        let page: Page<CrmProperty> = self.read(LIST_PROPERTIES, url).await?;
        Ok(page.results)
    }

    fn crm_user_url(&self, operation: Operation, id: &str) -> Result<url::Url, Error> {
        if matches!(
            id,
            "" | "." | ".." | "search" | "batch" | "merge" | "gdpr-delete"
        ) {
            return Err(Error::new(ErrorKind::NotFound)
                .with_operation(operation)
                .with_message("no CRM row can have this id"));
        }
        Ok(self.url(OBJECTS, &[USERS, id]))
    }
}

/// The names of properties as a query has them, with the one that says whose row it is.
fn joined<P: Into<String>>(properties: impl IntoIterator<Item = P>) -> String {
    let mut names: Vec<String> = properties.into_iter().map(Into::into).collect();
    names.push(property::SETTINGS_ID.to_owned());
    names.join(",")
}
