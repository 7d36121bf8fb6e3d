//! Several users, and several changes of one, at the same time.

use hubspot_adapter::emulator::Behavior;

use super::users::{ADA, EXTERNAL_ID, user};
use super::{Entra, Mapped, Speech, accepted};
use crate::server::{Server, opposite};

/// Five users at the same time, each of whom is made, changed, disabled, enabled and deleted.
async fn five_live_at_once(server: &Server) {
    let entra = Entra::new(server, Speech::Interleaved);
    let everybody = server.everybody();
    let live = async |number: u8| {
        let email = format!("user{number}@acme.example");
        let created = entra
            .post("/Users", &user(&email, &format!("five-{number}")))
            .await;
        created.expect(201);
        let id = created.id();
        server.signs_in(&email);
        let given = format!("Given{number}");
        let changes = [(("name.givenName", "name/givenName"), given.clone().into())];
        accepted(&entra.update(id, &changes).await, id);
        for active in [false, true] {
            accepted(&entra.set_active(id, active).await, id);
            let held = [
                ("active", active.into()),
                ("name/givenName", given.clone().into()),
            ];
            server.shows(&server.user(id).await, &held);
        }
        server.hubspot_holds(&email, [&given, "Lovelace"], &["Sales Rep"]);
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
    assert_eq!(server.everybody(), everybody);
}

/// Five changes of one user at the same time, of which none is lost.
async fn is_changed_by_five_at_once(server: &Server) {
    let entra = Entra::new(server, Speech::Interleaved);
    let created = entra.post("/Users", &user(ADA, EXTERNAL_ID)).await;
    created.expect(201);
    let id = created.id();
    server.signs_in(ADA);
    let set = async |mapped: Mapped, value: &str| {
        accepted(&entra.update(id, &[(mapped, value.into())]).await, id);
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
    server.shows(&server.user(id).await, &held);
    server.hubspot_holds(ADA, ["Augusta", "King"], &["Read Only"]);
}

#[tokio::test]
async fn five_users_live_on_hubspot_at_once() {
    for behavior in [Behavior::default(), opposite()] {
        println!("HubSpot plays {behavior}");
        Box::pin(five_live_at_once(&Server::hubspot(behavior).await)).await;
    }
}

#[tokio::test]
async fn five_changes_of_one_user_at_once_lose_nothing_on_hubspot() {
    for behavior in Behavior::pairwise() {
        println!("HubSpot plays {behavior}");
        Box::pin(is_changed_by_five_at_once(&Server::hubspot(behavior).await)).await;
    }
}
