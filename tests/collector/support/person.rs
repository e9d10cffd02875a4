//! A person with a share log for one collector.

use counterfoil_core::bundle::papers::Papers;
use counterfoil_core::bundle::write::{Parts, Plan, approve, assemble, records_sha256};
use counterfoil_core::collector::accept::{Judge, Outcome, TextKey, judgement_at};
use counterfoil_core::collector::account::Receipt;
use counterfoil_core::collector::auth::Auth;
use counterfoil_core::collector::consent::{Consent, Scope as Reach};
use counterfoil_core::collector::offer::Offer;
use counterfoil_core::collector::revocation::{Action, Revocation, Scope};
use counterfoil_core::did::Did;
use counterfoil_core::encoding::sha256_hex;
use counterfoil_core::id::uuid_v4;
use counterfoil_core::jws;
use counterfoil_core::keys::{Audience, LogId, Root, SigningKey};
use counterfoil_core::merkle::Frontier;
use counterfoil_core::record::{Evidence, Kind, SharedLine};
use counterfoil_core::share::{ShareEntry, derive};

use super::server::Server;
use super::{now, today};

const NOTICE: &str = "The shop asks for your prompts to train a model.\nThe model cannot unlearn them.\n";

pub(crate) struct Person {
    pub(crate) key: SigningKey,
    pub(crate) collector: Did,
    /// The share log.
    pub(crate) frontier: Frontier,
    pub(crate) number: u8,
    made: u64,
}

/// A bundle, and what the person keeps of it.
#[derive(Clone)]
pub(crate) struct Bundle {
    pub(crate) zip: Vec<u8>,
    pub(crate) sha256: String,
    pub(crate) checkpoint: String,
    pub(crate) lines: Vec<Vec<u8>>,
    pub(crate) approved_at: u64,
}

impl Person {
    pub(crate) fn new(number: u8, server: &Server) -> Self {
        let root = Root::from_entropy([number; 32]);
        let key = root
            .share_key(&LogId([number; 16]), Audience::Collector(&server.did), 0)
            .unwrap();
        Self {
            key,
            collector: server.did.clone(),
            frontier: Frontier::new(),
            number,
            made: 0,
        }
    }

    fn uuid(&mut self) -> String {
        self.made += 1;
        let mut random = [self.number; 16];
        random[8..].copy_from_slice(&self.made.to_be_bytes());
        uuid_v4(random)
    }

    /// The next line of the share log, changed as asked.
    pub(crate) fn line(&mut self, seq: u64, text: &str, change: impl FnOnce(&mut ShareEntry)) -> Vec<u8> {
        let mut entry = ShareEntry {
            kind: Kind::Prompt,
            evidence: Evidence::Observed,
            id: self.uuid(),
            salt: [self.number; 16],
            seq,
            text: text.to_owned(),
            site: Some("chat.example".to_owned()),
            lang: Some("en".to_owned()),
            thread: None,
            time: Some(today()),
            redactions: vec![],
        };
        change(&mut entry);
        derive(entry).unwrap()
    }

    pub(crate) fn consent(&mut self, offer: &str, change: impl FnOnce(&mut Consent)) -> String {
        let mut consent = Consent {
            aud: self.collector.clone(),
            exp: now() + 86_400,
            human_review: true,
            iat: now() - 60,
            iss: self.key.did().clone(),
            jti: self.uuid(),
            notice_sha256: sha256_hex(NOTICE.as_bytes()),
            offer_sha256: jws::sha256_hex(offer),
            purposes: vec!["train".to_owned()],
            scope: Reach::Offer,
            special: false,
            v: 1,
        };
        change(&mut consent);
        consent.sign(&self.key).unwrap()
    }

    /// The bundle of these lines under this consent. The share log moves on where `is_next`.
    pub(crate) fn bundle_of(&mut self, offer: &str, consent: &str, lines: Vec<Vec<u8>>, iat: u64) -> Bundle {
        let papers = Papers {
            offer,
            consent,
            notice: NOTICE,
        };
        let audience = self.collector.as_str().to_owned();
        let start_frontier = self.frontier.clone();
        let plan = Plan {
            jti: self.uuid(),
            key: &self.key,
            iat,
            audience: &audience,
            start_frontier: &start_frontier,
            lines: &lines,
            papers: Some(papers),
        };
        let approved = approve(&plan, &records_sha256(&lines)).unwrap();
        let parts = Parts {
            bundle_jws: &approved.bundle_jws,
            checkpoint_note: &approved.checkpoint_note,
            start_frontier: &start_frontier,
            lines: &lines,
            papers: Some(papers),
        };
        let zip = assemble(&parts).unwrap().bytes;
        self.frontier = approved.end_frontier;
        Bundle {
            zip,
            sha256: jws::sha256_hex(&approved.bundle_jws),
            checkpoint: approved.checkpoint_note,
            lines,
            approved_at: iat,
        }
    }

    /// A bundle of these texts, which moves the share log on.
    pub(crate) fn bundle(&mut self, offer: &str, texts: &[&str]) -> Bundle {
        let start = self.frontier.size();
        let lines = texts
            .iter()
            .zip(start..)
            .map(|(text, seq)| self.line(seq, text, |_| ()))
            .collect();
        let consent = self.consent(offer, |_| ());
        self.bundle_of(offer, &consent, lines, now())
    }

    pub(crate) fn revocation(&mut self, action: Action, scope: Scope) -> String {
        let revocation = Revocation {
            action,
            aud: self.collector.clone(),
            iat: now(),
            iss: self.key.did().clone(),
            jti: self.uuid(),
            scope,
            v: 1,
        };
        revocation.sign(&self.key).unwrap()
    }

    pub(crate) fn token(&mut self, server: &Server, change: impl FnOnce(&mut Auth)) -> String {
        let mut auth = Auth {
            aud: self.collector.clone(),
            exp: now() + 200,
            htm: "GET".to_owned(),
            htu: format!("http://{}/v1/account", server.address),
            iat: now(),
            jti: self.uuid(),
            v: 1,
        };
        change(&mut auth);
        auth.sign(&self.key).unwrap()
    }

    /// The whole account, as the collector gives it.
    pub(crate) fn account(&mut self, server: &Server) -> Vec<String> {
        let mut entries: Vec<String> = Vec::new();
        loop {
            let query = match entries.len() {
                0 => String::new(),
                count => format!("?after={}", count - 1),
            };
            let token = self.token(server, |_| ());
            let answer = server.account(&token, &query);
            entries.extend(answer.entries());
            if answer.json()["more"] == serde_json::Value::Bool(false) {
                return entries;
            }
        }
    }
}

impl Bundle {
    /// The person's own computation, with the collector's judgements taken as given.
    pub(crate) fn own_sum(&self, offer: &Offer, before: u64, receipt: &Receipt) -> Outcome {
        let mut judge = Judge::new(offer, self.approved_at, before);
        for line in &self.lines {
            let record = SharedLine::parse(line).unwrap();
            let judged = judgement_at(&receipt.rejected, record.seq);
            judge
                .take(&record, TextKey::of(&record.text), false, judged)
                .unwrap();
        }
        judge.finish().unwrap()
    }
}
