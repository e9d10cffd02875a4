//! The one way out of the browsers: a forward proxy that reaches this machine only, and writes down the rest.

use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex};

use anyhow::{Context, Result, bail};
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// Longest request head that is read.
const HEAD: usize = 64 << 10;

/// What is asked for by others than the extension, and refused and written down like the rest: Chromium's spelling
/// dictionary, which no setting keeps it from once a text field is seen, and what pages of the applications want from
/// elsewhere, fonts and libraries.
const OTHERS: [&str; 4] = [
    "redirector.gvt1.com:443",
    "cdn.jsdelivr.net:443",
    "fonts.googleapis.com:443",
    "fonts.gstatic.com:443",
];

/// A request that a browser made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attempt {
    /// `GET`, `CONNECT`, …
    pub method: String,
    /// The address as the browser gave it: a URL, or `host:port` for `CONNECT`.
    pub target: String,
    /// The `Origin` header, if any: requests of an extension carry its scheme here.
    pub origin: Option<String>,
    /// Whether it was let through to a server of this machine.
    pub forwarded: bool,
}

/// Names that stand for servers of this machine: a made-up host, with any port, goes to an address.
type Names = BTreeMap<String, SocketAddr>;

#[derive(Debug, Default)]
struct Shared {
    /// Whether other hosts than this machine's are reached too.
    open: bool,
    names: Mutex<Names>,
    trusted: Mutex<Option<String>>,
    attempts: Mutex<Vec<Attempt>>,
}

/// A running proxy. Loopback addresses, `localhost` and the [names](Proxy::name) are forwarded; every other
/// request is refused with 403. All are written down.
#[derive(Debug)]
pub struct Proxy {
    address: SocketAddr,
    shared: Arc<Shared>,
    server: JoinHandle<()>,
}

impl Proxy {
    /// Listens on a free loopback port, and reaches this machine only.
    pub async fn start() -> Result<Self> {
        Self::listen(false).await
    }

    /// Listens on a free loopback port, and reaches every host: for a person who tries the browser by hand.
    pub async fn open() -> Result<Self> {
        Self::listen(true).await
    }

    async fn listen(open: bool) -> Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let address = listener.local_addr()?;
        let shared = Arc::new(Shared {
            open,
            ..Shared::default()
        });
        let server = tokio::spawn({
            let shared = Arc::clone(&shared);
            async move {
                while let Ok((stream, _)) = listener.accept().await {
                    let shared = Arc::clone(&shared);
                    // A browser that goes away in the middle of a request is no fault of the run.
                    tokio::spawn(async move { drop(serve(stream, &shared).await) });
                }
            }
        });
        Ok(Self {
            address,
            shared,
            server,
        })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Lets a made-up host stand for a server of this machine.
    pub fn name(&self, host: &str, address: SocketAddr) {
        if let Ok(mut names) = self.shared.names.lock() {
            names.insert(host.to_owned(), address);
        }
    }

    /// Lets the browsers that start from now on believe the servers that hold this key: the digest that
    /// [`Web::key`](crate::web::Web::key) gives.
    pub fn trust(&self, key: &str) {
        if let Ok(mut trusted) = self.shared.trusted.lock() {
            *trusted = Some(key.to_owned());
        }
    }

    /// The key that browsers believe beside those of the public authorities, if any.
    pub fn trusted(&self) -> Option<String> {
        self.shared
            .trusted
            .lock()
            .ok()
            .and_then(|trusted| trusted.clone())
    }

    /// All requests so far.
    pub fn attempts(&self) -> Vec<Attempt> {
        self.shared
            .attempts
            .lock()
            .map(|attempts| attempts.clone())
            .unwrap_or_default()
    }

    /// The requests that would have left the machine, and those that an extension made, wherever to.
    pub fn escapes(&self) -> Vec<Attempt> {
        let extension =
            |origin: &str| origin.starts_with("chrome-extension:") || origin.starts_with("moz-extension:");
        self.attempts()
            .into_iter()
            .filter(|attempt| {
                let foreign = !attempt.forwarded && !OTHERS.contains(&attempt.target.as_str());
                foreign || attempt.origin.as_deref().is_some_and(extension)
            })
            .collect()
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.server.abort();
    }
}

