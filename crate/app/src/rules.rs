//! What is known of sites: which addresses are searches, which places are never recorded, and what kind of
//! text a field holds.

use counterfoil_adapter::{self as adapter, Adapter, each, pattern};
use counterfoil_core::record::Kind;

use crate::address::Address;
use crate::message::{Field, Hints};
use crate::words;

/// Longest query that an address is believed to carry, in bytes.
const QUERY_LIMIT: usize = 8 * 1024;

/// What the build made of `extension/adapters`.
mod table {
    use counterfoil_adapter::{Adapter, Kind, KindAt, Search};

    pub(super) static ADAPTERS: &[Adapter] = &include!(concat!(env!("OUT_DIR"), "/adapters.rs"));
}

/// For hosts that no adapter names: how most engines that people host themselves write their addresses.
const ENGINE: adapter::Search = adapter::Search {
    path: "",
    parameters: "q query",
    fragment: false,
    first: &[
        ("page", "0 1"),
        ("pageno", "1"),
        ("p", "0 1"),
        ("start", "0"),
        ("offset", "0"),
    ],
    refuse: "",
};

/// Name and version of what sees a text where no adapter does.
pub const GENERIC: &str = "generic/1";

/// The adapter of a host.
pub fn adapter_of(host: &str) -> Option<&'static Adapter> {
    adapter::of_host(table::ADAPTERS, host)
}

/// A family, by its id.
pub fn family(id: &str) -> Option<&'static Adapter> {
    table::ADAPTERS
        .iter()
        .find(|adapter| adapter.family() && adapter.id == id)
}

/// Name and version of an adapter, as records have it.
pub fn version(adapter: &Adapter) -> String {
    format!("{}/{}", adapter.id, adapter.verified)
}

/// A search that an address carries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Search {
    /// Name and version of the rule that found it.
    pub adapter: String,
    /// What was searched for.
    pub text: String,
}

/// The search in an address, if it is the first page of one. `families` are those that the site was found to be.
pub fn search(address: &Address, families: &[String]) -> Option<Search> {
    let own = adapter_of(address.host());
    let known = own
        .into_iter()
        .chain(
            families
                .iter()
                .filter_map(|id| family(id))
                .filter(|_| own.is_none()),
        )
        .filter(|adapter| !adapter.search.is_empty());
    let mut any = false;
    for adapter in known {
        any = true;
        for rule in adapter.search {
            if each(rule.path).any(|it| pattern::path(it, address.path()))
                && let Some(text) = searched(address, rule)
            {
                return Some(Search {
                    adapter: version(adapter),
                    text,
                });
            }
        }
    }
    let generic = !any && address.path().trim_end_matches('/').ends_with("/search");
    let text = searched(address, &ENGINE).filter(|_| generic)?;
    Some(Search {
        adapter: GENERIC.to_owned(),
        text,
    })
}

/// What an address says was searched for, by a rule whose path fits.
fn searched(address: &Address, rule: &adapter::Search) -> Option<String> {
    let later = rule.first.iter().any(|(name, first)| {
        address
            .parameter(name)
            .is_some_and(|value| each(first).all(|it| it != value))
    });
    if later || each(rule.refuse).any(|name| address.parameter(name).is_some()) {
        return None;
    }
    let from_fragment = || {
        each(rule.parameters)
            .filter(|_| rule.fragment)
            .find_map(|name| address.fragment_parameter(name))
    };
    let text = from_fragment().or_else(|| each(rule.parameters).find_map(|name| address.parameter(name)))?;
    let text = text.trim();
    (!text.is_empty() && text.len() <= QUERY_LIMIT && !sealed(text)).then(|| text.to_owned())
}

/// Whether a query is no words but a token that only its server can read: some engines (Whoogle) send the browser
/// on to an address that hides what was searched for.
fn sealed(text: &str) -> bool {
    text.len() >= 60
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'='))
        && text.bytes().any(|byte| byte.is_ascii_uppercase())
        && text.bytes().any(|byte| byte.is_ascii_lowercase())
        && text.bytes().any(|byte| byte.is_ascii_digit())
}

/// Hosts whose every page is for private messages: mail and messengers.
const PRIVATE_HOSTS: &[&str] = &[
    "app.element.io",
    "app.slack.com",
    "calendar.google.com",
    "chat.google.com",
    "discord.com",
    "mail.google.com",
    "mail.proton.me",
    "mail.yahoo.com",
    "messages.google.com",
    "outlook.live.com",
    "outlook.office.com",
    "outlook.office365.com",
    "teams.live.com",
    "teams.microsoft.com",
    "web.telegram.org",
    "web.whatsapp.com",
    "www.messenger.com",
];

