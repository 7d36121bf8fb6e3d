use std::collections::VecDeque;

use async_trait::async_trait;
use http::StatusCode;

use super::*;
use crate::client::{Client, ClientBuilder, NewUser, VirtualTimer};

/// A network that answers by a script and records the requests.
#[derive(Debug, Default)]
struct Scripted {
    answers: Mutex<VecDeque<Step>>,
    sent: Mutex<Vec<(Method, String, Duration)>>,
}

#[derive(Debug)]
enum Step {
    Answer(u16, &'static [(&'static str, &'static str)], &'static str),
    Fail(TransportErrorKind),
}

#[async_trait]
impl Transport for Scripted {
    async fn send(
        &self,
        request: Request<Bytes>,
        timeout: Duration,
    ) -> Result<Response<Bytes>, TransportError> {
        assert!(
            !format!("{request:?}").contains("planted"),
            "a log would show the token"
        );
        let bearer = request.headers()[AUTHORIZATION]
            .to_str()
            .unwrap()
            .to_owned();
        self.sent
            .lock()
            .unwrap()
            .push((request.method().clone(), bearer, timeout));
        match self
            .answers
            .lock()
            .unwrap()
            .pop_front()
            .expect("one request too many")
        {
            Step::Answer(status, headers, body) => {
                let mut response = Response::builder().status(status);
                for (name, value) in headers {
                    response = response.header(*name, *value);
                }
                Ok(response.body(Bytes::from_static(body.as_bytes())).unwrap())
            }
            Step::Fail(kind) => Err(TransportError::new(kind)),
        }
    }
}

#[derive(Debug)]
struct NoJitter;

impl Jitter for NoJitter {
    fn fraction(&self) -> f64 {
        0.0
    }
}

struct Scene {
    client: Client,
    network: Arc<Scripted>,
    timer: VirtualTimer,
}

fn scene(steps: impl IntoIterator<Item = Step>) -> Scene {
    scene_with(steps, |builder| builder)
}

fn scene_with(
    steps: impl IntoIterator<Item = Step>,
    adapt: impl FnOnce(ClientBuilder) -> ClientBuilder,
) -> Scene {
    let network = Arc::new(Scripted::default());
    network.answers.lock().unwrap().extend(steps);
    let timer = VirtualTimer::new();
    let transport: Arc<dyn Transport> = Arc::<Scripted>::clone(&network);
    let builder = Client::builder()
        .access_token("pat-na1-planted".into())
        .transport(transport)
        .timer(Arc::new(timer.clone()))
        .jitter(Arc::new(NoJitter));
    Scene {
        client: adapt(builder).build().unwrap(),
        network,
        timer,
    }
}

impl Scene {
    fn sent(&self) -> usize {
        self.network.sent.lock().unwrap().len()
    }
}

