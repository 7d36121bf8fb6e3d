//! The cost of a PATCH: one copy of the resource, then in proportion to the request and not to the list.

use std::hint::black_box;

use allocation_counter::{AllocationInfo, measure};
use scim_core::schema::ResourceType;
use scim_core::{PatchOp, Profile, Resource, patch};
use serde_json::{Value, json};

fn group(members: usize) -> Resource {
    let members: Vec<Value> = (0..members)
        .map(|index| json!({"value": format!("m{index}"), "type": "User"}))
        .collect();
    let group = json!({"displayName": "g", "members": members});
    Resource::from_slice(group.to_string().as_bytes()).expect("a group")
}

fn request(operations: usize, operation: impl Fn(usize) -> Value) -> PatchOp {
    let operations: Vec<Value> = (0..operations).map(operation).collect();
    let request = json!({"schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"], "Operations": operations});
    PatchOp::from_slice(request.to_string().as_bytes(), Profile::rfc()).expect("a request")
}

fn cost(members: usize, patch: &PatchOp) -> AllocationInfo {
    let (group, of) = (group(members), ResourceType::group());
    measure(|| {
        let applied = patch::apply(&group, patch, &of, Profile::rfc());
        black_box(applied.is_ok_and(|applied| applied.is_changed()));
    })
}

fn add(index: usize) -> Value {
    json!({"op": "add", "path": "members", "value": [{"value": format!("n{index}")}]})
}

fn remove(index: usize) -> Value {
    json!({"op": "remove", "path": format!("members[value eq \"m{index}\"]")})
}

/// An operation that has to scan the members.
fn remove_user(index: usize) -> Value {
    json!({"op": "remove", "path": format!("members[value eq \"m{index}\" and type eq \"User\"]")})
}

fn set_type(index: usize) -> Value {
    json!({"op": "add", "path": format!("members[value eq \"m{index}\"].type"), "value": "User"})
}

fn rename(index: usize) -> Value {
    json!({"op": "replace", "path": "displayName", "value": format!("g{index}")})
}

#[test]
fn a_long_list_is_not_copied_for_each_operation() {
    const MEMBERS: usize = 2_000;
    const MORE: usize = 100;
    for operation in [add, remove, remove_user, set_type, rename] {
        let one = cost(MEMBERS, &request(1, operation));
        let many = cost(MEMBERS, &request(1 + MORE, operation));

        let calls = many.count_total.saturating_sub(one.count_total);
        let bytes = many.bytes_total.saturating_sub(one.bytes_total);

        let text = operation(0);
        assert!(
            calls <= 40 * MORE as u64,
            "{calls} allocations more: {text}"
        );
        // A growing list moves once or twice in all.
        let entry = 72 * MEMBERS as u64;
        assert!(
            bytes <= 4_000 * MORE as u64 + 4 * entry,
            "{bytes} bytes more: {text}"
        );
    }
}

#[test]
fn member_deltas_cost_in_proportion_to_the_request() {
    let of = ResourceType::group();
    let cost = |operations: usize| {
        let patch = request(operations, |index| {
            if index % 2 == 0 {
                add(index)
            } else {
                remove(index)
            }
        });
        measure(|| {
            black_box(patch.member_deltas(&of, Profile::rfc()).is_some());
        })
    };

    let (few, many) = (cost(10), cost(1_000));
    assert!(
        many.count_total <= 110 * few.count_total,
        "{} and {}",
        few.count_total,
        many.count_total
    );
}
