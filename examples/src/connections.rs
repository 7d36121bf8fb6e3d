//! Serves HTTP/1 connections with timeouts and a limit on their number.

use std::convert::Infallible;
use std::error::Error;
use std::future::{Future, poll_fn};
use std::io;
use std::pin::{Pin, pin};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::{Request, Response};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;
use tokio::time::{Instant, sleep, timeout};
use tower_service::Service as _;

/// The size limit of a request's head, in bytes. It leaves room for a query of 64 KiB, the limit of the service.
const MAX_HEAD_BYTES: usize = 128 * 1024;

/// How long the server reads on after its last response, so that the client can receive that response.
const LINGER: Duration = Duration::from_secs(1);

/// How often a connection looks at its deadlines.
const TICK: Duration = Duration::from_millis(250);

/// The limits of a server's connections.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct ConnectionLimits {
    /// Number of open connections. Beyond it, the server closes the connection that has been idle longest.
    pub connections: usize,
    /// Time for the head of a request, from its first byte.
    pub head: Duration,
    /// Time for the body of a request.
    pub body: Duration,
    /// Time between two requests.
    pub idle: Duration,
    /// Time for the client to receive a response.
    pub response: Duration,
    /// Time for running requests to end after a stop signal.
    pub grace: Duration,
}

impl Default for ConnectionLimits {
    fn default() -> Self {
        Self {
            connections: 128,
            head: Duration::from_secs(10),
            body: Duration::from_secs(60),
            idle: Duration::from_secs(75),
            response: Duration::from_secs(60),
            grace: Duration::from_secs(10),
        }
    }
}

/// Serves `router` over HTTP/1 until `stop` is ready, and then finishes the requests it accepted.
///
/// If the process runs out of file descriptors, the server also closes the connection that has been idle longest.
pub async fn serve_connections(
    listener: TcpListener,
    router: Router,
    limits: ConnectionLimits,
    stop: impl Future<Output = ()>,
) {
    let registry = Arc::new(Registry::default());
    let mut stop = pin!(stop);

    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = &mut stop => break,
        };
        let Ok((stream, _)) = accepted else {
            // Either the client hung up already, or the process has no descriptor left.
            registry.close_idlest();
            sleep(Duration::from_millis(10)).await;
            continue;
        };

        let is_stopped = tokio::select! {
            () = registry.make_room(limits.connections) => false,
            () = &mut stop => true,
        };
        registry.spawn(stream, router.clone(), limits);
        if is_stopped {
            break;
        }
    }

    // Connections in the queue of the system are accepted for their clients.
    while let Ok(Ok((stream, _))) = timeout(Duration::ZERO, listener.accept()).await {
        registry.spawn(stream, router.clone(), limits);
    }
    drop(listener);

    registry.is_stopping.store(true, Ordering::Relaxed);
    let ended = async {
        while !registry.list().is_empty() {
            registry.changed.notified().await;
        }
    };
    // A client that never ends its request must not keep the process alive.
    let _ = timeout(limits.grace, ended).await;
}

/// The open connections.
#[derive(Default)]
struct Registry {
    connections: Mutex<Vec<Arc<Connection>>>,
    /// Wakes the listener when a connection ends or becomes idle.
    changed: Notify,
    is_stopping: AtomicBool,
}

impl Registry {
    fn list(&self) -> MutexGuard<'_, Vec<Arc<Connection>>> {
        self.connections
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until there is room for a connection, and closes idle ones for it.
    async fn make_room(&self, limit: usize) {
        while self.list().len() >= limit {
            self.close_idlest();
            // A permit of `notify_one` stays until somebody takes it, so no change is missed.
            self.changed.notified().await;
        }
    }

    /// Closes the connection that has been without a request for the longest time.
    fn close_idlest(&self) {
        let list = self.list();
        let idle = list
            .iter()
            .filter_map(|connection| Some((connection.idle_since()?, connection)));
        if let Some((_, idlest)) = idle.min_by_key(|(since, _)| *since) {
            idlest.close.notify_one();
        }
    }

    fn spawn(self: &Arc<Self>, stream: TcpStream, router: Router, limits: ConnectionLimits) {
        let connection = Arc::new(Connection::default());
        self.list().push(Arc::clone(&connection));

        let entry = Entry {
            registry: Arc::clone(self),
            connection: Arc::clone(&connection),
        };
        tokio::spawn(async move {
            serve_connection(stream, router, &connection, limits, &entry.registry).await;
        });
    }
}

/// Removes a connection from the registry on drop.
struct Entry {
    registry: Arc<Registry>,
    connection: Arc<Connection>,
}

impl Drop for Entry {
    fn drop(&mut self) {
        let is_other = |other: &Arc<Connection>| !Arc::ptr_eq(other, &self.connection);
        self.registry.list().retain(is_other);
        self.registry.changed.notify_one();
    }
}

/// The state of one connection.
struct Connection {
    phase: Mutex<(Phase, Instant)>,
    /// When the last request ended; at first, when the connection began.
    quiet_since: Mutex<Instant>,
    close: Notify,
}

/// The part of an exchange that a connection is in.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Phase {
    /// No byte of a request has arrived.
    Idle,
    /// A part of a head has arrived.
    Head,
    /// The service works on a request.
    Busy,
    /// The client receives a response.
    Response,
}

impl Default for Connection {
    fn default() -> Self {
        let now = Instant::now();
        Self {
            phase: Mutex::new((Phase::Idle, now)),
            quiet_since: Mutex::new(now),
            close: Notify::new(),
        }
    }
}

