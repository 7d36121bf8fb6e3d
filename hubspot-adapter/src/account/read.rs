//! Reading users from HubSpot.

use scim_core::Error;
use scim_core::filter::case;

use super::Account;
use super::rows::is_decimal;
use crate::client::{self, User};
use crate::error::{from_hubspot, from_hubspot_list};
use crate::state::UserRecord;

impl Account {
    /// The user with an id in HubSpot.
    pub(super) async fn read(&self, id: &str) -> Result<Option<User>, Error> {
        match self.client.read_user(id).await {
            Ok(user) => Ok(Some(user)),
            Err(error) if error.is_not_found() => Ok(None),
            // HubSpot's ids are decimal numbers; its answer to another id is not documented.
            Err(error) if !is_decimal(id) && *error.kind() == client::ErrorKind::Invalid => {
                Ok(None)
            }
            Err(error) => Err(from_hubspot(error)),
        }
    }

    /// The user with an address in HubSpot.
    pub(super) async fn read_by_email(&self, email: &str) -> Result<Option<User>, Error> {
        match self.client.read_user_by_email(email).await {
            Ok(user) if case::eq(&user.email, email) => Ok(Some(user)),
            Ok(_) => Ok(None),
            Err(error) if error.is_not_found() => Ok(None),
            Err(error) => Err(from_hubspot(error)),
        }
    }

    /// The user with an address in any letter case: HubSpot's own look-up may distinguish case.
    ///
    /// The user is finally read by id, since a row of HubSpot's list may lack teams.
    pub(crate) async fn read_by_email_in_any_case(
        &self,
        email: &str,
    ) -> Result<Option<User>, Error> {
        if let Some(user) = self.read_by_email(email).await? {
            return Ok(Some(user));
        }

        let mut pages = self.client.walk_users();
        while let Some(users) = pages.next().await.map_err(from_hubspot_list)? {
            if let Some(user) = users.into_iter().find(|user| case::eq(&user.email, email)) {
                return match self.client.read_user(&user.id).await {
                    Ok(user) => Ok(Some(user)),
                    // HubSpot's list lags, or the user is deactivated and cannot be read.
                    Err(error) if error.is_not_found() => Ok(None),
                    Err(error) => Err(from_hubspot(error)),
                };
            }
        }
        Ok(None)
    }

    /// Checks that HubSpot's API answers when it says that a managed user is gone: without the API, every user is.
    pub(super) async fn check_absence(
        &self,
        user: Option<&User>,
        record: Option<&UserRecord>,
    ) -> Result<(), Error> {
        match (user, record) {
            (None, Some(record)) if !record.removed => self.check_reachable().await,
            (Some(_), _) | (None, Some(_) | None) => Ok(()),
        }
    }

    /// Makes the cheapest call that shows whether HubSpot accepts the token.
    pub(super) async fn check_reachable(&self) -> Result<(), Error> {
        self.client
            .list_users(1, None)
            .await
            .map(drop)
            .map_err(from_hubspot_list)
    }
}
