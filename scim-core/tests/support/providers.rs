//! Providers that several tests share.

use scim_core::memory::MemoryProvider;
use scim_core::provider::{Capabilities, CreateRequest, GetRequest, ListRequest};
use scim_core::query::Page;
use scim_core::schema::ResourceType;
use scim_core::{Error, Provider, Resource};

/// An empty, read-only provider of a resource type.
#[derive(Debug)]
pub(crate) struct Empty(pub(crate) ResourceType);

#[async_trait::async_trait]
impl Provider for Empty {
    fn resource_type(&self) -> &ResourceType {
        &self.0
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities::read_only()
    }

    async fn get(&self, request: GetRequest) -> Result<Resource, Error> {
        Err(Error::not_found(&request.id))
    }

    async fn list(&self, _: ListRequest) -> Result<Page, Error> {
        Ok(Page::complete(Vec::new()))
    }
}

/// A provider that returns at most `most` resources, as a window or as a complete set.
#[derive(Debug)]
pub(crate) struct Capped {
    pub(crate) inner: MemoryProvider,
    pub(crate) most: u64,
    pub(crate) windows: bool,
}

#[async_trait::async_trait]
impl Provider for Capped {
    fn resource_type(&self) -> &ResourceType {
        self.inner.resource_type()
    }

    fn capabilities(&self) -> Capabilities {
        self.inner.capabilities().with_max_results(self.most)
    }

    async fn create(&self, request: CreateRequest) -> Result<Resource, Error> {
        self.inner.create(request).await
    }

    async fn get(&self, request: GetRequest) -> Result<Resource, Error> {
        self.inner.get(request).await
    }

    async fn list(&self, request: ListRequest) -> Result<Page, Error> {
        assert!(request.count <= self.most && request.start_index >= 1);
        if !self.windows {
            return self.inner.list(request).await;
        }
        let mut all = request.clone();
        (all.start_index, all.count) = (1, u64::MAX);
        let (filter, sort) = (request.filter.clone(), request.sort.clone());
        let (_, resources) = self.inner.list(all).await?.finish(
            filter.as_ref(),
            sort.as_ref(),
            1,
            u64::MAX,
            self.resource_type(),
        );
        Ok(request.select(&resources, self.resource_type()))
    }
}
