//! Rendering resources for clients.

use crate::projection::Projection;
use crate::resource::{Json, list_schemas, tree, write_text};
use crate::schema::{GROUP, ResourceType};
use crate::tenant::Tenant;
use crate::{Error, ErrorKind, Resource, ValueRef};

/// Renders resources of one type: adds the attributes that the service writes, and projects the result.
#[derive(Debug)]
pub(super) struct Renderer<'s> {
    tenant: &'s Tenant,
    resource_type: &'s ResourceType,
    projection: &'s Projection,
    checks_resources: bool,
    /// The common beginning of all locations.
    base: String,
}

impl<'s> Renderer<'s> {
    pub(super) fn new(
        tenant: &'s Tenant,
        resource_type: &'s ResourceType,
        projection: &'s Projection,
        checks_resources: bool,
    ) -> Self {
        Self {
            tenant,
            resource_type,
            projection,
            checks_resources,
            base: tenant.location(resource_type.endpoint(), ""),
        }
    }

    /// The URL of a resource.
    pub(super) fn location(&self, resource: &Resource) -> Result<String, Error> {
        let id = resource.id().ok_or_else(|| {
            Error::new(
                ErrorKind::Internal,
                "The provider returned a resource without an id",
            )
        })?;

        let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
        Ok(if id.bytes().all(is_plain) {
            format!("{}{id}", self.base)
        } else {
            self.tenant.location(self.resource_type.endpoint(), &id)
        })
    }

    /// The resource as the body of a response.
    pub(super) fn to_vec(&self, resource: &Resource) -> Result<Vec<u8>, Error> {
        let mut out = Vec::with_capacity(1024);
        self.write(resource, &mut out)?;
        Ok(out)
    }

    /// Writes a resource. Members that the store keeps as text are copied without parsing.
    pub(super) fn write(&self, resource: &Resource, out: &mut Vec<u8>) -> Result<(), Error> {
        let location = self.location(resource)?;
        if self.checks_resources {
            self.check(resource, &location)?;
        }

        if resource.has_null() {
            let mut tree = resource.tree().clone();
            tree::drop_nulls(&mut tree);
            self.write_members(&Resource::from_tree(tree), &location, out);
        } else {
            self.write_members(resource, &location, out);
        }
        Ok(())
    }

    fn write_members(&self, resource: &Resource, location: &str, out: &mut Vec<u8>) {
        let schemas = self.schemas(resource);
        let meta = self.meta(resource, location);
        let [schemas, meta] = [&schemas, &meta].map(|json| {
            // Texts make a text.
            let json = std::str::from_utf8(json).unwrap_or_default();
            ValueRef::of_text(Json::new(json))
        });

        let no_members = self
            .shows_no_members(resource)
            .then_some(("members", ValueRef::of_text(Json::new("[]"))));
        let stored = resource.members().filter(|(name, _)| {
            !name.eq_ignore_ascii_case("schemas") && !name.eq_ignore_ascii_case("meta")
        });
        let all = std::iter::once(("schemas", schemas))
            .chain(stored)
            .chain(no_members)
            .chain([("meta", meta)]);
        self.projection.write(all, self.resource_type, out);
    }

    /// Writes the URIs of the core schema and of the extensions in use (RFC 7643 §3).
    fn schemas(&self, resource: &Resource) -> Vec<u8> {
        let mut out = Vec::with_capacity(160);
        out.push(b'[');
        write_text(&mut out, self.resource_type.schema().id());

        for extension in self.resource_type.extensions() {
            let uri = extension.schema.id();
            if resource
                .member(uri)
                .is_some_and(|value| !value.is_unassigned())
            {
                out.push(b',');
                write_text(&mut out, uri);
            }
        }

        out.push(b']');
        out
    }

    /// Writes the provider's `meta` with the resource type and the location.
    fn meta(&self, resource: &Resource, location: &str) -> Vec<u8> {
        let mut out = Vec::with_capacity(240);
        out.push(b'{');

        for (name, value) in resource
            .member("meta")
            .into_iter()
            .flat_map(ValueRef::members)
        {
            if !name.eq_ignore_ascii_case("resourceType") && !name.eq_ignore_ascii_case("location")
            {
                write_text(&mut out, name);
                out.push(b':');
                value.write(&mut out);
                out.push(b',');
            }
        }

        out.extend_from_slice(b"\"resourceType\":");
        write_text(&mut out, self.resource_type.name());
        out.extend_from_slice(b",\"location\":");
        write_text(&mut out, location);
        out.push(b'}');
        out
    }

    /// Checks that a resource conforms to its type, before the projection.
    fn check(&self, resource: &Resource, location: &str) -> Result<(), Error> {
        let mut whole = resource.clone();
        tree::drop_nulls(whole.tree_mut());
        list_schemas(&mut whole, self.resource_type);
        whole.set("meta.resourceType", self.resource_type.name())?;
        whole.set("meta.location", location)?;

        let violations = whole.violations(self.resource_type);
        for violation in &violations {
            tracing::error!(
                resource_type = self.resource_type.name(),
                violation = %violation,
                "a provider returned a resource that does not conform to its type"
            );
        }

        match violations.first() {
            None => Ok(()),
            Some(first) => Err(Error::new(
                ErrorKind::Internal,
                format!(
                    "The provider returned a resource that does not conform to its type: {first}"
                ),
            )),
        }
    }

    /// Whether to show an empty list of members. Older authentik versions read a missing list as "never add".
    fn shows_no_members(&self, resource: &Resource) -> bool {
        let schema = self.resource_type.schema();
        schema.id() == GROUP
            && schema.attribute("members").is_some()
            && resource.member("members").is_none()
    }
}
