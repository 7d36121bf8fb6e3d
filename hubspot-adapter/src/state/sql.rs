//! What both databases have in common: statements, keys, times, migrations, failures.

use std::borrow::Cow;
use std::future::Future;
use std::pin::Pin;
use std::time::{Duration, SystemTime};

use scim_core::filter::case;
use sqlx::error::BoxDynError;
use sqlx::migrate::{MigrateError, Migration, MigrationSource, MigrationType, Migrator};

use super::{StateError, UserRecord, document};

/// How long a statement may take: a database that hangs must not make requests hang.
pub(super) const PATIENCE: Duration = Duration::from_secs(10);

pub(super) const BY_ID: &str = "SELECT document, revision FROM users WHERE id = $1";
pub(super) const BY_NAME: &str =
    "SELECT document, revision FROM users WHERE name_key = $1 OR email_key = $1 ORDER BY id";
pub(super) const BY_EXTERNAL_ID: &str =
    "SELECT document, revision FROM users WHERE external_id = $1 ORDER BY id";
pub(super) const ALL: &str = "SELECT document, revision FROM users ORDER BY id";
/// A record of which no revision is named: in place of whatever is there.
pub(super) const PUT: &str = "\
    INSERT INTO users (id, name_key, email_key, external_id, document, revision) VALUES ($1, $2, $3, $4, $5, 1) \
    ON CONFLICT (id) DO UPDATE SET name_key = excluded.name_key, email_key = excluded.email_key, \
    external_id = excluded.external_id, document = excluded.document, revision = users.revision + 1 \
    RETURNING revision";
/// A record that follows a revision: nothing where it is not there any more.
pub(super) const REPLACE: &str = "\
    UPDATE users SET name_key = $2, email_key = $3, external_id = $4, document = $5, revision = revision + 1 \
    WHERE id = $1 AND revision = $6 RETURNING revision";
pub(super) const FORGET: &str = "DELETE FROM users WHERE id = $1";
/// One statement, so that of several holders at once one wins; nothing is answered to the others.
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

/// What a text is looked up by: PostgreSQL keeps no NUL, and no index holds texts of any length.
///
/// Different texts may share a key, so what is found is compared whole.
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

/// As [`key`], for what is compared without regard to case.
pub(super) fn folded(text: &str) -> String {
    key(&text.to_ascii_lowercase())
}

/// Reads rows of a record's text and revision.
pub(super) fn records(
    rows: Vec<(String, i64)>,
) -> impl Iterator<Item = Result<UserRecord, StateError>> {
    rows.into_iter()
        .map(|(text, revision)| document::read(&text, u64::try_from(revision).unwrap_or_default()))
}

/// Whether a record goes by a name.
pub(super) fn is_named(record: &UserRecord, name: &str) -> bool {
    case::eq(&record.user_name, name) || case::eq(&record.last_seen.email, name)
}

/// A revision as the databases keep it.
pub(super) fn revision(revision: u64) -> i64 {
    i64::try_from(revision).unwrap_or(i64::MAX)
}

/// An instant in milliseconds since 1970; one before it is 1970.
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

/// Waits for a statement, but not for ever.
pub(super) async fn within<T>(
    statement: impl Future<Output = Result<T, sqlx::Error>>,
) -> Result<T, StateError> {
    match tokio::time::timeout(PATIENCE, statement).await {
        Ok(outcome) => outcome.map_err(|error| failed(&error)),
        Err(_) => Err(StateError::new("the database did not answer in time")),
    }
}

/// A database's failure without values and without the URL, which may hold a password.
#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "the enum is open; what is not named here may quote values"
)]
pub(super) fn failed(error: &sqlx::Error) -> StateError {
    StateError::new(match error {
        // A `detail`, which may quote values, is not part of the message.
        sqlx::Error::Database(error) => match error.code() {
            Some(code) => format!("{} (code {code})", error.message()),
            None => error.message().to_owned(),
        },
        sqlx::Error::Io(error) => format!("cannot be reached: {error}"),
        sqlx::Error::Tls(error) => format!("TLS: {error}"),
        sqlx::Error::PoolTimedOut => "no connection became free in time".to_owned(),
        sqlx::Error::Configuration(_) => "the configuration is not understood".to_owned(),
        _ => "the database gave no usable answer".to_owned(),
    })
}

/// The steps to the newest schema, in order: version, what it does, its SQL.
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

