//! The extension's own app in front of the program: added, shared with, paid, withdrawn from. Its requests go to the
//! server as they are, and every answer is held against the description of the interface.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::rc::Rc;

use counterfoil_app::UNDO;
use counterfoil_app::archive::message::{ArchiveReply, ArchiveRequest};
use counterfoil_app::collectors::message::{
    CollectorAnswer, CollectorReply, CollectorRequest, OfferChoice, Statements, Withdrawn,
};
use counterfoil_app::collectors::view::{
    CollectorView, CollectorsView, DataSort, FoundView, LedgerKind, ShareState, StandingView,
    WithdrawalState, WorthView,
};
use counterfoil_app::error::{Code, Failure};
use counterfoil_app::message::{Effect, Event, Reply, Request};
use counterfoil_app::ports::{HttpRequest, HttpResponse, Table};
use counterfoil_app::view::DraftView;
use counterfoil_core::bundle::verify::{Expect, verify};
use counterfoil_core::collector::account::{self, Chain, Entry};
use counterfoil_core::collector::metadata::Metadata;
use counterfoil_core::keys::Root;
use counterfoil_core::note::Cosigner;
use serde_json::{Value, json};

use super::profile::{Profile, digest, page, site, wait};
use super::support::client::Answer;
use super::support::now;
use super::support::offer::draft;
use super::support::server::{Home, Server};

const NOTICE: &str = "The shop asks for your prompts.\nThe model cannot unlearn them.\n";
const TEXTS: [&str; 3] = [
    "What does zebrafinch sing?",
    "Where does okapi sleep?",
    "When does axolotl wake?",
];

/// What was sent, and who answers: the server, unless a test puts itself between.
type Between = dyn FnMut(&Sent, Answer) -> Result<HttpResponse, Failure>;

#[derive(Clone)]
pub(super) struct Sent {
    pub(super) method: String,
    pub(super) path: String,
    pub(super) bearer: String,
    pub(super) body: Vec<u8>,
}

pub(super) struct Shop {
    pub(super) home: Home,
    pub(super) server: Rc<Server>,
    pub(super) sent: Rc<RefCell<Vec<Sent>>>,
    between: Rc<RefCell<Option<Box<Between>>>>,
}

fn plainly(answer: Answer) -> HttpResponse {
    HttpResponse {
        status: answer.status,
        body: answer.body,
    }
}

impl Shop {
    pub(super) fn open(offer: &Value) -> Self {
        let home = Home::new();
        home.offer(offer);
        let server = Rc::new(home.serve());
        Self {
            home,
            server,
            sent: Rc::default(),
            between: Rc::default(),
        }
    }

    fn address(&self) -> String {
        format!("http://{}", self.server.address)
    }

    /// Lets this shop answer what a profile asks.
    pub(super) fn answer(&self, profile: &Profile) {
        let (server, sent, between, own) = (
            Rc::clone(&self.server),
            Rc::clone(&self.sent),
            Rc::clone(&self.between),
            self.address(),
        );
        profile.app.host().answer_with(move |request: HttpRequest<'_>| {
            let path = request
                .url
                .strip_prefix(&own)
                .expect("a request to somebody else");
            let bearer = format!("Bearer {}", request.bearer);
            let mut headers = Vec::new();
            if !request.media_type.is_empty() {
                headers.push(("Content-Type", request.media_type));
            }
            if !request.bearer.is_empty() {
                headers.push(("Authorization", bearer.as_str()));
            }
            let answer = server.request(request.method, path, &headers, request.body);
            let one = Sent {
                method: request.method.to_owned(),
                path: path.to_owned(),
                bearer: request.bearer.to_owned(),
                body: request.body.to_vec(),
            };
            sent.borrow_mut().push(one.clone());
            match between.borrow_mut().as_mut() {
                Some(between) => between(&one, answer),
                None => Ok(plainly(answer)),
            }
        });
    }

    fn tamper(&self, between: impl FnMut(&Sent, Answer) -> Result<HttpResponse, Failure> + 'static) {
        self.between.replace(Some(Box::new(between)));
    }

    fn plain(&self) {
        self.between.replace(None);
    }
}

/// An offer that takes what the app of the tests captures: five prompts for two cents.
pub(super) fn offer() -> Value {
    let mut offer = draft();
    offer["languages"] = json!([]);
    offer["rules"][0]["n"] = json!(1);
    offer["rules"][0]["amount"] = json!("7");
    offer
}

pub(super) fn person(texts: &[&str]) -> Profile {
    let mut profile = Profile::recording();
    profile.app.host().set_time(now() * 1000);
    write(&mut profile, texts);
    profile
}

/// A person who added a shop, and marked what it asks for.
fn added() -> (Shop, Profile, CollectorView) {
    let shop = Shop::open(&offer());
    let profile = person(&TEXTS);
    shop.answer(&profile);
    let collector = profile.add(&shop);
    (shop, profile, collector)
}

