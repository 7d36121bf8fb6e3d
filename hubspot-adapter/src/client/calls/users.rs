//! Calls for users: list, create, read, change, remove.

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
    /// Lists one page of users: `limit` users from the cursor `after` on.
    ///
    /// The list includes deactivated users without a mark. Its rows may lack teams (`docs/evidence.md`, H12), and removed
    /// users may stay in it for some seconds.
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

    /// Walks over all users of the account.
    #[must_use]
    pub fn walk_users(&self) -> UserPages {
        UserPages::new(self.clone())
    }

    /// Creates a user and returns the user in HubSpot's answer.
    ///
    /// # Errors
    ///
    /// - [`ErrorKind::Conflict`] if the user is already a member.
    /// - [`ErrorKind::Ambiguous`] if the outcome is unknown.
    /// - [`ErrorKind::Invalid`] for a deleted permission set, which fails the whole creation, and if
    ///   [no seat is free](Error::no_seat_available).
    /// - Every other kind.
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
    /// [`ErrorKind::NotFound`] if the user does not exist. Every other kind but [`ErrorKind::Ambiguous`] and
    /// [`ErrorKind::Conflict`].
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
    /// HubSpot does not document whether letter case counts, so compare the address in the answer.
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

    /// Changes the fields set in `update` and returns the user in HubSpot's answer.
    ///
    /// The answer proves nothing: HubSpot was seen to answer 200 without a change. Read the user again.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NotFound`]; [`ErrorKind::Invalid`], for example for
    /// [names before activation](Error::is_user_not_on_any_hubs); and every other kind but [`ErrorKind::Ambiguous`]. After
    /// [`ErrorKind::Unavailable`] and [`ErrorKind::Unreadable`] the change may have taken effect.
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

    /// Removes a user from the account. A second removal is no error.
    ///
    /// # Errors
    ///
    /// Every kind but [`ErrorKind::Ambiguous`] and [`ErrorKind::Conflict`]. After [`ErrorKind::Unavailable`] and
    /// [`ErrorKind::Unreadable`] the removal may have taken effect.
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
        // These paths lead to the list or to something other than a user.
        if matches!(segment, "" | "." | ".." | "roles" | "seats" | "teams") {
            return Err(Error::new(ErrorKind::NotFound)
                .with_operation(operation)
                .with_message("this is no id of a HubSpot user"));
        }
        Ok(self.url(USERS, &[segment]))
    }
}
