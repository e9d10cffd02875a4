//! Offers: what they ask and pay, and what of the marked records fits them.

use std::collections::BTreeSet;

use counterfoil_core::bundle::papers::Papers;
use counterfoil_core::collector::accept::{Code as Reason, Judge, TextKey};
use counterfoil_core::collector::consent::{Consent, Scope};
use counterfoil_core::collector::offer::{Offer, Per, Precision};
use counterfoil_core::encoding::sha256_hex;
use counterfoil_core::keys::SigningKey;
use counterfoil_core::record::{Kind, SharedLine};
use counterfoil_core::{id, jws};
use serde::{Deserialize, Serialize};

use super::Done;
use super::account::number;
use super::message::{CollectorReply, OfferChoice};
use super::refusal::{Refused, internal};
use super::view::{DataSort, OfferView, RuleView, WorthView};
use crate::app::{App, Session};
use crate::error::{Code, Failure, Result};
use crate::export::{ExportRow, Takes};
use crate::message::ExportChoice;
use crate::ports::{Host, random};
use crate::view::TimeDetail;

/// In place of a collector's reason: a record of the bundle was deleted before it was answered.
const DELETED: &str = "deleted";
/// Seconds that an approved bundle waits, at least and at most: two collectors that are shared with one after the other
/// must not tell from the times that it is one person.
const LEAST_WAIT: u32 = 2;
const MOST_WAIT: u32 = 20;
/// Most bytes of a notice.
const NOTICE: usize = 32 * 1024;

/// What a draft, and the bundle that comes of it, is for.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Offered {
    /// The collector.
    pub(crate) collector: String,
    /// What it called itself.
    pub(crate) name: String,
    /// Id of the share log.
    pub(crate) log: String,
    /// As the collector signed it.
    pub(crate) offer: String,
    /// As the person signed it; empty in a draft.
    pub(crate) consent: String,
    /// As it was shown.
    pub(crate) notice: String,
    /// Whether special categories are agreed to.
    pub(crate) special: bool,
    /// SHA-256 of the approval; empty in a draft.
    pub(crate) bundle_sha256: String,
    /// Refused for good.
    pub(crate) refused: bool,
    /// The code of the last refusal.
    pub(crate) problem: String,
    /// What the person's own computation made of it when the receipt came.
    pub(crate) own: Option<Own>,
}

/// The person's own computation.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Own {
    /// What the offer makes it.
    pub(crate) amount: String,
    /// The receipt says otherwise.
    pub(crate) differs: bool,
}

impl Offered {
    /// Whether an account has the receipt.
    #[cfg(feature = "channel")]
    pub(super) fn receipted(&self, account: &super::Account) -> bool {
        account.log == self.log
            && account.entries.iter().any(|compact| {
                use counterfoil_core::collector::account::{Entry, Event};
                let entry = Entry::open(compact).map(|entry| entry.event);
                matches!(entry, Ok(Event::Receipt(receipt)) if receipt.bundle_sha256 == self.bundle_sha256)
            })
    }

    pub(crate) fn papers(&self) -> Papers<'_> {
        Papers {
            offer: &self.offer,
            consent: &self.consent,
            notice: &self.notice,
        }
    }
}

/// What an offer takes of the lines of a draft.
struct Fitting<'a> {
    offer: &'a Offer,
    judge: Judge<'a>,
    /// Texts that the collector accepted before.
    texts: &'a BTreeSet<TextKey>,
}

impl<'a> Fitting<'a> {
    /// For lines that are approved about now.
    fn new(offer: &'a Offer, now: u64, before: u64, texts: &'a BTreeSet<TextKey>) -> Self {
        Self {
            offer,
            judge: Judge::new(offer, now / 1000, before),
            texts,
        }
    }
}