/// Why a schema could not be brought up to date.
#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "the enum is open; the rest cannot be helped by whoever reads this"
)]
pub(super) fn not_migrated(error: &MigrateError) -> StateError {
    match error {
        MigrateError::VersionMissing(version) => StateError::new(format!(
            "the database is of a newer version of this program (schema {version}); use that version, or another database"
        )),
        MigrateError::VersionMismatch(version) | MigrateError::Dirty(version) => {
            StateError::new(format!(
                "the tables are not those that this program makes (schema {version}); is it another program's database?"
            ))
        }
        MigrateError::Execute(error) | MigrateError::ExecuteMigration(error, _) => failed(error),
        _ => StateError::new("the tables cannot be made or brought up to date"),
    }
}

/// Implements [`StateStore`](super::StateStore) for a type with a `pool`: both databases take the same statements.
macro_rules! keep_in_tables {
    ($store:ty) => {
        #[async_trait::async_trait]
        impl $crate::state::StateStore for $store {
            async fn by_id(&self, id: &str) -> Result<Option<UserRecord>, StateError> {
                let query = sqlx::query_as(sql::BY_ID).bind(sql::key(id));
                let rows = sql::within(query.fetch_all(&*self.pool)).await?;
                let records = sql::records(rows).collect::<Result<Vec<_>, _>>()?;
                Ok(records.into_iter().find(|record| record.id() == id))
            }

            async fn by_name(&self, name: &str) -> Result<Option<UserRecord>, StateError> {
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
                let query = sqlx::query_as(sql::BY_EXTERNAL_ID).bind(sql::key(external_id));
                let rows = sql::within(query.fetch_all(&*self.pool)).await?;
                let mut records = sql::records(rows).collect::<Result<Vec<_>, _>>()?;
                records.retain(|record| record.external_id.as_deref() == Some(external_id));
                Ok(records)
            }

            async fn all(&self) -> Result<Vec<UserRecord>, StateError> {
                let rows = sql::within(sqlx::query_as(sql::ALL).fetch_all(&*self.pool)).await?;
                sql::records(rows).collect()
            }

            async fn put(&self, record: UserRecord) -> Result<UserRecord, StateError> {
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
                let stored: Option<i64> = sql::within(query.fetch_optional(&*self.pool)).await?;
                let revision = stored.ok_or_else(StateError::conflict)?;
                Ok(record.with_revision(u64::try_from(revision).ok()))
            }

            async fn forget(&self, id: &str) -> Result<(), StateError> {
                let query = sqlx::query(sql::FORGET).bind(sql::key(id));
                sql::within(query.execute(&*self.pool)).await.map(drop)
            }

            async fn claim_creation(&self, intent: &CreateIntent) -> Result<Claim, StateError> {
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
                let tries: Option<i64> = sql::within(query.fetch_optional(&*self.pool)).await?;
                match tries {
                    Some(1) => Ok(Claim::First),
                    Some(_) => Ok(Claim::Again),
                    None => {
                        let query = sqlx::query_scalar(sql::BUSY_UNTIL).bind(address);
                        let until: Option<i64> =
                            sql::within(query.fetch_optional(&*self.pool)).await?;
                        // Settled in this moment: the client comes back at once.
                        Ok(Claim::HeldUntil(until.map_or(intent.at, sql::instant)))
                    }
                }
            }

            async fn release_creation(
                &self,
                address: &str,
                holder: &str,
            ) -> Result<(), StateError> {
                let query = sqlx::query(sql::REST)
                    .bind(sql::folded(address))
                    .bind(holder);
                sql::within(query.execute(&*self.pool)).await.map(drop)
            }

            async fn unsettled_creation(
                &self,
                address: &str,
            ) -> Result<Option<SystemTime>, StateError> {
                let query = sqlx::query_scalar(sql::INTENDED).bind(sql::folded(address));
                let at: Option<i64> = sql::within(query.fetch_optional(&*self.pool)).await?;
                Ok(at.map(sql::instant))
            }

            async fn settle_creation(&self, address: &str) -> Result<(), StateError> {
                let query = sqlx::query(sql::SETTLE).bind(sql::folded(address));
                sql::within(query.execute(&*self.pool)).await.map(drop)
            }

            async fn note_removal(&self, at: SystemTime) -> Result<(), StateError> {
                let query = sqlx::query(sql::NOTE_REMOVAL).bind(sql::millis(at));
                sql::within(query.execute(&*self.pool)).await.map(drop)
            }

            async fn last_removal(&self) -> Result<Option<SystemTime>, StateError> {
                let query = sqlx::query_scalar(sql::LAST_REMOVAL);
                let at: Option<i64> = sql::within(query.fetch_optional(&*self.pool)).await?;
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
