//! State in PostgreSQL, which many servers share.

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

/// State in a PostgreSQL database of its own: for several servers of one HubSpot account.
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
    /// Connects to a database, `postgres://USER:PASSWORD@HOST/DATABASE?sslmode=verify-full`, and brings its tables up to date.
    ///
    /// # Errors
    ///
    /// A [`StateError`] when the URL is not understood, the database cannot be reached or written, or it is of a newer
    /// version of this crate. No error repeats the URL.
    pub async fn connect(url: &SecretString) -> Result<Self, StateError> {
        let options = PgConnectOptions::from_str(url.expose_secret())
            .map_err(|_| StateError::new("the URL of the database is not understood"))?
            .application_name("scim-hubspot")
            .disable_statement_logging();
        // Alone at first: a pool would try again and again, and say in the end that it ran out of time.
        let mut connection = sql::within(options.connect()).await?;
        // Of several servers that start at once, one makes the tables: the others wait for its lock.
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

    /// Closes the connections.
    pub async fn close(&self) {
        self.pool.close().await;
    }
}

sql::keep_in_tables!(PostgresState);
