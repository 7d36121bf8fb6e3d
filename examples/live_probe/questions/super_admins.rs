//! Questions about super admins, asked of those that the settings name and never of the last one.

use http::Method;
use hubspot_adapter::client::User;
use hubspot_adapter::emulator::behavior::{SuperAdminRefusal, WriteOutcome};
use serde_json::json;

use crate::judge;
use crate::probe::{Probe, user, with_field};
use crate::report::{Question, Trouble};
use crate::settings;

impl Probe {
    pub(crate) async fn ask_about_super_admins(&self) {
        let named = self.settings.super_admin.as_deref();
        let put = match named.ok_or(Trouble::NotSet(settings::SUPER_ADMIN)) {
            Ok(address) => self.put_super_admin(address).await,
            Err(trouble) => Err(trouble),
        };
        self.note(Question::Q8, "super-admin", put);
        let named = self.settings.super_admin_remove.as_deref();
        let removal = match named.ok_or(Trouble::NotSet(settings::SUPER_ADMIN_REMOVE)) {
            Ok(address) => self.remove_super_admin(address).await,
            Err(trouble) => Err(trouble),
        };
        self.note(Question::Q8, "super-admin-delete", removal);
        let own = "the token's own user is left out: their removal may end the token";
        self.fact(Question::Q8, own);
    }

    /// Returns the named super admin, and the number of super admins.
    async fn super_admin(&self, address: &str) -> Result<(User, usize), Trouble> {
        let mut pages = self.client.walk_users();
        let (mut found, mut count) = (None, 0);
        while let Some(users) = pages.next().await? {
            for user in users.into_iter().filter(|user| user.super_admin) {
                count += 1;
                if user.email.eq_ignore_ascii_case(address) {
                    found = Some(user);
                }
            }
        }
        found
            .map(|user| (user, count))
            .ok_or_else(|| Trouble::unclear("no super admin has that address"))
    }

    /// Sends a PUT with the present name and permission set.
    async fn put_super_admin(&self, address: &str) -> Result<SuperAdminRefusal, Trouble> {
        let (admin, _) = self.super_admin(address).await?;
        let name = admin
            .first_name
            .into_inner()
            .ok_or_else(|| Trouble::unclear("the super admin has no first name to send"))?;
        let body = with_field(
            json!({"firstName": name}),
            "roleId",
            admin.role_id.as_deref(),
        );
        let reply = self.put(&admin.id, &body).await?;
        self.fact(Question::Q8, format!("PUT: {}", reply.shape()));
        judge::super_admin(&reply)
    }

    async fn remove_super_admin(&self, address: &str) -> Result<WriteOutcome, Trouble> {
        let (admin, count) = self.super_admin(address).await?;
        if count < 2 {
            return Err(Trouble::unclear(
                "the probe never removes the last super admin",
            ));
        }
        let path = user(&admin.id);
        let reply = self.wire.ask(Method::DELETE, &path, &[], None).await?;
        self.fact(Question::Q8, format!("DELETE: {}", reply.shape()));
        let read = self.wire.ask(Method::GET, &path, &[], None).await?;
        judge::write_outcome(&reply, read.status == 404)
    }
}
