//! The discovery responses, built once from the registered providers, so that a server cannot advertise more than it has.

use std::collections::BTreeMap;
use std::sync::Arc;

use bytes::Bytes;
use serde_json::{Value, json};
use url::Url;

use crate::auth::AuthenticationScheme;
use crate::message::LIST_SCHEMA;
use crate::provider::Provider;
use crate::schema::{RESOURCE_TYPE, ResourceType, SCHEMA, SERVICE_PROVIDER_CONFIG, Schema};

/// The responses of `/ServiceProviderConfig`, `/ResourceTypes` and `/Schemas` (RFC 7644 §4, RFC 7643 §5 to §7).
#[derive(Debug)]
pub(crate) struct Discovery {
    service_provider_config: Bytes,
    resource_types: Catalogue,
    schemas: Catalogue,
}

/// A list and its members by id.
#[derive(Debug)]
pub(crate) struct Catalogue {
    list: Bytes,
    members: BTreeMap<String, Bytes>,
}

impl Catalogue {
    fn new(members: Vec<(String, Value)>) -> Self {
        let resources: Vec<&Value> = members.iter().map(|(_, value)| value).collect();
        let list = json!({
            "schemas": [LIST_SCHEMA],
            "totalResults": resources.len(),
            "startIndex": 1,
            "itemsPerPage": resources.len(),
            "Resources": resources,
        });
        Self {
            list: bytes_of(&list),
            members: members
                .into_iter()
                .map(|(id, value)| (id.to_ascii_lowercase(), bytes_of(&value)))
                .collect(),
        }
    }

    pub(crate) fn list(&self) -> Bytes {
        self.list.clone()
    }

    pub(crate) fn member(&self, id: &str) -> Option<Bytes> {
        self.members.get(&id.to_ascii_lowercase()).cloned()
    }
}

impl Discovery {
    pub(crate) fn new(
        base_url: &str,
        providers: &[Arc<dyn Provider>],
        schemes: &[AuthenticationScheme],
        documentation_uri: Option<&Url>,
    ) -> Self {
        let types = || providers.iter().map(|provider| provider.resource_type());
        let resource_types = types()
            .map(|one| (one.name().to_owned(), describe_type(base_url, one)))
            .collect();

        // The discovery resources have schemas as well: RFC 7643 §7.
        let served = [
            Schema::service_provider_config(),
            Schema::resource_type(),
            Schema::for_schemas(),
        ];
        let mut described: Vec<(String, Value)> = Vec::new();
        for schema in types().flat_map(ResourceType::schemas).chain(&served) {
            let is_known = |(id, _): &(String, Value)| id.eq_ignore_ascii_case(schema.id());
            if !described.iter().any(is_known) {
                described.push((schema.id().to_owned(), describe_schema(base_url, schema)));
            }
        }

        let mut config = configuration(base_url, providers, schemes);
        if let (Some(config), Some(uri)) = (config.as_object_mut(), documentation_uri) {
            config.insert("documentationUri".to_owned(), uri.as_str().into());
        }

        Self {
            service_provider_config: bytes_of(&config),
            resource_types: Catalogue::new(resource_types),
            schemas: Catalogue::new(described),
        }
    }

    pub(crate) fn service_provider_config(&self) -> Bytes {
        self.service_provider_config.clone()
    }

    pub(crate) fn resource_types(&self) -> &Catalogue {
        &self.resource_types
    }

    pub(crate) fn schemas(&self) -> &Catalogue {
        &self.schemas
    }
}

fn configuration(
    base_url: &str,
    providers: &[Arc<dyn Provider>],
    schemes: &[AuthenticationScheme],
) -> Value {
    let any = |can: fn(crate::provider::Capabilities) -> bool| {
        providers
            .iter()
            .any(|provider| can(provider.capabilities()))
    };
    let max_results = providers
        .iter()
        .map(|provider| provider.capabilities().max_results)
        .max()
        .unwrap_or(0);

    json!({
        "schemas": [SERVICE_PROVIDER_CONFIG],
        "patch": { "supported": any(|capabilities| capabilities.can_patch) },
        // authentik sends as many operations as this number says.
        "bulk": { "supported": false, "maxOperations": 0, "maxPayloadSize": 0 },
        "filter": { "supported": true, "maxResults": max_results },
        "changePassword": { "supported": false },
        "sort": { "supported": any(|capabilities| capabilities.can_sort) },
        "etag": { "supported": false },
        "authenticationSchemes": schemes,
        "meta": {
            "resourceType": "ServiceProviderConfig",
            "location": format!("{base_url}/ServiceProviderConfig"),
        },
    })
}

fn describe_type(base_url: &str, resource_type: &ResourceType) -> Value {
    let extensions: Vec<Value> = resource_type
        .extensions()
        .iter()
        .map(|extension| json!({ "schema": extension.schema.id(), "required": extension.required }))
        .collect();

    let mut described = json!({
        "schemas": [RESOURCE_TYPE],
        "id": resource_type.name(),
        "name": resource_type.name(),
        "endpoint": resource_type.endpoint(),
        "description": resource_type.description(),
        "schema": resource_type.schema().id(),
        "meta": {
            "resourceType": "ResourceType",
            "location": format!("{base_url}/ResourceTypes/{}", resource_type.name()),
        },
    });

    if let (Some(members), false) = (described.as_object_mut(), extensions.is_empty()) {
        members.insert("schemaExtensions".to_owned(), Value::Array(extensions));
    }
    described
}

fn describe_schema(base_url: &str, schema: &Schema) -> Value {
    json!({
        "schemas": [SCHEMA],
        "id": schema.id(),
        "name": schema.name(),
        "description": schema.description(),
        "attributes": schema.attributes(),
        "meta": {
            "resourceType": "Schema",
            "location": format!("{base_url}/Schemas/{}", schema.id()),
        },
    })
}

fn bytes_of(value: &Value) -> Bytes {
    // Every JSON value has JSON text.
    Bytes::from(serde_json::to_vec(value).unwrap_or_default())
}
