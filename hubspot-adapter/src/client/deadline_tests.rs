//! The deadline of all calls for one SCIM request, in simulated time.

use std::sync::Mutex;
use std::time::Duration;

use async_trait::async_trait;
use http::Request;

use super::*;

/// A network in which every exchange takes some time, up to its timeout.
#[derive(Debug)]
struct Slow {
    timer: VirtualTimer,
    takes: Duration,
    status: u16,
    sent: Mutex<Vec<Method>>,
}

#[async_trait]
impl Transport for Slow {
    async fn send(
        &self,
        request: Request<Bytes>,
        timeout: Duration,
    ) -> Result<Response<Bytes>, TransportError> {
        self.sent.lock().unwrap().push(request.method().clone());
        if self.takes > timeout {
            self.timer.advance(timeout);
            return Err(TransportError::new(TransportErrorKind::Timeout));
        }
        self.timer.advance(self.takes);
        let body = Bytes::from_static(br#"{"id": "1", "email": "a@b.example", "results": []}"#);
        Ok(Response::builder().status(self.status).body(body).unwrap())
    }
}

fn slow(takes: u64, status: u16) -> (Client, Arc<Slow>, VirtualTimer) {
    let timer = VirtualTimer::new();
    let network = Arc::new(Slow {
        timer: timer.clone(),
        takes: Duration::from_secs(takes),
        status,
        sent: Mutex::default(),
    });
    let transport: Arc<dyn Transport> = Arc::<Slow>::clone(&network);
    let client = Client::builder()
        .access_token("pat".into())
        .transport(transport)
        .timer(Arc::new(timer.clone()))
        .build()
        .unwrap();
    (client, network, timer)
}

#[tokio::test]
async fn all_calls_for_one_request_end_within_its_deadline() {
    for (takes, status) in [(14, 200), (16, 200), (3, 503), (1, 429), (1, 423), (0, 500)] {
        let (client, _, timer) = slow(takes, status);
        let (start, client) = (timer.now(), client.for_request());
        for _ in 0..20 {
            let _ = client.read_user("1").await;
            let _ = client.delete_user("1").await;
            let _ = client.search_crm_users(&CrmSearch::new()).await;
            let _ = client.create_user(&NewUser::new("a@b.example")).await;
        }
        let took = timer.now() - start;
        assert!(took <= TOTAL_DEADLINE, "{takes} {status}: {took:?}");
        assert!(TOTAL_DEADLINE < Duration::from_secs(50));
    }
}

#[tokio::test]
async fn after_the_deadline_nothing_is_sent() {
    let (client, network, timer) = slow(1, 200);
    let scoped = client.for_request();
    timer.advance(TOTAL_DEADLINE);
    let new = NewUser::new("a@b.example");
    let error = scoped.create_user(&new).await.unwrap_err();
    assert_eq!(*error.kind(), ErrorKind::Unavailable);
    assert!(network.sent.lock().unwrap().is_empty());
    assert!(
        client.create_user(&new).await.is_ok(),
        "other requests have time"
    );
    assert!(scoped.for_request().create_user(&new).await.is_ok());
}

#[tokio::test]
async fn a_creation_that_times_out_under_way_is_ambiguous() {
    let (client, network, timer) = slow(10, 200);
    let client = client.for_request();
    timer.advance(Duration::from_secs(41));
    let new = NewUser::new("a@b.example");
    let error = client.create_user(&new).await.unwrap_err();
    assert_eq!(*error.kind(), ErrorKind::Ambiguous);
    assert_eq!(*network.sent.lock().unwrap(), [Method::POST]);
}

#[tokio::test]
async fn the_total_deadline_is_configurable() {
    let (client, ..) = slow(0, 200);
    assert!(client.for_request().until.is_some() && client.until.is_none());
    let timer = VirtualTimer::new();
    let client = Client::builder()
        .access_token("pat".into())
        .timer(Arc::new(timer.clone()))
        .total_deadline(Duration::from_secs(7))
        .build()
        .unwrap();
    assert_eq!(
        client.for_request().until,
        Some(timer.now() + Duration::from_secs(7))
    );
}

#[tokio::test]
async fn searches_are_repeated_and_paced_five_a_second() {
    let (client, network, timer) = slow(0, 200);
    for _ in 0..11 {
        client.search_crm_users(&CrmSearch::new()).await.unwrap();
    }
    assert_eq!(timer.sleeps(), [Duration::from_secs(1); 2]);
    assert_eq!(network.sent.lock().unwrap().len(), 11);
    client.roles().await.unwrap();
    assert_eq!(
        timer.sleeps().len(),
        2,
        "other calls do not wait for the limit on searches"
    );

    let (client, network, _) = slow(0, 503);
    let error = client
        .search_crm_users(&CrmSearch::new())
        .await
        .unwrap_err();
    assert_eq!(
        *error.kind(),
        ErrorKind::Unavailable,
        "a search changes nothing"
    );
    assert_eq!(network.sent.lock().unwrap().len(), 4);
}

/// A source of tokens that never answers, or has one token and never refreshes it.
#[derive(Debug)]
struct Silent {
    token: Option<secrecy::SecretString>,
}

#[async_trait]
impl CredentialProvider for Silent {
    async fn access_token(&self) -> Result<secrecy::SecretString, Error> {
        match &self.token {
            Some(token) => Ok(token.clone()),
            None => std::future::pending().await,
        }
    }

    async fn refresh(
        &self,
        _refused: &secrecy::SecretString,
    ) -> Result<Option<secrecy::SecretString>, Error> {
        std::future::pending().await
    }
}

#[tokio::test]
async fn a_missing_token_ends_the_request_in_time_without_a_creation() {
    for token in [None, Some("pat".into())] {
        let (_, network, timer) = slow(1, 401);
        let client = Client::builder()
            .credentials(Arc::new(Silent { token }))
            .transport(network)
            .timer(Arc::new(timer.clone()))
            .build()
            .unwrap();
        let (start, client) = (timer.now(), client.for_request());
        for _ in 0..3 {
            let created = client.create_user(&NewUser::new("a@b.example")).await;
            assert_eq!(*created.unwrap_err().kind(), ErrorKind::Unavailable);
        }
        assert!(timer.now() - start <= TOTAL_DEADLINE);
    }
}
