//! The engine against the oracle, and against itself.

use proptest::prelude::*;
use scim_core::{PatchOp, Profile, Resource, patch};

use super::oracle::oracle;
use super::requests::{Operation, Path, Place, operation, request};
use super::resources::{base, object, thing, without_cleared};
use super::things::things;

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 800, ..ProptestConfig::default() })]

    #[test]
    fn the_engine_agrees_with_the_oracle(
        before in base(&things()), operations in prop::collection::vec(operation(&things()), 1..4),
    ) {
        let of = things();
        let resource = thing(&before);
        let patch = PatchOp::from_slice(&request(&operations), Profile::rfc()).expect("a request");
        let found = patch::apply(&resource, &patch, &of, Profile::rfc());
        let wanted = oracle(&before, &operations, &of);
        prop_assert_eq!(object(&resource), before.clone(), "the original resource changed");
        match (wanted, found) {
            (Ok(wanted), Ok(found)) => {
                prop_assert_eq!(&object(&found.resource), &wanted);
                // Only a PATCH without effect reports no change.
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
    fn repeating_a_replace_changes_nothing(before in base(&things()), operation in operation(&things())) {
        if operation.op != "replace" {
            return Ok(());
        }

        // A filter on `primary` may select other entries the second time.
        if let Place::At(Path { filter: Some(filter), .. }) = &operation.place {
            if format!("{filter:?}").contains("primary") {
                return Ok(());
            }
        }

        let patch = PatchOp::from_slice(&request(&[operation]), Profile::rfc()).expect("a request");
        let Ok(once) = patch::apply(&thing(&before), &patch, &things(), Profile::rfc()) else {
            return Ok(());
        };

        // The filter may select nothing the second time. If it applies, it changes nothing.
        if let Ok(twice) = patch::apply(&once.resource, &patch, &things(), Profile::rfc()) {
            prop_assert!(!twice.is_changed(), "{:?}", twice.changed);
        }
    }

    #[test]
    fn operations_apply_in_order(
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
        // Between the steps a required value may be missing. Otherwise the steps equal the whole.
        if let Ok(one_by_one) = one_by_one {
            let whole = apply(&thing(&before), &operations);
            prop_assert_eq!(whole.map(|whole| object(&whole)).ok(), Some(object(&one_by_one)));
        }
    }

    #[test]
    fn the_tolerant_profile_agrees_wherever_the_rfc_profile_accepts(
        before in base(&things()), operation in operation(&things()),
    ) {
        // Two rules differ on purpose: values of the path in a replaced entry, and entries with only a type left.
        let Place::At(Path { filter: None, sub: None, .. }) = operation.place else {
            return Ok(());
        };
        let patch = PatchOp::from_slice(&request(&[operation]), Profile::rfc()).expect("a request");
        if let Ok(strict) = patch::apply(&thing(&before), &patch, &things(), Profile::rfc()) {
            if without_cleared(object(&strict.resource)) != object(&strict.resource) {
                return Ok(());
            }
            let tolerant = patch::apply(&thing(&before), &patch, &things(), Profile::tolerant());
            prop_assert_eq!(tolerant.map(|tolerant| without_cleared(object(&tolerant.resource))).ok(), Some(without_cleared(object(&strict.resource))));
        }
    }
}
