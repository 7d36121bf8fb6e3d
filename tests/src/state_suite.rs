//! The requirements of every state store.

use std::time::{Duration, SystemTime};

use hubspot_adapter::RowField;
use hubspot_adapter::client::User;
use hubspot_adapter::state::{
    Claim, CreateIntent, INTENT_LIFETIME, Origin, StateError, StateStore, UserRecord,
};

/// A record with a value in every field.
fn full(id: &str, email: &str) -> UserRecord {
    let mut user = User::new(id, email);
    *user.first_name = Some("Ada \u{0} \u{1F980}".to_owned());
    *user.last_name = Some("O'Lovelace \"\\".to_owned());
    user.role_id = Some("4711".to_owned());
    user.role_ids = vec!["4711".to_owned(), "4712".to_owned()];
    user.super_admin = true;
    user.primary_team_id = Some("5301".to_owned());
    user.secondary_team_ids = vec!["5305".to_owned(), "5306".to_owned()];
    user.seat_names = vec!["core".to_owned()];
    let mut record = UserRecord::new(user, format!("name-of-{email}"), Origin::Created);
    record.external_id = Some(format!("External {id}"));
    record.other_email = Some("mailbox@acme.example".to_owned());
    record.removed = true;
    record.pending_name = Some((Some("Augusta".to_owned()), None));
    record.row.set(RowField::Title, "Engineer \u{0} \u{1F980}");
    record.row.set(RowField::Phone, "+1");
    record.row.set(RowField::TimeZone, "Europe/Berlin");
    record.row.set(RowField::Department, "O'Research");
    record.pending_row = Some(record.row.clone());
    record
}

fn plain(id: &str, email: &str) -> UserRecord {
    UserRecord::new(User::new(id, email), email, Origin::Adopted)
}

/// Checks an empty store against the contract of [`StateStore`].
///
/// # Errors
///
/// If the store fails.
///
/// # Panics
///
/// If the store breaks the contract.
///
/// # Examples
///
/// ```
/// use hubspot_adapter::state::MemoryState;
///
/// # tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
/// scim_tests::state_conforms(&MemoryState::new()).await?;
/// # Ok::<(), hubspot_adapter::state::StateError>(())
/// # }).unwrap();
/// ```
pub async fn state_conforms(store: &dyn StateStore) -> Result<(), StateError> {
    assert!(
        store.all().await?.is_empty(),
        "the suite needs an empty store"
    );
    records_are_kept_whole(store).await?;
    records_are_found(store).await?;
    hostile_texts_are_texts(store).await?;
    revisions_are_followed(store).await?;
    records_are_forgotten(store).await?;
    intents_are_kept_until_settled(store).await?;
    intents_have_one_holder(store).await?;
    old_intents_go(store).await?;
    the_last_removal_is_kept(store).await?;
    nothing_personal_is_printed(store).await
}

async fn records_are_kept_whole(store: &dyn StateStore) -> Result<(), StateError> {
    for record in [full("7", "Ada@acme.example"), plain("8", "b@acme.example")] {
        assert_eq!(store.by_id(record.id()).await?, None);
        let stored = store.put(record.clone()).await?;
        assert!(stored.revision().is_some());
        assert_eq!(stored.clone().with_revision(None), record);
        assert_eq!(store.by_id(record.id()).await?, Some(stored));
    }
    Ok(())
}

async fn records_are_found(store: &dyn StateStore) -> Result<(), StateError> {
    let found = store.by_name("ADA@ACME.example").await?;
    assert_eq!(found.as_ref().map(UserRecord::id), Some("7"), "by address");
    let found = store.by_name("NAME-of-ada@acme.example").await?;
    assert_eq!(found.as_ref().map(UserRecord::id), Some("7"), "by userName");
    assert_eq!(store.by_name("").await?, None);
    assert_eq!(store.by_name("%").await?, None);
    assert_eq!(store.by_name("ada_acme.example").await?, None);

    let mut third = plain("10", "c@acme.example");
    third.external_id = Some("External 7".to_owned());
    store.put(third).await?;
    let ids = |records: Vec<UserRecord>| -> Vec<String> {
        records
            .iter()
            .map(|record| record.id().to_owned())
            .collect()
    };
    assert_eq!(ids(store.by_external_id("External 7").await?), ["10", "7"]);
    assert!(store.by_external_id("external 7").await?.is_empty());
    assert_eq!(ids(store.all().await?), ["10", "7", "8"]);

    // The record is found by its present names, and by no former one.
    let mut ada = store.by_id("7").await?.unwrap_or_else(|| full("7", ""));
    ada.external_id = None;
    "augusta".clone_into(&mut ada.user_name);
    store.put(ada).await?;
    assert_eq!(ids(store.by_external_id("External 7").await?), ["10"]);
    assert_eq!(store.by_name("name-of-ada@acme.example").await?, None);
    assert!(store.by_name("Augusta").await?.is_some());
    Ok(())
}

