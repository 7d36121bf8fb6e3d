//! The support library of the cross-crate tests: a SCIM service over an emulated HubSpot account.
//!
//! A [`Scene`] is the whole product in one process. A literal request of an identity provider passes `scim-core`'s service and
//! `hubspot-adapter`'s providers, and reaches the emulated account over a real socket. A [`MemoryScene`] is plain SCIM in
//! memory. Both deref to a [`Caller`], which sends requests. An [`Answer`] has the assertions that tests repeat.
//!
//! No test sleeps: the client and the account share one virtual clock.
//!
//! # Examples
//!
//! ```
//! use scim_tests::{Scene, entra_user};
//!
//! # tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
//! let scene = Scene::start().await;
//! let created = scene.post("/scim/v2/Users", &entra_user("ada@acme.example")).await;
//! created.expect(201);
//! assert_eq!(scene.writes(), ["POST /settings/users/2026-09 201"]);
//! assert!(scene.hubspot().user_by_email("ada@acme.example").is_some());
//! # });
//! ```

mod answer;
mod caller;
mod database;
mod documents;
mod folder;
mod log;
mod memory_scene;
mod probe;
mod scene;
pub mod sql;
mod state_suite;

pub use crate::answer::Answer;
pub use crate::caller::Caller;
pub use crate::database::Database;
pub use crate::documents::{entra_user, okta_user, patch_op, with};
pub use crate::folder::Folder;
pub use crate::log::{Line, Log};
pub use crate::memory_scene::MemoryScene;
pub use crate::probe::{StateProbe, Trouble};
pub use crate::scene::{SECRET_TOKEN, Scene, SceneBuilder};
pub use crate::state_suite::{state_conforms, state_is_shared};
