//! Concurrent changes, of several users and of one.

use hubspot_adapter::emulator::Behavior;

use super::users::{ADA, EXTERNAL_ID, user};
use super::{Dialect, Entra, Mapped, expect_accepted};
use crate::server::{Server, extremes};

/// Creates, changes, disables, enables and deletes five users at the same time.
async fn run_five_users(server: &Server) {
    let entra = Entra::new(server, Dialect::Interleaved);
    let before = server.hubspot_users();
    let live = async |number: u8| {
        let email = format!("user{number}@acme.example");
        let created = entra
            .post("/Users", &user(&email, &format!("five-{number}")))
            .await;
        created.expect(201);
        let id = created.id();
        server.sign_in(&email);
        let given = format!("Given{number}");
        let changes = [(("name.givenName", "name/givenName"), given.clone().into())];
        expect_accepted(&entra.update(id, &changes).await, id);
        for active in [false, true] {
            expect_accepted(&entra.set_active(id, active).await, id);
            let held = [
                ("active", active.into()),
                ("name/givenName", given.clone().into()),
            ];
            server.expect_values(&server.user(id).await, &held);
        }
        server.expect_member(&email, [&given, "Lovelace"], &["Sales Rep"]);
        entra
            .delete(&format!("/Users/{id}"))
            .await
            .expect_no_content();
        entra
            .get(&format!("/Users/{id}"))
            .await
            .expect_error(404, None);
    };
    tokio::join!(live(1), live(2), live(3), live(4), live(5));
    assert_eq!(server.hubspot_users(), before);
}

/// Sends five changes of one user at the same time, and expects all of them.
async fn change_one_user_five_times(server: &Server) {
    let entra = Entra::new(server, Dialect::Interleaved);
    let created = entra.post("/Users", &user(ADA, EXTERNAL_ID)).await;
    created.expect(201);
    let id = created.id();
    server.sign_in(ADA);
    let set = async |mapped: Mapped, value: &str| {
        expect_accepted(&entra.update(id, &[(mapped, value.into())]).await, id);
    };
    tokio::join!(
        set(("name.givenName", "name/givenName"), "Augusta"),
        set(("name.familyName", "name/familyName"), "King"),
        set(("externalId", "externalId"), "aking"),
        set(
            (r#"roles[primary eq "True"].value"#, "roles/0/value"),
            "Read Only"
        ),
        set(("title", "title"), "Countess"),
    );
    let held = [
        ("name/givenName", "Augusta".into()),
        ("name/familyName", "King".into()),
        ("externalId", "aking".into()),
        ("roles/0/value", "Read Only".into()),
        ("title", "Countess".into()),
        ("active", true.into()),
    ];
    server.expect_values(&server.user(id).await, &held);
    server.expect_member(ADA, ["Augusta", "King"], &["Read Only"]);
}

#[tokio::test]
async fn five_concurrent_user_lifecycles_on_hubspot() {
    for behavior in extremes() {
        println!("HubSpot plays {behavior}");
        Box::pin(run_five_users(&Server::hubspot(behavior).await)).await;
    }
}

#[tokio::test]
async fn five_concurrent_changes_of_one_user_all_take_effect() {
    for behavior in Behavior::pairwise() {
        println!("HubSpot plays {behavior}");
        Box::pin(change_one_user_five_times(&Server::hubspot(behavior).await)).await;
    }
}