/// Places for private messages on hosts that have public ones too: the host, and how the path begins.
const PRIVATE_PATHS: &[(&str, &str)] = &[
    ("bsky.app", "/messages"),
    ("twitter.com", "/messages"),
    ("www.facebook.com", "/messages"),
    ("www.instagram.com", "/direct"),
    ("www.linkedin.com", "/messaging"),
    ("www.reddit.com", "/chat"),
    ("www.reddit.com", "/message"),
    ("x.com", "/i/chat"),
    ("x.com", "/messages"),
];

/// Whether nothing on this host is ever recorded.
pub fn private_host(address: &Address) -> bool {
    PRIVATE_HOSTS.contains(&address.host())
}

/// Whether nothing at this address is ever recorded.
pub fn private_place(address: &Address) -> bool {
    let within = |start: &str| {
        address
            .path()
            .strip_prefix(start)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    private_host(address)
        || PRIVATE_PATHS
            .iter()
            .any(|(host, start)| *host == address.host() && within(start))
}

/// Whether the adapter of a place says that nothing there is recorded.
pub fn skipped(adapter: &Adapter, address: &Address) -> bool {
    adapter.skips(address.path(), |name| address.parameter(name))
}

/// Whether a text in a field is one that is never taken, whatever else holds.
pub fn secret(field: &Field, text: &str) -> bool {
    let names = [&field.name, &field.id, &field.says].map(String::as_str);
    // In a larger field the hint is a sentence, and its words are ordinary ones.
    let says = if field.multiline { &names[..2] } else { &names[..] };
    words::secret(says, field.multiline)
        || !field.multiline && (words::card(text) || words::short_number(text) && words::code(&names))
}

/// The kind of a text, and whether the adapter tells it.
pub fn classify(field: &Field, address: &Address, seen: Option<(&Adapter, &Hints)>) -> (Kind, bool) {
    let guessed = guess(field);
    let Some((adapter, hints)) = seen else {
        return (guessed, false);
    };
    let placed = hints.composer || !hints.kinds.is_empty();
    if placed || !adapter.composer && (field.multiline || guessed == Kind::Search) {
        let kind = match adapter.kind(address.path(), &hints.kinds) {
            adapter::Kind::Search => Kind::Search,
            adapter::Kind::Prompt => Kind::Prompt,
            // A form that came with a text in it, as that of a wiki's page, holds what others wrote, too.
            adapter::Kind::Post | adapter::Kind::Comment if edits(field) => Kind::Edit,
            adapter::Kind::Post => Kind::Post,
            adapter::Kind::Comment => Kind::Comment,
        };
        (kind, true)
    } else {
        (guessed, false)
    }
}

/// Whether a text was there before the person came, in a form that posts it.
fn edits(field: &Field) -> bool {
    field.multiline && field.form && field.prefilled
}

/// The kind of a text by its field alone. What fits nothing is `unknown` and stays private until the person says
/// what it is.
fn guess(field: &Field) -> Kind {
    let own = field.around.first().map_or("", String::as_str);
    let says: [&str; 5] = [&field.name, &field.id, &field.says, &field.action, own];
    let search = field.search
        || words::search_name(&field.name, field.gets)
        || !field.multiline && says.iter().any(|words| words::searching(words));
    // A posted form with a field called "message" is a letter box.
    let conversation = field.conversation
        || !field.form
            && (words::talk_to(&field.says) || field.around.iter().take(8).any(|names| words::talk(names)));
    if search {
        Kind::Search
    } else if conversation {
        Kind::Prompt
    } else if edits(field) {
        Kind::Edit
    } else if field.multiline && says.iter().any(|words| words::remarks(words)) {
        Kind::Comment
    } else if field.multiline && field.form {
        Kind::Post
    } else {
        Kind::Unknown
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(url: &str) -> Option<(String, String)> {
        let search = search(&Address::parse(url).unwrap(), &[])?;
        let (id, version) = search.adapter.split_once('/').unwrap();
        assert!(version == "1" || version.len() == 10, "{version}");
        Some((id.to_owned(), search.text))
    }

    #[test]
    fn searches_are_read_from_addresses() {
        for (url, engine, text) in [
            (
                "https://www.google.com/search?q=why+is+the+sky+blue&hl=en",
                "google",
                "why is the sky blue",
            ),
            ("https://www.google.co.uk/search?q=a%26b", "google", "a&b"),
            ("https://www.google.de/#q=wetter", "google", "wetter"),
            ("https://www.google.com/search?q=x&start=0", "google", "x"),
            ("https://www.bing.com/search?q=caf%C3%A9&first=1", "bing", "café"),
            (
                "https://duckduckgo.com/?q=privacy&ia=web",
                "duckduckgo",
                "privacy",
            ),
            ("https://search.brave.com/search?q=%F0%9F%A6%81", "brave", "🦁"),
            (
                "http://127.0.0.1:8080/search?q=self+hosted",
                "generic",
                "self hosted",
            ),
            (
                "https://searx.example.org/searxng/search?q=x&pageno=1",
                "generic",
                "x",
            ),
            ("https://example.org/search/?query=docs", "generic", "docs"),
        ] {
            assert_eq!(found(url), Some((engine.to_owned(), text.to_owned())), "{url}");
        }
    }

    #[test]
    fn later_pages_and_other_addresses_are_not_searches() {
        for url in [
            "https://www.google.com/search?q=x&start=10",
            "https://www.google.com/search?q=x&lns_mode=un",
            "https://www.google.com/maps?q=x",
            "https://www.google.com/search?q=",
            "https://www.google.com/search?q=+++",
            "https://www.google.evil-example.com/search2?q=x",
            "https://www.bing.com/search?q=x&first=11",
            "https://www.bing.com/images/search?q=x",
            "https://duckduckgo.com/about?q=x",
            "https://search.brave.com/search?q=x&offset=2",
            "https://searx.example.org/search?q=x&pageno=2",
            "https://example.org/research?q=x",
            "https://example.org/?q=x",
        ] {
            assert_eq!(found(url), None, "{url}");
        }
        let token = "gAAAAABoX3pQm7rT2vK9wLxYdEfGhIjKlMnOpQrStUvWxYz0123456789-_abcdefABCDEF==";
        assert_eq!(found(&format!("http://127.0.0.1/search?q={token}")), None);
        let digest = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";
        assert!(
            found(&format!("http://127.0.0.1/search?q={digest}")).is_some(),
            "people look for digests"
        );
        let long = format!("https://example.org/search?q={}", "x".repeat(QUERY_LIMIT + 1));
        assert_eq!(found(&long), None);
    }

    #[test]
    fn private_places_are_left_out() {
        let private = |url: &str| private_place(&Address::parse(url).unwrap());
        assert!(private("https://mail.google.com/mail/u/0/"));
        assert!(private("https://x.com/messages/12-34"));
        assert!(private("https://x.com/messages"));
        assert!(!private("https://x.com/messagesofhope"));
        assert!(!private("https://x.com/home"));
        assert!(!private("https://www.google.com/search?q=x"));
    }

    fn kind(field: &Field) -> Kind {
        let address = Address::parse("https://example.org/t/1").unwrap();
        classify(field, &address, None).0
    }

    #[test]
    fn kinds_follow_the_marks_of_the_field() {
        let none = Field::default;
        let large = || Field {
            multiline: true,
            ..Field::default()
        };
        for (field, expected) in [
            (
                Field {
                    search: true,
                    form: true,
                    ..none()
                },
                Kind::Search,
            ),
            (
                Field {
                    conversation: true,
                    ..large()
                },
                Kind::Prompt,
            ),
            (
                Field {
                    form: true,
                    ..large()
                },
                Kind::Post,
            ),
            (
                Field {
                    form: true,
                    prefilled: true,
                    ..large()
                },
                Kind::Edit,
            ),
            (large(), Kind::Unknown),
            (Field { form: true, ..none() }, Kind::Unknown),
        ] {
            assert_eq!(kind(&field), expected, "{field:?}");
        }
    }

    #[test]
    fn kinds_follow_the_words_of_the_field() {
        let named = |name: &str, gets: bool| Field {
            name: name.into(),
            gets,
            ..Field::default()
        };
        assert_eq!(kind(&named("q", false)), Kind::Search);
        assert_eq!(kind(&named("s", true)), Kind::Search);
        assert_eq!(kind(&named("s", false)), Kind::Unknown);
        let says = |says: &str, multiline: bool, form: bool| Field {
            says: says.into(),
            multiline,
            form,
            ..Field::default()
        };
        assert_eq!(kind(&says("Suche im Forum", false, false)), Kind::Search);
        assert_eq!(kind(&says("Suche im Forum", true, false)), Kind::Unknown);
        assert_eq!(kind(&says("Ask anything", true, false)), Kind::Prompt);
        assert_eq!(
            kind(&says("Your message", true, true)),
            Kind::Post,
            "a letter box"
        );
        for form in [true, false] {
            assert_eq!(kind(&says("Type a comment here", true, form)), Kind::Comment);
        }
        assert_eq!(
            kind(&says("Comment", false, true)),
            Kind::Unknown,
            "a single line"
        );
        let action = Field {
            action: "/search site-search".into(),
            ..Field::default()
        };
        assert_eq!(kind(&action), Kind::Search);
        let around = |names: &str| Field {
            multiline: true,
            around: vec!["div box".into(), names.into()],
            ..Field::default()
        };
        assert_eq!(kind(&around("div chat-input")), Kind::Prompt);
        assert_eq!(
            kind(&around("div chateau")),
            Kind::Prompt,
            "words are known by how they begin"
        );
        assert_eq!(kind(&around("div editor")), Kind::Unknown);
    }

    #[test]
    fn secrets_are_known_by_their_field_and_by_themselves() {
        let field = |says: &str, multiline: bool| Field {
            says: says.into(),
            multiline,
            ..Field::default()
        };
        assert!(secret(&field("Card number", false), "anything"));
        assert!(secret(&field("Anything", false), "4111 1111 1111 1111"));
        assert!(!secret(&field("Anything", true), "4111 1111 1111 1111"));
        assert!(secret(&field("Enter the code we sent you", false), "482 913"));
        assert!(!secret(&field("Search", false), "482 913"));
        assert!(!secret(
            &field("Enter the code we sent you", false),
            "four words of text"
        ));
        assert!(!secret(
            &field("Ask about your api key", true),
            "how do I make one"
        ));
        let named = Field {
            id: "privateKey".into(),
            multiline: true,
            ..Field::default()
        };
        assert!(secret(&named, "x"));
    }

    #[test]
    fn an_adapter_tells_the_kind_of_its_composer_only() {
        let address = Address::parse("https://x.com/somebody/status/112").unwrap();
        let adapter = adapter_of("x.com").unwrap();
        let large = Field {
            multiline: true,
            form: true,
            ..Field::default()
        };
        let hints = Hints {
            id: "x".into(),
            whole: true,
            composer: true,
            ..Hints::default()
        };
        assert_eq!(
            classify(&large, &address, Some((adapter, &hints))),
            (Kind::Comment, true)
        );
        let home = Address::parse("https://x.com/home").unwrap();
        assert_eq!(
            classify(&large, &home, Some((adapter, &hints))),
            (Kind::Post, true)
        );
        let elsewhere = Hints {
            composer: false,
            ..hints.clone()
        };
        assert_eq!(
            classify(&Field::default(), &home, Some((adapter, &elsewhere))),
            (Kind::Unknown, false)
        );
        // A field that a rule of its own names, outside of the composer.
        let remark = Hints {
            id: "linkedin".into(),
            composer: false,
            kinds: vec![0],
            ..hints
        };
        let feed = Address::parse("https://www.linkedin.com/feed").unwrap();
        let adapter = adapter_of("www.linkedin.com").unwrap();
        assert_eq!(
            classify(&Field::default(), &feed, Some((adapter, &remark))),
            (Kind::Comment, true)
        );
    }

    /// Every address that an adapter was written with, and a table of them: no adapter is left out.
    #[test]
    fn every_adapter_passes_its_addresses() {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../extension/adapters");
        let files = counterfoil_adapter::read::folder(&folder).unwrap();
        assert_eq!(files.len(), table::ADAPTERS.len());
        println!("{:<20} {:>10} {:>10}", "adapter", "searches", "others");
        for file in &files {
            let families: Vec<String> = file.family.iter().map(|_| file.id.clone()).collect();
            let (mut searches, mut others) = (0, 0);
            for fixture in &file.fixture {
                let address = Address::parse(&fixture.url).unwrap();
                let found = search(&address, &families).map(|search| search.text);
                assert_eq!(found, fixture.text, "{}: {}", file.id, fixture.url);
                if found.is_some() {
                    searches += 1;
                } else {
                    others += 1;
                }
            }
            println!("{:<20} {searches:>10} {others:>10}", file.id);
        }
    }

    #[test]
    fn the_table_is_of_the_files() {
        let chatgpt = adapter_of("chatgpt.com").unwrap();
        assert_eq!(chatgpt.id, "chatgpt");
        let skipped = |url: &str| skipped(chatgpt, &Address::parse(url).unwrap());
        assert!(skipped("https://chatgpt.com/?temporary-chat=true"));
        assert!(!skipped("https://chatgpt.com/c/1"));
        assert_eq!(chatgpt.thread("/c/12"), Some("12"));
        assert!(family("chatgpt").is_none(), "it has hosts of its own");
        assert!(adapter_of("social.test").is_none());
    }
}
