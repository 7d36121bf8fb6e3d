//! The common parts of both databases: statements, keys, times, migrations, failures.

use std::borrow::Cow;
use std::future::Future;
use std::pin::Pin;
use std::time::{Duration, SystemTime};

use scim_core::filter::case;
use sqlx::error::BoxDynError;
use sqlx::migrate::{MigrateError, Migration, MigrationSource, MigrationType, Migrator};

use super::{StateError, UserRecord, document};

/// The longest time a statement may take, so that requests do not hang with the database.
pub(super) const PATIENCE: Duration = Duration::from_secs(10);

pub(super) const BY_ID: &str = "SELECT document, revision FROM users WHERE id = $1";
pub(super) const BY_NAME: &str =
    "SELECT document, revision FROM users WHERE name_key = $1 OR email_key = $1 ORDER BY id";
pub(super) const BY_EXTERNAL_ID: &str =
    "SELECT document, revision FROM users WHERE external_id = $1 ORDER BY id";
pub(super) const ALL: &str = "SELECT document, revision FROM users ORDER BY id";
/// Stores a record without a revision over any existing one.
pub(super) const PUT: &str = "\
    INSERT INTO users (id, name_key, email_key, external_id, document, revision) VALUES ($1, $2, $3, $4, $5, 1) \
    ON CONFLICT (id) DO UPDATE SET name_key = excluded.name_key, email_key = excluded.email_key, \
    external_id = excluded.external_id, document = excluded.document, revision = users.revision + 1 \
    RETURNING revision";
/// Stores a record over its revision. The statement returns no row if that revision is gone.
pub(super) const REPLACE: &str = "\
    UPDATE users SET name_key = $2, email_key = $3, external_id = $4, document = $5, revision = revision + 1 \
    WHERE id = $1 AND revision = $6 RETURNING revision";
pub(super) const FORGET: &str = "DELETE FROM users WHERE id = $1";
/// Claims an address in one statement, so that one of several holders wins. The others get no row.
pub(super) const INTEND: &str = "\
    INSERT INTO creations (address, holder, begun_at, busy_until, tries) VALUES ($1, $2, $3, $4, 1) \
    ON CONFLICT (address) DO UPDATE SET holder = excluded.holder, begun_at = excluded.begun_at, \
    busy_until = excluded.busy_until, tries = creations.tries + 1 \
    WHERE creations.holder = excluded.holder OR creations.busy_until <= excluded.begun_at \
    RETURNING tries";
pub(super) const BUSY_UNTIL: &str = "SELECT busy_until FROM creations WHERE address = $1";
pub(super) const EXPIRE: &str = "DELETE FROM creations WHERE begun_at < $1";
pub(super) const REST: &str =
    "UPDATE creations SET busy_until = begun_at WHERE address = $1 AND holder = $2";
pub(super) const INTENDED: &str = "SELECT begun_at FROM creations WHERE address = $1";
pub(super) const SETTLE: &str = "DELETE FROM creations WHERE address = $1";
pub(super) const NOTE_REMOVAL: &str = "\
    INSERT INTO last_removal (id, removed_at) VALUES (1, $1) \
    ON CONFLICT (id) DO UPDATE SET removed_at = excluded.removed_at";
pub(super) const LAST_REMOVAL: &str = "SELECT removed_at FROM last_removal WHERE id = 1";

/// The look-up key of a text: without NUL, which PostgreSQL cannot store, and short enough for an index.
///
/// Different texts may share a key, so the caller compares the whole text.
pub(super) fn key(text: &str) -> String {
    const LONGEST: usize = 500;
    let end = text
        .char_indices()
        .map(|(at, c)| at + c.len_utf8())
        .take_while(|end| *end <= LONGEST)
        .last()
        .unwrap_or_default();
    text.get(..end)
        .unwrap_or_default()
        .replace('\0', "\u{fffd}")
}

/// The look-up key of a text that matches without regard to case.
pub(super) fn folded(text: &str) -> String {
    key(&text.to_ascii_lowercase())
}

/// Reads records from rows of text and revision.
pub(super) fn records(
    rows: Vec<(String, i64)>,
) -> impl Iterator<Item = Result<UserRecord, StateError>> {
    rows.into_iter()
        .map(|(text, revision)| document::read(&text, u64::try_from(revision).unwrap_or_default()))
}

/// Whether the name is the `userName` or the address of the record.
pub(super) fn is_named(record: &UserRecord, name: &str) -> bool {
    case::eq(&record.user_name, name) || case::eq(&record.last_seen.email, name)
}

/// Converts a revision to the type of its column.
pub(super) fn revision(revision: u64) -> i64 {
    i64::try_from(revision).unwrap_or(i64::MAX)
}

/// Converts a time to milliseconds since 1970. An earlier time becomes 1970.
pub(super) fn millis(instant: SystemTime) -> i64 {
    let since = instant.duration_since(SystemTime::UNIX_EPOCH);
    i64::try_from(since.unwrap_or_default().as_millis()).unwrap_or(i64::MAX)
}

