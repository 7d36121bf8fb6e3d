//! Base URLs that end with an instruction to the client, and to which the client appends what it wants.

use http::Uri;

/// What Entra ID's administrators append to the base URL; the first chooses the form of a PATCH, the second takes that back.
const FLAGS: [&str; 2] = ["aadOptscim062020", "AzureAdScimPatch2017"];

/// What was meant by a URL in which the endpoint comes after a flag; `None` where there is none of that.
pub(super) fn unglued(uri: &Uri) -> Option<Uri> {
    let meant = FLAGS
        .iter()
        .find_map(|flag| after_query(uri, flag).or_else(|| after_path(uri, flag)))?;
    meant.parse().ok()
}

/// `/scim/v2?aadOptscim062020/Users?count=1`.
fn after_query(uri: &Uri, flag: &str) -> Option<String> {
    let rest = uri.query()?.strip_prefix(flag)?;
    if !rest.starts_with('/') {
        return None;
    }
    let base = uri.path().trim_end_matches('/');
    Some(format!("{base}{rest}"))
}

/// `/scim/v2aadOptscim062020/Users?count=1`, with a slash, a `?` or a `&` before the flag.
fn after_path(uri: &Uri, flag: &str) -> Option<String> {
    let (base, rest) = uri.path().split_once(flag)?;
    if !(rest.is_empty() || rest.starts_with('/')) {
        return None;
    }
    let mut base = base;
    for mark in ["%3F", "%3f", "%26", "&"] {
        base = base.trim_end_matches(mark);
    }
    let base = base.trim_end_matches('/');
    let query = uri.query().map(|query| format!("?{query}"));
    Some(format!("{base}{rest}{}", query.unwrap_or_default()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_endpoint_is_found_behind_the_flag() {
        for (glued, meant) in [
            (
                "/scim/v2?aadOptscim062020/Users?count=1",
                "/scim/v2/Users?count=1",
            ),
            ("/scim/v2/?aadOptscim062020/Users/7", "/scim/v2/Users/7"),
            (
                "/scim/v2/aadOptscim062020/Users?count=1",
                "/scim/v2/Users?count=1",
            ),
            ("/scim/v2aadOptscim062020/Users/7", "/scim/v2/Users/7"),
            ("/scim/v2%3FaadOptscim062020/Users", "/scim/v2/Users"),
            ("/scim/v2&AzureAdScimPatch2017/Users", "/scim/v2/Users"),
        ] {
            let uri = unglued(&glued.parse().unwrap());
            assert_eq!(uri.map(|uri| uri.to_string()).as_deref(), Some(meant));
        }
    }

    #[test]
    fn any_other_url_is_as_it_is() {
        for uri in [
            "/scim/v2/Users",
            "/scim/v2/Users?aadOptscim062020",
            "/scim/v2/Users?aadOptscim062020&count=1",
            "/scim/v2/Users/aadOptscim062020x",
            "/Users?filter=aadOptscim062020/Users",
        ] {
            assert_eq!(unglued(&uri.parse().unwrap()), None, "{uri}");
        }
    }
}