impl Takes for Fitting<'_> {
    fn take(&mut self, line: &str) -> Option<&'static str> {
        let Ok(line) = SharedLine::parse(line.as_bytes()) else {
            return Some("excluded_damaged");
        };
        let key = TextKey::of(&line.text);
        let known = self.texts.contains(&key);
        let reason = self
            .judge
            .take(&line, key, known, None)
            .unwrap_or(Some(Reason::Cap))?;
        Some(match reason {
            Reason::Kind => "excluded_offer_kind",
            Reason::Site => "excluded_offer_site",
            Reason::Lang => "excluded_offer_lang",
            Reason::Time => "excluded_offer_time",
            Reason::Size => "excluded_offer_size",
            Reason::Duplicate => "excluded_offer_duplicate",
            _ => "excluded_offer_cap",
        })
    }

    fn enough(&self) -> Result<()> {
        let records = self.judge.tally().records();
        if records < self.offer.min_items {
            return Err(Failure::with(Code::OfferTooFew, records.to_string()));
        }
        Ok(())
    }

    fn asks_language(&self) -> bool {
        !self.offer.languages.is_empty()
    }
}

impl<H: Host> App<H> {
    /// An export that was made for a collector.
    pub(super) async fn offered(&self, session: &Session, export: &str) -> Result<(ExportRow, Offered)> {
        let table = crate::ports::Table::Export;
        let row = self.host.get(table, export).await?.ok_or(Code::ExportGone)?;
        let mut row: ExportRow = session.vault.read(table, export, &row)?;
        let offered = row.offered.take().ok_or(Code::ExportGone)?;
        Ok((row, offered))
    }

    /// Prepares a bundle for an offer of the records that are marked and fit it.
    pub(super) async fn draft_offer(&self, choice: OfferChoice) -> Result<Done> {
        let OfferChoice {
            collector,
            offer: sha256,
            notice,
            special,
            adult,
        } = choice;
        if notice.trim().is_empty() || notice.len() > NOTICE {
            return Err(Code::NoticeInvalid.into());
        }
        let now = self.host.now();
        let session = self.load().await?;
        let row = self.collector_row(&session, &collector).await?;
        let (compact, offer) = row.offer(&sha256).ok_or(Code::OfferGone)?;
        if row.removed || !offer.is_open_at(now / 1000) {
            return Err(Code::OfferGone.into());
        }
        if !adult && !session.state.adult {
            return Err(Code::AdultNeeded.into());
        }
        let shares = self.shares_with(&session, &collector).await?;
        let mut texts = BTreeSet::new();
        let mut before = 0;
        for (key, export, offered) in &shares {
            match row.receipt(&offered.bundle_sha256) {
                Some(receipt) => {
                    if receipt.offer_sha256 == sha256 {
                        before += receipt.accepted;
                    }
                    texts.extend(self.accepted(&session, key, &receipt).await?);
                }
                None if offered.refused => {}
                // A record of it was deleted before it was answered: it cannot be sent any more.
                None if !export.available => {
                    let refused = Refused {
                        code: DELETED.into(),
                        passing: false,
                    };
                    self.note_refusal(key, &refused).await?;
                }
                None => return Err(Code::ShareUnanswered.into()),
            }
        }
        if row
            .limit
            .is_some_and(|limit| row.outstanding(&offer.asset, now) > limit)
        {
            return Err(Code::CreditReached.into());
        }
        let name = row.metadata()?.name;
        let as_export = ExportChoice {
            name: row.did.to_string(),
            time: detail(&offer),
            site: !offer.sites.is_empty(),
        };
        let mut view = view(compact, &offer, now);
        view.open = true;
        let mut worth = WorthView {
            collector: collector.clone(),
            name: name.clone(),
            offer: view,
            amount: String::new(),
            notice: notice.clone(),
            special,
        };
        let offered = Offered {
            collector,
            name,
            log: String::new(),
            offer: compact.to_owned(),
            consent: String::new(),
            notice,
            special,
            bundle_sha256: String::new(),
            refused: false,
            problem: String::new(),
            own: None,
        };
        let mut fitting = Fitting::new(&offer, now, before, &texts);
        let view = self.draft_for(as_export, Some(offered), &mut fitting).await?;
        let amount = offer.price(fitting.judge.tally()).map_err(internal)?;
        worth.amount = amount.to_string();
        Ok(CollectorReply::OfferDraft { view, worth }.into())
    }