pub(super) fn instant(millis: i64) -> SystemTime {
    let since = Duration::from_millis(u64::try_from(millis).unwrap_or_default());
    SystemTime::UNIX_EPOCH
        .checked_add(since)
        .unwrap_or(SystemTime::UNIX_EPOCH)
}

/// Waits for a statement, at most [`PATIENCE`].
pub(super) async fn within<T>(
    statement: impl Future<Output = Result<T, sqlx::Error>>,
) -> Result<T, StateError> {
    match tokio::time::timeout(PATIENCE, statement).await {
        Ok(outcome) => outcome.map_err(|error| failed(&error)),
        Err(_) => Err(StateError::new("the database did not answer in time")),
    }
}

/// Waits for a statement with at most one row.
///
/// The statement is read to its end, not to its first row: SQLite commits at the end, and only there reports a full disk.
pub(super) async fn only(
    statement: impl Future<Output = Result<Vec<i64>, sqlx::Error>>,
) -> Result<Option<i64>, StateError> {
    Ok(within(statement).await?.into_iter().next())
}

/// Describes a failure of the database without values, and without the URL, which may contain a password.
#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "the enum is open, and the other errors may quote values"
)]
pub(super) fn failed(error: &sqlx::Error) -> StateError {
    StateError::new(match error {
        // The message excludes `detail`, which may quote values.
        sqlx::Error::Database(error) => match error.code() {
            Some(code) => format!("{} (code {code})", error.message()),
            None => error.message().to_owned(),
        },
        sqlx::Error::Io(error) => format!("cannot be reached: {error}"),
        sqlx::Error::Tls(error) => format!("TLS: {error}"),
        sqlx::Error::PoolTimedOut => "no connection became free in time".to_owned(),
        sqlx::Error::Configuration(_) => "the connection options are malformed".to_owned(),
        _ => "the database gave no usable answer".to_owned(),
    })
}

/// The migrations to the newest schema, in order: version, description, SQL.
#[derive(Clone, Copy, Debug)]
pub(super) struct Migrations(pub(super) &'static [(i64, &'static str, &'static str)]);

impl Migrations {
    pub(super) async fn migrator(self) -> Result<Migrator, StateError> {
        Migrator::new(self)
            .await
            .map_err(|error| not_migrated(&error))
    }
}

impl MigrationSource<'static> for Migrations {
    fn resolve(
        self,
    ) -> Pin<Box<dyn Future<Output = Result<Vec<Migration>, BoxDynError>> + Send + 'static>> {
        let migrations = self.0.iter().map(|(version, description, sql)| {
            let (description, sql) = (Cow::Borrowed(*description), Cow::Borrowed(*sql));
            Migration::new(*version, description, MigrationType::Simple, sql, false)
        });
        let migrations: Vec<Migration> = migrations.collect();
        Box::pin(async move { Ok(migrations) })
    }
}

/// Describes a failed migration.
#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "the enum is open, and an operator can do nothing about the rest"
)]
pub(super) fn not_migrated(error: &MigrateError) -> StateError {
    match error {
        MigrateError::VersionMissing(version) => StateError::new(format!(
            "the database comes from a newer version of this program (schema {version}). Run that version, or name another database."
        )),
        MigrateError::VersionMismatch(version) | MigrateError::Dirty(version) => {
            StateError::new(format!(
                "the tables differ from those of this program (schema {version}). Name a database that no other program uses."
            ))
        }
        MigrateError::Execute(error) | MigrateError::ExecuteMigration(error, _) => failed(error),
        _ => StateError::new("the tables cannot be created or migrated"),
    }
}

