//! Connections that send nothing, send slowly, or are too many.

use std::time::{Duration, Instant};

use axum::Router;
use scim_core::Service;
use scim_core::auth::BearerTokens;
use scim_core::memory::MemoryStore;
use scim_core::tenant::Tenant;
use scim_examples::{ConnectionLimits, serve_connections};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tokio::time::timeout;

const GET: &str = "GET /Users?count=0 HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer s3cret\r\n";

/// A server in this process.
struct Server {
    address: std::net::SocketAddr,
    stop: oneshot::Sender<()>,
    task: JoinHandle<()>,
}

/// Starts a server with limits that a test can wait for.
async fn start(connections: usize) -> Server {
    let tenant = Tenant::builder("https://example.com/scim/v2".parse().unwrap())
        .authenticator(BearerTokens::new("entra", "s3cret"))
        .provider(MemoryStore::new().users())
        .build()
        .unwrap();
    let router = Router::new().fallback_service(Service::new(tenant));

    let mut limits = ConnectionLimits::default();
    limits.connections = connections;
    limits.head = Duration::from_millis(300);
    limits.body = Duration::from_millis(600);
    limits.idle = Duration::from_millis(900);

    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = oneshot::channel();
    let task = tokio::spawn(serve_connections(listener, router, limits, async {
        stopped.await.unwrap();
    }));
    Server {
        address,
        stop,
        task,
    }
}

/// Opens a connection and sends `bytes`.
async fn open(server: &Server, bytes: &str) -> TcpStream {
    let mut stream = TcpStream::connect(server.address).await.unwrap();
    stream.write_all(bytes.as_bytes()).await.unwrap();
    stream
}

/// Reads until the server closes the connection, for at most five seconds.
async fn rest(mut stream: TcpStream) -> String {
    let mut text = Vec::new();
    let read = timeout(Duration::from_secs(5), stream.read_to_end(&mut text)).await;
    let _ = read.expect("the server keeps the connection open");
    String::from_utf8(text).unwrap()
}

#[tokio::test]
async fn r4_a_silent_connection_is_closed_after_the_idle_time() {
    let server = start(8).await;
    let began = Instant::now();
    assert_eq!(rest(open(&server, "").await).await, "");
    assert!(began.elapsed() >= Duration::from_millis(900));
}

#[tokio::test]
async fn r4_an_unfinished_head_is_closed_before_the_idle_time() {
    let server = start(8).await;
    let began = Instant::now();
    assert_eq!(rest(open(&server, GET).await).await, "");
    assert!(began.elapsed() < Duration::from_millis(900));
}

#[tokio::test]
async fn r4_an_unfinished_body_is_refused_and_closed() {
    let server = start(8).await;
    let head = GET.replace("GET /Users?count=0", "POST /Users") + "Content-Length: 20\r\n\r\n{";
    let answer = rest(open(&server, &head).await).await;
    assert!(answer.starts_with("HTTP/1.1 400 "), "{answer}");
    assert!(answer.contains("connection: close"), "{answer}");
}

#[tokio::test]
async fn r3_a_caller_without_a_token_gets_401_and_no_100_continue() {
    let server = start(8).await;
    let head = "POST /Users HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 8000000\r\n\r\n";
    let answer = rest(open(&server, head).await).await;
    assert!(answer.starts_with("HTTP/1.1 401 "), "{answer}");
    assert!(answer.contains("connection: close"), "{answer}");
}

#[tokio::test]
async fn r10_a_length_over_the_limit_is_413_and_no_100_continue() {
    let server = start(8).await;
    let head = GET.replace("GET /Users?count=0", "POST /Users")
        + "Expect: 100-continue\r\nContent-Length: 80000000\r\n\r\n";
    let answer = rest(open(&server, &head).await).await;
    assert!(answer.starts_with("HTTP/1.1 413 "), "{answer}");
    assert!(answer.contains("connection: close"), "{answer}");
}

#[tokio::test]
async fn r4_a_new_connection_closes_the_one_that_has_been_idle_longest() {
    let server = start(4).await;
    let mut idle = Vec::new();
    for _ in 0..4 {
        idle.push(open(&server, "").await);
        tokio::time::sleep(Duration::from_millis(20)).await;
    }

    let request = format!("{GET}Connection: close\r\n\r\n");
    let answer = timeout(Duration::from_millis(500), async {
        rest(open(&server, &request).await).await
    });
    assert!(answer.await.unwrap().starts_with("HTTP/1.1 200 "));

    let mut byte = [0];
    let first = timeout(Duration::from_millis(100), idle[0].read(&mut byte)).await;
    assert_eq!(first.expect("the oldest is still open").unwrap(), 0);
    let second = timeout(Duration::from_millis(100), idle[1].read(&mut byte)).await;
    assert!(second.is_err(), "the second was closed too");
}

#[tokio::test]
async fn r5_http_2_with_prior_knowledge_is_refused() {
    let server = start(8).await;
    let answer = rest(open(&server, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n").await).await;
    assert!(!answer.contains("200"), "{answer}");
}

#[tokio::test]
async fn a_stop_finishes_the_accepted_request() {
    let server = start(8).await;
    let head = GET.replace("GET /Users?count=0", "POST /Users") + "Content-Length: 18\r\n\r\n";
    let mut stream = open(&server, &head).await;
    tokio::time::sleep(Duration::from_millis(50)).await;

    server.stop.send(()).unwrap();
    tokio::time::sleep(Duration::from_millis(300)).await;
    stream.write_all(br#"{"userName":"ada"}"#).await.unwrap();
    let answer = rest(stream).await;
    assert!(answer.starts_with("HTTP/1.1 201 "), "{answer}");

    timeout(Duration::from_secs(3), server.task)
        .await
        .expect("the server runs on")
        .unwrap();
}
