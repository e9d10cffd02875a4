//! `counterfoil-collector serve`.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::time::interval;

use crate::collector::{CONTACT, Collector, NAME};
use crate::command::{DataArguments, Outcome, say};
use crate::directory::Directory;
use crate::failure::Failure;
use crate::http::{self, App, Reach, server};
use crate::store::{Change as _, Store};

/// How often what is left to do is looked for.
const ROUND: Duration = Duration::from_mins(1);

#[derive(clap::Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    data: DataArguments,
    /// Where to listen
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8420")]
    listen: SocketAddr,
    /// The collector's name, kept until another one is given
    #[arg(long)]
    name: Option<String>,
    /// Where people write to, kept until another one is given
    #[arg(long)]
    contact: Option<String>,
    /// The address that people use, as <https://collect.shop.example>
    #[arg(long, value_name = "URL", value_parser = parse_url)]
    public_url: Option<String>,
    /// Take the address of a client from the last entry of X-Forwarded-For, as the proxy before it writes it
    #[arg(long)]
    behind_proxy: bool,
}

fn parse_url(text: &str) -> Result<String, String> {
    let text = text.trim_end_matches('/');
    let host = text
        .strip_prefix("https://")
        .or_else(|| text.strip_prefix("http://"));
    match host {
        Some(host) if !host.is_empty() && !host.contains(['/', '?', '#', ' ']) => Ok(text.to_owned()),
        _ => Err("an address is https:// and a host, without a path".to_owned()),
    }
}

pub(crate) async fn run(arguments: Arguments) -> Result<Outcome, Failure> {
    tracing_subscriber::fmt()
        .json()
        .with_writer(std::io::stderr)
        .with_target(false)
        .init();
    let directory = Directory::open(&arguments.data.data)?;
    let lock = directory.lock()?;
    let collector = arguments.data.open(&directory).await?;
    let mut change = collector.store.change().await?;
    for (name, value) in [(NAME, &arguments.name), (CONTACT, &arguments.contact)] {
        if let Some(value) = value {
            change.set(name, value).await?;
        }
    }
    change.commit().await?;
    // A name that cannot be signed is told now, and not to the first person who asks.
    collector.metadata().await?;
    collector.recover().await?;

    let failed = |error: std::io::Error| Failure::file(arguments.listen, &error);
    let listener = TcpListener::bind(arguments.listen).await.map_err(failed)?;
    let address = listener.local_addr().map_err(failed)?;
    let (end, ended) = watch::channel(false);
    let signals = tokio::spawn(async move {
        let asked = asked_to_end().await;
        end.send_replace(true);
        asked
    });
    let keeper = tokio::spawn(keep(collector.clone(), ended.clone()));
    let reach = Reach {
        public_url: arguments.public_url,
        is_behind_proxy: arguments.behind_proxy,
    };
    let app = Arc::new(App::new(collector.clone(), reach));
    say(&format!("listening on http://{address} as {}", collector.did()))?;
    tracing::info!("started");
    server::serve(listener, http::router(app.clone()), until(ended)).await;
    app.idle().await;
    let failed = |error: tokio::task::JoinError| Failure::new(format!("a task ended early: {error}"));
    keeper.await.map_err(failed)?;
    signals
        .await
        .map_err(failed)?
        .map_err(|error| Failure::file("the signals", &error))?;
    collector.store.close().await;
    drop(lock);
    tracing::info!("ended");
    Ok(Outcome::Done(String::new()))
}

/// Carries out what is left to do, again and again until the end.
async fn keep<S: Store>(collector: Collector<S>, ended: watch::Receiver<bool>) {
    let mut rounds = interval(ROUND);
    loop {
        tokio::select! {
            () = until(ended.clone()) => return,
            _ = rounds.tick() => (),
        }
        let round = async {
            collector.expire().await?;
            collector.sweep().await
        };
        if let Err(failure) = round.await {
            tracing::error!(cause = %failure, "what is left to do was not done");
        }
    }
}

async fn until(mut ended: watch::Receiver<bool>) {
    // A sender that is gone has asked for the end as well.
    drop(ended.wait_for(|ended| *ended).await);
}

#[cfg(unix)]
async fn asked_to_end() -> std::io::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminated = signal(SignalKind::terminate())?;
    tokio::select! {
        interrupted = tokio::signal::ctrl_c() => interrupted,
        _ = terminated.recv() => Ok(()),
    }
}

#[cfg(not(unix))]
async fn asked_to_end() -> std::io::Result<()> {
    tokio::signal::ctrl_c().await
}
