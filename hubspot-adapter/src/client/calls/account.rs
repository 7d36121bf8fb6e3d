//! Calls for permission sets, teams, seats and the account itself.

use http::Method;

#[cfg(doc)]
use crate::client::ErrorKind;
use crate::client::scopes;
use crate::client::{Account, Client, Error, Page, Role, Seat, Team, TeamMember};

use super::{ACCOUNT, Operation, TEAMS, USERS};

const LIST_ROLES: Operation = Operation::new("list roles", scopes::READ_USERS);
const LIST_TEAMS: Operation = Operation::new("list teams", scopes::READ_TEAMS);
const LIST_SEATS: Operation = Operation::new("list seats", scopes::READ_SEATS);
const READ_ACCOUNT: Operation = Operation::new("read account", scopes::READ_ACCOUNT);
const ADD_TEAM_MEMBER: Operation = Operation::new("add team member", scopes::WRITE_TEAMS);
const REMOVE_TEAM_MEMBER: Operation = Operation::new("remove team member", scopes::WRITE_TEAMS);

impl Client {
    /// Lists the permission sets of the account. Super Admin is not among them.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Invalid`] with [`Error::roles_unavailable`] if the account has no permission sets. Every other kind but
    /// [`ErrorKind::Ambiguous`] and [`ErrorKind::Conflict`].
    ///
    /// # Examples
    ///
    /// ```no_run
    /// # async fn demo(client: hubspot_adapter::client::Client) -> Result<(), hubspot_adapter::client::Error> {
    /// let roles = match client.roles().await {
    ///     Err(error) if error.roles_unavailable() => Vec::new(),
    ///     other => other?,
    /// };
    /// # Ok(())
    /// # }
    /// ```
    pub async fn roles(&self) -> Result<Vec<Role>, Error> {
        let page: Page<Role> = self.read(LIST_ROLES, self.url(USERS, &["roles"])).await?;
        Ok(page.results)
    }

    /// Lists the teams of the account with the ids of their members.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::MissingScopes`] without `settings.users.teams.read`. Every other kind but [`ErrorKind::Ambiguous`] and
    /// [`ErrorKind::Conflict`].
    ///
    /// # Examples
    ///
    /// ```no_run
    /// # async fn demo(client: hubspot_adapter::client::Client) -> Result<(), hubspot_adapter::client::Error> {
    /// let teams = client.teams().await?;
    /// # Ok(())
    /// # }
    /// ```
    pub async fn teams(&self) -> Result<Vec<Team>, Error> {
        let page: Page<Team> = self.read(LIST_TEAMS, self.url(USERS, &["teams"])).await?;
        Ok(page.results)
    }

    /// Reads the account of the token: a connection test.
    ///
    /// # Errors
    ///
    /// Every kind but [`ErrorKind::Ambiguous`] and [`ErrorKind::Conflict`].
    ///
    /// # Examples
    ///
    /// ```no_run
    /// # async fn demo(client: hubspot_adapter::client::Client) -> Result<(), hubspot_adapter::client::Error> {
    /// println!("connected to account {}", client.account().await?.portal_id);
    /// # Ok(())
    /// # }
    /// ```
    pub async fn account(&self) -> Result<Account, Error> {
        self.read(READ_ACCOUNT, self.url(ACCOUNT, &["details"]))
            .await
    }

    /// Lists the kinds of seats of the account, with the free ones of each.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::MissingScopes`] without [`BILLING_SCOPE`](crate::client::BILLING_SCOPE), and
    /// every other kind but [`ErrorKind::Ambiguous`] and [`ErrorKind::Conflict`].
    ///
    /// # Examples
    ///
    /// ```no_run
    /// # async fn demo(client: hubspot_adapter::client::Client) -> Result<(), hubspot_adapter::client::Error> {
    /// for seat in client.seats().await? {
    ///     println!("{}: {:?} free", seat.name, seat.remaining_seats);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub async fn seats(&self) -> Result<Vec<Seat>, Error> {
        let page: Page<Seat> = self.read(LIST_SEATS, self.url(USERS, &["seats"])).await?;
        Ok(page.results)
    }

    /// Adds a user to a team.
    ///
    /// The live probe measures this call, and SCIM groups as teams will need it. [`TeamMember::Main`] changes the team of
    /// all records that the user owns. Nobody has measured the effect on another main team (`docs/evidence.md`, H48).
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NotFound`] without the team or the user, [`ErrorKind::MissingScopes`] without
    /// `settings.users.teams.write`, and every other kind.
    ///
    /// # Examples
    ///
    /// ```no_run
    /// use hubspot_adapter::client::TeamMember;
    ///
    /// # async fn demo(client: hubspot_adapter::client::Client) -> Result<(), hubspot_adapter::client::Error> {
    /// client.add_team_member("5301", "26743024", TeamMember::Extra).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub async fn add_team_member(
        &self,
        team: &str,
        user: &str,
        member: TeamMember,
    ) -> Result<(), Error> {
        let url = self.url(TEAMS, &[team, "members"]);
        let body = serde_json::json!({"userId": user, "type": member.as_str()});
        let call = Self::call(ADD_TEAM_MEMBER, Method::POST, url, &body)?;
        self.send(&call).await.map(drop)
    }

    /// Removes a user from a team.
    ///
    /// The live probe measures this call, and SCIM groups as teams will need it. Nobody has measured whether HubSpot has
    /// it (`docs/evidence.md`, H47).
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NotFound`] without the team, the member, or the call itself;
    /// [`ErrorKind::MissingScopes`] without `settings.users.teams.write`, and every other kind but
    /// [`ErrorKind::Ambiguous`] and [`ErrorKind::Conflict`].
    ///
    /// # Examples
    ///
    /// ```no_run
    /// use hubspot_adapter::client::TeamMember;
    ///
    /// # async fn demo(client: hubspot_adapter::client::Client) -> Result<(), hubspot_adapter::client::Error> {
    /// client.remove_team_member("5301", "26743024", TeamMember::Extra).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub async fn remove_team_member(
        &self,
        team: &str,
        user: &str,
        member: TeamMember,
    ) -> Result<(), Error> {
        let mut url = self.url(TEAMS, &[team, "members", user]);
        url.query_pairs_mut().append_pair("type", member.as_str());
        self.delete(REMOVE_TEAM_MEMBER, url).await
    }
}