const USER: Step = Step::Answer(200, &[], r#"{"id": "1", "email": "a@b.example"}"#);

#[tokio::test]
async fn a_failed_read_is_repeated_after_a_pause() {
    let scene = scene([
        Step::Answer(500, &[], ""),
        Step::Fail(TransportErrorKind::Interrupted),
        Step::Fail(TransportErrorKind::Connect),
        USER,
    ]);
    assert_eq!(scene.client.read_user("1").await.unwrap().id, "1");
    let milliseconds = [125, 250, 500].map(Duration::from_millis);
    assert_eq!(scene.timer.sleeps(), milliseconds);
}

#[tokio::test]
async fn a_creation_with_an_unknown_outcome_is_sent_once() {
    for step in [
        Step::Answer(500, &[], ""),
        Step::Answer(503, &[("Retry-After", "1")], ""),
        Step::Answer(200, &[], "<html>"),
        Step::Answer(201, &[], r#"{"email": "a@b.example"}"#),
        Step::Fail(TransportErrorKind::Interrupted),
        Step::Fail(TransportErrorKind::Timeout),
        Step::Fail(TransportErrorKind::TooLarge),
    ] {
        let scene = scene([step]);
        let error = scene
            .client
            .create_user(&NewUser::new("a@b.example"))
            .await
            .unwrap_err();
        assert_eq!(*error.kind(), ErrorKind::Ambiguous, "{error:?}");
        assert_eq!(scene.sent(), 1);
    }
}

#[tokio::test]
async fn a_creation_that_hubspot_certainly_did_not_take_is_repeated() {
    let scene = scene([
        Step::Fail(TransportErrorKind::Connect),
        Step::Answer(423, &[], ""),
        Step::Answer(429, &[], r#"{"policyName": "TEN_SECONDLY_ROLLING"}"#),
        Step::Answer(201, &[], r#"{"id": "1"}"#),
    ]);
    assert!(
        scene
            .client
            .create_user(&NewUser::new("a@b.example"))
            .await
            .is_ok()
    );
    assert_eq!(scene.sent(), 4);
}

#[tokio::test]
async fn the_error_of_the_last_attempt_remains() {
    let failing = || Step::Answer(503, &[("Retry-After", "2")], "");
    let scene = scene([failing(), failing(), failing(), failing()]);
    let error = scene.client.delete_user("1").await.unwrap_err();
    assert_eq!(*error.kind(), ErrorKind::Unavailable);
    assert_eq!(error.retry_after(), Some(Duration::from_secs(2)));
    assert!(error.to_string().starts_with("delete user: "), "{error}");
}

#[tokio::test]
async fn an_operation_ends_by_its_deadline() {
    let limited = || Step::Answer(429, &[("Retry-After", "10")], "");
    let scene = scene([limited(), limited(), limited()]);
    let error = scene.client.read_user("1").await.unwrap_err();
    assert_eq!(*error.kind(), ErrorKind::RateLimited { daily: false });
    assert_eq!(scene.timer.sleeps(), [Duration::from_secs(10); 2]);
    // The last attempt got what was left of the 25 seconds.
    let timeouts: Vec<_> = scene
        .network
        .sent
        .lock()
        .unwrap()
        .iter()
        .map(|sent| sent.2)
        .collect();
    assert_eq!(timeouts, [15, 15, 5].map(Duration::from_secs));
}

#[tokio::test]
async fn after_a_refusal_for_the_limit_other_calls_wait_too() {
    let scene = scene([Step::Answer(429, &[("Retry-After", "50")], ""), USER]);
    assert!(scene.client.read_user("1").await.is_err());
    let error = scene.client.read_user("1").await.unwrap_err();
    assert_eq!(*error.kind(), ErrorKind::RateLimited { daily: false });
    assert_eq!(error.retry_after(), Some(Duration::from_secs(50)));
    assert_eq!(scene.sent(), 1, "a call that would be late is not sent");
    scene.timer.advance(Duration::from_secs(30));
    assert!(scene.client.read_user("1").await.is_ok());
    assert_eq!(scene.timer.sleeps(), [Duration::from_secs(20)]);
}

#[tokio::test]
async fn requests_beyond_the_limit_wait() {
    let scene = scene((0..101).map(|_| USER));
    for _ in 0..100 {
        scene.client.read_user("1").await.unwrap();
    }
    assert!(scene.timer.sleeps().is_empty());
    scene.client.read_user("1").await.unwrap();
    assert_eq!(scene.timer.sleeps(), [Duration::from_secs(10)]);
}

#[tokio::test]
async fn an_abandoned_call_returns_its_place() {
    #[derive(Debug)]
    struct Silent;

    #[async_trait]
    impl Transport for Silent {
        async fn send(
            &self,
            _: Request<Bytes>,
            _: Duration,
        ) -> Result<Response<Bytes>, TransportError> {
            std::future::pending().await
        }
    }

    let scene = scene_with([], |builder| builder.transport(Arc::new(Silent)));
    for _ in 0..100 {
        let mut call = Box::pin(scene.client.read_user("1"));
        let mut context = std::task::Context::from_waker(std::task::Waker::noop());
        assert!(call.as_mut().poll(&mut context).is_pending());
    }
    let wait = held(&scene.client.exchange.pacing).admit(scene.timer.now());
    assert_eq!(
        wait,
        Err(Duration::from_secs(10)),
        "abandoned calls count for one interval"
    );
}

/// Returns a new token after the old one was refused.
#[derive(Debug)]
struct Renewing;

#[async_trait]
impl CredentialProvider for Renewing {
    async fn access_token(&self) -> Result<SecretString, Error> {
        Ok("old".into())
    }

    async fn refresh(&self, refused: &SecretString) -> Result<Option<SecretString>, Error> {
        assert_eq!(refused.expose_secret(), "old");
        Ok(Some("new".into()))
    }
}

#[tokio::test]
async fn a_refused_token_is_renewed_once_even_for_a_creation() {
    let expired = || Step::Answer(401, &[], r#"{"category": "EXPIRED_AUTHENTICATION"}"#);
    let renewing = |builder: ClientBuilder| builder.credentials(Arc::new(Renewing));
    let scene = scene_with(
        [expired(), Step::Answer(201, &[], r#"{"id": "1"}"#)],
        renewing,
    );
    scene
        .client
        .create_user(&NewUser::new("a@b.example"))
        .await
        .unwrap();
    let bearers: Vec<_> = scene
        .network
        .sent
        .lock()
        .unwrap()
        .iter()
        .map(|sent| sent.1.clone())
        .collect();
    assert_eq!(bearers, ["Bearer old", "Bearer new"]);

    let scene = scene_with([expired(), expired()], renewing);
    let error = scene.client.read_user("1").await.unwrap_err();
    assert_eq!(*error.kind(), ErrorKind::Unauthorized);
    assert_eq!(error.status(), Some(StatusCode::UNAUTHORIZED));
}

#[tokio::test]
async fn a_fixed_token_that_is_refused_is_not_sent_again() {
    let scene = scene([Step::Answer(401, &[], "")]);
    let error = scene.client.read_user("1").await.unwrap_err();
    assert_eq!(*error.kind(), ErrorKind::Unauthorized);
    assert_eq!(scene.sent(), 1);
}

#[tokio::test]
async fn an_html_page_is_no_user() {
    let id = &[("x-hubspot-correlation-id", "abc-1")];
    let scene = scene([Step::Answer(200, id, "<html>ada@acme.example</html>")]);
    let error = scene.client.read_user("1").await.unwrap_err();
    assert_eq!(*error.kind(), ErrorKind::Unreadable);
    assert_eq!(error.status(), Some(StatusCode::OK));
    assert_eq!(error.correlation_id(), Some("abc-1"));
    assert!(!format!("{error} {error:?}").contains("acme"));
}