/// Another browser of hers, in which nothing was written yet.
fn elsewhere(seed: u64, shop: &Shop) -> Profile {
    let profile = Profile::elsewhere(seed);
    profile.app.host().set_time(now() * 1000);
    profile.page(Request::Consent { given: true });
    shop.answer(&profile);
    profile
}

pub(super) fn write(profile: &mut Profile, texts: &[&str]) {
    for text in texts {
        profile.submit(text).unwrap();
    }
    let seqs = profile.items().iter().map(|item| item.seq).collect();
    profile.page(Request::Mark { seqs });
}

pub(super) trait Dealing {
    fn ask(&self, request: CollectorRequest) -> Result<(CollectorReply, Vec<Effect>), Failure>;

    fn view(&self, request: CollectorRequest) -> CollectorsView {
        match self.ask(request).unwrap().0 {
            CollectorReply::Collectors { view } | CollectorReply::Approved { view, .. } => view,
            other => panic!("{other:?}"),
        }
    }

    fn fails(&self, request: CollectorRequest) -> Failure {
        self.ask(request).unwrap_err()
    }

    fn one(&self) -> CollectorView {
        let view = self.view(CollectorRequest::Collectors);
        assert_eq!(view.collectors.len(), 1);
        view.collectors[0].clone()
    }

    fn look(&self, address: &str) -> FoundView {
        let address = address.to_owned();
        match self
            .ask(CollectorRequest::LookCollector { address, file: None })
            .unwrap()
            .0
        {
            CollectorReply::Found { view } => view,
            other => panic!("{other:?}"),
        }
    }

    fn add(&self, shop: &Shop) -> CollectorView {
        let FoundView { address, did, .. } = self.look(&shop.address());
        let view = self.view(CollectorRequest::AddCollector {
            address,
            did,
            file: None,
        });
        view.collectors[0].clone()
    }

    fn choose(&self, collector: &CollectorView, adult: bool) -> CollectorRequest {
        let choice = OfferChoice {
            collector: collector.id.clone(),
            offer: collector.offers[0].sha256.clone(),
            notice: NOTICE.to_owned(),
            special: false,
            adult,
        };
        CollectorRequest::DraftOffer { choice }
    }

    fn drafted(&self, collector: &CollectorView) -> (DraftView, WorthView) {
        match self.ask(self.choose(collector, true)).unwrap().0 {
            CollectorReply::OfferDraft { view, worth } => (view, worth),
            other => panic!("{other:?}"),
        }
    }

    /// Approves what is marked, without sending it; gives the export.
    fn approved(&self, collector: &CollectorView) -> String {
        let (view, _) = self.drafted(collector);
        self.view(CollectorRequest::ApproveOffer {
            draft: view.draft.clone(),
            records_sha256: digest(&view.lines),
        });
        view.draft
    }

    fn hand_over(&self, export: &str) -> Result<CollectorView, Failure> {
        let export = export.to_owned();
        self.ask(CollectorRequest::Send { export })?;
        Ok(self.one())
    }

    fn account(&self, collector: &CollectorView) -> Vec<String> {
        let request = CollectorRequest::Statements {
            collector: collector.id.clone(),
            part: Statements::Account,
        };
        match self.ask(request).unwrap().0 {
            CollectorReply::File { text, .. } => {
                let file: Value = serde_json::from_str(&text).unwrap();
                serde_json::from_value(file["entries"].clone()).unwrap()
            }
            other => panic!("{other:?}"),
        }
    }
}

impl Dealing for Profile {
    fn ask(&self, request: CollectorRequest) -> Result<(CollectorReply, Vec<Effect>), Failure> {
        let outcome = wait(self.app.handle_collectors(&page(), request));
        match outcome.answer {
            CollectorAnswer::Ok { reply } => Ok((reply, outcome.effects)),
            CollectorAnswer::Failed { failure } => Err(failure),
        }
    }
}

pub(super) fn refresh(collector: &CollectorView) -> CollectorRequest {
    CollectorRequest::RefreshCollector {
        collector: collector.id.clone(),
    }
}

pub(super) fn withdraw(collector: &CollectorView, scope: Withdrawn) -> CollectorRequest {
    CollectorRequest::Withdraw {
        collector: collector.id.clone(),
        scope,
        delete: true,
    }
}

