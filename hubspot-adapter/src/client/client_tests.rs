use super::*;

const OPERATION: Operation = Operation {
    name: "read user",
    scopes: &[],
};

fn client(base_url: &str) -> Client {
    Client::builder()
        .access_token("pat".into())
        .base_url(Url::parse(base_url).unwrap())
        .build()
        .unwrap()
}

#[test]
fn an_address_is_one_path_segment() {
    let client = client("https://api.hubapi.com");
    for (segment, expected) in [
        ("26743024", "26743024"),
        ("ada+test@acme.example", "ada%2Btest%40acme.example"),
        ("a/b?c#d%e@f.example", "a%2Fb%3Fc%23d%25e%40f.example"),
        (
            "o'connor & söhne@x.example",
            "o%27connor%20%26%20s%C3%B6hne%40x.example",
        ),
        ("../../crm", "..%2F..%2Fcrm"),
    ] {
        let url = client.user_url(OPERATION, segment).unwrap();
        assert_eq!(
            url.as_str(),
            format!("https://api.hubapi.com/settings/users/2026-09/{expected}")
        );
    }
}

#[test]
fn no_user_has_the_name_of_something_else() {
    let client = client("https://api.hubapi.com");
    for segment in ["", ".", "..", "roles", "teams", "seats"] {
        let error = client.user_url(OPERATION, segment).unwrap_err();
        assert!(error.is_not_found(), "{segment}");
    }
}

#[test]
fn a_base_url_may_have_a_path() {
    for base in ["http://127.0.0.1:9/hubspot", "http://127.0.0.1:9/hubspot/"] {
        assert_eq!(
            client(base).url("account-info", &["details"]).as_str(),
            "http://127.0.0.1:9/hubspot/account-info/2026-09/details"
        );
    }
}