async fn hostile_texts_are_texts(store: &dyn StateStore) -> Result<(), StateError> {
    let long = "x".repeat(20_000);
    let longer = format!("{long}y");
    for name in [
        "'; DROP TABLE users; --",
        "a\u{0}b",
        "É@acme.example",
        long.as_str(),
        longer.as_str(),
    ] {
        let mut record = plain("9", name);
        record.external_id = Some(name.to_owned());
        store.put(record).await?;
        assert!(store.by_name(name).await?.is_some());
        assert_eq!(store.by_external_id(name).await?.len(), 1);
        assert_eq!(store.by_id(name).await?, None);
    }
    assert_eq!(
        store.by_name(&long).await?,
        None,
        "only the longer one exists"
    );
    assert!(store.by_external_id(&long).await?.is_empty());
    store.forget("9").await?;
    // Every store folds ASCII letters alone.
    store.put(plain("9", "É@acme.example")).await?;
    assert_eq!(store.by_name("é@acme.example").await?, None);
    store.forget("9").await
}

async fn revisions_are_followed(store: &dyn StateStore) -> Result<(), StateError> {
    let first = store.put(plain("20", "r@acme.example")).await?;
    let second = store.put(first.clone()).await?;
    assert_ne!(first.revision(), second.revision());
    let late = store.put(first.clone()).await;
    assert!(
        late.is_err_and(|error| error.is_conflict()),
        "an old revision"
    );
    assert_eq!(store.by_id("20").await?, Some(second.clone()));
    let anew = store.put(plain("20", "s@acme.example")).await?;
    assert_eq!(
        store.by_id("20").await?,
        Some(anew),
        "a record without a revision"
    );
    let late = store.put(second.clone()).await;
    assert!(late.is_err_and(|error| error.is_conflict()), "replaced");
    store.forget("20").await?;
    let late = store.put(second).await;
    assert!(late.is_err_and(|error| error.is_conflict()), "forgotten");
    assert_eq!(
        store.by_id("20").await?,
        None,
        "a forgotten record stays forgotten"
    );
    Ok(())
}

async fn records_are_forgotten(store: &dyn StateStore) -> Result<(), StateError> {
    for id in ["7", "8", "10", "never"] {
        store.forget(id).await?;
        assert_eq!(store.by_id(id).await?, None);
    }
    assert_eq!(store.by_name("ada@acme.example").await?, None);
    assert!(store.by_external_id("External 7").await?.is_empty());
    assert!(store.all().await?.is_empty());
    Ok(())
}

const ADDRESS: &str = "ada@acme.example";
const BUSY: Duration = Duration::from_secs(60);

fn noon() -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_millis(1_763_717_400_250)
}

async fn intents_are_kept_until_settled(store: &dyn StateStore) -> Result<(), StateError> {
    assert_eq!(store.unsettled_creation(ADDRESS).await?, None);
    store.settle_creation(ADDRESS).await?;
    store.release_creation(ADDRESS, "a").await?;
    let intent = CreateIntent::new("Ada@acme.example", "a", noon(), BUSY);
    assert_eq!(store.claim_creation(&intent).await?, Claim::First);
    assert_eq!(
        store.unsettled_creation("ADA@acme.example").await?,
        Some(noon())
    );
    // For the holder itself no creation is under way.
    let later = noon() + Duration::from_secs(1);
    let intent = CreateIntent::new(ADDRESS, "a", later, BUSY);
    assert_eq!(store.claim_creation(&intent).await?, Claim::Again);
    assert_eq!(store.unsettled_creation(ADDRESS).await?, Some(later));
    store.settle_creation("aDa@acme.example").await?;
    assert_eq!(store.unsettled_creation(ADDRESS).await?, None);
    Ok(())
}

