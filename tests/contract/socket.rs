//! A real connection to the HTTP server of the examples.

use std::net::SocketAddr;

use scim_tests::Caller;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// A service behind the HTTP server of the examples. It ends with the test's runtime.
pub(crate) struct Socket(SocketAddr);

impl Socket {
    pub(crate) async fn of(server: &Caller) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        tokio::spawn(scim_examples::serve(listener, server.service().clone()));
        Self(address)
    }

    /// Sends bytes and returns the whole answer as text.
    pub(crate) async fn say(&self, request: &[u8]) -> String {
        let mut stream = TcpStream::connect(self.0).await.expect("a connection");
        stream.write_all(request).await.expect("a request");
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).await.expect("an answer");
        String::from_utf8(answer).expect("text")
    }

    /// Sends a request with these lines, the token and the length of the body. Returns the status and the body.
    pub(crate) async fn exchange(&self, head: &[&str], body: &[u8]) -> (u16, String) {
        let mut request = Vec::new();
        for line in head {
            request.extend_from_slice(format!("{line}\r\n").as_bytes());
        }
        request.extend_from_slice(
            format!(
                "Host: scim.acme.example\r\nConnection: close\r\nAuthorization: Bearer {}\r\nContent-Length: {}\r\n\r\n",
                scim_tests::SECRET_TOKEN,
                body.len()
            )
            .as_bytes(),
        );
        request.extend_from_slice(body);
        let answer = self.say(&request).await;
        let (head, body) = answer.split_once("\r\n\r\n").expect("a head and a body");
        let status = head.split(' ').nth(1).expect("a status");
        (status.parse().expect("a number"), body.to_owned())
    }
}