#[test]
fn from_the_offer_to_the_withdrawal() {
    let shop = Shop::open(&offer());
    let mut profile = person(&TEXTS);
    shop.answer(&profile);
    assert!(shop.sent.borrow().is_empty());

    let found = profile.look(&shop.address());
    assert_eq!(found.did, shop.server.did.as_str());
    assert!(!found.known);
    assert!(profile.view(CollectorRequest::Collectors).collectors.is_empty());
    let collector = profile.add(&shop);
    assert!(profile.look(&shop.address()).known);
    assert_eq!(collector.offers.len(), 1);
    assert_eq!(collector.offers[0].rules[0].amount, "7");

    // What is shown is what is signed, and what is signed is what is sent.
    assert_eq!(
        profile.fails(profile.choose(&collector, false)).code,
        Code::AdultNeeded
    );
    let (view, worth) = profile.drafted(&collector);
    assert_eq!((worth.amount.as_str(), worth.notice.as_str()), ("21", NOTICE));
    assert_eq!(view.lines.len(), 3);
    let wrong = CollectorRequest::ApproveOffer {
        draft: view.draft.clone(),
        records_sha256: "0".repeat(64),
    };
    assert_eq!(profile.fails(wrong).code, Code::DigestMismatch);
    let export = profile.approved(&collector);
    assert_eq!(
        profile.fails(profile.choose(&collector, true)).code,
        Code::ShareUnanswered
    );
    let unanswered = profile.one();
    assert_eq!(unanswered.shares[0].state, ShareState::Unanswered);
    assert_eq!(unanswered.shares[0].records, 3);
    shop.sent.borrow_mut().clear();

    let shared = profile.hand_over(&export).unwrap();
    let bytes = profile.file(&export);
    let put: Vec<_> = shop.sent.borrow().iter().cloned().collect();
    assert_eq!(put.len(), 1);
    assert_eq!((put[0].method.as_str(), put[0].body == bytes), ("PUT", true));
    assert!(put[0].bearer.is_empty());
    assert!(verify(bytes.as_slice(), &Expect::default()).unwrap().valid);
    let share = &shared.shares[0];
    assert_eq!(
        (share.state, share.differs, share.accepted),
        (ShareState::Receipted, false, 3)
    );
    assert_eq!(
        (share.own.as_deref(), share.amount.as_deref()),
        (Some("21"), Some("21"))
    );
    assert_eq!(
        (shared.sums[0].owed.as_str(), shared.sums[0].outstanding.as_str()),
        ("21", "21")
    );
    assert_eq!(shared.ledger[0].kind, LedgerKind::Receipt);
    // Sent once more, nothing is.
    shop.sent.borrow_mut().clear();
    profile.hand_over(&export).unwrap();
    assert!(shop.sent.borrow().is_empty());

    // The same text is not offered again; a further bundle continues the log, and the account.
    write(
        &mut profile,
        &["What does zebrafinch sing?", "Why does quokka smile?"],
    );
    let (view, worth) = profile.drafted(&collector);
    assert_eq!((view.lines.len(), view.start, worth.amount.as_str()), (1, 3, "7"));
    let codes: Vec<_> = view.excluded.iter().map(|one| one.code.as_str()).collect();
    assert_eq!(
        codes
            .iter()
            .filter(|code| **code == "excluded_offer_duplicate")
            .count(),
        1,
        "{codes:?}"
    );
    let second = profile.approved(&collector);
    let shared = profile.hand_over(&second).unwrap();
    assert_eq!((shared.shares.len(), shared.sums[0].owed.as_str()), (2, "28"));
    assert!(shared.shares.iter().all(|share| !share.differs));

    paid_and_withdrawn(&shop, &profile, &collector, &shared.person, export);
}

fn paid_and_withdrawn(
    shop: &Shop,
    profile: &Profile,
    collector: &CollectorView,
    person: &str,
    export: String,
) {
    // A payment of the operator shows after asking.
    shop.home.ask(
        &["account", "pay"],
        &[person, "--amount", "20", "--rail", "cash", "--ref", "at the door"],
    );
    let view = profile.view(refresh(collector));
    let sum = &view.collectors[0].sums[0];
    assert_eq!(
        (sum.owed.as_str(), sum.paid.as_str(), sum.outstanding.as_str()),
        ("28", "20", "8")
    );
    let entries = profile.account(collector);
    let mut chain = Chain::new();
    for entry in &entries {
        chain.push(entry).unwrap();
    }
    assert_eq!(entries.len(), 3);

    // Withdrawn: carried out there, and known to be here.
    let word = b"zebrafinch";
    assert!(shop.home.holds(word));
    let view = profile.view(withdraw(collector, Withdrawn::Bundle(export)));
    let withdrawal = &view.collectors[0].withdrawals[0];
    assert_eq!((withdrawal.state, withdrawal.records), (WithdrawalState::Done, 3));
    assert!(!shop.home.holds(word));
    assert!(shop.home.holds(b"quokka"));
    let view = profile.view(withdraw(collector, Withdrawn::All));
    assert_eq!(view.collectors[0].withdrawals.len(), 2);
    assert_eq!(view.collectors[0].withdrawals[0].state, WithdrawalState::Done);
    assert!(!shop.home.holds(b"quokka"));

    // Removed, its account stays, and the permission goes back.
    let remove = CollectorRequest::RemoveCollector {
        collector: collector.id.clone(),
    };
    let (_, effects) = profile.ask(remove).unwrap();
    let released = effects
        .iter()
        .any(|effect| matches!(effect, Effect::Release { .. }));
    assert!(released, "{effects:?}");
    let one = profile.one();
    assert!(one.removed && one.offers.is_empty() && one.sums[0].owed == "28");
}

