//! The client's own network: reused connections and timeouts.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use hubspot_adapter::client::{Client, ErrorKind, NewUser, RetryPolicy};
use tokio::io::{AsyncReadExt, AsyncWriteExt, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};
use url::Url;

use crate::support::start;

fn at(listener: &TcpListener) -> Url {
    let address = listener.local_addr().unwrap();
    Url::parse(&format!("http://{address}")).unwrap()
}

#[tokio::test]
async fn successive_calls_share_one_connection() {
    let scene = start().await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = at(&listener);
    let accepted = Arc::new(AtomicUsize::new(0));
    let (counter, hubspot) = (Arc::clone(&accepted), scene.hubspot.address());
    let between = tokio::spawn(async move {
        while let Ok((mut near, _)) = listener.accept().await {
            counter.fetch_add(1, Ordering::Relaxed);
            tokio::spawn(async move {
                let mut far = TcpStream::connect(hubspot).await.unwrap();
                copy_bidirectional(&mut near, &mut far).await
            });
        }
    });
    let client = scene.hubspot.client().base_url(url).build().unwrap();

    for _ in 0..20 {
        client.roles().await.unwrap();
        let clone = client.for_request();
        let error = clone.read_user("1").await.unwrap_err();
        assert!(error.is_not_found());
    }

    assert_eq!(accepted.load(Ordering::Relaxed), 1);
    assert_eq!(scene.log().len(), 40);

    between.abort();
}

/// A server that accepts connections and never answers, and a client that tries once.
async fn silent() -> (TcpListener, Client) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let client = Client::builder()
        .access_token("pat".into())
        .base_url(at(&listener))
        .retry(RetryPolicy::default().with_attempts(1))
        .build()
        .unwrap();
    (listener, client)
}

#[tokio::test(start_paused = true)]
async fn an_attempt_that_gets_no_answer_ends_after_fifteen_seconds() {
    let (_listener, client) = silent().await;
    let start = tokio::time::Instant::now();
    let error = client.read_user("1").await.unwrap_err();
    assert_eq!(*error.kind(), ErrorKind::Unavailable, "{error:?}");
    assert_eq!(start.elapsed().as_secs(), 15);
    let error = client.create_user(&NewUser::new("a@b.example")).await;
    assert_eq!(*error.unwrap_err().kind(), ErrorKind::Ambiguous);
}

#[tokio::test(start_paused = true)]
async fn an_operation_against_silence_ends_by_its_deadline() {
    let (listener, _) = silent().await;
    let client = Client::builder().access_token("pat".into());
    let client = client.base_url(at(&listener)).build().unwrap();
    let start = tokio::time::Instant::now();
    let error = client.read_user("1").await.unwrap_err();
    assert_eq!(*error.kind(), ErrorKind::Unavailable);
    assert!(
        start.elapsed() <= Duration::from_secs(26),
        "{:?}",
        start.elapsed()
    );
}

#[tokio::test]
async fn a_body_that_breaks_off_at_once_is_not_an_empty_body() {
    for (status, kind) in [
        ("400 Bad Request", ErrorKind::Unavailable),
        ("404 Not Found", ErrorKind::Unreadable),
        ("401 Unauthorized", ErrorKind::Unauthorized),
    ] {
        let (listener, client) = silent().await;
        let answer = format!("HTTP/1.1 {status}\r\ncontent-length: 99\r\n\r\n");
        let server = tokio::spawn(async move {
            let (mut socket, _) = listener.accept().await.unwrap();
            let mut request = [0; 1024];
            let _ = socket.read(&mut request).await.unwrap();
            socket.write_all(answer.as_bytes()).await.unwrap();
        });
        let error = client.read_user("1").await.unwrap_err();
        assert_eq!(*error.kind(), kind, "{status}");

        server.await.unwrap();
    }
}
