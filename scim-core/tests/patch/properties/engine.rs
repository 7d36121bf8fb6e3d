//! The engine against the oracle, and against itself.

use proptest::prelude::*;
use scim_core::{PatchOp, Profile, Resource, patch};

use super::oracle::oracle;
use super::requests::{Operation, Path, Place, operation, request};
use super::resources::{base, object, thing, told};
use super::things::things;

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 800, ..ProptestConfig::default() })]

    #[test]
    fn the_engine_does_what_the_text_says(
        before in base(&things()), operations in prop::collection::vec(operation(&things()), 1..4),
    ) {
        let of = things();
        let resource = thing(&before);
        let patch = PatchOp::from_slice(&request(&operations), Profile::rfc()).expect("a request");
        let found = patch::apply(&resource, &patch, &of, Profile::rfc());
        let wanted = oracle(&before, &operations, &of);
        prop_assert_eq!(object(&resource), before.clone(), "the original was touched");
        match (wanted, found) {
            (Ok(wanted), Ok(found)) => {
                prop_assert_eq!(&object(&found.resource), &wanted);
                // A PATCH that changes nothing is no change, and only that.
                prop_assert_eq!(found.is_changed(), wanted != before);
            }
            (Err(wanted), Err(found)) => prop_assert_eq!(wanted, found.kind(), "{}", found),
            (wanted, found) => prop_assert!(false, "wanted {:?}, found {:?}", wanted, found.map(|found| found.resource.to_string())),
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 250, ..ProptestConfig::default() })]

    #[test]
    fn a_replace_twice_is_a_replace(before in base(&things()), operation in operation(&things())) {
        if operation.op != "replace" {
            return Ok(());
        }
        // Who is selected for not being primary is primary afterwards, and the next time others are selected.
        if let Place::At(Path { filter: Some(filter), .. }) = &operation.place {
            if format!("{filter:?}").contains("primary") {
                return Ok(());
            }
        }
        let patch = PatchOp::from_slice(&request(&[operation]), Profile::rfc()).expect("a request");
        let Ok(once) = patch::apply(&thing(&before), &patch, &things(), Profile::rfc()) else {
            return Ok(());
        };
        // What it selected may be gone or another after it; where it still applies, it finds its work done.
        if let Ok(twice) = patch::apply(&once.resource, &patch, &things(), Profile::rfc()) {
            prop_assert!(!twice.is_changed(), "{:?}", twice.changed);
        }
    }

    #[test]
    fn operations_apply_one_after_the_other(
        before in base(&things()), operations in prop::collection::vec(operation(&things()), 2..4),
    ) {
        let apply = |before: &Resource, operations: &[Operation]| {
            let patch = PatchOp::from_slice(&request(operations), Profile::rfc()).expect("a request");
            patch::apply(before, &patch, &things(), Profile::rfc()).map(|applied| applied.resource)
        };
        let mut one_by_one = Ok(thing(&before));
        for operation in &operations {
            one_by_one = one_by_one.and_then(|so_far| apply(&so_far, std::slice::from_ref(operation)));
        }
        // What is required may be missing in between; otherwise the steps and the whole are the same.
        if let Ok(one_by_one) = one_by_one {
            let whole = apply(&thing(&before), &operations);
            prop_assert_eq!(whole.map(|whole| object(&whole)).ok(), Some(object(&one_by_one)));
        }
    }

    #[test]
    fn what_the_rfc_profile_accepts_the_tolerant_one_does_the_same_way(
        before in base(&things()), operation in operation(&things()),
    ) {
        // Two rules differ on purpose: what a path says of an entry it replaces, and an entry with only a type left.
        let Place::At(Path { filter: None, sub: None, .. }) = operation.place else {
            return Ok(());
        };
        let patch = PatchOp::from_slice(&request(&[operation]), Profile::rfc()).expect("a request");
        if let Ok(strict) = patch::apply(&thing(&before), &patch, &things(), Profile::rfc()) {
            if told(object(&strict.resource)) != object(&strict.resource) {
                return Ok(());
            }
            let tolerant = patch::apply(&thing(&before), &patch, &things(), Profile::tolerant());
            prop_assert_eq!(tolerant.map(|tolerant| told(object(&tolerant.resource))).ok(), Some(told(object(&strict.resource))));
        }
    }
}