#[test]
fn a_lost_answer_is_asked_for_again_and_nothing_is_taken_twice() {
    let (shop, profile, collector) = added();
    let export = profile.approved(&collector);
    shop.tamper(|sent, answer| {
        if sent.method == "PUT" {
            return Err(Code::CollectorUnreachable.into());
        }
        Ok(plainly(answer))
    });
    assert_eq!(
        profile.hand_over(&export).unwrap_err().code,
        Code::CollectorUnreachable
    );
    assert_eq!(profile.one().shares[0].state, ShareState::Unanswered);
    shop.plain();
    // The browser was closed meanwhile.
    let profile = profile.browser_closed();
    let shared = profile.hand_over(&export).unwrap();
    assert_eq!(
        (shared.shares[0].state, shared.sums[0].owed.as_str()),
        (ShareState::Receipted, "21")
    );
    assert_eq!(profile.account(&collector).len(), 1);
}

#[test]
fn a_refused_bundle_frees_its_records_under_another_name() {
    let (shop, profile, collector) = added();
    let export = profile.approved(&collector);
    let before = profile.one().person;
    shop.tamper(|sent, answer| {
        let body = br#"{"type":"urn:counterfoil:problem:offer-closed","title":"offer closed","status":409,"detail":"x"}"#;
        if sent.method == "PUT" {
            return Ok(HttpResponse {
                status: 409,
                body: body.to_vec(),
            });
        }
        Ok(plainly(answer))
    });
    let failure = profile.hand_over(&export).unwrap_err();
    assert_eq!(
        (failure.code, failure.detail.as_str()),
        (Code::CollectorRefused, "offer-closed")
    );
    let share = &profile.one().shares[0];
    assert_eq!(
        (share.state, share.problem.as_str()),
        (ShareState::Refused, "offer-closed")
    );
    shop.plain();
    let seqs = profile.items().iter().map(|item| item.seq).collect();
    profile.page(Request::Mark { seqs });
    let second = profile.approved(&collector);
    let shared = profile.hand_over(&second).unwrap();
    assert_eq!(shared.shares[0].state, ShareState::Receipted);
    assert_ne!(shared.person, before);

    // One that is busy refuses nothing.
    shop.tamper(|_, _| {
        Ok(HttpResponse {
            status: 503,
            body: b"busy".to_vec(),
        })
    });
    let failure = profile.fails(refresh(&collector));
    assert_eq!(
        (failure.code, failure.detail.as_str()),
        (Code::CollectorRefused, "503")
    );
}

#[test]
fn a_deleted_record_takes_its_unanswered_bundle_along() {
    let (_shop, profile, collector) = added();
    let export = profile.approved(&collector);
    let seqs = vec![profile.items()[0].seq];
    profile.page(Request::Delete { seqs });
    profile.app.host().set_time(now() * 1000 + UNDO);
    wait(profile.app.event(Event::Woken)).unwrap();
    assert_eq!(profile.hand_over(&export).unwrap_err().code, Code::ExportGone);
    assert!(!profile.one().shares[0].available);
    let seqs = profile.items().iter().map(|item| item.seq).collect();
    profile.page(Request::Mark { seqs });
    let second = profile.approved(&collector);
    let shared = profile.hand_over(&second).unwrap();
    assert_eq!(shared.shares[0].state, ShareState::Receipted);
    assert_eq!(
        (shared.shares[0].records, shared.shares[1].state),
        (2, ShareState::Refused)
    );
    assert_eq!(shared.shares[1].problem, "deleted");
}