/// One request of a browser; the connection ends with the answer.
async fn serve(mut browser: TcpStream, shared: &Shared) -> Result<()> {
    let (head, rest) = read_head(&mut browser).await?;
    let text = String::from_utf8_lossy(&head);
    let mut lines = text.split("\r\n");
    let mut first = lines.next().context("no request line")?.split(' ');
    let (Some(method), Some(target), Some(version)) = (first.next(), first.next(), first.next()) else {
        bail!("no request line");
    };
    let headers: Vec<&str> = lines.filter(|line| !line.is_empty()).collect();
    let origin = headers
        .iter()
        .filter_map(|line| line.split_once(':'))
        .find(|(name, _)| name.eq_ignore_ascii_case("origin"))
        .map(|(_, value)| value.trim().to_owned());
    let (authority, path) = match target.strip_prefix("http://") {
        Some(address) => match address.find(['/', '?']) {
            Some(at) if address.as_bytes()[at] == b'/' => (&address[..at], address[at..].to_owned()),
            Some(at) => (&address[..at], format!("/{}", &address[at..])),
            None => (address, "/".to_owned()),
        },
        None => (target, String::new()),
    };
    let server = match resolve(authority, shared) {
        None if shared.open => look_up(authority, if method == "CONNECT" { 443 } else { 80 }).await,
        server => server,
    };
    if let Ok(mut attempts) = shared.attempts.lock() {
        attempts.push(Attempt {
            method: method.to_owned(),
            target: target.to_owned(),
            origin,
            forwarded: server.is_some(),
        });
    }
    let connected = match server {
        Some(server) => TcpStream::connect(server).await.ok(),
        None => None,
    };
    let Some(mut server) = connected else {
        let status = if server.is_some() {
            "502 Bad Gateway"
        } else {
            "403 Forbidden"
        };
        let answer = format!("HTTP/1.1 {status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
        browser.write_all(answer.as_bytes()).await?;
        return Ok(browser.shutdown().await?);
    };
    if method == "CONNECT" {
        browser
            .write_all(b"HTTP/1.1 200 Connection established\r\n\r\n")
            .await?;
    } else {
        let mut request = format!("{method} {path} {version}\r\n");
        for line in headers {
            let name = line.split(':').next().unwrap_or_default();
            if !["connection", "proxy-connection", "keep-alive"]
                .iter()
                .any(|hop| name.eq_ignore_ascii_case(hop))
            {
                request.push_str(line);
                request.push_str("\r\n");
            }
        }
        request.push_str("Connection: close\r\n\r\n");
        server.write_all(request.as_bytes()).await?;
    }
    server.write_all(&rest).await?;
    tokio::io::copy_bidirectional(&mut browser, &mut server).await?;
    Ok(())
}

/// Reads up to the empty line; what came after it is given back too.
pub(crate) async fn read_head(stream: &mut (impl AsyncRead + Unpin)) -> Result<(Vec<u8>, Vec<u8>)> {
    let mut bytes = Vec::new();
    loop {
        if let Some(end) = bytes.windows(4).position(|window| window == b"\r\n\r\n") {
            let rest = bytes.split_off(end + 4);
            return Ok((bytes, rest));
        }
        if bytes.len() > HEAD || stream.read_buf(&mut bytes).await? == 0 {
            bail!("no whole request head");
        }
    }
}

/// The address on this machine that an authority stands for.
fn resolve(authority: &str, shared: &Shared) -> Option<SocketAddr> {
    let (host, port) = match authority.rsplit_once(':') {
        Some((host, port)) if !port.ends_with(']') => (host, port.parse().ok()?),
        _ => (authority, 80),
    };
    if let Some(address) = shared
        .names
        .lock()
        .ok()
        .and_then(|names| names.get(host).copied())
    {
        return Some(address);
    }
    let ip: IpAddr = match host {
        "localhost" => [127, 0, 0, 1].into(),
        _ => host.trim_start_matches('[').trim_end_matches(']').parse().ok()?,
    };
    ip.is_loopback().then(|| SocketAddr::new(ip, port))
}

/// The address of another machine.
async fn look_up(authority: &str, default_port: u16) -> Option<SocketAddr> {
    let named = authority
        .rsplit_once(':')
        .is_some_and(|(_, port)| port.parse::<u16>().is_ok());
    let authority = if named {
        authority.to_owned()
    } else {
        format!("{authority}:{default_port}")
    };
    tokio::net::lookup_host(authority).await.ok()?.next()
}
