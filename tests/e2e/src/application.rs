//! Real applications that people write in, each started on a free loopback port and ended by its process id.
//!
//! None of them may reach further than this machine: what they ask of the network goes to a [`Proxy`] that
//! refuses it and writes it down.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::driver::free_port;
use crate::process::{self, Process};
use crate::proxy::Proxy;
use crate::tools::{Tools, script};
use crate::until::until;

/// Python applications import for a long time on a loaded machine.
const READY: Duration = Duration::from_mins(2);

/// A running application.
#[derive(Debug)]
pub struct Application {
    /// `http://127.0.0.1:PORT`, without a slash at the end.
    pub origin: String,
    process: Process,
    /// Its files; gone with it.
    _room: tempfile::TempDir,
}

impl Application {
    /// Whoogle, a search engine that asks another one. That one is out of reach, so a search ends on the page
    /// that says so, which is all the same to the person's words.
    pub async fn whoogle(tools: &Tools, outlet: &Proxy) -> Result<Self> {
        let room = process::room("whoogle")?;
        let port = free_port()?;
        let mut command = Command::new(&tools.whoogle_python);
        command
            .args(["-m", "app", "--host", "127.0.0.1", "--port", &port.to_string()])
            .env("CONFIG_VOLUME", room.path())
            .env("WHOOGLE_PROXY_TYPE", "http")
            .env("WHOOGLE_PROXY_LOC", outlet.address().to_string())
            .env("WHOOGLE_AUTOCOMPLETE", "0");
        Self::start("Whoogle", command, port, outlet, room).await
    }

    /// Gradio's chat interface, with an answer that needs no model.
    pub async fn gradio(tools: &Tools, outlet: &Proxy) -> Result<Self> {
        let room = process::room("gradio")?;
        let port = free_port()?;
        let mut command = Command::new(&tools.gradio_python);
        command
            .arg(script("gradio_app.py"))
            .arg(port.to_string())
            .env("GRADIO_TEMP_DIR", room.path());
        Self::start("Gradio", command, port, outlet, room).await
    }

    /// Fossil: a wiki page named `Notes` that can be appended to at `/wikiappend?name=Notes`, a forum, tickets.
    pub async fn fossil(outlet: &Proxy) -> Result<Self> {
        let room = process::room("fossil")?;
        let port = free_port()?;
        std::fs::write(room.path().join("notes.wiki"), "Notes of the crew.\n")?;
        fossil(room.path(), &["init", "--admin-user", "writer", "crew.fossil"]).await?;
        fossil(
            room.path(),
            &["wiki", "create", "Notes", "notes.wiki", "-R", "crew.fossil"],
        )
        .await?;
        let mut command = Command::new("fossil");
        // Whoever comes from this machine is the owner of the repository, and may post.
        command
            .args([
                "server",
                "crew.fossil",
                "--localhost",
                "--localauth",
                "--nojail",
                "--port",
                &port.to_string(),
            ])
            .current_dir(room.path());
        Self::start("Fossil", command, port, outlet, room).await
    }

    /// Chainlit, whose words travel by a socket.
    pub async fn chainlit(tools: &Tools, outlet: &Proxy) -> Result<Self> {
        let room = process::room("chainlit")?;
        let port = free_port()?;
        std::fs::copy(script("chainlit_app.py"), room.path().join("app.py"))?;
        let mut command = Command::new(&tools.chainlit_python);
        command
            .args([
                "-m",
                "chainlit",
                "run",
                "app.py",
                "--headless",
                "--host",
                "127.0.0.1",
            ])
            .args(["--port", &port.to_string()])
            .current_dir(room.path());
        Self::start("Chainlit", command, port, outlet, room).await
    }

    /// Streamlit's chat field.
    pub async fn streamlit(tools: &Tools, outlet: &Proxy) -> Result<Self> {
        let room = process::room("streamlit")?;
        let port = free_port()?;
        let mut command = Command::new(&tools.streamlit_python);
        command
            .args(["-m", "streamlit", "run"])
            .arg(script("streamlit_app.py").canonicalize()?)
            .args(["--server.headless", "true", "--server.address", "127.0.0.1"])
            .args(["--server.port", &port.to_string()])
            .args([
                "--browser.gatherUsageStats",
                "false",
                "--server.fileWatcherType",
                "none",
            ])
            .current_dir(room.path());
        Self::start("Streamlit", command, port, outlet, room).await
    }

