//! The state stores: the suite for all of them, and tests of files and of servers.

#![expect(clippy::unwrap_used, reason = "a broken setup fails the test")]

use std::time::{Duration, SystemTime};

use hubspot_adapter::client::User;
use hubspot_adapter::state::{
    MemoryState, Origin, PostgresState, SqliteState, StateError, StateStore, UserRecord,
};
use scim_tests::{Database, Folder, state_conforms, state_is_shared};
use secrecy::ExposeSecret;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, Connection, PgConnection, SqliteConnection};

/// The text of a failure that an operator reads.
fn describe(error: &StateError) -> String {
    format!("{error}: {}", std::error::Error::source(error).unwrap())
}

fn ada() -> UserRecord {
    let user = User::new("7", "ada@acme.example");
    UserRecord::new(user, "ada@acme.example", Origin::Created)
}

#[tokio::test]
async fn memory_state_conforms() {
    state_conforms(&MemoryState::new()).await.unwrap();
    let store = MemoryState::new();
    state_is_shared(&store, &store).await.unwrap();
}

#[tokio::test]
async fn sqlite_state_conforms() {
    let folder = Folder::new().unwrap();
    let one = SqliteState::open(folder.file("state.db")).await.unwrap();
    state_conforms(&one).await.unwrap();
    let other = SqliteState::open(folder.file("state.db")).await.unwrap();
    state_is_shared(&one, &other).await.unwrap();
}

#[tokio::test]
async fn postgres_state_conforms() {
    let Some(database) = Database::new().await.unwrap() else {
        return;
    };
    // Two servers start at once on an empty database.
    let url = database.url();
    let (one, other) = tokio::join!(PostgresState::connect(&url), PostgresState::connect(&url));
    let (one, other) = (one.unwrap(), other.unwrap());
    state_conforms(&one).await.unwrap();
    state_is_shared(&one, &other).await.unwrap();
    one.close().await;
    other.close().await;
    database.remove().await.unwrap();
}

#[tokio::test]
async fn a_file_survives_its_process() {
    let folder = Folder::new().unwrap();
    let file = folder.file("state.db");
    let state = SqliteState::open(&file).await.unwrap();
    let stored = state.put(ada()).await.unwrap();
    // The store is not closed: a killed process closes nothing.
    std::mem::forget(state);
    let state = SqliteState::open(&file).await.unwrap();
    assert_eq!(state.by_id("7").await.unwrap(), Some(stored));
}

#[tokio::test]
async fn a_new_file_opened_by_many_at_once_gets_its_tables() {
    let folder = Folder::new().unwrap();
    let open = || SqliteState::open(folder.file("state.db"));
    let (a, b, c, d) = tokio::join!(open(), open(), open(), open());
    for state in [a, b, c, d] {
        assert!(state.unwrap().all().await.unwrap().is_empty());
    }
}

#[cfg(unix)]
#[tokio::test]
async fn only_the_owner_can_read_a_file() {
    use std::os::unix::fs::PermissionsExt;
    let folder = Folder::new().unwrap();
    let state = SqliteState::open(folder.file("state.db")).await.unwrap();
    state.put(ada()).await.unwrap();
    let mut names = Vec::new();
    for entry in std::fs::read_dir(folder.path()).unwrap() {
        let entry = entry.unwrap();
        let mode = entry.metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{}", entry.path().display());
        names.push(entry.file_name());
    }
    assert_eq!(names.len(), 3, "the file, its log and its index: {names:?}");
}

#[tokio::test]
async fn a_file_name_special_to_sqlite_is_a_plain_name() {
    let folder = Folder::new().unwrap();
    for name in ["file:state.db?mode=memory", ":memory:", "a'b %20.db"] {
        SqliteState::open(folder.file(name)).await.unwrap();
        assert!(folder.file(name).is_file(), "{name}");
    }
}

/// A connection to the database itself, past the store.
async fn raw(file: &std::path::Path) -> SqliteConnection {
    let options = SqliteConnectOptions::new().filename(file);
    options.connect().await.unwrap()
}

const NEWER: &str = "INSERT INTO _sqlx_migrations \
    (version, description, success, checksum, execution_time) VALUES (999, 'later', TRUE, 'x', 0)";

#[tokio::test]
async fn a_database_of_a_newer_version_is_refused() {
    let folder = Folder::new().unwrap();
    let file = folder.file("state.db");
    SqliteState::open(&file).await.unwrap().close().await;
    let mut connection = raw(&file).await;
    sqlx::query(NEWER).execute(&mut connection).await.unwrap();
    connection.close().await.unwrap();
    let refused = SqliteState::open(&file).await.unwrap_err();
    let text = describe(&refused);
    assert!(
        text.contains("newer version of this program (schema 999)"),
        "{text}"
    );
}

#[tokio::test]
async fn a_server_of_a_newer_version_is_refused() {
    let Some(database) = Database::new().await.unwrap() else {
        return;
    };
    let url = database.url();
    PostgresState::connect(&url).await.unwrap().close().await;
    let mut server = PgConnection::connect(url.expose_secret()).await.unwrap();
    sqlx::query(NEWER).execute(&mut server).await.unwrap();
    let refused = PostgresState::connect(&url).await.unwrap_err();
    let text = describe(&refused);
    assert!(
        text.contains("newer version of this program (schema 999)"),
        "{text}"
    );
    database.remove().await.unwrap();
}

