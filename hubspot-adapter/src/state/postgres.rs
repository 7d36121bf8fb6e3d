//! State in PostgreSQL, which several servers share.

use std::str::FromStr;
use std::time::SystemTime;

use scim_core::Redacted;
use secrecy::{ExposeSecret, SecretString};
use sqlx::postgres::{PgConnectOptions, PgPool, PgPoolOptions};
use sqlx::{ConnectOptions, Connection};

use super::sql::{self, Migrations};
use super::{Claim, CreateIntent, INTENT_LIFETIME, StateError, UserRecord, document};

const MIGRATIONS: Migrations = Migrations(&[
    (
        1,
        "users and creations",
        include_str!("../../migrations/postgres/0001_users_and_creations.sql"),
    ),
    (
        2,
        "last removal",
        include_str!("../../migrations/postgres/0002_last_removal.sql"),
    ),
]);

/// State in a dedicated PostgreSQL database: for several servers of one HubSpot account.
///
/// # Examples
///
/// ```no_run
/// # async fn connect() -> Result<(), Box<dyn std::error::Error>> {
/// use hubspot_adapter::state::PostgresState;
///
/// let url = std::env::var("SCIM_STATE")?;
/// let state = PostgresState::connect(&url.into()).await?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct PostgresState {
    pool: Redacted<PgPool>,
}

impl PostgresState {
    /// Connects to a database, `postgres://USER:PASSWORD@HOST/DATABASE?sslmode=verify-full`, and migrates its tables.
    ///
    /// # Errors
    ///
    /// A [`StateError`] if the URL is malformed, if the database cannot be reached or written, or if it comes from a newer
    /// version of this crate. No error repeats the URL.
    pub async fn connect(url: &SecretString) -> Result<Self, StateError> {
        let options = PgConnectOptions::from_str(url.expose_secret())
            .map_err(|_| StateError::new("the database URL is malformed. Write it as postgres://USER:PASSWORD@HOST/DATABASE"))?
            .application_name("scim-hubspot")
            .disable_statement_logging();

        // A single connection first: a pool would retry, and in the end report a timeout in place of the cause.
        let mut connection = sql::within(options.connect()).await?;
        // If several servers start at once, one migrates and the others wait for its lock.
        let migrator = MIGRATIONS.migrator().await?;
        migrator
            .run(&mut connection)
            .await
            .map_err(|error| sql::not_migrated(&error))?;
        sql::within(connection.close()).await?;

        let pool = PgPoolOptions::new()
            .max_connections(8)
            .acquire_timeout(sql::PATIENCE)
            .connect_lazy_with(options);
        Ok(Self { pool: pool.into() })
    }

    /// A database server has no file that this program could lose.
    #[expect(
        clippy::unused_self,
        clippy::unnecessary_wraps,
        reason = "SQLite shares these statements, and needs both"
    )]
    fn check_place(&self) -> Result<(), StateError> {
        Ok(())
    }

    /// Closes the connections.
    pub async fn close(&self) {
        self.pool.close().await;
    }
}

sql::keep_in_tables!(PostgresState);
