//! What the cross-crate tests share: a SCIM service over an emulated HubSpot account, and what to ask of both.
//!
//! A [`Scene`] is the whole product in one process: the literal request of an identity provider goes in, passes
//! `scim-core`'s service and `hubspot-adapter`'s providers, and leaves over a real socket towards an emulated account. A
//! [`MemoryScene`] is plain SCIM over memory; both are used as their [`Caller`]. An [`Answer`] is what came back, with the
//! assertions every test repeats. Nothing sleeps: the client and the account share one
//! virtual clock.
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
