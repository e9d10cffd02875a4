//! The server is killed at any moment, again and again, while many people deal with it: what it had answered stays, and
//! a repeat is answered once.

use std::io::Write as _;
use std::net::TcpStream;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use counterfoil_core::collector::account::{Chain, Entry, Event, Receipt, Status};
use counterfoil_core::collector::revocation::{Action, Scope};
use counterfoil_core::encoding::sha256_hex;
use counterfoil_core::note::Cosigner;

use super::support::client::{Answer, request};
use super::support::offer::draft;
use super::support::person::{Bundle, Person};
use super::support::server::{Home, Server};

/// Kills, if the environment does not say otherwise.
const KILLS: usize = 24;
/// People who deal with the server at once. One in four withdraws each bundle that was receipted.
const PEOPLE: u8 = 8;
/// Records of a bundle, and what is owed for them.
const RECORDS: u64 = 40;
const OWED: u64 = 100;
/// What a person asks for within one life of the server: fewer than the rate of bundles allows.
const MOST: usize = 24;
/// How long a state may take to come about.
const PATIENCE: Duration = Duration::from_mins(2);

/// What is under way between a person and the server.
enum Deal {
    Share(Box<Bundle>),
    Withdrawal(String),
}

struct Dealer {
    person: Person,
    offer: String,
    withdraws: bool,
    /// Every entry that was answered, in its order, and what they come to.
    answered: Vec<String>,
    chain: Chain,
    /// What was sent and not answered.
    pending: Option<Deal>,
    /// The last bundle that was receipted and is to be withdrawn.
    receipted: Option<String>,
    shared: u64,
    withdrawn: usize,
}

impl Dealer {
    fn new(number: u8, server: &Server) -> Self {
        Self {
            person: Person::new(number, server),
            offer: server.newest_offer().0,
            withdraws: number.is_multiple_of(4),
            answered: Vec::new(),
            chain: Chain::new(),
            pending: None,
            receipted: None,
            shared: 0,
            withdrawn: 0,
        }
    }

    /// Shares and withdraws until no answer comes any more.
    fn deal(&mut self, server: &Server, answers: &AtomicUsize) {
        for _ in 0..MOST {
            let deal = self.next();
            let answer = self.ask(server, &deal);
            self.pending = Some(deal);
            let Some(answer) = answer else { return };
            self.settle(&answer);
            answers.fetch_add(1, Ordering::SeqCst);
        }
    }

    fn next(&mut self) -> Deal {
        if let Some(bundle_sha256) = self.receipted.take() {
            return Deal::Withdrawal(
                self.person
                    .revocation(Action::Delete, Scope::Bundle { bundle_sha256 }),
            );
        }
        let did = self.person.key.did().multibase().to_owned();
        let texts: Vec<_> = (0..RECORDS)
            .map(|number| format!("Question {number} of bundle {} by {did}?", self.shared))
            .collect();
        let texts: Vec<_> = texts.iter().map(String::as_str).collect();
        Deal::Share(Box::new(self.person.bundle(&self.offer, &texts)))
    }

    fn ask(&self, server: &Server, deal: &Deal) -> Option<Answer> {
        // Behind a proxy each person has an address, and so a rate, of their own.
        let from = format!("10.0.0.{}", self.person.number);
        let from = ("X-Forwarded-For", from.as_str());
        let bytes = match deal {
            Deal::Share(bundle) => {
                let target = format!("/v1/bundles/{}", sha256_hex(&bundle.zip));
                request(server, "PUT", &target, &[from], &bundle.zip)
            }
            Deal::Withdrawal(revocation) => {
                let body = serde_json::json!({ "revocation": revocation }).to_string();
                request(server, "POST", "/v1/revocations", &[from], body.as_bytes())
            }
        };
        server.try_raw(&bytes)
    }

    /// Takes the answer to what is pending: it must be the right one, and continue the account.
    fn settle(&mut self, answer: &Answer) {
        let entries = answer.entries();
        for entry in &entries {
            self.chain.push(entry).unwrap();
        }
        match self.pending.take().unwrap() {
            Deal::Share(bundle) => {
                let [entry] = entries.as_slice() else {
                    panic!("{entries:?}")
                };
                let Event::Receipt(receipt) = Entry::open(entry).unwrap().event else {
                    panic!("{entry}")
                };
                self.check(&receipt, &bundle);
                self.shared += 1;
                self.receipted = self.withdraws.then_some(receipt.bundle_sha256);
            }
            Deal::Withdrawal(_) => {
                assert_eq!(statuses(&entries), [Status::Received, Status::Done]);
                self.withdrawn += 1;
            }
        }
        self.answered.extend(entries);
    }

    fn check(&self, receipt: &Receipt, bundle: &Bundle) {
        assert_eq!(
            (receipt.accepted, receipt.amount.units(), &receipt.bundle_sha256),
            (RECORDS, OWED, &bundle.sha256)
        );
        assert_eq!(
            receipt.checkpoint_sha256,
            sha256_hex(bundle.checkpoint.as_bytes())
        );
        let by = Cosigner::parse(&receipt.note_key).unwrap();
        let cosigned = by.verify(&bundle.checkpoint, self.person.key.did(), &receipt.cosignature);
        assert!(cosigned.is_ok());
    }

