//! The Chrome `DevTools` Protocol, as far as `WebDriver` does not reach: the service worker, the popup.

use std::time::Duration;

use anyhow::{Context, Result, anyhow, bail};
use futures_util::{SinkExt as _, StreamExt as _};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio::sync::Mutex;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

/// How long an answer may take.
const DEADLINE: Duration = Duration::from_secs(20);

/// A connection to the browser as a whole; targets are reached through sessions on it.
#[derive(Debug)]
pub struct Cdp {
    /// Held from a command until its answer: answers are matched by waiting for them one at a time.
    line: Mutex<Line>,
}

#[derive(Debug)]
struct Line {
    socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
    last: u64,
}

/// Something that can be attached to: a tab, a popup, a service worker.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// Its id.
    pub id: String,
    /// `page`, `service_worker`, …
    pub kind: String,
    /// Its address.
    pub url: String,
}

impl Cdp {
    /// Connects to the address that the browser wrote into `DevToolsActivePort`.
    pub async fn connect(url: &str) -> Result<Self> {
        let (socket, _) = connect_async(url)
            .await
            .with_context(|| format!("cannot reach {url}"))?;
        Ok(Self {
            line: Mutex::new(Line { socket, last: 0 }),
        })
    }

    /// Sends a command to the browser, or to a session on a target, and gives its result.
    pub async fn send(&self, session: Option<&str>, method: &str, params: Value) -> Result<Value> {
        let mut line = self.line.lock().await;
        line.last += 1;
        let id = line.last;
        let mut command = json!({ "id": id, "method": method, "params": params });
        if let Some(session) = session {
            command["sessionId"] = session.into();
        }
        line.socket.send(Message::text(command.to_string())).await?;
        let answer = async {
            while let Some(message) = line.socket.next().await {
                let Message::Text(text) = message? else { continue };
                let answer: Value = serde_json::from_str(&text)?;
                if answer["id"] == id {
                    return Ok(answer);
                }
            }
            Err(anyhow!("the browser closed the connection"))
        };
        let mut answer = tokio::time::timeout(DEADLINE, answer)
            .await
            .with_context(|| format!("no answer to {method}"))??;
        if let Some(error) = answer.get("error") {
            bail!("{method}: {error}");
        }
        Ok(answer["result"].take())
    }

    /// All targets.
    pub async fn targets(&self) -> Result<Vec<Target>> {
        // An empty filter lets everything through; the default one hides some kinds.
        let result = self
            .send(None, "Target.getTargets", json!({ "filter": [{}] }))
            .await?;
        let field = |target: &Value, name: &str| target[name].as_str().unwrap_or_default().to_owned();
        Ok(result["targetInfos"]
            .as_array()
            .into_iter()
            .flatten()
            .map(|target| Target {
                id: field(target, "targetId"),
                kind: field(target, "type"),
                url: field(target, "url"),
            })
            .collect())
    }

    /// Attaches to a target; [`detach`](Self::detach) from a worker soon, since it is kept alive meanwhile.
    pub async fn attach(&self, target: &str) -> Result<String> {
        let result = self
            .send(
                None,
                "Target.attachToTarget",
                json!({ "targetId": target, "flatten": true }),
            )
            .await?;
        Ok(result["sessionId"].as_str().context("no session")?.to_owned())
    }

    /// Ends a session.
    pub async fn detach(&self, session: &str) -> Result<()> {
        self.send(None, "Target.detachFromTarget", json!({ "sessionId": session }))
            .await
            .map(drop)
    }

    /// Evaluates an expression in a session, waits for the promise that it may be, and gives its JSON value.
    pub async fn evaluate(&self, session: &str, expression: &str) -> Result<Value> {
        let mut result = self
            .send(
                Some(session),
                "Runtime.evaluate",
                json!({ "expression": expression, "awaitPromise": true, "returnByValue": true, "userGesture": false }),
            )
            .await?;
        if let Some(exception) = result.get("exceptionDetails") {
            bail!(
                "the script threw: {}",
                exception["exception"]["description"]
                    .as_str()
                    .unwrap_or("something")
            );
        }
        Ok(result["result"]["value"].take())
    }
}