/// What a collector answers in place of what it should, and what comes of it.
#[test]
fn a_collector_that_lies_is_not_believed_and_nothing_is_lost() {
    let shop = Shop::open(&offer());
    let other = Shop::open(&offer());
    let profile = person(&TEXTS);
    shop.answer(&profile);

    // Looked at as one, added as another.
    let found = profile.look(&shop.address());
    let add = CollectorRequest::AddCollector {
        address: found.address,
        did: other.server.did.to_string(),
        file: None,
    };
    assert_eq!(profile.fails(add).code, Code::CollectorChanged);
    for address in ["ftp://x.example", "http://shop.example", "shop", ""] {
        let address = address.to_owned();
        let look = CollectorRequest::LookCollector { address, file: None };
        assert_eq!(profile.fails(look).code, Code::CollectorAddress);
    }

    let collector = profile.add(&shop);
    let export = profile.approved(&collector);
    let description = other.server.get("/.well-known/counterfoil-collector").body;
    shop.tamper(move |sent, answer| {
        Ok(HttpResponse {
            status: 200,
            body: if sent.path.starts_with("/.well-known") {
                description.clone()
            } else {
                answer.body
            },
        })
    });
    assert_eq!(profile.fails(refresh(&collector)).code, Code::CollectorChanged);
    assert_eq!(profile.one().did, collector.did);

    // Garbage, an answer of another form, nothing.
    for body in [&b"\xff\xfe"[..], b"[]", b"{\"entries\":[\"x\"]}", b""] {
        shop.tamper(move |_, _| {
            Ok(HttpResponse {
                status: 200,
                body: body.to_vec(),
            })
        });
        assert_eq!(
            profile.hand_over(&export).unwrap_err().code,
            Code::CollectorAnswer,
            "{body:?}"
        );
        assert_eq!(
            profile.fails(refresh(&collector)).code,
            Code::CollectorAnswer,
            "{body:?}"
        );
        assert_eq!(profile.one().shares[0].state, ShareState::Unanswered);
    }

    // The receipt of another person.
    let neighbour = person(&["Why does quokka smile?"]);
    other.answer(&neighbour);
    let theirs = neighbour.add(&other);
    let sent = neighbour.approved(&theirs);
    neighbour.hand_over(&sent).unwrap();
    let receipt = neighbour.account(&theirs);
    shop.tamper(move |_, _| {
        Ok(HttpResponse {
            status: 200,
            body: json!({ "entries": receipt }).to_string().into_bytes(),
        })
    });
    assert_eq!(
        profile.hand_over(&export).unwrap_err().code,
        Code::CollectorChanged
    );

    // In the end it answers as it should.
    shop.plain();
    assert_eq!(
        profile.hand_over(&export).unwrap().shares[0].state,
        ShareState::Receipted
    );
}

#[test]
fn statements_come_and_go_as_files() {
    let shop = Shop::open(&offer());
    let profile = person(&TEXTS);
    let description = String::from_utf8(shop.server.get("/.well-known/counterfoil-collector").body).unwrap();
    let offers = String::from_utf8(shop.server.get("/v1/offers").body).unwrap();
    let add = CollectorRequest::AddCollector {
        address: String::new(),
        did: shop.server.did.to_string(),
        file: Some(description),
    };
    profile.view(add);
    profile.view(CollectorRequest::TakeStatements { file: offers });
    let collector = profile.one();
    assert_eq!((collector.address.as_str(), collector.offers.len()), ("", 1));
    let export = profile.approved(&collector);
    assert_eq!(
        profile.hand_over(&export).unwrap_err().code,
        Code::CollectorAddress
    );
    let receipt = shop.server.put(&profile.file(&export));
    let file = receipt.text().to_owned();
    let view = profile.view(CollectorRequest::TakeStatements { file });
    assert_eq!(view.collectors[0].shares[0].state, ShareState::Receipted);
    assert_eq!(view.collectors[0].sums[0].owed, "21");
    // The withdrawal goes as a file too.
    let view = profile.view(withdraw(&collector, Withdrawn::All));
    assert_eq!(view.collectors[0].withdrawals[0].state, WithdrawalState::Sent);
    let request = CollectorRequest::Statements {
        collector: collector.id.clone(),
        part: Statements::Withdrawals,
    };
    let CollectorReply::File { text, .. } = profile.ask(request).unwrap().0 else {
        panic!("no file")
    };
    let written: Value = serde_json::from_str(&text).unwrap();
    let answer = shop.server.withdraw(written["revocations"][0].as_str().unwrap());
    let file = answer.text().to_owned();
    let view = profile.view(CollectorRequest::TakeStatements { file });
    assert_eq!(view.collectors[0].withdrawals[0].state, WithdrawalState::Done);
    let unknown = CollectorRequest::TakeStatements {
        file: "{}".to_owned(),
    };
    assert_eq!(profile.fails(unknown).code, Code::CollectorAnswer);
}

#[test]
fn a_restored_backup_goes_on_with_the_account_and_withdraws() {
    let (shop, mut profile, collector) = added();
    let export = profile.approved(&collector);
    profile.hand_over(&export).unwrap();
    let words = profile.words();
    let backup = profile.backup();
    let person = profile.one().person;
    shop.home.ask(
        &["account", "pay"],
        &[
            &person,
            "--amount",
            "20",
            "--rail",
            "cash",
            "--ref",
            "at the door",
        ],
    );

    let elsewhere = self::elsewhere(7, &shop);
    elsewhere.restore(&words, &backup, 50_000).unwrap();
    let restored = elsewhere.one();
    assert_eq!((restored.sums[0].owed.as_str(), restored.shares.len()), ("21", 1));
    // What was shared after the backup is not known there; its receipt and what came after it are.
    write(&mut profile, &["Why does quokka smile?"]);
    let export = profile.approved(&collector);
    profile.hand_over(&export).unwrap();
    let view = elsewhere.view(refresh(&restored));
    let sum = &view.collectors[0].sums[0];
    assert_eq!((sum.owed.as_str(), sum.paid.as_str()), ("28", "20"));
    let view = elsewhere.view(withdraw(&restored, Withdrawn::All));
    assert_eq!(view.collectors[0].withdrawals[0].state, WithdrawalState::Done);
    assert!(!shop.home.holds(b"zebrafinch"));
}