/// Turns a database back to version 1, which kept the last removal among the create intents.
const BACK_TO_VERSION_1: [&str; 3] = [
    "DROP TABLE last_removal",
    "DELETE FROM _sqlx_migrations WHERE version = 2",
    "INSERT INTO creations (address, holder, begun_at, busy_until, tries) \
        VALUES ('removal', 'a', 1763717400250, 1763717400250, 3)",
];

async fn expect_last_removal(store: &dyn StateStore) {
    let removed_at = SystemTime::UNIX_EPOCH + Duration::from_millis(1_763_717_400_250);
    assert_eq!(store.last_removal().await.unwrap(), Some(removed_at));
    assert_eq!(store.unsettled_creation("removal").await.unwrap(), None);
}

#[tokio::test]
async fn a_file_of_version_1_keeps_its_last_removal() {
    let folder = Folder::new().unwrap();
    let file = folder.file("state.db");
    SqliteState::open(&file).await.unwrap().close().await;
    let mut connection = raw(&file).await;
    for statement in BACK_TO_VERSION_1 {
        sqlx::query(statement)
            .execute(&mut connection)
            .await
            .unwrap();
    }
    connection.close().await.unwrap();

    let state = SqliteState::open(&file).await.unwrap();
    expect_last_removal(&state).await;
}

#[tokio::test]
async fn a_server_of_version_1_keeps_its_last_removal() {
    let Some(database) = Database::new().await.unwrap() else {
        return;
    };
    let url = database.url();
    PostgresState::connect(&url).await.unwrap().close().await;
    let mut server = PgConnection::connect(url.expose_secret()).await.unwrap();
    for statement in BACK_TO_VERSION_1 {
        sqlx::query(statement).execute(&mut server).await.unwrap();
    }

    let state = PostgresState::connect(&url).await.unwrap();
    expect_last_removal(&state).await;
    state.close().await;
    server.close().await.unwrap();
    database.remove().await.unwrap();
}

#[tokio::test]
async fn a_file_that_is_not_a_database_is_refused_and_unchanged() {
    let folder = Folder::new().unwrap();
    let file = folder.file("notes.txt");
    let notes = "not a database at all, ".repeat(100);
    std::fs::write(&file, &notes).unwrap();
    let text = describe(&SqliteState::open(&file).await.unwrap_err());
    assert!(text.contains("file is not a database"), "{text}");
    assert_eq!(std::fs::read_to_string(&file).unwrap(), notes);

    let missing = folder.file("no/such/folder/state.db");
    let refused = SqliteState::open(&missing).await.unwrap_err();
    assert!(
        format!("{refused:?}").contains("No such file"),
        "{refused:?}"
    );
    assert!(SqliteState::open(folder.path()).await.is_err(), "a folder");
}

#[tokio::test]
async fn a_broken_record_is_an_error_without_its_text() {
    let folder = Folder::new().unwrap();
    let file = folder.file("state.db");
    let state = SqliteState::open(&file).await.unwrap();
    state.put(ada()).await.unwrap();
    let mut connection = raw(&file).await;
    sqlx::query("UPDATE users SET document = replace(document, '\"email\":', '\"planted\" ')")
        .execute(&mut connection)
        .await
        .unwrap();
    let broken = state.by_id("7").await.unwrap_err();
    let printed = format!("{broken} {broken:?}");
    assert!(printed.contains("not readable"), "{printed}");
    assert!(
        !printed.contains("planted") && !printed.contains("ada@"),
        "{printed}"
    );
}

#[tokio::test]
async fn a_forgotten_record_leaves_no_trace_in_the_file() {
    let folder = Folder::new().unwrap();
    let file = folder.file("state.db");
    let state = SqliteState::open(&file).await.unwrap();
    state.put(ada()).await.unwrap();
    state.forget("7").await.unwrap();
    state.close().await;
    for entry in std::fs::read_dir(folder.path()).unwrap() {
        let bytes = std::fs::read(entry.unwrap().path()).unwrap_or_default();
        let is_there = bytes
            .windows(16)
            .any(|window| window == b"ada@acme.example");
        assert!(!is_there);
    }
}

#[tokio::test]
async fn an_error_does_not_repeat_the_url() {
    for url in [
        "postgres://scim:planted@127.0.0.1:1/state",
        "postgres://scim:planted@127.0.0.1:port/state",
        "postgres://scim:planted@127.0.0.1:1/state?sslmode=planted",
        "planted",
    ] {
        let refused = PostgresState::connect(&url.to_owned().into()).await;
        let refused = refused.unwrap_err();
        let printed = format!("{refused:?} {}", describe(&refused));
        assert!(!printed.contains("planted"), "{printed}");
    }
}

#[tokio::test]
async fn look_ups_use_indexes() {
    let folder = Folder::new().unwrap();
    let file = folder.file("state.db");
    SqliteState::open(&file).await.unwrap();
    let mut connection = raw(&file).await;
    for condition in [
        "id = '7'",
        "name_key = 'x' OR email_key = 'x'",
        "external_id = 'x'",
    ] {
        let query = format!("EXPLAIN QUERY PLAN SELECT document FROM users WHERE {condition}");
        let plan: Vec<(i64, i64, i64, String)> = sqlx::query_as(&query)
            .fetch_all(&mut connection)
            .await
            .unwrap();
        let is_scanned = plan.iter().any(|(_, _, _, step)| step.starts_with("SCAN"));
        assert!(!is_scanned, "{plan:?}");
    }
}
