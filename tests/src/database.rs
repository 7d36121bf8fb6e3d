//! A PostgreSQL database for one test.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::SystemTime;
use std::{env, process};

use secrecy::{ExposeSecret, SecretString};
use sqlx::{Connection, PgConnection};

/// A new database on the server that `DATABASE_URL` names.
#[derive(Debug)]
pub struct Database {
    server: SecretString,
    name: String,
}

impl Database {
    /// Creates a database for this test alone. Without `DATABASE_URL` it returns `None` and says so on standard error.
    ///
    /// # Errors
    ///
    /// If the server is unreachable or refuses to create a database.
    pub async fn new() -> Result<Option<Self>, sqlx::Error> {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let Ok(server) = env::var("DATABASE_URL") else {
            not_run();
            return Ok(None);
        };
        let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
        let name = format!(
            "scim_tests_{}_{}_{}",
            since.unwrap_or_default().as_micros(),
            process::id(),
            NUMBER.fetch_add(1, Ordering::Relaxed)
        );
        let database = Self {
            server: server.into(),
            name,
        };
        database.on_server("CREATE DATABASE").await?;
        Ok(Some(database))
    }

    /// The URL of the database.
    #[must_use]
    pub fn url(&self) -> SecretString {
        let server = self.server.expose_secret();
        let (address, query) = match server.split_once('?') {
            Some((address, query)) => (address, format!("?{query}")),
            None => (server, String::new()),
        };
        let authority = address.find("//").map_or(0, |at| at + 2);
        let path = address.get(authority..).and_then(|rest| rest.find('/'));
        let end = path.map_or(address.len(), |at| authority + at);
        let address = address.get(..end).unwrap_or(address);
        format!("{address}/{}{query}", self.name).into()
    }

    /// Drops the database, even with open connections.
    ///
    /// # Errors
    ///
    /// If the server is unreachable.
    pub async fn remove(self) -> Result<(), sqlx::Error> {
        self.on_server("DROP DATABASE").await
    }

    async fn on_server(&self, verb: &str) -> Result<(), sqlx::Error> {
        let mut server = PgConnection::connect(self.server.expose_secret()).await?;
        let force = if verb.starts_with("DROP") {
            " WITH (FORCE)"
        } else {
            ""
        };
        let statement = format!("{verb} {}{force}", self.name);
        sqlx::query(&statement).execute(&mut server).await?;
        server.close().await
    }
}

#[expect(clippy::print_stderr, reason = "a skipped test says so")]
fn not_run() {
    eprintln!("skipped on PostgreSQL: DATABASE_URL is not set");
}