/// A collector that signs with another key from now on has not taken back what it signed with the one before.
#[test]
fn a_receipt_under_an_earlier_key_stays_good() {
    let (shop, profile, collector) = added();
    let export = profile.approved(&collector);
    let words = profile.words();
    let backup = profile.backup();
    profile.hand_over(&export).unwrap();

    let elsewhere = self::elsewhere(7, &shop);
    elsewhere.restore(&words, &backup, 50_000).unwrap();
    let restored = elsewhere.one();
    let signing = shop.home.signing_key();
    shop.tamper(move |sent, answer| {
        let mut answer = plainly(answer);
        if sent.path == "/.well-known/counterfoil-collector" {
            let mut said: Value = serde_json::from_slice(&answer.body).unwrap();
            let compact = said["collector"].as_str().unwrap();
            let mut metadata = Metadata::open(compact, None).unwrap();
            let another = Root::from_entropy([9; 32]).cosigner_key().unwrap();
            metadata.note_key = Cosigner::of(&another).to_string();
            metadata.iat += 1;
            said["collector"] = json!(metadata.sign(&signing).unwrap());
            answer.body = serde_json::to_vec(&said).unwrap();
        }
        Ok(answer)
    });
    let view = elsewhere.view(refresh(&restored));
    let share = &view.collectors[0].shares[0];
    assert_eq!((share.state, share.accepted), (ShareState::Receipted, 3));

    // Added there by itself, under the new key alone: the backup brings the old one, and the share finds its collector.
    let alone = self::elsewhere(8, &shop);
    alone.add(&shop);
    alone.restore(&words, &backup, 50_000).unwrap();
    let view = alone.view(refresh(&alone.one()));
    let share = &view.collectors[0].shares[0];
    assert_eq!((share.state, share.accepted), (ShareState::Receipted, 3));
}