    /// Panel's chat interface, in nested shadow roots.
    pub async fn panel(tools: &Tools, outlet: &Proxy) -> Result<Self> {
        let room = process::room("panel")?;
        let port = free_port()?;
        let mut command = Command::new(&tools.panel_python);
        command.arg(script("panel_app.py")).arg(port.to_string());
        Self::start("Panel", command, port, outlet, room).await
    }

    /// Trac: wiki pages to be edited at `/wiki/NAME?action=edit`, tickets to be filed at `/newticket`, each with a
    /// preview before it.
    pub async fn trac(tools: &Tools, outlet: &Proxy) -> Result<Self> {
        let room = process::room("trac")?;
        let port = free_port()?;
        let make = |arguments: &[&str]| {
            let mut command = Command::new(&tools.trac_python);
            command.args(["-m", "trac.admin.console", "crew"]).args(arguments);
            command.current_dir(room.path()).env("HOME", room.path());
            command
        };
        for arguments in [
            &["initenv", "crew", "sqlite:db/trac.db"][..],
            &[
                "permission",
                "add",
                "anonymous",
                "WIKI_CREATE",
                "WIKI_MODIFY",
                "TICKET_CREATE",
            ],
        ] {
            let (code, text) = process::output("Trac", make(arguments), READY).await?;
            ensure!(
                code == Some(0),
                "trac-admin {}: {}",
                arguments.join(" "),
                text.trim()
            );
        }
        let mut command = Command::new(&tools.trac_python);
        command
            .args([
                "-m",
                "trac.web.standalone",
                "--single-env",
                "--hostname",
                "127.0.0.1",
            ])
            .args(["--port", &port.to_string(), "crew"])
            .current_dir(room.path());
        Self::start("Trac", command, port, outlet, room).await
    }

    async fn start(
        name: &str,
        mut command: Command,
        port: u16,
        outlet: &Proxy,
        room: tempfile::TempDir,
    ) -> Result<Self> {
        let proxy = format!("http://{}", outlet.address());
        for variable in [
            "HTTP_PROXY",
            "HTTPS_PROXY",
            "ALL_PROXY",
            "http_proxy",
            "https_proxy",
            "all_proxy",
        ] {
            command.env(variable, &proxy);
        }
        // Gradio asks itself over http whether it has started.
        command
            .env("NO_PROXY", "127.0.0.1,localhost")
            .env("no_proxy", "127.0.0.1,localhost");
        command
            .env("HOME", room.path())
            .env("PYTHONDONTWRITEBYTECODE", "1");
        let log = room.path().join("log");
        let mut process = Process::start(name, &mut command, &log)?;
        until(&format!("{name} to answer"), READY, async || {
            process
                .check()
                .with_context(|| std::fs::read_to_string(&log).unwrap_or_default())?;
            Ok(answers(port).await.then_some(()))
        })
        .await?;
        Ok(Self {
            origin: format!("http://127.0.0.1:{port}"),
            process,
            _room: room,
        })
    }

    /// Its process id, for the account that a run gives of itself.
    pub fn process_id(&self) -> u32 {
        self.process.id()
    }
}

async fn fossil(folder: &Path, arguments: &[&str]) -> Result<()> {
    let mut command = Command::new("fossil");
    command
        .args(arguments)
        .current_dir(folder)
        .env("HOME", folder)
        .env("USER", "writer");
    let (code, text) = process::output("fossil", command, Duration::from_secs(30)).await?;
    ensure!(code == Some(0), "fossil {}: {}", arguments.join(" "), text.trim());
    Ok(())
}

/// Whether something answers a request for the root page with a status below 400.
async fn answers(port: u16) -> bool {
    let ask = async {
        let mut stream = TcpStream::connect(("127.0.0.1", port)).await.ok()?;
        let request = format!("GET / HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n\r\n");
        stream.write_all(request.as_bytes()).await.ok()?;
        let mut answer = [0; 12];
        stream.read_exact(&mut answer).await.ok()?;
        let status: u16 = std::str::from_utf8(answer.get(9..12)?).ok()?.parse().ok()?;
        (status < 400).then_some(())
    };
    matches!(
        tokio::time::timeout(Duration::from_secs(5), ask).await,
        Ok(Some(()))
    )
}
