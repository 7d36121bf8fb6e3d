//! Calls of a provider, answered at once.

use futures_util::FutureExt;
use scim_core::memory::MemoryProvider;
use scim_core::provider::{Context, CreateRequest, GetRequest, PatchRequest, Patched};
use scim_core::{Error, PatchOp, Profile, Provider, Resource};

pub(crate) fn now<T>(future: impl Future<Output = T>) -> T {
    future.now_or_never().expect("no waiting")
}

pub(crate) fn resource(json: &str) -> Resource {
    Resource::from_slice(json.as_bytes()).expect("a resource")
}

pub(crate) fn create(provider: &MemoryProvider, json: &str) -> Result<Resource, Error> {
    now(provider.create(CreateRequest::new(Context::default(), resource(json))))
}

pub(crate) fn get(provider: &MemoryProvider, id: &str) -> Result<Resource, Error> {
    now(provider.get(GetRequest::new(Context::default(), id)))
}

pub(crate) fn patch(
    provider: &MemoryProvider,
    id: &str,
    operations: &str,
) -> Result<Resource, Error> {
    let json = format!(r#"{{"Operations":{operations}}}"#);
    let operations = PatchOp::from_slice(json.as_bytes(), Profile::tolerant())?;
    let request = PatchRequest::new(Context::default(), id, operations, Profile::tolerant());
    match now(provider.patch(request))? {
        Patched::Resource(resource) => Ok(resource),
        Patched::NoContent | Patched::Delegated => get(provider, id),
    }
}

pub(crate) fn id_of(resource: &Resource) -> String {
    resource.id().expect("an id").into_owned()
}
