//! Members, from the team's side.

use hubspot_adapter::client::{ErrorKind, TeamMember};

use crate::support::play;

const MARCUS: &str = "marcus.bennett@acme.example";

#[tokio::test]
async fn an_extra_member_joins_and_can_leave_or_not() {
    for (behavior, works) in [
        ("team-removal=works", true),
        ("team-removal=missing", false),
    ] {
        let scene = play(behavior).await;
        let user = || scene.hubspot.user_by_email(MARCUS).unwrap();
        let id = user().id;
        scene
            .client
            .add_team_member("5302", &id, TeamMember::Extra)
            .await
            .unwrap();
        assert_eq!(user().secondary_team_ids, ["5305", "5302"]);

        let outcome = scene
            .client
            .remove_team_member("5302", &id, TeamMember::Extra)
            .await;
        assert_eq!(outcome.is_ok(), works, "{behavior}");
        assert_eq!(user().secondary_team_ids.len(), if works { 1 } else { 2 });
        assert_eq!(user().primary_team_id.as_deref(), Some("5301"));
    }
}

#[tokio::test]
async fn a_main_member_of_another_team_moves_or_becomes_an_extra_one() {
    for (behavior, main, extra) in [
        ("team-default=moves", "5302", vec!["5305"]),
        ("team-default=extra", "5301", vec!["5305", "5302"]),
    ] {
        let scene = play(behavior).await;
        let user = || scene.hubspot.user_by_email(MARCUS).unwrap();
        let id = user().id;
        scene
            .client
            .add_team_member("5302", &id, TeamMember::Main)
            .await
            .unwrap();
        assert_eq!(user().primary_team_id.as_deref(), Some(main), "{behavior}");
        assert_eq!(user().secondary_team_ids, extra, "{behavior}");
    }
}

#[tokio::test]
async fn unknown_teams_and_members_are_404_and_a_scope_is_needed() {
    let scene = play("").await;
    let id = scene.hubspot.user_by_email(MARCUS).unwrap().id;
    let add = |team, user| scene.client.add_team_member(team, user, TeamMember::Extra);
    assert!(add("999", id.as_str()).await.unwrap_err().is_not_found());
    assert!(add("5302", "1").await.unwrap_err().is_not_found());
    let none = scene
        .client
        .remove_team_member("5302", &id, TeamMember::Main)
        .await;
    assert!(none.unwrap_err().is_not_found());

    let scene = play("scope=settings.users.teams.read").await;
    let refused = scene
        .client
        .add_team_member("5302", &id, TeamMember::Extra)
        .await;
    let scope = vec!["settings.users.teams.write".to_owned()];
    assert_eq!(
        *refused.unwrap_err().kind(),
        ErrorKind::MissingScopes(scope)
    );
}
