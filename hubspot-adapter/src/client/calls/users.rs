//! Users as the settings have them: list, create, read, change, remove.

use http::Method;
use url::Url;

use crate::client::scopes;
use crate::client::{Client, Error, ErrorKind, NewUser, Page, User, UserPages, UserUpdate};

use super::{Operation, USERS};

const LIST_USERS: Operation = Operation::new("list users", scopes::READ_USERS);
const CREATE_USER: Operation = Operation::new("create user", scopes::WRITE_USERS);
const READ_USER: Operation = Operation::new("read user", scopes::READ_USERS);
const READ_USER_BY_EMAIL: Operation = Operation::new("read user by e-mail", scopes::READ_USERS);
const UPDATE_USER: Operation = Operation::new("update user", scopes::WRITE_USERS);
const DELETE_USER: Operation = Operation::new("delete user", scopes::WRITE_USERS);

impl Client {
    /// One page of the account's users: `limit` of them, from the cursor `after` on.
    ///
    /// Deactivated users are among them and not marked; rows may lack teams
    /// (`docs/evidence.md`, H12); removed users may linger for some seconds.
    ///
    /// # Errors
    ///
    /// Every kind but [`ErrorKind::Ambiguous`] and [`ErrorKind::Conflict`].
    ///
    /// # Examples
    ///
    /// ```no_run
    /// # async fn demo(client: hubspot_adapter::client::Client) -> Result<(), hubspot_adapter::client::Error> {
    /// let first = client.list_users(100, None).await?;
    /// let second = client.list_users(100, first.after()).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub async fn list_users(&self, limit: u16, after: Option<&str>) -> Result<Page<User>, Error> {
        let mut url = self.url(USERS, &[]);
        {
            let mut query = url.query_pairs_mut();
            query.append_pair("limit", &limit.to_string());
            if let Some(after) = after {
                query.append_pair("after", after);
            }
        }
        self.read(LIST_USERS, url).await
    }

    /// A walk over all pages of the account's users.
    #[must_use]
    pub fn walk_users(&self) -> UserPages {
        UserPages::new(self.clone())
    }

    /// Creates a user and answers what HubSpot made of it.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Conflict`] where the membership exists, [`ErrorKind::Ambiguous`] where it is
    /// unknown whether it came about, [`ErrorKind::Invalid`] for a stale role (the whole creation
    /// is refused) or where [no seat is available](Error::no_seat_available), and the others.
    ///
    /// # Examples
    ///
    /// ```no_run
    /// use hubspot_adapter::client::{ErrorKind, NewUser};
    ///
    /// # async fn demo(client: hubspot_adapter::client::Client) -> Result<(), hubspot_adapter::client::Error> {
    /// let user = match client.create_user(&NewUser::new("ada@acme.example")).await {
    ///     Err(error) if *error.kind() == ErrorKind::Ambiguous => {
    ///         client.read_user_by_email("ada@acme.example").await?
    ///     }
    ///     other => other?,
    /// };
    /// # Ok(())
    /// # }
    /// ```
    pub async fn create_user(&self, user: &NewUser) -> Result<User, Error> {
        self.write(CREATE_USER, Method::POST, self.url(USERS, &[]), user)
            .await
    }

    /// Reads a user by id, with teams.
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
    /// let user = client.read_user("26743024").await?;
    /// # Ok(())
    /// # }
    /// ```
    pub async fn read_user(&self, id: &str) -> Result<User, Error> {
        let url = self.user_url(READ_USER, id)?;
        self.read(READ_USER, url).await
    }

    /// Reads a user by e-mail address, with teams, in one call.
    ///
    /// Whether HubSpot minds letter case is not documented; compare what comes back.
    ///
    /// # Errors
    ///
    /// As [`read_user`](Self::read_user).
    ///
    /// # Examples
    ///
    /// ```no_run
    /// # async fn demo(client: hubspot_adapter::client::Client) -> Result<(), hubspot_adapter::client::Error> {
    /// let user = client.read_user_by_email("ada+test@acme.example").await?;
    /// # Ok(())
    /// # }
    /// ```
    pub async fn read_user_by_email(&self, email: &str) -> Result<User, Error> {
        let mut url = self.user_url(READ_USER_BY_EMAIL, email)?;
        url.query_pairs_mut().append_pair("idProperty", "EMAIL");
        self.read(READ_USER_BY_EMAIL, url).await
    }

    /// Sends the fields set in `update`, and answers what HubSpot says it made of them.
    ///
    /// That answer proves nothing: HubSpot was seen to say 200 and change nothing. Read again.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NotFound`], [`ErrorKind::Invalid`] (for instance
    /// [names before activation](Error::is_user_not_on_any_hubs)), and every other kind but
    /// [`ErrorKind::Ambiguous`]. After [`ErrorKind::Unavailable`] and [`ErrorKind::Unreadable`]
    /// the change may have been made.
    ///
    /// # Examples
    ///
    /// ```no_run
    /// use hubspot_adapter::client::UserUpdate;
    ///
    /// # async fn demo(client: hubspot_adapter::client::Client) -> Result<(), hubspot_adapter::client::Error> {
    /// let user = client.read_user("26743024").await?;
    /// let mut update = UserUpdate::new().with_first_name("Augusta");
    /// update.role_id = user.role_id;
    /// client.update_user(&user.id, &update).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub async fn update_user(&self, id: &str, update: &UserUpdate) -> Result<User, Error> {
        let url = self.user_url(UPDATE_USER, id)?;
        self.write(UPDATE_USER, Method::PUT, url, update).await
    }

    /// Removes a user from the account. Removing again is no error.
    ///
    /// # Errors
    ///
    /// Every kind but [`ErrorKind::Ambiguous`] and [`ErrorKind::Conflict`]. After
    /// [`ErrorKind::Unavailable`] and [`ErrorKind::Unreadable`] the removal may have happened.
    ///
    /// # Examples
    ///
    /// ```no_run
    /// # async fn demo(client: hubspot_adapter::client::Client) -> Result<(), hubspot_adapter::client::Error> {
    /// client.delete_user("26743024").await?;
    /// # Ok(())
    /// # }
    /// ```
    pub async fn delete_user(&self, id: &str) -> Result<(), Error> {
        let url = self.user_url(DELETE_USER, id)?;
        self.delete(DELETE_USER, url).await
    }

    pub(in crate::client) fn user_url(
        &self,
        operation: Operation,
        segment: &str,
    ) -> Result<Url, Error> {
        // Under these names HubSpot has something else, or the list itself: no user.
        if matches!(segment, "" | "." | ".." | "roles" | "seats" | "teams") {
            return Err(Error::new(ErrorKind::NotFound)
                .with_operation(operation)
                .with_message("no HubSpot user can have this id"));
        }
        Ok(self.url(USERS, &[segment]))
    }
}
