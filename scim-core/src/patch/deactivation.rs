//! Finding whether a request takes access away.

use super::apply;
use crate::schema::ResourceType;
use crate::{PatchOp, Profile, Resource};

impl PatchOp {
    /// The part of the request that is about `active`, where it makes that false.
    ///
    /// For whoever takes access away whatever becomes of the rest of the request.
    ///
    /// ```
    /// use scim_core::schema::ResourceType;
    /// use scim_core::{PatchOp, Profile};
    ///
    /// let json = br#"{"Operations":[{"op":"replace","value":{"active":"False","title":7}}]}"#;
    /// let patch = PatchOp::from_slice(json, Profile::tolerant())?;
    /// let only = patch.deactivation(&ResourceType::user(), Profile::tolerant());
    /// assert_eq!(only, Some(PatchOp::new().replace_attributes(serde_json::json!({"active": "False"}))?));
    /// # Ok::<(), scim_core::Error>(())
    /// ```
    ///
    /// Source: `docs/evidence.md`, C38.
    #[must_use]
    pub fn deactivation(&self, resource_type: &ResourceType, profile: Profile) -> Option<Self> {
        let about_active = self.only("active");
        let applied = apply(&Resource::new(), &about_active, resource_type, profile).ok()?;
        (applied.resource.boolean("active") == Some(false)).then_some(about_active)
    }
}
