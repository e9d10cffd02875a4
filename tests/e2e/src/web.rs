//! Many hosts on loopback, spoken to by https with a certificate made for the run: where the fixture pages of the
//! adapters are shown at the addresses of the sites that they stand for.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use anyhow::{Context, Result};
use rcgen::{CertifiedKey, PublicKeyData as _};
use sha2::{Digest as _, Sha256};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};

use crate::proxy::read_head;

/// The script that the pages share, on every host.
const SCRIPT: &str = "/.fixture/composer.js";

/// A running server. It shows, at each address, the page that was put there, and at all others one that says where
/// the browser arrived; forms can be posted to any.
#[derive(Debug)]
pub struct Web {
    address: SocketAddr,
    key: String,
    pages: Arc<Mutex<BTreeMap<String, PathBuf>>>,
    server: JoinHandle<()>,
}

impl Web {
    /// Serves on a free loopback port; `folder` holds the shared script and the page of arrival.
    pub async fn start(folder: PathBuf) -> Result<Self> {
        // The browser looks at the key and not at the names, so one made-up name does for all hosts.
        let CertifiedKey { cert, signing_key } =
            rcgen::generate_simple_self_signed(vec!["fixtures.invalid".to_owned()])?;
        let key = data_encoding::BASE64.encode(&Sha256::digest(signing_key.subject_public_key_info()));
        let secret = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(signing_key.serialize_der()));
        let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()?
            .with_no_client_auth()
            .with_single_cert(vec![cert.der().clone()], secret)?;
        let acceptor = TlsAcceptor::from(Arc::new(config));
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let address = listener.local_addr()?;
        let pages = Arc::new(Mutex::new(BTreeMap::new()));
        let folder: Arc<Path> = folder.into();
        let server = tokio::spawn({
            let pages = Arc::clone(&pages);
            async move {
                while let Ok((stream, _)) = listener.accept().await {
                    let (acceptor, pages) = (acceptor.clone(), Arc::clone(&pages));
                    let folder = Arc::clone(&folder);
                    // A browser that goes away in the middle of a request is no fault of the run.
                    tokio::spawn(async move { drop(serve(stream, &acceptor, &pages, &folder).await) });
                }
            }
        });
        Ok(Self {
            address,
            key,
            pages,
            server,
        })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The SHA-256 of its public key, in Base64: what [`Proxy::trust`](crate::proxy::Proxy::trust) takes.
    pub fn key(&self) -> &str {
        &self.key
    }

    /// Shows a file at an https address from now on.
    pub fn show(&self, url: &str, file: PathBuf) {
        if let Ok(mut pages) = self.pages.lock() {
            pages.insert(place(url), file);
        }
    }
}

impl Drop for Web {
    fn drop(&mut self) {
        self.server.abort();
    }
}

/// An address without its scheme and fragment, as a request names it.
fn place(url: &str) -> String {
    let url = url.strip_prefix("https://").unwrap_or(url);
    let url = url.split('#').next().unwrap_or_default();
    if url.contains('/') {
        url.to_owned()
    } else {
        format!("{url}/")
    }
}

async fn serve(
    stream: TcpStream,
    acceptor: &TlsAcceptor,
    pages: &Mutex<BTreeMap<String, PathBuf>>,
    folder: &Path,
) -> Result<()> {
    let mut stream = acceptor.accept(stream).await?;
    let (head, rest) = read_head(&mut stream).await?;
    let head = String::from_utf8_lossy(&head);
    let mut first = head.split(' ');
    let (method, target) = (first.next().unwrap_or_default(), first.next().unwrap_or("/"));
    let header = |wanted: &str| {
        head.lines()
            .filter_map(|line| line.split_once(':'))
            .find(|(name, _)| name.eq_ignore_ascii_case(wanted))
            .map(|(_, value)| value.trim())
    };
    let length: usize = header("content-length")
        .and_then(|value| value.parse().ok())
        .unwrap_or(0);
    // The form is read to its end: a connection closed before that looks like a failure to the browser.
    let mut body = rest;
    while body.len() < length && stream.read_buf(&mut body).await? > 0 {}
    let host = header("host").context("no host")?;
    let shown = pages
        .lock()
        .ok()
        .and_then(|pages| pages.get(&format!("{host}{target}")).cloned());
    let (status, kind, file) = match shown {
        Some(file) if method == "GET" => ("200 OK", "text/html; charset=utf-8", file),
        _ if target == SCRIPT => (
            "200 OK",
            "text/javascript; charset=utf-8",
            folder.join("composer.js"),
        ),
        _ if target == "/favicon.ico" => ("204 No Content", "image/x-icon", PathBuf::new()),
        _ => ("200 OK", "text/html; charset=utf-8", folder.join("arrived.html")),
    };
    let content = if file.as_os_str().is_empty() {
        Vec::new()
    } else {
        std::fs::read(&file).with_context(|| format!("cannot read {}", file.display()))?
    };
    let head = format!(
        "HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {}\r\nCache-Control: no-store\r\nConnection: close\r\n\r\n",
        content.len()
    );
    stream.write_all(head.as_bytes()).await?;
    stream.write_all(&content).await?;
    Ok(stream.shutdown().await?)
}