impl Connection {
    fn phase(&self) -> (Phase, Instant) {
        *self.phase.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Begins phase `next` if the connection is in phase `from`.
    fn advance(&self, from: &[Phase], next: Phase) -> bool {
        let mut phase = self.phase.lock().unwrap_or_else(PoisonError::into_inner);
        if !from.contains(&phase.0) {
            return false;
        }
        *phase = (next, Instant::now());
        if next == Phase::Idle {
            *self
                .quiet_since
                .lock()
                .unwrap_or_else(PoisonError::into_inner) = phase.1;
        }
        true
    }

    /// Since when the connection has no request, if it has none.
    fn idle_since(&self) -> Option<Instant> {
        let is_quiet = matches!(self.phase().0, Phase::Idle | Phase::Head);
        let since = *self
            .quiet_since
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        is_quiet.then_some(since)
    }

    fn is_overdue(&self, limits: ConnectionLimits) -> bool {
        let (phase, since) = self.phase();
        let limit = match phase {
            Phase::Idle => limits.idle,
            Phase::Head => limits.head,
            Phase::Response => limits.response,
            // The body has a deadline of its own, and the provider answers for the rest.
            Phase::Busy => return false,
        };
        since.elapsed() >= limit
    }
}

/// Serves one connection until it ends, is overdue, or has to make room.
async fn serve_connection(
    stream: TcpStream,
    router: Router,
    connection: &Arc<Connection>,
    limits: ConnectionLimits,
    registry: &Arc<Registry>,
) {
    let service = service_fn(|request: Request<Incoming>| {
        let mut router = router.clone();
        let connection = Arc::clone(connection);
        Box::pin(async move {
            connection.advance(&[Phase::Idle, Phase::Head, Phase::Response], Phase::Busy);

            let body = |body| Body::new(TimedBody::new(body, limits.body));
            let response: Result<Response<Body>, Infallible> = router.call(request.map(body)).await;

            connection.advance(&[Phase::Busy], Phase::Response);
            response
        })
    });

    let io = TokioIo::new(WatchedStream {
        stream,
        connection: Arc::clone(connection),
        registry: Arc::clone(registry),
    });
    let mut http = http1::Builder::new()
        .header_read_timeout(None)
        .max_buf_size(MAX_HEAD_BYTES)
        .serve_connection(io, service);

    let ended = loop {
        tokio::select! {
            ended = poll_fn(|cx| http.poll_without_shutdown(cx)) => break ended,
            () = connection.close.notified() => {
                if connection.idle_since().is_some() {
                    return;
                }
                // A request came first, so the listener has to choose again.
                registry.changed.notify_one();
            }
            () = sleep(TICK) => {
                let is_stopping = registry.is_stopping.load(Ordering::Relaxed);
                let is_idle = connection.phase().0 == Phase::Idle;
                if connection.is_overdue(limits) || (is_stopping && is_idle) {
                    return;
                }
                if is_stopping {
                    Pin::new(&mut http).graceful_shutdown();
                }
            }
        }
    };

    if ended.is_ok() {
        connection.advance(&[Phase::Busy, Phase::Response], Phase::Idle);
        let stream = http.into_parts().io.into_inner().stream;
        tokio::select! {
            _ = timeout(LINGER, linger(stream)) => {}
            () = connection.close.notified() => {}
        }
    }
}

/// Reads what the client still sends. Closing at once would reset the connection and could destroy the last response.
async fn linger(mut stream: TcpStream) -> io::Result<()> {
    stream.shutdown().await?;
    let mut unread = [0; 4096];
    while stream.read(&mut unread).await? > 0 {}
    Ok(())
}

/// A stream that notes the phases of its connection.
struct WatchedStream {
    stream: TcpStream,
    connection: Arc<Connection>,
    registry: Arc<Registry>,
}

impl AsyncRead for WatchedStream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let read = Pin::new(&mut self.stream).poll_read(cx, buffer);
        if buffer.filled().len() > before {
            self.connection.advance(&[Phase::Idle], Phase::Head);
        }
        read
    }
}

impl AsyncWrite for WatchedStream {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(cx, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        parts: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(cx, parts)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let flushed = Pin::new(&mut self.stream).poll_flush(cx);
        if flushed.is_ready() && self.connection.advance(&[Phase::Response], Phase::Idle) {
            self.registry.changed.notify_one();
        }
        flushed
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

/// A body that fails if it does not arrive in time. The time begins at the first read, so the authentication is over.
struct TimedBody {
    body: Incoming,
    limit: Duration,
    deadline: Option<Pin<Box<tokio::time::Sleep>>>,
}

impl TimedBody {
    fn new(body: Incoming, limit: Duration) -> Self {
        Self {
            body,
            limit,
            deadline: None,
        }
    }
}

impl hyper::body::Body for TimedBody {
    type Data = hyper::body::Bytes;
    type Error = Box<dyn Error + Send + Sync>;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<hyper::body::Frame<Self::Data>, Self::Error>>> {
        let limit = self.limit;
        let deadline = self.deadline.get_or_insert_with(|| Box::pin(sleep(limit)));
        if deadline.as_mut().poll(cx).is_ready() {
            return Poll::Ready(Some(Err("the body did not arrive in time".into())));
        }
        let frame = Pin::new(&mut self.body).poll_frame(cx);
        frame.map_err(Into::into)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> hyper::body::SizeHint {
        self.body.size_hint()
    }
}
