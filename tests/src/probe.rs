//! A state store that counts calls, and fails or stops at chosen ones.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

use async_trait::async_trait;
use hubspot_adapter::state::{Claim, CreateIntent, StateError, StateStore, UserRecord};
use tokio::sync::Notify;

/// The trouble at a call of the store.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[expect(clippy::exhaustive_enums, reason = "tests iterate over all of them")]
pub enum Trouble {
    /// The call fails without an effect.
    Fails,
    /// The call takes effect and fails.
    FailsDone,
    /// The process ends before the call takes effect, and the call never returns.
    Ends,
    /// The process ends after the call takes effect.
    EndsDone,
}

impl Trouble {
    /// Every kind of trouble.
    pub const ALL: [Self; 4] = [Self::Fails, Self::FailsDone, Self::Ends, Self::EndsDone];

    /// Whether the process ends.
    #[must_use]
    pub fn ends(self) -> bool {
        matches!(self, Self::Ends | Self::EndsDone)
    }

    fn is_done(self) -> bool {
        matches!(self, Self::FailsDone | Self::EndsDone)
    }
}

/// A store that forwards calls to another, counts them, and has trouble at chosen ones.
///
/// # Examples
///
/// ```
/// use std::sync::Arc;
///
/// use hubspot_adapter::state::{MemoryState, StateStore};
/// use scim_tests::{StateProbe, Trouble};
///
/// # tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
/// let probe = StateProbe::new(Arc::new(MemoryState::new()));
/// probe.strike(1, 1, Trouble::Fails);
/// assert!(probe.by_id("1").await.is_ok());
/// assert!(probe.by_id("1").await.is_err());
/// assert_eq!(probe.calls(), ["by_id", "by_id"]);
/// # });
/// ```
#[derive(Debug)]
pub struct StateProbe {
    inner: Arc<dyn StateStore>,
    plan: Mutex<Plan>,
    ended: Notify,
}

#[derive(Debug, Default)]
struct Plan {
    calls: Vec<&'static str>,
    /// The number of calls that pass, the number with trouble after them, and its kind.
    trouble: Option<(usize, usize, Trouble)>,
}

impl StateProbe {
    /// Wraps a store.
    #[must_use]
    pub fn new(inner: Arc<dyn StateStore>) -> Arc<Self> {
        Arc::new(Self {
            inner,
            plan: Mutex::default(),
            ended: Notify::new(),
        })
    }

    /// Lets `skip` calls pass, and then strikes `times` calls.
    pub fn strike(&self, skip: usize, times: usize, trouble: Trouble) {
        self.plan().trouble = Some((skip, times, trouble));
    }

    /// Ends all trouble. Returns whether some was left.
    pub fn heal(&self) -> bool {
        self.plan().trouble.take().is_some()
    }

    /// The names of the calls since the last look.
    #[must_use = "what is not compared is lost"]
    pub fn calls(&self) -> Vec<&'static str> {
        std::mem::take(&mut self.plan().calls)
    }

    /// Waits until the process ends.
    pub async fn ended(&self) {
        self.ended.notified().await;
    }

    fn plan(&self) -> MutexGuard<'_, Plan> {
        self.plan.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Records a call, and returns its trouble.
    fn begin(&self, name: &'static str) -> Option<Trouble> {
        let mut plan = self.plan();
        plan.calls.push(name);
        let (skip, times, trouble) = plan.trouble?;
        if skip > 0 {
            plan.trouble = Some((skip - 1, times, trouble));
            return None;
        }
        plan.trouble = (times > 1).then(|| (0, times - 1, trouble));
        Some(trouble)
    }

    async fn pass<T>(
        &self,
        name: &'static str,
        call: impl Future<Output = Result<T, StateError>> + Send,
    ) -> Result<T, StateError> {
        let Some(trouble) = self.begin(name) else {
            return call.await;
        };
        if trouble.is_done() {
            call.await?;
        }
        if trouble.ends() {
            self.ended.notify_one();
            std::future::pending::<()>().await;
        }
        Err(StateError::new("no space left on device"))
    }
}

#[async_trait]
impl StateStore for StateProbe {
    async fn by_id(&self, id: &str) -> Result<Option<UserRecord>, StateError> {
        self.pass("by_id", self.inner.by_id(id)).await
    }

    async fn by_name(&self, name: &str) -> Result<Option<UserRecord>, StateError> {
        self.pass("by_name", self.inner.by_name(name)).await
    }

    async fn by_external_id(&self, external_id: &str) -> Result<Vec<UserRecord>, StateError> {
        let call = self.inner.by_external_id(external_id);
        self.pass("by_external_id", call).await
    }

    async fn all(&self) -> Result<Vec<UserRecord>, StateError> {
        self.pass("all", self.inner.all()).await
    }

    async fn put(&self, record: UserRecord) -> Result<UserRecord, StateError> {
        self.pass("put", self.inner.put(record)).await
    }

    async fn forget(&self, id: &str) -> Result<(), StateError> {
        self.pass("forget", self.inner.forget(id)).await
    }

    async fn claim_creation(&self, intent: &CreateIntent) -> Result<Claim, StateError> {
        let call = self.inner.claim_creation(intent);
        self.pass("claim_creation", call).await
    }

    async fn release_creation(&self, address: &str, holder: &str) -> Result<(), StateError> {
        let call = self.inner.release_creation(address, holder);
        self.pass("release_creation", call).await
    }

    async fn unsettled_creation(&self, address: &str) -> Result<Option<SystemTime>, StateError> {
        let call = self.inner.unsettled_creation(address);
        self.pass("unsettled_creation", call).await
    }

    async fn settle_creation(&self, address: &str) -> Result<(), StateError> {
        self.pass("settle_creation", self.inner.settle_creation(address))
            .await
    }

    async fn note_removal(&self, at: SystemTime) -> Result<(), StateError> {
        self.pass("note_removal", self.inner.note_removal(at)).await
    }

    async fn last_removal(&self) -> Result<Option<SystemTime>, StateError> {
        self.pass("last_removal", self.inner.last_removal()).await
    }
}
