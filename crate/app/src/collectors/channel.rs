//! Speaking to a collector. Nothing but this asks anybody anything, and only where the person added a collector, or
//! looks at one in order to.

use counterfoil_core::collector::auth::{Auth, MAX_AGE};
use counterfoil_core::collector::offer::Offer;
use counterfoil_core::collector::problem::{Document, Problem};
use counterfoil_core::{id, jws};

use super::offer::data;
use super::refusal::{Refused, internal};
use super::view::DataSort;
use super::{Account, CollectorRow, Done, Sent, answer, sent};
use crate::address::Address;
use crate::app::{App, Session};
use crate::error::{Code, Failure, Result};
use crate::ports::{Host, HttpRequest, random};

/// Where a collector describes itself.
pub(super) const DESCRIPTION: &str = "/.well-known/counterfoil-collector";
const OFFERS: &str = "/v1/offers";
const ACCOUNT: &str = "/v1/account";
/// Most answers that one account is read in.
const PAGES: u32 = 256;

/// The origin of a collector's address: `https`, or on this machine.
pub(super) fn origin(address: &str) -> Result<String> {
    let address = Address::parse(address).ok_or(Code::CollectorAddress)?;
    let origin = address.origin();
    let here = matches!(address.host(), "localhost" | "127.0.0.1" | "[::1]");
    if origin.starts_with("https://") || here {
        Ok(origin)
    } else {
        Err(Code::CollectorAddress.into())
    }
}

impl<H: Host> App<H> {
    async fn exchange(&self, request: HttpRequest<'_>) -> Result<std::result::Result<Sent, Refused>> {
        let answered = self.host.http(request).await?;
        if (200..300).contains(&answered.status) {
            return sent(&answered.body).map(Ok);
        }
        let document = crate::plain::from_slice::<Document>(&answered.body).ok();
        let problem = document.and_then(|document| document.problem());
        let status = problem.map_or(answered.status, Problem::status);
        let code = problem.map_or_else(|| status.to_string(), |problem| problem.as_str().to_owned());
        let passing = matches!(status, 401 | 408 | 425 | 429 | 500..);
        Ok(Err(Refused { code, passing }))
    }

    /// What is at a path.
    pub(super) async fn get(&self, origin: &str, path: &str) -> Result<Sent> {
        let url = format!("{origin}{path}");
        let request = HttpRequest {
            method: "GET",
            url: &url,
            ..HttpRequest::default()
        };
        self.exchange(request).await?.map_err(refusal)
    }

    /// Asks for everything: description, offers, the entries of every account that are not here yet; and sends the
    /// withdrawals that were not acknowledged.
    pub(crate) async fn refresh_collector(&self, collector: &str) -> Result<Done> {
        let session = self.load().await?;
        let row = self.collector_row(&session, collector).await?;
        if row.address.is_empty() {
            return Err(Code::CollectorAddress.into());
        }
        let mut said = self.get(&row.address, DESCRIPTION).await?;
        said.offers = if row.removed {
            None
        } else {
            let offers = self.get(&row.address, OFFERS).await?.offers;
            Some(offers.ok_or_else(|| answer("offers"))?)
        };
        if said.collector.is_none() {
            return Err(answer("collector"));
        }
        said.entries.clear();
        self.take_in(collector, said).await?;
        self.send_withdrawals(collector).await?;
        for account in &row.accounts {
            self.read_account(collector, &row, account).await?;
        }
        self.changed().await
    }

    /// Reads an account from the first entry on that is not here.
    pub(super) async fn read_account(
        &self,
        collector: &str,
        row: &CollectorRow,
        account: &Account,
    ) -> Result<()> {
        let mut known = account.entries.len();
        for _ in 0..PAGES {
            let session = self.load().await?;
            let url = format!("{}{ACCOUNT}", row.address);
            let bearer = self.token(&session, row, account, &url).await?;
            let url = match known.checked_sub(1) {
                Some(last) => format!("{url}?after={last}"),
                None => url,
            };
            let request = HttpRequest {
                method: "GET",
                url: &url,
                bearer: &bearer,
                ..HttpRequest::default()
            };
            let said = match self.exchange(request).await? {
                Ok(said) => said,
                // Nobody of this name is known there yet.
                Err(refused) if refused.code == Problem::NothingHeld.as_str() => return Ok(()),
                Err(refused) => return Err(refusal(refused)),
            };
            let (count, more) = (said.entries.len(), said.more);
            self.take_in(collector, Sent::of(said.entries)).await?;
            known += count;
            if !more || count == 0 {
                return Ok(());
            }
        }
        Ok(())
    }

