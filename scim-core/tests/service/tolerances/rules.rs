//! The rules of a case: its request works with the tolerance of the case, and only that request fails without it.

use std::fs;
use std::path::Path;

use scim_core::{Profile, Tolerance};
use serde_json::Value;

use super::scene::{Patching, Scene, Wire};
use super::{bodies, life, patches, urls, values};

/// A request of a client that needs one tolerance.
pub(crate) struct Case {
    pub(crate) tolerance: Tolerance,
    pub(crate) client: &'static str,
    /// The row in `docs/evidence.md`.
    pub(crate) row: &'static str,
    /// The resources that exist before, in a form that every profile accepts.
    pub(crate) given: &'static [(&'static str, &'static str)],
    pub(crate) request: Wire,
    /// Whether response and state are as the client needs them.
    pub(crate) serves: fn(&Scene, u16, &Value) -> bool,
    pub(crate) rfc: Rfc,
    /// The services that can show the rule: only `Service` has users with an extension of their own.
    pub(crate) patching: &'static [Patching],
}

/// The outcome of a request under `Profile::rfc`.
pub(crate) enum Rfc {
    /// Refused with a status and a `scimType`.
    Refuses(u16, &'static str),
    /// Served the same, because the RFC requires it.
    Wants,
    /// Served by the letter of the RFC, against the client's intent.
    Reads(fn(&Scene, u16, &Value) -> bool),
}

pub(crate) const BOTH: &[Patching] = &[Patching::Provider, Patching::Service];

fn cases() -> impl Iterator<Item = &'static Case> {
    let all = [
        patches::CASES,
        values::CASES,
        bodies::CASES,
        urls::CASES,
        life::CASES,
    ];
    all.into_iter().flatten()
}

/// The services built so far.
#[derive(Default)]
struct Services(Vec<(Patching, Profile, Scene)>);

impl Services {
    /// A service without resources.
    fn empty(&mut self, patching: Patching, profile: Profile) -> &mut Scene {
        let is_this = |made: &(Patching, Profile, Scene)| made.0 == patching && made.1 == profile;
        let index = self.0.iter().position(is_this).unwrap_or_else(|| {
            let scene = Scene::patched_by(patching, profile);
            self.0.push((patching, profile, scene));
            self.0.len() - 1
        });

        let scene = &mut self.0[index].2;
        scene.clear();
        scene
    }
}

/// Whether a service serves a case.
fn is_served(case: &Case, scene: &mut Scene) -> (bool, u16, Value) {
    scene.give(case.given);
    let (method, path, body) = case.request;
    let (status, answer) = scene.send(method, path, body);
    assert_canonical(&answer);
    ((case.serves)(scene, status, &answer), status, answer)
}

/// Asserts that a response has no empty values and no boolean strings.
fn assert_canonical(answer: &Value) {
    match answer {
        Value::Object(members) => {
            for (name, member) in members {
                let is_empty = match member {
                    Value::Null => true,
                    Value::Array(items) => {
                        items.is_empty() && name != "members" && name != "Resources"
                    }
                    Value::Object(members) => members.is_empty(),
                    Value::Bool(_) | Value::Number(_) | Value::String(_) => false,
                };
                assert!(!is_empty, "{name} in {answer}");
                assert_canonical(member);
            }
            for name in ["active", "primary"] {
                let value = members.get(name);
                assert!(value.is_none_or(Value::is_boolean), "{name} in {answer}");
            }
        }
        Value::Array(items) => items.iter().for_each(|item| {
            assert!(!item.is_null());
            assert_canonical(item);
        }),
        // A response without a body.
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

#[test]
fn each_request_needs_exactly_its_own_tolerance() {
    let mut services = Services::default();
    for case in cases() {
        let with_it = Profile::tolerant().with(case.tolerance);
        for other in Tolerance::ALL.iter().copied() {
            // Only the rule itself depends on the part that applies the PATCH.
            let most = if other == case.tolerance { 2 } else { 1 };
            for patching in case.patching.iter().copied().take(most) {
                let profile = with_it.without(other);
                let scene = services.empty(patching, profile);
                let (is_served, status, answer) = is_served(case, scene);
                assert_eq!(
                    is_served,
                    other != case.tolerance,
                    "{}: {:?} without {}, PATCH by the {patching:?}: {status} {answer}",
                    case.client,
                    case.request,
                    other.name(),
                );
            }
        }
    }
}

#[test]
fn the_rfc_profile_reads_each_request_by_the_rfc() {
    for case in cases() {
        for patching in case.patching.iter().copied() {
            let scene = Scene::patched_by(patching, Profile::rfc()).given(case.given);
            let before = scene.get("/");
            let (method, path, body) = case.request;
            let (status, answer) = scene.send(method, path, body);
            assert_canonical(&answer);
            match case.rfc {
                Rfc::Refuses(refusal, kind) => {
                    assert_eq!(status, refusal, "{:?}: {answer}", case.request);
                    assert_eq!(answer["scimType"].as_str().unwrap_or_default(), kind);
                    assert_eq!(scene.get("/"), before, "{:?}", case.request);
                }
                Rfc::Wants => assert!((case.serves)(&scene, status, &answer)),
                Rfc::Reads(reads) => {
                    assert!(reads(&scene, status, &answer), "{status} {answer}");
                }
            }
        }
    }
}

#[test]
fn every_tolerance_has_a_request_and_an_evidence_row_that_names_the_client() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/evidence.md");
    let evidence = fs::read_to_string(path).expect("the evidence");
    for tolerance in Tolerance::ALL {
        assert!(
            cases().any(|case| case.tolerance == *tolerance),
            "no case has the tolerance {}",
            tolerance.name()
        );
    }
    for case in cases() {
        let begins = format!("| {} | ", case.row);
        let row = evidence.lines().find(|line| line.starts_with(&begins));
        let row = row.expect("a row").trim_start_matches(&begins);
        let name = format!("`{}`", case.tolerance.name());

        let names_it = Tolerance::ALL
            .iter()
            .any(|other| row.contains(&format!("`{}`", other.name())));
        assert!(row.contains(&name) || !names_it, "{}: {row}", case.row);
        assert!(row.contains(case.client), "{} in {row}", case.client);
    }
}

#[test]
fn a_profile_lists_its_tolerances() {
    let on = |profile: Profile| -> Vec<Tolerance> {
        let all = Tolerance::ALL.iter().copied();
        all.filter(|tolerance| profile.allows(*tolerance)).collect()
    };

    let opt_in = [Tolerance::PageNumbers, Tolerance::UnknownMembers];
    let mut tolerant = Tolerance::ALL.to_vec();
    tolerant.retain(|tolerance| !opt_in.contains(tolerance));
    assert_eq!(on(Profile::tolerant()), tolerant);
    assert_eq!(on(Profile::entra()), tolerant);
    assert_eq!(
        on(Profile::rfc()),
        [Tolerance::RemoveWithoutMatch, Tolerance::DeactivationFirst]
    );

    let mut names: Vec<&str> = Tolerance::ALL.iter().map(|one| one.name()).collect();
    let debugged = Tolerance::ALL.iter().map(|one| format!("{one:?}"));
    assert!(debugged.eq(names.iter().copied()));
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), Tolerance::ALL.len());
}