#[test]
fn what_fits_an_offer_is_told_before_anything_is_decided() {
    let mut offer = offer();
    offer["caps"]["max_codepoints"] = json!(26);
    let shop = Shop::open(&offer);
    let mut profile = person(&TEXTS[..2]);
    shop.answer(&profile);
    let collector = profile.add(&shop);
    let fitting = |profile: &Profile| {
        let request = ArchiveRequest::Fitting {
            collector: collector.id.clone(),
            before: None,
        };
        match profile.archive(request) {
            ArchiveReply::Fitted { view } => {
                assert_eq!(view.next, None);
                let [tally] = view.offers.try_into().unwrap();
                assert_eq!(tally.sha256, collector.offers[0].sha256);
                (tally.records, tally.marked)
            }
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(fitting(&profile), (2, 2));
    // One that is not marked, and one that is longer than the offer takes.
    profile.submit("Who is quokka?").unwrap();
    profile.submit("And who, by the way, is zebrafinch?").unwrap();
    assert_eq!(fitting(&profile), (3, 2));
    let seq = profile.items()[1].seq;
    profile.page(Request::Delete { seqs: vec![seq] });
    assert_eq!(fitting(&profile), (2, 2));
}

#[test]
fn a_damaged_collector_keeps_nobody_from_the_others() {
    let (shop, other) = (Shop::open(&offer()), Shop::open(&offer()));
    let mut profile = person(&TEXTS);
    shop.answer(&profile);
    let first = profile.add(&shop);
    let export = profile.approved(&first);
    profile.hand_over(&export).unwrap();
    other.answer(&profile);
    profile.add(&other);
    profile
        .app
        .host()
        .tamper(Table::Collector, &first.id, |row| row.truncate(40));

    let view = profile.view(CollectorRequest::Collectors);
    assert_eq!(view.damaged, format!("collector/{}", first.id));
    let [left] = view.collectors.try_into().unwrap();
    assert_eq!(left.did, other.server.did.to_string());
    write(&mut profile, &["Why does quokka smile?"]);
    let export = profile.approved(&left);
    let view = profile.hand_over(&export);
    assert_eq!(view.unwrap().shares[0].state, ShareState::Receipted);
    // The check of everything names it, and goes on without it where that is asked for.
    let Reply::Checked { damaged, .. } = profile.page(Request::Repair) else {
        panic!("not mended");
    };
    assert_eq!(damaged, []);
    assert_eq!(profile.view(CollectorRequest::Collectors).damaged, "");
}

#[test]
fn what_is_owed_limits_what_is_sent() {
    let (_shop, mut profile, collector) = added();
    profile.view(CollectorRequest::CreditLimit {
        collector: collector.id.clone(),
        units: Some(20),
    });
    let export = profile.approved(&collector);
    profile.hand_over(&export).unwrap();
    write(&mut profile, &["Why does quokka smile?"]);
    assert_eq!(
        profile.fails(profile.choose(&collector, true)).code,
        Code::CreditReached
    );
    profile.view(CollectorRequest::CreditLimit {
        collector: collector.id.clone(),
        units: Some(21),
    });
    assert_eq!(profile.drafted(&collector).0.lines.len(), 1);
}

#[test]
fn a_removed_collector_gets_nothing_more() {
    let (shop, mut profile, collector) = added();
    let export = profile.approved(&collector);
    let remove = CollectorRequest::RemoveCollector {
        collector: collector.id.clone(),
    };
    profile.view(remove.clone());
    assert_eq!(profile.hand_over(&export).unwrap_err().code, Code::CollectorGone);
    // Added again, what was approved goes; a draft from before it was removed does not.
    let collector = profile.add(&shop);
    profile.hand_over(&export).unwrap();
    write(&mut profile, &["Why does quokka smile?"]);
    let (view, _) = profile.drafted(&collector);
    profile.view(remove);
    let approve = CollectorRequest::ApproveOffer {
        records_sha256: digest(&view.lines),
        draft: view.draft,
    };
    assert_eq!(profile.fails(approve).code, Code::DraftGone);
}

#[test]
fn only_pages_of_the_extension_deal_with_collectors() {
    let profile = person(&TEXTS);
    let outcome = wait(
        profile
            .app
            .handle_collectors(&site("https://example.org/"), CollectorRequest::Collectors),
    );
    let CollectorAnswer::Failed { failure } = outcome.answer else {
        panic!("a site was answered")
    };
    assert_eq!(failure.code, Code::NotAllowed);
    let Reply::Popup { .. } = profile.page(Request::Popup { url: None }) else {
        panic!("no popup")
    };
}

/// Two stories of one account: kept as a proof that the command line understands.
#[test]
fn a_collector_that_forks_an_account_is_proven_to() {
    let (shop, profile, collector) = added();
    let export = profile.approved(&collector);
    profile.hand_over(&export).unwrap();
    // The operator brings an old copy of the database back, and pays.
    let entry = Entry::open(&profile.account(&collector)[0]).unwrap();
    assert!(matches!(entry.event, account::Event::Receipt(_)));
    let secret = shop.home.signing_key();
    let mut other = entry.clone();
    other.iat += 1;
    let other = other.sign(&secret).unwrap();
    let file = json!({ "entries": [other] }).to_string();
    let failure = profile.fails(CollectorRequest::TakeStatements { file });
    assert_eq!(
        (failure.code, failure.detail.as_str()),
        (Code::CollectorAnswer, "fork")
    );
    let one = profile.one();
    assert!(one.cheated);
    let request = CollectorRequest::Statements {
        collector: one.id,
        part: Statements::Proof,
    };
    let CollectorReply::File { text, .. } = profile.ask(request).unwrap().0 else {
        panic!("no file")
    };
    let proof: Value = serde_json::from_str(&text).unwrap();
    let [left, right] = [0, 1].map(|at| proof["cheat"][at].as_str().unwrap().to_owned());
    let found = counterfoil_core::collector::account::cheat_between(&left, &right);
    assert!(found.unwrap().is_some());
}

#[test]
fn a_bundle_waits_a_while_that_nobody_can_foresee() {
    let shop = Shop::open(&offer());
    let mut waits = BTreeSet::new();
    let profile = person(&[]);
    shop.answer(&profile);
    let collector = profile.add(&shop);
    let mut profile = profile;
    for round in 0..8 {
        write(&mut profile, &[&format!("Which bird sings at {round}?")]);
        let (view, _) = profile.drafted(&collector);
        let approve = CollectorRequest::ApproveOffer {
            draft: view.draft.clone(),
            records_sha256: digest(&view.lines),
        };
        let CollectorReply::Approved { wait, .. } = profile.ask(approve).unwrap().0 else {
            panic!("not approved");
        };
        assert!((2..=20).contains(&wait), "{wait}");
        waits.insert(wait);
        profile.hand_over(&view.draft).unwrap();
    }
    assert!(waits.len() > 2, "{waits:?}");
}

#[test]
fn what_the_browser_may_not_send_is_not_sent() {
    let (shop, profile, collector) = added();
    assert_eq!(
        collector.offers[0].data,
        [
            DataSort::SearchTerms,
            DataSort::WebsiteContent,
            DataSort::PersonalCommunications
        ]
    );
    let export = profile.approved(&collector);
    shop.sent.borrow_mut().clear();
    profile.app.host().refuse_data(&["websiteContent"]);
    let send = CollectorRequest::Send {
        export: export.clone(),
    };
    assert_eq!(profile.fails(send).code, Code::DataConsent);
    assert!(shop.sent.borrow().is_empty());
    assert_eq!(profile.one().shares[0].state, ShareState::Unanswered);
    // What nothing of it is of, the person may go on refusing.
    profile.app.host().refuse_data(&["browsingActivity"]);
    assert_eq!(
        profile.hand_over(&export).unwrap().shares[0].state,
        ShareState::Receipted
    );
}

#[test]
fn an_offer_for_a_language_takes_what_is_in_it() {
    let mut offer = offer();
    offer["languages"] = json!(["en"]);
    let shop = Shop::open(&offer);
    // The last two are too short to be sure of; the person reads English, and no German.
    let profile = person(&[
        "Tell me, in some detail please: what does zebrafinch sing?",
        "What does okapi eat?",
        "Wo schläft das Okapi?",
        "Oi?!",
    ]);
    shop.answer(&profile);
    let collector = profile.add(&shop);
    let (view, worth) = profile.drafted(&collector);
    assert_eq!(worth.amount, "14");
    let lines: Vec<Value> = view
        .lines
        .iter()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert!(lines.iter().all(|line| line["lang"] == "en"), "{lines:?}");
    let reasons: Vec<_> = view.excluded.iter().map(|it| it.code.as_str()).collect();
    assert_eq!(reasons, ["excluded_offer_lang"; 2]);
    let export = profile.approved(&collector);
    let shared = profile.hand_over(&export).unwrap();
    assert_eq!((shared.shares[0].accepted, shared.shares[0].differs), (2, false));
}

#[test]
fn a_record_knows_where_it_went_and_can_be_withdrawn_alone() {
    let (shop, profile, collector) = added();
    let seqs: Vec<u64> = profile.items().iter().map(|item| item.seq).collect();
    let ways = |seq: u64| match profile.ask(CollectorRequest::SharedWith { seq }).unwrap().0 {
        CollectorReply::SharedWith { seq: of, shares } => {
            assert_eq!(of, seq);
            shares
        }
        other => panic!("{other:?}"),
    };
    assert!(seqs.iter().all(|&seq| ways(seq).is_empty()));
    let export = profile.approved(&collector);
    assert_eq!(ways(seqs[0])[0].state, ShareState::Unanswered);
    profile.hand_over(&export).unwrap();
    let way = &ways(seqs[1])[0];
    assert_eq!(
        (way.state, way.withdrawn, way.collector == collector.id),
        (ShareState::Receipted, false, true)
    );
    assert!(shop.home.holds(TEXTS[1].as_bytes()));

    let after = profile.view(withdraw(&collector, Withdrawn::Record(seqs[1])));
    assert_eq!(
        seqs.iter().map(|&seq| ways(seq)[0].withdrawn).collect::<Vec<_>>(),
        [false, true, false]
    );
    // Not all of the bundle is.
    assert!(!after.collectors[0].shares[0].withdrawn);
    let after = profile.view(withdraw(&collector, Withdrawn::Bundle(export)));
    assert!(after.collectors[0].shares[0].withdrawn);
    assert!(seqs.iter().all(|&seq| ways(seq)[0].withdrawn));
    assert_eq!(
        profile
            .fails(withdraw(&collector, Withdrawn::Record(u64::MAX >> 12)))
            .code,
        Code::NothingShared
    );
}

#[test]
fn what_all_collectors_owe_stands_together() {
    let shops = [Shop::open(&offer()), Shop::open(&offer())];
    let profile = person(&TEXTS);
    let standing = || match profile.ask(CollectorRequest::Standing).unwrap().0 {
        CollectorReply::Standing { view } => view,
        other => panic!("{other:?}"),
    };
    assert_eq!(standing(), StandingView::default());
    let seqs: Vec<u64> = profile.items().iter().map(|item| item.seq).collect();
    for shop in &shops {
        shop.answer(&profile);
        let FoundView { address, did, .. } = profile.look(&shop.address());
        let add = CollectorRequest::AddCollector {
            address,
            did: did.clone(),
            file: None,
        };
        let all = profile.view(add).collectors;
        let collector = all.into_iter().find(|it| it.did == did).unwrap();
        profile.page(Request::Mark { seqs: seqs.clone() });
        let export = profile.approved(&collector);
        assert_eq!(standing().unanswered, 1);
        profile.ask(CollectorRequest::Send { export }).unwrap();
    }
    let view = standing();
    assert_eq!((view.unanswered, view.overdue, view.cheated), (0, 0, 0));
    assert_eq!(
        (
            view.sums.len(),
            view.sums[0].owed.as_str(),
            view.sums[0].outstanding.as_str()
        ),
        (1, "42", "42")
    );
}

#[test]
fn a_collector_that_is_not_kept_keeps_no_permission() {
    let shop = Shop::open(&offer());
    let profile = person(&[]);
    shop.answer(&profile);
    let drop = || CollectorRequest::DropCollector {
        address: shop.address(),
    };
    profile.look(&shop.address());
    let (_, effects) = profile.ask(drop()).unwrap();
    let released = |effects: &[Effect]| {
        effects
            .iter()
            .any(|effect| matches!(effect, Effect::Release { .. }))
    };
    assert!(released(&effects), "{effects:?}");
    // One that is kept on the same host needs it.
    profile.add(&shop);
    let (_, effects) = profile.ask(drop()).unwrap();
    assert!(!released(&effects), "{effects:?}");
}