    async fn token(
        &self,
        session: &Session,
        row: &CollectorRow,
        account: &Account,
        url: &str,
    ) -> Result<String> {
        let (log, share) = self.share_of(session, &account.log).await?;
        let key = self.share_key(session, &log, &share).await?;
        let now = self.host.now() / 1000;
        let auth = Auth {
            aud: row.did.clone(),
            exp: now + MAX_AGE,
            htm: "GET".into(),
            htu: url.into(),
            iat: now,
            jti: id::uuid_v4(random(&self.host)?),
            v: 1,
        };
        auth.sign(&key).map_err(internal)
    }

    /// Sends a bundle to its collector. It lies under the digest of its bytes: sent twice, it is the same one.
    pub(crate) async fn send(&self, export: &str) -> Result<Done> {
        let session = self.load().await?;
        let (_, offered) = self.offered(&session, export).await?;
        let row = self.collector_row(&session, &offered.collector).await?;
        if row.address.is_empty() {
            return Err(Code::CollectorAddress.into());
        }
        // Nothing more is shared with one that was removed.
        if row.removed {
            return Err(Code::CollectorGone.into());
        }
        if offered.refused || row.accounts.iter().any(|account| offered.receipted(account)) {
            return self.changed().await;
        }
        let offer = Offer::open(&offered.offer).map_err(internal)?;
        let data: Vec<&str> = data(&offer).into_iter().map(DataSort::as_str).collect();
        if !self.host.permits(&data).await? {
            return Err(Code::DataConsent.into());
        }
        let bytes = self.rebuild(export).await?;
        let digest = counterfoil_core::encoding::sha256_hex(&bytes);
        let url = format!("{}/v1/bundles/{digest}", row.address);
        let request = HttpRequest {
            method: "PUT",
            url: &url,
            media_type: "application/zip",
            body: &bytes,
            ..HttpRequest::default()
        };
        match self.exchange(request).await? {
            Ok(said) => {
                self.take_answer(&offered.collector, &row, &offered.log, said)
                    .await?;
                self.changed().await
            }
            Err(refused) => {
                self.note_refusal(export, &refused).await?;
                Err(refusal(refused))
            }
        }
    }

    /// Takes the entries that answer what was sent under a share log; those that came in between are asked for.
    async fn take_answer(&self, collector: &str, row: &CollectorRow, log: &str, said: Sent) -> Result<()> {
        match self.take_in(collector, Sent::of(said.entries)).await {
            Err(failure) if failure.detail == super::account::GAP => {
                match row.accounts.iter().find(|account| account.log == log) {
                    Some(account) => self.read_account(collector, row, account).await,
                    None => Err(failure),
                }
            }
            taken => taken,
        }
    }

    /// Sends the withdrawals that nobody acknowledged.
    pub(super) async fn send_withdrawals(&self, collector: &str) -> Result<()> {
        let session = self.load().await?;
        let row = self.collector_row(&session, collector).await?;
        for withdrawal in row.withdrawals.iter().filter(|it| it.problem.is_empty()) {
            if row.acknowledged(&withdrawal.statement).is_some() {
                continue;
            }
            let body = format!("{{\"revocation\":\"{}\"}}", withdrawal.statement);
            let url = format!("{}/v1/revocations", row.address);
            let request = HttpRequest {
                method: "POST",
                url: &url,
                media_type: "application/json",
                body: body.as_bytes(),
                ..HttpRequest::default()
            };
            match self.exchange(request).await? {
                Ok(said) => self.take_answer(collector, &row, &withdrawal.log, said).await?,
                Err(refused) if refused.passing => return Err(refusal(refused)),
                Err(refused) => {
                    let digest = jws::sha256_hex(&withdrawal.statement);
                    self.note_unheard(collector, &digest, &refused.code).await?;
                }
            }
        }
        Ok(())
    }
}

fn refusal(refused: Refused) -> Failure {
    Failure::with(Code::CollectorRefused, refused.code)
}