/// Implements [`StateStore`](super::StateStore) for a type with a `pool` and `check_place`. Both databases take the same statements.
macro_rules! keep_in_tables {
    ($store:ty) => {
        #[async_trait::async_trait]
        impl $crate::state::StateStore for $store {
            async fn by_id(&self, id: &str) -> Result<Option<UserRecord>, StateError> {
                self.check_place()?;
                let query = sqlx::query_as(sql::BY_ID).bind(sql::key(id));
                let rows = sql::within(query.fetch_all(&*self.pool)).await?;
                let records = sql::records(rows).collect::<Result<Vec<_>, _>>()?;
                Ok(records.into_iter().find(|record| record.id() == id))
            }

            async fn by_name(&self, name: &str) -> Result<Option<UserRecord>, StateError> {
                self.check_place()?;
                let query = sqlx::query_as(sql::BY_NAME).bind(sql::folded(name));
                let rows = sql::within(query.fetch_all(&*self.pool)).await?;
                let records = sql::records(rows).collect::<Result<Vec<_>, _>>()?;
                Ok(records
                    .into_iter()
                    .find(|record| sql::is_named(record, name)))
            }

            async fn by_external_id(
                &self,
                external_id: &str,
            ) -> Result<Vec<UserRecord>, StateError> {
                self.check_place()?;
                let query = sqlx::query_as(sql::BY_EXTERNAL_ID).bind(sql::key(external_id));
                let rows = sql::within(query.fetch_all(&*self.pool)).await?;
                let mut records = sql::records(rows).collect::<Result<Vec<_>, _>>()?;
                records.retain(|record| record.external_id.as_deref() == Some(external_id));
                Ok(records)
            }

            async fn all(&self) -> Result<Vec<UserRecord>, StateError> {
                self.check_place()?;
                let rows = sql::within(sqlx::query_as(sql::ALL).fetch_all(&*self.pool)).await?;
                sql::records(rows).collect()
            }

            async fn put(&self, record: UserRecord) -> Result<UserRecord, StateError> {
                self.check_place()?;
                let statement = match record.revision() {
                    Some(_) => sql::REPLACE,
                    None => sql::PUT,
                };
                let mut query = sqlx::query_scalar(statement)
                    .bind(sql::key(record.id()))
                    .bind(sql::folded(&record.user_name))
                    .bind(sql::folded(&record.last_seen.email))
                    .bind(record.external_id.as_deref().map(sql::key))
                    .bind(document::write(&record)?);
                if let Some(revision) = record.revision() {
                    query = query.bind(sql::revision(revision));
                }

                let stored = sql::only(query.fetch_all(&*self.pool)).await?;
                let revision = stored.ok_or_else(StateError::conflict)?;
                Ok(record.with_revision(u64::try_from(revision).ok()))
            }

            async fn forget(&self, id: &str) -> Result<(), StateError> {
                self.check_place()?;
                let query = sqlx::query(sql::FORGET).bind(sql::key(id));
                sql::within(query.execute(&*self.pool)).await.map(drop)
            }

            async fn claim_creation(&self, intent: &CreateIntent) -> Result<Claim, StateError> {
                self.check_place()?;
                if let Some(stale) = intent.at.checked_sub(INTENT_LIFETIME) {
                    let query = sqlx::query(sql::EXPIRE).bind(sql::millis(stale));
                    sql::within(query.execute(&*self.pool)).await?;
                }

                let address = sql::folded(&intent.address);
                let query = sqlx::query_scalar(sql::INTEND)
                    .bind(address.as_str())
                    .bind(intent.holder.as_str())
                    .bind(sql::millis(intent.at))
                    .bind(sql::millis(intent.busy_until));
                let tries = sql::only(query.fetch_all(&*self.pool)).await?;

                match tries {
                    Some(1) => Ok(Claim::First),
                    Some(_) => Ok(Claim::Again),
                    None => {
                        let query = sqlx::query_scalar(sql::BUSY_UNTIL).bind(address);
                        let until = sql::only(query.fetch_all(&*self.pool)).await?;
                        // Settled since: the client may try again at once.
                        Ok(Claim::HeldUntil(until.map_or(intent.at, sql::instant)))
                    }
                }
            }

            async fn release_creation(
                &self,
                address: &str,
                holder: &str,
            ) -> Result<(), StateError> {
                self.check_place()?;
                let query = sqlx::query(sql::REST)
                    .bind(sql::folded(address))
                    .bind(holder);
                sql::within(query.execute(&*self.pool)).await.map(drop)
            }

            async fn unsettled_creation(
                &self,
                address: &str,
            ) -> Result<Option<SystemTime>, StateError> {
                self.check_place()?;
                let query = sqlx::query_scalar(sql::INTENDED).bind(sql::folded(address));
                let at = sql::only(query.fetch_all(&*self.pool)).await?;
                Ok(at.map(sql::instant))
            }

            async fn settle_creation(&self, address: &str) -> Result<(), StateError> {
                self.check_place()?;
                let query = sqlx::query(sql::SETTLE).bind(sql::folded(address));
                sql::within(query.execute(&*self.pool)).await.map(drop)
            }

            async fn note_removal(&self, at: SystemTime) -> Result<(), StateError> {
                self.check_place()?;
                let query = sqlx::query(sql::NOTE_REMOVAL).bind(sql::millis(at));
                sql::within(query.execute(&*self.pool)).await.map(drop)
            }

            async fn last_removal(&self) -> Result<Option<SystemTime>, StateError> {
                self.check_place()?;
                let query = sqlx::query_scalar(sql::LAST_REMOVAL);
                let at = sql::only(query.fetch_all(&*self.pool)).await?;
                Ok(at.map(sql::instant))
            }
        }
    };
}

pub(super) use keep_in_tables;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_bounded_whole_characters_without_nul() {
        assert_eq!(key("a\0b"), "a\u{fffd}b");
        assert_eq!(key(&"é".repeat(300)), "é".repeat(250));
        assert_eq!(folded("ADA@Acme.example"), "ada@acme.example");
    }

    #[test]
    fn instants_come_back_to_the_millisecond() {
        let at = SystemTime::UNIX_EPOCH + Duration::from_millis(1_763_717_400_250);
        assert_eq!(instant(millis(at)), at);
        assert_eq!(
            millis(SystemTime::UNIX_EPOCH - Duration::from_secs(1)),
            0,
            "before 1970"
        );
    }
}
