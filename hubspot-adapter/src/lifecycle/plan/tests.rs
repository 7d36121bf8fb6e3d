use super::super::change::Field;
use super::*;

fn ada() -> User {
    let mut user = User::new("7", "ada@acme.example");
    *user.first_name = Some("Ada".to_owned());
    user.role_id = Some("1".to_owned());
    user.role_ids = vec!["1".to_owned()];
    user.secondary_team_ids = vec!["t1".to_owned()];
    user
}

fn steps(observed: &User, change: &Change) -> Vec<UserUpdate> {
    let plan = update(observed, change, Dialect::default()).unwrap();
    plan.map(|plan| plan.steps).unwrap_or_default()
}

#[test]
fn nothing_is_sent_when_nothing_is_to_change() {
    let change = Change {
        first_name: Some("Ada".to_owned()),
        role: RoleChange::Set("1".to_owned()),
        ..Change::default()
    };
    assert!(steps(&ada(), &change).is_empty());
    assert!(steps(&ada(), &Change::default()).is_empty());
}

#[test]
fn the_role_is_sent_with_every_change() {
    let change = Change {
        first_name: Some("Augusta".to_owned()),
        ..Change::default()
    };
    let put = UserUpdate::new().with_first_name("Augusta").with_role("1");
    assert_eq!(steps(&ada(), &change), [put]);
}

#[test]
fn several_permission_sets_are_not_collapsed_by_a_change_of_name() {
    let mut user = ada();
    user.role_ids.push("2".to_owned());
    let change = Change {
        first_name: Some("Augusta".to_owned()),
        ..Change::default()
    };
    let refused = update(&user, &change, Dialect::default()).err();
    assert_eq!(
        refused.map(|error| error.kind()),
        Some(ErrorKind::Mutability)
    );
    let chosen = Change {
        role: RoleChange::Set("2".to_owned()),
        ..Change::default()
    };
    assert_eq!(steps(&user, &chosen), [UserUpdate::new().with_role("2")]);
}

#[test]
fn teams_already_there_are_sent_with_new_ones() {
    let change = Change {
        secondary_team_ids: Some(vec!["t1".to_owned(), "t2".to_owned()]),
        ..Change::default()
    };
    let put = UserUpdate::new()
        .with_role("1")
        .with_secondary_teams(["t1", "t2"]);
    assert_eq!(steps(&ada(), &change), [put]);
}

#[test]
fn fewer_extra_teams_take_two_steps_and_can_be_put_back_between() {
    let change = Change {
        secondary_team_ids: Some(vec!["t2".to_owned()]),
        ..Change::default()
    };
    let role = UserUpdate::new().with_role("1");
    let plan = update(&ada(), &change, Dialect::default())
        .unwrap()
        .unwrap();
    assert_eq!(
        plan.steps,
        [
            role.clone().clear_secondary_teams(),
            role.clone().with_secondary_teams(["t2"]),
        ]
    );
    assert_eq!(plan.undo, Some(role.clone().with_secondary_teams(["t1"])));
    let replacing = Dialect {
        extra_teams: ExtraTeams::Replacing,
        ..Dialect::default()
    };
    let plan = update(&ada(), &change, replacing).unwrap().unwrap();
    assert_eq!(plan.steps, [role.with_secondary_teams(["t2"])]);
    assert_eq!(plan.undo, None);
}

#[test]
fn no_teams_at_all_take_one_step() {
    let mut user = ada();
    user.primary_team_id = Some("t3".to_owned());
    let change = Change {
        role: RoleChange::Set("9".to_owned()),
        primary_team_id: Some(String::new()),
        secondary_team_ids: Some(Vec::new()),
        ..Change::default()
    };
    for dialect in Dialect::all() {
        let plan = update(&user, &change, dialect).unwrap().unwrap();
        let put = UserUpdate::new()
            .with_role("9")
            .clear_primary_team()
            .clear_secondary_teams();
        assert_eq!(plan.steps, [put], "{dialect}");
    }
}

