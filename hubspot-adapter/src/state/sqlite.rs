//! State in one SQLite file.

use std::fs::OpenOptions;
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use scim_core::Redacted;
use sqlx::ConnectOptions;
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous,
};

use super::sql::{self, Migrations};
use super::{Claim, CreateIntent, INTENT_LIFETIME, StateError, UserRecord, document};

const MIGRATIONS: Migrations = Migrations(&[
    (
        1,
        "users and creations",
        include_str!("../../migrations/sqlite/0001_users_and_creations.sql"),
    ),
    (
        2,
        "last removal",
        include_str!("../../migrations/sqlite/0002_last_removal.sql"),
    ),
]);

/// The time to wait while another process writes.
const BUSY: Duration = Duration::from_secs(5);

/// The pause between two attempts to open the file.
const PAUSE: Duration = Duration::from_millis(20);

/// State in one SQLite file: for one server, or for several on one machine.
///
/// Each change is on disk before the call returns (`synchronous = FULL`): if a power failure undid an intent, a retry could
/// create a second user. SQLite overwrites deleted data (`secure_delete`), since it is personal.
///
/// # Examples
///
/// ```
/// # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
/// use hubspot_adapter::state::{SqliteState, StateStore};
///
/// # let folder = std::env::temp_dir().join(format!("scim-hubspot-doc-{}", std::process::id()));
/// # std::fs::create_dir_all(&folder)?;
/// let state = SqliteState::open(folder.join("scim-hubspot.db")).await?;
/// assert!(state.all().await?.is_empty());
/// # state.close().await;
/// # std::fs::remove_dir_all(&folder)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// # })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct SqliteState {
    pool: Redacted<SqlitePool>,
    place: Place,
}

/// The path of the open file, and the file that was there at the start.
#[derive(Clone, Debug)]
struct Place {
    path: PathBuf,
    file: Option<(u64, u64)>,
}

impl Place {
    fn of(path: PathBuf) -> Self {
        let file = identity(&path);
        Self { path, file }
    }

    /// Fails if the file is gone, or another file is in its place: SQLite goes on writing into the file that nobody can open.
    fn check(&self) -> Result<(), StateError> {
        if identity(&self.path) == self.file {
            return Ok(());
        }
        Err(StateError::new(
            "the SQLite file was moved, deleted or replaced while the server runs. Put it back, or restart the server.",
        ))
    }
}

/// The device and the number of a file; `None` if there is no file.
#[cfg(unix)]
fn identity(path: &Path) -> Option<(u64, u64)> {
    use std::os::unix::fs::MetadataExt;

    let metadata = std::fs::metadata(path).ok()?;
    Some((metadata.dev(), metadata.ino()))
}

/// Elsewhere, only the absence of the file is noticed.
#[cfg(not(unix))]
fn identity(path: &Path) -> Option<(u64, u64)> {
    path.is_file().then_some((0, 0))
}

impl SqliteState {
    /// Opens a file and migrates its tables. A new file is readable by its owner alone.
    ///
    /// # Errors
    ///
    /// A [`StateError`] if the file cannot be created, read or written, is no SQLite database, or comes from a newer version
    /// of this crate.
    pub async fn open(path: impl AsRef<Path>) -> Result<Self, StateError> {
        let path = prepare(path.as_ref()).map_err(StateError::new)?;
        let options = SqliteConnectOptions::new()
            .filename(&path)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .busy_timeout(BUSY)
            .pragma("secure_delete", "ON")
            .disable_statement_logging();
        let pool = SqlitePoolOptions::new()
            .max_connections(4)
            .acquire_timeout(sql::PATIENCE);

        // The first connection sets up the log. SQLite does not let the others wait for that, whatever the timeout.
        let mut pauses = BUSY.as_millis() / PAUSE.as_millis();
        let pool = loop {
            match pool.clone().connect_with(options.clone()).await {
                Err(error) if is_busy(&error) && pauses > 0 => {
                    pauses = pauses.saturating_sub(1);
                    tokio::time::sleep(PAUSE).await;
                }
                outcome => break outcome.map_err(|error| sql::failed(&error))?,
            }
        };

        let state = Self {
            pool: pool.into(),
            place: Place::of(path),
        };
        state.migrate().await?;
        Ok(state)
    }

    /// Moves the log into the main file and closes both.
    ///
    /// Without this call, the next [`open`](Self::open) reads the log.
    pub async fn close(&self) {
        let emptied = sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)");
        if let Err(failed) = sql::within(emptied.execute(&*self.pool)).await {
            tracing::warn!(error = %failed, "cannot move the SQLite log into the main file; the next start reads it");
        }
        self.pool.close().await;
    }

    fn check_place(&self) -> Result<(), StateError> {
        self.place.check()
    }

    async fn migrate(&self) -> Result<(), StateError> {
        let migrator = MIGRATIONS.migrator().await?;
        // Another process may open the new file at the same moment. One of them migrates first.
        let begun = self.pool.begin_with("BEGIN IMMEDIATE");
        let mut transaction = sql::within(begun).await?;
        migrator
            .run(&mut *transaction)
            .await
            .map_err(|error| sql::not_migrated(&error))?;
        sql::within(transaction.commit()).await
    }
}

/// Whether another connection holds the file: `SQLITE_BUSY`, which is 5, or one of its extended codes.
fn is_busy(error: &sqlx::Error) -> bool {
    let code = error
        .as_database_error()
        .and_then(sqlx::error::DatabaseError::code);
    let code = code.and_then(|code| code.parse::<u32>().ok());
    code.is_some_and(|code| code & 0xff == 5)
}

/// Creates the file for its owner alone, since it holds personal data, and returns its absolute path.
///
/// SQLite gives its other files the same permissions. No absolute path has a special meaning to SQLite.
fn prepare(path: &Path) -> io::Result<PathBuf> {
    let path = std::path::absolute(path)?;
    let mut options = OpenOptions::new();
    options.append(true).create(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(&path)?;
    Ok(path)
}

sql::keep_in_tables!(SqliteState);
