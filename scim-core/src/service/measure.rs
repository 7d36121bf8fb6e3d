//! Measuring a body before parsing it.

use super::Limits;
use crate::{Error, ErrorKind};

/// The meaning of the lists at the top of a body.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Lists {
    /// Attributes.
    Values,
    /// The operations of a PATCH.
    Operations,
}

/// Refuses a body that is nested too deep or has a list that is too long.
///
/// This takes one pass over the bytes, with a counter for each open bracket. The parser decides later whether the text is JSON.
pub(super) fn measure(body: &[u8], lists: Lists, limits: Limits) -> Result<(), Error> {
    // The number of commas in each open list; an object has no count.
    let mut open: Vec<Option<usize>> = Vec::new();
    let mut bytes = body.iter();

    while let Some(byte) = bytes.next() {
        match byte {
            b'"' => skip_string(&mut bytes),
            b'[' | b'{' => {
                open.push((*byte == b'[').then_some(0));
                if open.len() > limits.max_json_depth() {
                    return Err(Error::new(
                        ErrorKind::InvalidSyntax,
                        format!(
                            "The body is nested more than {} levels deep",
                            limits.max_json_depth()
                        ),
                    ));
                }
            }
            b']' | b'}' => {
                open.pop();
            }
            b',' => {
                let at_top = open.len() == 2;
                if let Some(Some(commas)) = open.last_mut() {
                    *commas += 1;
                    charge(*commas + 1, at_top && lists == Lists::Operations, limits)?;
                }
            }
            _ => {}
        }
    }

    Ok(())
}

fn charge(length: usize, are_operations: bool, limits: Limits) -> Result<(), Error> {
    let (limit, list, values) = if are_operations {
        (limits.max_operations(), "PATCH", "operations")
    } else {
        (limits.max_members(), "list", "values")
    };
    if length <= limit {
        return Ok(());
    }
    Err(Error::new(
        ErrorKind::PayloadTooLarge,
        format!("A {list} may have at most {limit} {values}; send fewer in one request"),
    ))
}

fn skip_string(bytes: &mut std::slice::Iter<'_, u8>) {
    while let Some(byte) = bytes.next() {
        match byte {
            b'"' => return,
            b'\\' => {
                bytes.next();
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(body: &str, lists: Lists) -> Option<ErrorKind> {
        let limits = Limits::default()
            .with_max_json_depth(4)
            .with_max_members(3)
            .with_max_operations(2);
        let refused = measure(body.as_bytes(), lists, limits).err()?;
        Some(refused.kind())
    }

    #[test]
    fn brackets_and_commas_in_strings_do_not_count() {
        for body in [
            "",
            "null",
            r#"{"a":"[[[[[[,,,,,\"[[[[[{","b\\":[1,2,3],"c":{"d":{"e":[]}},"f":1,"g":2}"#,
            r#"{"a":[[1,2,3],[1,2,3],[1,2,3]]}"#,
            "]]]]}}}}",
        ] {
            assert_eq!(refused(body, Lists::Values), None, "{body}");
        }
        let deep = refused(r#"{"a":{"b":[[[1]]]}}"#, Lists::Values);
        assert_eq!(deep, Some(ErrorKind::InvalidSyntax));
        let long = refused(r#"{"a":{"b":["1","2","3","4"]}}"#, Lists::Values);
        assert_eq!(long, Some(ErrorKind::PayloadTooLarge));
    }

    #[test]
    fn the_list_at_the_top_of_a_patch_holds_operations() {
        let long = refused(r#"{"Operations":[{},{},{}]}"#, Lists::Operations);
        assert_eq!(long, Some(ErrorKind::PayloadTooLarge));
        let values = r#"{"Operations":[{"value":[1,2,3]},{}]}"#;
        assert_eq!(refused(values, Lists::Operations), None);
    }
}