    /// After a restart: what was answered is there as it was, what was not is answered now, and nothing else happened.
    /// Gives whether the server had taken what it had not answered.
    fn check_after(&mut self, server: &Server) -> bool {
        let before = self.person.account(server);
        let (kept, more) = before.split_at_checked(self.answered.len()).unwrap();
        assert_eq!(kept, self.answered);
        let had_taken = !more.is_empty();
        if let Some(deal) = self.pending.take() {
            let answer = self.ask(server, &deal).expect("no answer after the restart");
            self.pending = Some(deal);
            self.settle(&answer);
        }
        // What it had taken without answering is what it answers now.
        assert_eq!(self.answered.get(..before.len()), Some(before.as_slice()));
        assert_eq!(self.person.account(server), self.answered);
        had_taken
    }
}

fn statuses(entries: &[String]) -> Vec<Status> {
    entries
        .iter()
        .map(|entry| match Entry::open(entry).unwrap().event {
            Event::Ack(ack) => ack.status,
            other => panic!("{other:?}"),
        })
        .collect()
}

/// Waits until something holds: looked for without a pause, since it may not hold for long.
fn until(what: &str, mut holds: impl FnMut() -> bool) {
    let deadline = Instant::now() + PATIENCE;
    while !holds() {
        assert!(Instant::now() < deadline, "it did not come about: {what}");
        std::thread::yield_now();
    }
}

#[test]
fn nothing_that_was_answered_is_lost_and_nothing_is_doubled() {
    let kills = std::env::var("COUNTERFOIL_KILLS").map_or(KILLS, |kills| kills.parse().unwrap());
    let home = Home::new();
    home.offer(&draft());
    let serve = || home.serve_with(&["--behind-proxy"]);
    let mut server = serve();
    let mut dealers: Vec<_> = (1..=PEOPLE).map(|number| Dealer::new(number, &server)).collect();
    let (mut unanswered, mut taken) = (0, 0);
    for round in 0..kills {
        let answers = AtomicUsize::new(0);
        let files = home.count("bundles");
        std::thread::scope(|scope| {
            for dealer in &mut dealers {
                scope.spawn(|| dealer.deal(&server, &answers));
            }
            // The moment of the kill is what is varied: after so many answers, and then in one of these states.
            until("answers", || answers.load(Ordering::SeqCst) >= round % 7);
            match round % 4 {
                0 => until("a bundle arrives", || home.count("incoming") > 0),
                1 => until("a bundle is kept", || home.count("bundles") > files),
                2 => {
                    let size = home.size("collector.sqlite-wal");
                    until("the database is written", || {
                        home.size("collector.sqlite-wal") != size
                    });
                }
                _ => (),
            }
            server.strike();
        });
        drop(server);

        server = serve();
        for dealer in &mut dealers {
            unanswered += usize::from(dealer.pending.is_some());
            taken += usize::from(dealer.check_after(&server));
        }
        let held: usize = dealers
            .iter()
            .map(|dealer| usize::try_from(dealer.shared).unwrap() - dealer.withdrawn)
            .sum();
        assert_eq!((home.count("incoming"), home.count("bundles")), (0, held));
    }

    let mut records = 0;
    for dealer in &mut dealers {
        let mut chain = Chain::new();
        for entry in dealer.person.account(&server) {
            chain.push(&entry).unwrap();
        }
        assert_eq!(
            chain.last().map(|last| last.owed.units()),
            Some(dealer.shared * OWED)
        );
        records += (dealer.shared - dealer.withdrawn as u64) * RECORDS;
    }
    // No record of a bundle that was not receipted, or that was withdrawn, is counted.
    let out = home.beside("out");
    home.ask(
        &["export"],
        &["--purpose", "train", "--out", out.to_str().unwrap()],
    );
    let exported = std::fs::read_to_string(out.join("records.jsonl")).unwrap();
    assert_eq!(exported.lines().count() as u64, records);
    let (shared, withdrawn) = dealers.iter().fold((0, 0), |(shared, withdrawn), dealer| {
        (shared + dealer.shared, withdrawn + dealer.withdrawn)
    });
    assert!(unanswered > 0, "no kill interrupted anything");
    println!(
        "{kills} kills under {PEOPLE} people: {shared} bundles receipted, {withdrawn} withdrawn; {unanswered} answers \
         were cut off, of which {taken} had been given; none is lost or doubled"
    );
}

#[test]
fn a_withdrawal_that_was_cut_off_is_brought_to_its_end() {
    let home = Home::new();
    home.offer(&draft());
    let mut server = home.serve();
    let (compact, _) = server.newest_offer();
    for round in 0..8_u8 {
        let mut person = Person::new(10 + round, &server);
        let text = format!("What does zebrafinch {round} sing?");
        let bundle = person.bundle(&compact, &[&text]);
        server.put(&bundle.zip).entry();
        let revocation = person.revocation(Action::Delete, Scope::All);
        let body = serde_json::json!({ "revocation": revocation }).to_string();
        let bytes = request(&server, "POST", "/v1/revocations", &[], body.as_bytes());
        let size = home.size("collector.sqlite-wal");
        let mut stream = TcpStream::connect(server.address).unwrap();
        stream.write_all(&bytes).unwrap();
        match round % 4 {
            0 => until("it is received", || home.size("collector.sqlite-wal") != size),
            1 => until("its file goes", || home.count("bundles") == 0),
            2 => until("its bytes leave the log", || {
                home.size("collector.sqlite-wal") < size
            }),
            _ => (),
        }
        server.kill();

        server = home.serve();
        let entries = server.withdraw(&revocation).entries();
        assert_eq!(statuses(&entries), [Status::Received, Status::Done]);
        assert_eq!(person.account(&server).len(), 3, "round {round}");
        assert!(!home.holds(text.as_bytes()), "round {round}");
    }
}
