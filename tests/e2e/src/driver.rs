//! A `WebDriver` program and a session with it.

use std::net::TcpListener;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result};
use serde_json::{Map, Value, json};
use thirtyfour::{Capabilities, WebDriver};
use tokio::net::TcpStream;

use crate::process::Process;
use crate::until::{START, until};

/// Longest time that one `WebDriver` command may take: above the page-load limit of the sessions.
const REQUEST: Duration = Duration::from_secs(90);

/// A loopback port that was free a moment ago.
pub fn free_port() -> Result<u16> {
    Ok(TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port())
}

/// Starts the driver program on a free port and opens a session with these W3C capabilities.
pub async fn connect(
    name: &str,
    mut command: Command,
    log: &Path,
    mut capabilities: Value,
) -> Result<(Process, WebDriver)> {
    let port = free_port()?;
    command.arg(format!("--port={port}"));
    let mut driver = Process::start(name, &mut command, log)?;
    until(&format!("{name} to listen"), START, async || {
        driver.check()?;
        Ok(TcpStream::connect(("127.0.0.1", port)).await.ok())
    })
    .await?;
    capabilities["timeouts"] = json!({ "script": 30_000, "pageLoad": 60_000 });
    capabilities["unhandledPromptBehavior"] = "dismiss and notify".into();
    let capabilities: Map<String, Value> = serde_json::from_value(capabilities)?;
    let session = WebDriver::builder(
        format!("http://127.0.0.1:{port}"),
        Capabilities::from(capabilities),
    )
    .request_timeout(REQUEST)
    .await
    .with_context(|| format!("no session with {name}: see {}", log.display()))?;
    Ok((driver, session))
}
