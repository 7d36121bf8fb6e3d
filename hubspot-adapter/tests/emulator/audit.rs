//! The correlation id, by which HubSpot's support finds a call.

use hubspot_adapter::HubSpot;
use hubspot_adapter::emulator::Fault;
use scim_core::Provider;
use scim_core::provider::{Context, ListRequest};

use crate::support::start;

#[tokio::test]
async fn every_error_has_hubspots_correlation_id() {
    for status in [400, 401, 403, 404, 405, 409, 423, 477, 500, 503] {
        let scene = start().await;
        scene.hubspot.inject(Fault::status(status).times(1_000));
        let hubspot = HubSpot::builder(scene.client.clone()).build();
        let providers: [&dyn Provider; 2] = [&hubspot.users(), &hubspot.groups()];
        for provider in providers {
            let request = ListRequest::new(Context::default(), 2);
            let error = provider.list(request).await.unwrap_err();
            let id = error.upstream_id().unwrap_or_default();
            assert!(id.starts_with("00000000-0000-4000-8000-"), "{status} {id}");
        }
    }
}
