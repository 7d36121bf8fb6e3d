//! The probe of a real account. It runs where it is asked for by name, and writes only to what its variables name.

use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use hubspot_adapter::client::TokioTimer;

use crate::probe::Probe;
use crate::settings::Settings;

#[tokio::test]
#[ignore = "asks a real account: set HUBSPOT_ACCESS_TOKEN, HUBSPOT_PROBE_ACCOUNT and what the README names"]
async fn a_real_account_says_its_dialect() {
    let settings = Settings::read(|name| std::env::var(name).ok()).unwrap();
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    let nonce = since.as_secs().to_string();
    let probe = Probe::new(settings, Arc::new(TokioTimer), &nonce, true).unwrap();
    probe.run().await.unwrap();
}
