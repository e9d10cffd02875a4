//! A client of HTTP/1.1 that can also behave badly.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

use counterfoil_core::collector::account::Entry;
use counterfoil_core::collector::problem::{Document, Problem};
use counterfoil_core::encoding::sha256_hex;
use serde_json::Value;

use super::described;
use super::server::Server;

/// How long an answer may take before the test fails.
const PATIENCE: Duration = Duration::from_mins(2);

/// An answer.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(found, _)| found == name)
            .map(|(_, value)| value.as_str())
    }

    pub(crate) fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    /// The entries of an answer that must be one.
    pub(crate) fn entries(&self) -> Vec<String> {
        assert!(
            matches!(self.status, 200 | 202),
            "{}: {}",
            self.status,
            self.text()
        );
        serde_json::from_value(self.json()["entries"].clone()).unwrap()
    }

    /// The only entry, and what it says.
    pub(crate) fn entry(&self) -> (String, Entry) {
        let entries = self.entries();
        assert_eq!(entries.len(), 1);
        let entry = Entry::open(&entries[0]).unwrap();
        (entries[0].clone(), entry)
    }

    /// The problem of a refusal, with the check of the bundle that failed.
    pub(crate) fn problem(&self) -> (Problem, Option<String>) {
        let document: Document =
            serde_json::from_slice(&self.body).unwrap_or_else(|_| panic!("{}", self.text()));
        assert_eq!(document.status, self.status);
        (document.problem().unwrap(), document.check)
    }
}

impl Server {
    /// Sends bytes as they are; gives what comes back until the server closes, if it is an answer.
    pub(crate) fn raw(&self, bytes: &[u8]) -> Option<Answer> {
        send(TcpStream::connect(self.address).unwrap(), bytes, false)
    }

    /// As [`Self::raw`], where the server may be gone.
    pub(crate) fn try_raw(&self, bytes: &[u8]) -> Option<Answer> {
        send(TcpStream::connect(self.address).ok()?, bytes, false)
    }

    /// Sends a part of a request, and says that no more will come.
    pub(crate) fn cut_off(&self, bytes: &[u8]) -> Option<Answer> {
        send(TcpStream::connect(self.address).unwrap(), bytes, true)
    }

    /// One request whose answer is held against the description of the interface.
    pub(crate) fn request(
        &self,
        method: &str,
        target: &str,
        headers: &[(&str, &str)],
        body: &[u8],
    ) -> Answer {
        let answer = self
            .raw(&request(self, method, target, headers, body))
            .expect("no answer");
        described::check(method, target, &answer);
        answer
    }

    pub(crate) fn get(&self, target: &str) -> Answer {
        self.request("GET", target, &[], b"")
    }

    pub(crate) fn put(&self, bundle: &[u8]) -> Answer {
        let target = format!("/v1/bundles/{}", sha256_hex(bundle));
        self.request("PUT", &target, &[("Content-Type", "application/zip")], bundle)
    }

    pub(crate) fn withdraw(&self, revocation: &str) -> Answer {
        let body = serde_json::json!({ "revocation": revocation }).to_string();
        self.request(
            "POST",
            "/v1/revocations",
            &[("Content-Type", "application/json")],
            body.as_bytes(),
        )
    }

    pub(crate) fn account(&self, token: &str, query: &str) -> Answer {
        let token = format!("Bearer {token}");
        self.request(
            "GET",
            &format!("/v1/account{query}"),
            &[("Authorization", &token)],
            b"",
        )
    }
}

fn send(mut stream: TcpStream, bytes: &[u8], is_cut_off: bool) -> Option<Answer> {
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    // A server that answers early closes while the rest is still being written.
    let written = stream.write_all(bytes);
    if written.is_ok() && is_cut_off {
        drop(stream.shutdown(std::net::Shutdown::Write));
    }
    let mut answer = Vec::new();
    // After an early answer the connection may be reset: what came before that counts.
    drop(stream.read_to_end(&mut answer));
    parse(&answer)
}

/// The bytes of a request.
pub(crate) fn request(
    server: &Server,
    method: &str,
    target: &str,
    headers: &[(&str, &str)],
    body: &[u8],
) -> Vec<u8> {
    let mut head = format!(
        "{method} {target} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n",
        server.address
    );
    for (name, value) in headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    if !body.is_empty() || method != "GET" {
        head.push_str(&format!("Content-Length: {}\r\n", body.len()));
    }
    head.push_str("\r\n");
    let mut bytes = head.into_bytes();
    bytes.extend_from_slice(body);
    bytes
}

fn parse(bytes: &[u8]) -> Option<Answer> {
    let end = bytes.windows(4).position(|window| window == b"\r\n\r\n")?;
    let mut lines = std::str::from_utf8(&bytes[..end]).ok()?.split("\r\n");
    let status = lines.next()?.split(' ').nth(1)?.parse().ok()?;
    let headers: Vec<_> = lines
        .filter_map(|line| line.split_once(": "))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()))
        .collect();
    let answer = Answer {
        status,
        headers,
        body: bytes[end + 4..].to_vec(),
    };
    let length = answer
        .header("content-length")
        .and_then(|length| length.parse().ok());
    // One that was cut off is none.
    (length == Some(answer.body.len())).then_some(answer)
}
