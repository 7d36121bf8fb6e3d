//! Calls for users' CRM rows and their properties.

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

/// The CRM object type of users.
const USERS: &str = "users";

impl Client {
    /// Finds the row of a user by the user's id, or `None` if no row exists yet.
    ///
    /// The call is a search. Its index lags behind writes, and HubSpot allows only five searches a second. Keep the id of the
    /// row and [read](Self::read_crm_user) by that.
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

    /// Searches for rows and returns the first page. The index of the search lags behind writes.
    ///
    /// The client paces searches by their own limit: five a second for the whole account.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Invalid`] for a property that the account lacks. Every other kind but [`ErrorKind::Ambiguous`] and
    /// [`ErrorKind::Conflict`].
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
        // A search changes nothing.
        call.replay = Replay::Safe;
        call.budget = Budget::Search;
        decode(&call, &self.send(&call).await?)
    }

    /// Lists one page of rows, in no documented order: `limit` rows, at most [`PAGE_LIMIT`](crate::client::PAGE_LIMIT), from
    /// the cursor `after` on.
    ///
    /// The call counts against the burst limit alone, not against the far lower limit on searches.
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

    /// Walks over all rows of the account with these properties, by [`list_crm_users`](Self::list_crm_users).
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

    /// Reads a row by its own id, with the current values of these properties.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NotFound`] if the row does not exist. Every other kind but [`ErrorKind::Ambiguous`] and
    /// [`ErrorKind::Conflict`].
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

    /// Writes properties of a row and returns the row in HubSpot's answer.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Invalid`] for a read-only property, for one that the account lacks, and for a value that the
    /// administrator's rules refuse. [`ErrorKind::NotFound`], and every other kind but [`ErrorKind::Ambiguous`].
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

    /// Lists the CRM properties of users in this account.
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
        // HubSpot's guide uses the singular.
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
                .with_message("this is no id of a CRM row"));
        }
        Ok(self.url(OBJECTS, &[USERS, id]))
    }
}

/// Joins property names for a query, and adds the one with the user's id.
fn joined<P: Into<String>>(properties: impl IntoIterator<Item = P>) -> String {
    let mut names: Vec<String> = properties.into_iter().map(Into::into).collect();
    names.push(property::SETTINGS_ID.to_owned());
    names.join(",")
}
