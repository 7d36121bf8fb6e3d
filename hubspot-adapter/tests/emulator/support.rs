//! Shared by the tests: an account, a client on the same virtual clock, bare requests.

use std::sync::Arc;

use hubspot_adapter::client::{Client, VirtualTimer};
use hubspot_adapter::emulator::{Emulator, EmulatorBuilder};
use secrecy::ExposeSecret;
use serde_json::Value;

pub(crate) struct Scene {
    pub(crate) hubspot: Emulator,
    pub(crate) client: Client,
    pub(crate) timer: VirtualTimer,
}

pub(crate) async fn start() -> Scene {
    start_with(Emulator::builder()).await
}

pub(crate) async fn play(behavior: &str) -> Scene {
    start_with(Emulator::builder().play(behavior).unwrap()).await
}

pub(crate) async fn start_with(builder: EmulatorBuilder) -> Scene {
    let timer = VirtualTimer::new();
    let hubspot = builder
        .timer(Arc::new(timer.clone()))
        .start()
        .await
        .unwrap();

    let client = hubspot
        .client()
        .timer(Arc::new(timer.clone()))
        .build()
        .unwrap();

    Scene {
        hubspot,
        client,
        timer,
    }
}

/// An unparsed answer.
#[derive(Debug)]
pub(crate) struct Bare {
    pub(crate) status: u16,
    pub(crate) headers: http::HeaderMap,
    pub(crate) body: Value,
}

impl Scene {
    /// Returns the log, one line for each request.
    pub(crate) fn log(&self) -> Vec<String> {
        self.hubspot
            .requests()
            .iter()
            .map(ToString::to_string)
            .collect()
    }

    pub(crate) async fn bare(&self, method: &str, path: &str, body: Option<Value>) -> Bare {
        let token = self.hubspot.token().expose_secret();
        self.bare_as(Some(&format!("Bearer {token}")), method, path, body)
            .await
    }

    pub(crate) async fn bare_as(
        &self,
        authorization: Option<&str>,
        method: &str,
        path: &str,
        body: Option<Value>,
    ) -> Bare {
        let url = self.hubspot.url().join(path).unwrap();
        let network = reqwest::Client::builder()
            .no_proxy()
            .tls_certs_only([])
            .build()
            .unwrap();

        let mut request = network.request(method.parse().unwrap(), url);
        if let Some(authorization) = authorization {
            request = request.header("authorization", authorization);
        }
        if let Some(body) = body {
            request = request.body(body.to_string());
        }

        let answer = request.send().await.unwrap();
        let status = answer.status().as_u16();
        let headers = answer.headers().clone();
        let body = serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap_or(Value::Null);

        Bare {
            status,
            headers,
            body,
        }
    }
}
