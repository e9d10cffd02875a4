//! The reference collector on loopback, and everything that is said to it, byte by byte.

use std::fmt::Write as _;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result, ensure};
use serde_json::json;
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

use crate::process::{Process, room};
use crate::proxy::read_head;

/// A request as it came over the wire.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heard {
    /// `GET`, `PUT` or `POST`.
    pub method: String,
    /// Path and query.
    pub target: String,
    /// The headers, with names in lower case.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
}

impl Heard {
    /// The value of a header.
    pub fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(found, _)| found == name);
        found.map(|(_, value)| value.as_str())
    }
}

/// A collector with one offer, and a listener before it that writes down what it is asked.
#[derive(Debug)]
pub struct Collector {
    program: PathBuf,
    address: SocketAddr,
    heard: Arc<Mutex<Vec<Heard>>>,
    listener: JoinHandle<()>,
    scratch: TempDir,
    _server: Process,
}

impl Collector {
    /// Starts one that pays 7 cents for a prompt.
    pub async fn start(program: &Path, title: &str) -> Result<Self> {
        let scratch = room("collector")?;
        let now = SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs();
        let draft = json!({
            "title": title, "purposes": ["train"], "kinds": ["prompt"], "sites": [], "languages": [], "min_items": 1,
            "valid_from": now - 86_400, "valid_until": now + 86_400, "asset": "EUR",
            "rules": [{ "id": "prompts", "kind": "prompt", "per": "record", "n": 1, "amount": "7" }],
            "caps": { "min_codepoints": 3, "max_codepoints": 100_000, "per_bundle": 1_000, "per_person": 10_000 },
            "time_precision": "day", "retention_days": 365, "pay_within_days": 30, "regions": ["DE"],
            "human_review": false,
        });
        let (offer, terms) = (
            scratch.path().join("draft.json"),
            scratch.path().join("terms.txt"),
        );
        std::fs::write(&offer, draft.to_string())?;
        std::fs::write(&terms, "A model learns from it.\n")?;
        let data = scratch.path().join("data");
        run(
            program,
            &["offer", "add"],
            &data,
            &[offer.as_os_str(), "--terms".as_ref(), terms.as_os_str()],
        )?;
        let log = std::fs::File::create(scratch.path().join("log"))?;
        let mut server = Process::spawn(
            "the collector",
            Command::new(program)
                .args([
                    "serve",
                    "--listen",
                    "127.0.0.1:0",
                    "--name",
                    "Corner Library",
                    "--data",
                ])
                .arg(&data)
                .stdout(Stdio::piped())
                .stderr(log),
        )?;
        let stdout = server.stdout().context("no output")?;
        let stdout = tokio::process::ChildStdout::from_std(stdout)?;
        let line = BufReader::new(stdout)
            .lines()
            .next_line()
            .await?
            .context("it did not start")?;
        let behind = line
            .split_whitespace()
            .nth(2)
            .and_then(|url| url.strip_prefix("http://"));
        let behind: SocketAddr = behind.context("no address")?.parse()?;
        let before = TcpListener::bind(("127.0.0.1", 0)).await?;
        let address = before.local_addr()?;
        let heard = Arc::default();
        let listener = tokio::spawn({
            let heard = Arc::clone(&heard);
            async move {
                while let Ok((stream, _)) = before.accept().await {
                    let heard = Arc::clone(&heard);
                    // A client that goes away in between is no fault of the run.
                    tokio::spawn(async move { drop(pass_on(stream, behind, &heard).await) });
                }
            }
        });
        Ok(Self {
            program: program.to_owned(),
            address,
            heard,
            listener,
            scratch,
            _server: server,
        })
    }

    /// Its address, as a person enters it.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// What it was asked so far.
    pub fn heard(&self) -> Vec<Heard> {
        self.heard.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Runs a command of the operator; gives what it prints.
    pub fn operate(&self, words: &[&str], arguments: &[&str]) -> Result<String> {
        let arguments: Vec<_> = arguments.iter().map(AsRef::as_ref).collect();
        run(
            &self.program,
            words,
            &self.scratch.path().join("data"),
            &arguments,
        )
    }

    /// Whether these bytes are in any of its files.
    pub fn holds(&self, bytes: &[u8]) -> Result<bool> {
        holds(&self.scratch.path().join("data"), bytes)
    }
}

impl Drop for Collector {
    fn drop(&mut self) {
        self.listener.abort();
    }
}

fn holds(folder: &Path, bytes: &[u8]) -> Result<bool> {
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        let found = if path.is_dir() {
            holds(&path, bytes)?
        } else {
            std::fs::read(&path)?
                .windows(bytes.len())
                .any(|window| window == bytes)
        };
        if found {
            return Ok(true);
        }
    }
    Ok(false)
}

fn run(program: &Path, words: &[&str], data: &Path, arguments: &[&std::ffi::OsStr]) -> Result<String> {
    let output = Command::new(program)
        .args(words)
        .arg("--data")
        .arg(data)
        .args(arguments)
        .output()?;
    let error = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "{words:?}: {error}");
    Ok(String::from_utf8(output.stdout)?)
}

/// Reads one request whole, writes it down and passes it on; the connection ends with the answer.
async fn pass_on(mut client: TcpStream, server: SocketAddr, heard: &Mutex<Vec<Heard>>) -> Result<()> {
    let (first, mut body) = read_head(&mut client).await?;
    let text = String::from_utf8(first)?;
    let mut lines = text.split("\r\n");
    let mut line = lines.next().context("no request line")?.split(' ');
    let (method, target) = (
        line.next().context("no method")?,
        line.next().context("no target")?,
    );
    let headers: Vec<(String, String)> = lines
        .filter_map(|line| line.split_once(':'))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()))
        .collect();
    let length = headers.iter().find(|(name, _)| name == "content-length");
    let length = length.map_or(Ok(0), |(_, length)| length.parse::<usize>())?;
    while body.len() < length {
        ensure!(client.read_buf(&mut body).await? > 0, "cut off");
    }
    let mut request = format!("{method} {target} HTTP/1.1\r\n");
    for (name, value) in headers.iter().filter(|(name, _)| name != "connection") {
        write!(request, "{name}: {value}\r\n")?;
    }
    request.push_str("connection: close\r\n\r\n");
    let mut behind = TcpStream::connect(server).await?;
    behind.write_all(request.as_bytes()).await?;
    behind.write_all(&body).await?;
    heard.lock().unwrap_or_else(PoisonError::into_inner).push(Heard {
        method: method.to_owned(),
        target: target.to_owned(),
        headers,
        body,
    });
    let mut answer = Vec::new();
    behind.read_to_end(&mut answer).await?;
    client.write_all(&answer).await?;
    Ok(client.shutdown().await?)
}