#[test]
fn a_role_that_is_only_sent_again_is_a_claim_too() {
    let change = Change {
        last_name: Some("L".to_owned()),
        ..Change::default()
    };
    let plan = update(&ada(), &change, Dialect::default())
        .unwrap()
        .unwrap();
    let mut after = ada();
    *after.last_name = Some("L".to_owned());
    assert_eq!(unmet(&after, &plan.claims), None);
    after.role_id = None;
    after.role_ids.clear();
    assert_eq!(unmet(&after, &plan.claims), Some(Field::Roles));
}

#[test]
fn a_role_that_is_known_to_stay_is_not_asked_to_go() {
    let change = Change::clearing_role();
    assert_eq!(steps(&ada(), &change), [UserUpdate::new()]);
    let kept = Dialect {
        omitted_role: OmittedRole::Kept,
        ..Dialect::default()
    };
    let refused = update(&ada(), &change, kept).err();
    assert_eq!(
        refused.map(|error| error.kind()),
        Some(ErrorKind::InvalidValue)
    );
}

#[test]
fn what_did_not_take_effect_is_named() {
    let change = Change {
        last_name: Some("L".to_owned()),
        ..Change::default()
    };
    assert_eq!(unmet(&ada(), &change), Some(Field::FamilyName));
    let change = Change {
        role: RoleChange::Set("2".to_owned()),
        ..Change::default()
    };
    assert_eq!(unmet(&ada(), &change), Some(Field::Roles));
}

#[test]
fn fewer_seats_take_two_steps_with_fewer_teams_or_alone_and_can_be_put_back_between() {
    let owned = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
    let mut user = ada();
    user.seat_names = owned(&["core", "sales"]);
    let wanted = |teams: Option<&[&str]>, seats: &[&str]| Change {
        role: RoleChange::Set("2".to_owned()),
        secondary_team_ids: teams.map(owned),
        seat_names: Some(owned(seats)),
        ..Change::default()
    };
    let (before, after) = (
        UserUpdate::new().with_role("1"),
        UserUpdate::new().with_role("2"),
    );
    let planned = |change: &Change, dialect: Dialect| {
        let plan = update(&user, change, dialect).unwrap().unwrap();
        (plan.steps, plan.undo)
    };
    let (told, untold) = (
        Dialect {
            seats: SeatsGiven::Replacing,
            ..Dialect::default()
        },
        Dialect::default(),
    );
    // A longer or an empty list takes one step, together with the permission set, whatever HubSpot does.
    for dialect in [told, untold] {
        let more = planned(&wanted(None, &["core", "sales", "service"]), dialect);
        let put = after.clone().with_seats(["core", "sales", "service"]);
        assert_eq!(more, (vec![put], None), "{dialect}");
        let none = planned(&wanted(None, &[]), dialect);
        assert_eq!(none, (vec![after.clone().clear_seats()], None), "{dialect}");
    }
    let put = after.clone().with_seats(["service"]);
    let fewer = planned(&wanted(None, &["service"]), told);
    assert_eq!(fewer, (vec![put.clone()], None));
    let steps = vec![before.clone().clear_seats(), put];
    let undo = before.clone().with_seats(["core", "sales"]);
    let fewer = planned(&wanted(None, &["service"]), untold);
    assert_eq!(fewer, (steps, Some(undo.clone())));

    let steps = vec![
        before.clone().clear_secondary_teams().clear_seats(),
        after
            .clone()
            .with_secondary_teams(["t2"])
            .with_seats(["core"]),
    ];
    let both = planned(&wanted(Some(&["t2"]), &["core"]), untold);
    assert_eq!(both, (steps, Some(undo.with_secondary_teams(["t1"]))));
    // A list that needs one step travels with the second one.
    let steps = vec![
        before.clone().clear_secondary_teams(),
        after.with_secondary_teams(["t2"]).clear_seats(),
    ];
    let both = planned(&wanted(Some(&["t2"]), &[]), untold);
    assert_eq!(both, (steps, Some(before.with_secondary_teams(["t1"]))));
}
