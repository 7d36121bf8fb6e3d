//! Personal and secret values stay out of `Debug`, and so out of logs.

use std::fmt::Debug;

use scim_core::auth::{Authenticator, BearerTokens};
use scim_core::message::{ErrorBody, SearchRequest};
use scim_core::provider::{
    Context, CreateRequest, ListRequest, PatchRequest, Patched, ReplaceRequest,
};
use scim_core::query::{Page, Query};
use scim_core::resource::{EnterpriseUser, Member, MultiValued, Name, TypedResource};
use scim_core::schema::ResourceType;
use scim_core::{Error, Group, ListResponse, PatchOp, Profile, Resource, User, patch};

#[track_caller]
fn assert_silent(value: &dyn Debug) {
    for text in [format!("{value:?}"), format!("{value:#?}")] {
        assert!(!text.contains("ada"), "{text}");
        assert!(!text.contains("s3cret"), "{text}");
    }
}

#[test]
fn debug_shows_nothing_personal() {
    let json = br#"{"userName":"ada@example.com","password":"s3cret","name":{"givenName":"ada"},
        "emails":[{"value":"ada@example.com","display":"ada","type":"work"}],"displayName":"ada","members":[{"value":"ada","display":"ada"}],
        "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":{"department":"ada","manager":{"value":"ada"}}}"#;
    let resource = Resource::from_slice(json).unwrap();
    assert_silent(&resource);
    let user = User::try_from(resource.clone()).unwrap();
    assert_silent(&user);
    assert_silent(&user.name());
    assert_silent(&user.enterprise());
    assert_silent(&user.emails().collect::<Vec<MultiValued>>());
    assert_silent(&Name::new(Some("ada"), Some("ada")));
    assert_silent(&Some(EnterpriseUser::default()));
    let group = Group::try_from(resource.clone()).unwrap();
    assert_silent(&group);
    assert_silent(&group.members().collect::<Vec<Member>>());
    assert_silent(&resource.get(&"emails".parse().unwrap()));
    assert_silent(&TypedResource::new(&resource, &ResourceType::user()));
    assert_silent(&ListResponse::new(1, 1, vec![resource.clone()]));
    assert_silent(&Page::complete(vec![resource.clone()]));
    assert_silent(&Patched::Resource(resource.clone()));

    let search = SearchRequest::from_query("filter=userName+eq+%22ada%22");
    assert_silent(&search.unwrap());
    let query = Query::parse(
        "filter=userName+eq+%22ada%22&attributes=title",
        Profile::rfc(),
    );
    let query = query.unwrap();
    assert_silent(&query);
    let mut list = ListRequest::new(Context::default(), 1);
    list.filter = query.filter;
    assert_silent(&list);
    assert_silent(&CreateRequest::new(Context::default(), resource.clone()));
    assert_silent(&ReplaceRequest::new(
        Context::default(),
        "7",
        resource.clone(),
    ));

    let json =
        br#"{"Operations":[{"op":"replace","path":"emails[value eq \"ada\"].value","value":"ada"},
        {"op":"replace","value":{"title":"ada"}}]}"#;
    let operations = PatchOp::from_slice(json, Profile::tolerant()).unwrap();
    assert_silent(&operations);
    assert_silent(&operations.operations()[1].value());
    let profile = Profile::tolerant();
    assert_silent(&PatchRequest::new(
        Context::default(),
        "7",
        operations.clone(),
        profile,
    ));
    assert_silent(&patch::apply(&resource, &operations, &ResourceType::user(), profile).unwrap());
}

#[test]
fn an_error_names_the_attribute_and_not_the_value() {
    for (json, attribute) in [
        (
            r#"[{"op":"replace","path":"active","value":"ada"}]"#,
            "active",
        ),
        (
            r#"[{"op":"replace","path":"emails","value":[{"value":["ada","s3cret"]}]}]"#,
            "emails",
        ),
        (
            r#"[{"op":"replace","path":"name","value":["ada","ada"]}]"#,
            "name",
        ),
    ] {
        let request = format!("{{\"Operations\":{json}}}");
        let operations = PatchOp::from_slice(request.as_bytes(), Profile::tolerant()).unwrap();
        let resource = Resource::from_slice(br#"{"userName":"u"}"#).unwrap();
        let user = ResourceType::user();
        let error = patch::apply(&resource, &operations, &user, Profile::tolerant()).unwrap_err();
        assert!(error.detail().contains(attribute), "{}", error.detail());
        assert_silent(&error);
        assert_silent(&ErrorBody::from(&error));
    }
    let error = Error::from(scim_core::filter::Filter::parse("userName eq \"ada").unwrap_err());
    assert_silent(&error);

    // The client learns which id is unknown; the log does not.
    let error = Error::new(scim_core::ErrorKind::InvalidValue, "members: ada")
        .with_logged_detail("members");
    assert_silent(&error);
    assert_silent(&error.logged_detail());
}

#[test]
fn neither_debug_nor_a_refusal_shows_a_token() {
    let tokens = BearerTokens::new("entra", "s3cret");
    assert_silent(&tokens);
    for header in ["Bearer s3cret-but-wrong", "s3cret"] {
        let request = http::Request::get("/")
            .header("authorization", header)
            .body(())
            .unwrap();
        let (head, ()) = request.into_parts();
        let refused = futures_util::FutureExt::now_or_never(tokens.authenticate(&head)).unwrap();
        assert_silent(&refused.unwrap_err());
    }
}
