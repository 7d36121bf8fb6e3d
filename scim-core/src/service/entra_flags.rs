//! Request URLs with one of Entra ID's flags between the base URL and the endpoint.

use http::Uri;

/// The flags that administrators of Entra ID append to the base URL.
///
/// The first selects a form of PATCH requests, and the second deselects it.
const FLAGS: [&str; 2] = ["aadOptscim062020", "AzureAdScimPatch2017"];

/// Removes a flag between the base URL and the endpoint; `None` if the URL has no flag there.
///
/// A flag anywhere else, for example at the end of an id, is no flag.
pub(super) fn without_flag(uri: &Uri, base_path: &str) -> Option<Uri> {
    let (base, rest) = FLAGS
        .iter()
        .find_map(|flag| after_query(uri, flag).or_else(|| after_path(uri, flag)))?;

    let base = base.trim_matches('/');
    let is_base = base.is_empty() || base.eq_ignore_ascii_case(base_path.trim_matches('/'));
    if !is_base {
        return None;
    }

    let slash = if base.is_empty() { "" } else { "/" };
    format!("{slash}{base}{rest}").parse().ok()
}

/// `/scim/v2?aadOptscim062020/Users?count=1`.
fn after_query<'u>(uri: &'u Uri, flag: &str) -> Option<(&'u str, String)> {
    let rest = uri.query()?.strip_prefix(flag)?;
    rest.starts_with('/').then(|| (uri.path(), rest.to_owned()))
}

/// `/scim/v2aadOptscim062020/Users?count=1`, with a slash, a `?` or a `&` before the flag.
fn after_path<'u>(uri: &'u Uri, flag: &str) -> Option<(&'u str, String)> {
    let (mut base, rest) = uri.path().split_once(flag)?;
    if !rest.starts_with('/') {
        return None;
    }
    for mark in ["%3F", "%3f", "%26", "&"] {
        base = base.trim_end_matches(mark);
    }
    let query = uri.query().map(|query| format!("?{query}"));
    Some((base, format!("{rest}{}", query.unwrap_or_default())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_flag_before_an_endpoint_goes() {
        for (sent, meant) in [
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
            ("/scim/v2%3faadOptscim062020/Users", "/scim/v2/Users"),
            ("/scim/v2%26aadOptscim062020/Users", "/scim/v2/Users"),
            ("/scim/v2&AzureAdScimPatch2017/Users", "/scim/v2/Users"),
            ("/?aadOptscim062020/Users", "/Users"),
            ("/aadOptscim062020/Users/7", "/Users/7"),
        ] {
            let uri = without_flag(&sent.parse().unwrap(), "/scim/v2/");
            assert_eq!(uri.map(|uri| uri.to_string()).as_deref(), Some(meant));
        }
    }

    #[test]
    fn any_other_url_stays() {
        for uri in [
            "/scim/v2/Users",
            "/scim/v2/Users?aadOptscim062020",
            "/scim/v2/Users?aadOptscim062020&count=1",
            "/scim/v2aadOptscim062020",
            "/scim/v2aadOptscim062020x/Users",
            "/scim/v2/Users/aadOptscim062020x",
            "/scim/v2/Users/aadOptscim062020",
            "/scim/v2/Users/7aadOptscim062020",
            "/scim/v2/Users/7%26aadOptscim062020",
            "/scim/v2/Users/aadOptscim062020/7",
            "/scim/v2/Users?aadOptscim062020/7",
            "/other/v2?aadOptscim062020/Users",
            "/Users?filter=aadOptscim062020/Users",
        ] {
            assert_eq!(
                without_flag(&uri.parse().unwrap(), "/scim/v2"),
                None,
                "{uri}"
            );
        }
    }
}