    /// Signs the consent and the bundle of a draft.
    pub(super) async fn approve_offer(&self, draft: &str, records_sha256: &str) -> Result<Done> {
        let agree = |key: &SigningKey, offered: &Offered, seconds: u64| self.agree(key, offered, seconds);
        self.approve_for(draft, records_sha256, agree).await?;
        let [draw] = random::<1>(&self.host)?;
        let wait = LEAST_WAIT + u32::from(draw) % (MOST_WAIT - LEAST_WAIT + 1);
        let Done { reply, effects } = self.changed().await?;
        let CollectorReply::Collectors { view } = reply else {
            return Err(internal("approve"));
        };
        Ok(Done {
            reply: CollectorReply::Approved { view, wait },
            effects,
        })
    }

    /// The consent that a bundle is approved under.
    fn agree(&self, key: &SigningKey, offered: &Offered, seconds: u64) -> Result<String> {
        let offer = Offer::open(&offered.offer).map_err(internal)?;
        if !offer.is_open_at(seconds) {
            return Err(Code::OfferGone.into());
        }
        let consent = Consent {
            aud: offer.iss,
            exp: offer.valid_until,
            human_review: offer.human_review,
            iat: seconds,
            iss: key.did().clone(),
            jti: id::uuid_v4(random(&self.host)?),
            notice_sha256: sha256_hex(offered.notice.as_bytes()),
            offer_sha256: jws::sha256_hex(&offered.offer),
            purposes: offer.purposes,
            scope: Scope::Offer,
            special: offered.special,
            v: 1,
        };
        consent.sign(key).map_err(internal)
    }
}

/// The sorts of data that a bundle for an offer may hold.
pub(super) fn data(offer: &Offer) -> Vec<DataSort> {
    let mut sorts = Vec::new();
    if offer.kinds.contains(&Kind::Search) {
        sorts.push(DataSort::SearchTerms);
    }
    if offer.kinds.iter().any(|kind| *kind != Kind::Search) {
        sorts.extend([DataSort::WebsiteContent, DataSort::PersonalCommunications]);
    }
    // A site that is named says where the person was.
    if !offer.sites.is_empty() {
        sorts.push(DataSort::BrowsingActivity);
    }
    sorts
}

fn detail(offer: &Offer) -> TimeDetail {
    match offer.time_precision {
        Precision::Day => TimeDetail::Day,
        Precision::Month => TimeDetail::Month,
        Precision::None => TimeDetail::None,
    }
}

/// An offer as the pages show it.
pub(super) fn view(compact: &str, offer: &Offer, now: u64) -> OfferView {
    let rules = offer.rules.iter().map(|rule| RuleView {
        kind: rule.kind.as_str().to_owned(),
        codepoints: rule.per == Per::Codepoints,
        n: number(rule.n),
        amount: rule.amount.to_string(),
    });
    OfferView {
        sha256: jws::sha256_hex(compact),
        title: offer.title.clone(),
        purposes: offer.purposes.clone(),
        kinds: offer.kinds.iter().map(|kind| kind.as_str().to_owned()).collect(),
        sites: offer.sites.clone(),
        languages: offer.languages.clone(),
        min_items: number(offer.min_items),
        per_bundle: number(offer.caps.per_bundle),
        codepoints: (
            number(offer.caps.min_codepoints),
            number(offer.caps.max_codepoints),
        ),
        time: detail(offer),
        valid_until: offer.valid_until.saturating_mul(1000),
        open: offer.is_open_at(now / 1000),
        asset: offer.asset.clone(),
        rules: rules.collect(),
        retention_days: number(offer.retention_days),
        pay_within_days: number(offer.pay_within_days),
        regions: offer.regions.clone(),
        human_review: offer.human_review,
        terms_sha256: offer.terms_sha256.clone(),
        data: data(offer),
    }
}
