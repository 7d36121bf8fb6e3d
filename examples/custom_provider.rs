//! Your own store behind `Provider`: rows of devices, with an index of their serial numbers.

use std::collections::BTreeMap;
use std::process::ExitCode;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use clap::Parser;
use scim_core::filter::{CompareOp, Expr, Value};
use scim_core::provider::{
    Capabilities, CreateRequest, DeleteRequest, GetRequest, ListRequest, ReplaceRequest,
};
use scim_core::query::Page;
use scim_core::schema::ResourceType;
use scim_core::version::Version;
use scim_core::{Error, ErrorKind, Provider, Resource, Schema};
use scim_examples::{ServeFlags, exit_code, log_to_stderr, serve_providers};

const DEVICE: &str = r#"{"id": "urn:example:schemas:Device", "name": "Device", "attributes": [
    {"name": "serialNumber", "required": true, "caseExact": true, "uniqueness": "server"},
    {"name": "displayName"}, {"name": "retired", "type": "boolean"}
]}"#;

#[derive(Debug, Default)]
struct Rows {
    revision: u64,
    by_id: BTreeMap<u64, Resource>,
    by_serial: BTreeMap<String, u64>,
}

impl Rows {
    fn find(&self, id: &str) -> Result<(u64, &Resource), Error> {
        let row = id.parse().ok();
        row.and_then(|row| Some((row, self.by_id.get(&row)?)))
            .ok_or_else(|| Error::not_found(id))
    }

    fn put(&mut self, id: u64, mut device: Resource) -> Result<Resource, Error> {
        let serial = device.text("serialNumber").unwrap_or_default().into_owned();
        if self.by_serial.get(&serial).is_some_and(|row| *row != id) {
            return Err(Error::new(ErrorKind::Uniqueness, "serialNumber is taken"));
        }
        self.revision += 1;
        let version = Version::new(self.revision.to_string()).to_string();
        device.set("id", id.to_string())?;
        device.set("meta.version", version)?;
        self.by_serial.retain(|_, row| *row != id);
        self.by_serial.insert(serial, id);
        self.by_id.insert(id, device.clone());
        Ok(device)
    }
}

/// The provider of the resource type `Device`.
#[derive(Debug)]
pub(crate) struct Devices {
    device: ResourceType,
    rows: Mutex<Rows>,
}

impl Devices {
    /// An empty store.
    pub(crate) fn new() -> Result<Self, Error> {
        let schema = Schema::from_slice(DEVICE.as_bytes())?;
        Ok(Self {
            device: ResourceType::new("Device", "/Devices", schema),
            rows: Mutex::default(),
        })
    }

    fn rows(&self) -> MutexGuard<'_, Rows> {
        self.rows.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl Provider for Devices {
    fn resource_type(&self) -> &ResourceType {
        &self.device
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities::new()
    }

    async fn create(&self, request: CreateRequest) -> Result<Resource, Error> {
        let mut rows = self.rows();
        let id = rows.revision + 1;
        rows.put(id, request.resource)
    }

    async fn get(&self, request: GetRequest) -> Result<Resource, Error> {
        Ok(self.rows().find(&request.id)?.1.clone())
    }

    /// Uses the index if the filter names one serial number, and looks at every row otherwise.
    async fn list(&self, request: ListRequest) -> Result<Page, Error> {
        let rows = self.rows();
        let filter = request.filter.as_ref();
        if let Some(Expr::Compare { path, op, value }) = filter.map(|filter| filter.expr()) {
            let is_serial = path.name().eq_ignore_ascii_case("serialNumber");
            if let (true, CompareOp::Eq, Value::String(serial)) = (is_serial, op, value) {
                let found = rows.by_serial.get(&**serial);
                let found = found.and_then(|row| rows.by_id.get(row));
                return Ok(request.select(found, &self.device));
            }
        }
        Ok(request.select(rows.by_id.values(), &self.device))
    }

    async fn replace(&self, request: ReplaceRequest) -> Result<Resource, Error> {
        let mut rows = self.rows();
        let (id, device) = rows.find(&request.id)?;
        Version::check(device, request.expected_version.as_ref())?;
        rows.put(id, request.resource)
    }

    async fn delete(&self, request: DeleteRequest) -> Result<(), Error> {
        let mut rows = self.rows();
        let (id, device) = rows.find(&request.id)?;
        Version::check(device, request.expected_version.as_ref())?;
        rows.by_id.remove(&id);
        rows.by_serial.retain(|_, row| *row != id);
        Ok(())
    }
}

/// Serves devices over SCIM 2.0, and forgets them when it stops.
#[derive(Debug, Parser)]
struct Flags {
    #[command(flatten)]
    serve: ServeFlags,
}

#[tokio::main]
async fn main() -> ExitCode {
    log_to_stderr();
    exit_code(run(Flags::parse()).await)
}

async fn run(flags: Flags) -> Result<(), Box<dyn std::error::Error>> {
    serve_providers(&flags.serve, vec![Arc::new(Devices::new()?)]).await
}