async fn intents_have_one_holder(store: &dyn StateStore) -> Result<(), StateError> {
    let intend = |holder, at| {
        let intent = CreateIntent::new(ADDRESS, holder, at, BUSY);
        async move { store.claim_creation(&intent).await }
    };
    let second = Duration::from_secs(1);
    assert_eq!(intend("a", noon()).await?, Claim::First);
    let elsewhere = Claim::HeldUntil(noon() + BUSY);
    assert_eq!(intend("b", noon() + second).await?, elsewhere);
    assert_eq!(intend("b", noon() + BUSY - second).await?, elsewhere);
    assert_eq!(store.unsettled_creation(ADDRESS).await?, Some(noon()));
    // Nobody releases the intent of another holder.
    store.release_creation(ADDRESS, "b").await?;
    assert_eq!(intend("b", noon() + second).await?, elsewhere);
    store.release_creation(ADDRESS, "a").await?;
    assert_eq!(intend("b", noon() + second).await?, Claim::Again);
    // A holder that never releases counts as dead.
    assert_eq!(intend("c", noon() + second + BUSY).await?, Claim::Again);
    store.settle_creation(ADDRESS).await
}

async fn old_intents_go(store: &dyn StateStore) -> Result<(), StateError> {
    let intent = CreateIntent::new(ADDRESS, "a", noon(), BUSY);
    store.claim_creation(&intent).await?;
    let other = |after| CreateIntent::new("b@acme.example", "a", noon() + after, BUSY);
    store.claim_creation(&other(INTENT_LIFETIME)).await?;
    assert_eq!(store.unsettled_creation(ADDRESS).await?, Some(noon()));
    let more = INTENT_LIFETIME + Duration::from_secs(1);
    store.claim_creation(&other(more)).await?;
    assert_eq!(store.unsettled_creation(ADDRESS).await?, None);
    store.settle_creation("b@acme.example").await
}

async fn the_last_removal_is_kept(store: &dyn StateStore) -> Result<(), StateError> {
    assert_eq!(store.last_removal().await?, None);
    store.note_removal(noon()).await?;
    assert_eq!(store.last_removal().await?, Some(noon()));

    // The last note counts, even after a clock was set back.
    let earlier = noon() - Duration::from_secs(1);
    store.note_removal(earlier).await?;
    assert_eq!(store.last_removal().await?, Some(earlier));

    // Removals and create intents do not affect each other.
    let intent = CreateIntent::new("removal", "a", noon(), BUSY);
    assert_eq!(store.claim_creation(&intent).await?, Claim::First);
    store.settle_creation("removal").await?;
    assert_eq!(store.last_removal().await?, Some(earlier));
    Ok(())
}

async fn nothing_personal_is_printed(store: &dyn StateStore) -> Result<(), StateError> {
    let record = full("7", "planted@acme.example");
    let intent = CreateIntent::new("planted@acme.example", "a", noon(), BUSY);
    store.put(record.clone()).await?;
    store.claim_creation(&intent).await?;
    let printed = format!("{store:?} {record:?} {intent:?}");
    for planted in [
        "planted", "Ada", "Lovelace", "Augusta", "External", "mailbox",
    ] {
        assert!(!printed.contains(planted), "{printed}");
    }
    store.forget("7").await?;
    store.settle_creation("planted@acme.example").await
}

/// Checks two stores over one empty database, as two processes have them, against the contract of [`StateStore`].
///
/// # Errors
///
/// If the store fails.
///
/// # Panics
///
/// If the store breaks the contract.
///
/// # Examples
///
/// ```
/// use hubspot_adapter::state::MemoryState;
///
/// # tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
/// let store = MemoryState::new();
/// scim_tests::state_is_shared(&store, &store).await?;
/// # Ok::<(), hubspot_adapter::state::StateError>(())
/// # }).unwrap();
/// ```
pub async fn state_is_shared(
    one: &dyn StateStore,
    other: &dyn StateStore,
) -> Result<(), StateError> {
    let stored = one.put(full("7", ADDRESS)).await?;
    let seen = other.by_id("7").await?;
    assert_eq!(seen.as_ref(), Some(&stored));
    other.put(stored.clone()).await?;
    let late = one.put(stored).await;
    assert!(late.is_err_and(|error| error.is_conflict()));
    one.forget("7").await?;
    assert_eq!(other.by_id("7").await?, None);

    one.note_removal(noon()).await?;
    assert_eq!(other.last_removal().await?, Some(noon()));

    // Of many concurrent claims one wins each time.
    for round in 0..20 {
        let address = format!("{round}@acme.example");
        let intents = ["a", "b"].map(|holder| CreateIntent::new(&*address, holder, noon(), BUSY));
        let [a, b] = &intents;
        let (a, b) = tokio::join!(one.claim_creation(a), other.claim_creation(b));
        let (a, b) = (a?, b?);
        assert!((a == Claim::First) != (b == Claim::First), "{a:?} {b:?}");
        one.settle_creation(&address).await?;
    }
    Ok(())
}
