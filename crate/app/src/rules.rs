//! What is known of sites: which addresses are searches, which places are never recorded, and what kind of
//! text a field holds.

use counterfoil_core::record::Kind;

use crate::address::Address;
use crate::message::Field;

/// Longest query that an address is believed to carry, in bytes.
const QUERY_LIMIT: usize = 8 * 1024;

/// A search engine that puts the query into the address.
struct Engine {
    id: &'static str,
    host: fn(&str) -> bool,
    path: fn(&str) -> bool,
    parameters: &'static [&'static str],
    fragment: bool,
    /// Parameters that say "not a new search", and the values they have on a first page.
    later: &'static [(&'static str, &'static [&'static str])],
}

/// Named engines first; the last one is for engines that people host themselves.
const ENGINES: &[Engine] = &[
    Engine {
        id: "google",
        host: |host| {
            host.strip_prefix("www.google.")
                .is_some_and(|tld| tld.len() <= 6 && tld.split('.').all(|part| (2..=3).contains(&part.len())))
        },
        path: |path| path == "/search" || path == "/",
        parameters: &["q"],
        fragment: true,
        later: &[("start", &["0"]), ("lns_mode", &[])],
    },
    Engine {
        id: "bing",
        host: |host| matches!(host, "www.bing.com" | "cn.bing.com" | "bing.com"),
        path: |path| path == "/search",
        parameters: &["q"],
        fragment: false,
        later: &[("first", &["0", "1"])],
    },
    Engine {
        id: "duckduckgo",
        host: |host| {
            matches!(
                host,
                "duckduckgo.com" | "html.duckduckgo.com" | "lite.duckduckgo.com"
            )
        },
        path: |path| matches!(path, "/" | "/html/" | "/html" | "/lite/" | "/lite"),
        parameters: &["q"],
        fragment: false,
        later: &[("s", &["0"])],
    },
    Engine {
        id: "brave",
        host: |host| host == "search.brave.com",
        path: |path| path == "/search",
        parameters: &["q"],
        fragment: false,
        later: &[("offset", &["0"])],
    },
    Engine {
        id: "generic",
        host: |_| true,
        path: |path| path.trim_end_matches('/').ends_with("/search"),
        parameters: &["q", "query"],
        fragment: false,
        later: &[
            ("page", &["0", "1"]),
            ("pageno", &["1"]),
            ("p", &["0", "1"]),
            ("start", &["0"]),
            ("offset", &["0"]),
        ],
    },
];

/// A search that an address carries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Search {
    /// The rule that found it.
    pub engine: &'static str,
    /// What was searched for.
    pub text: String,
}

/// The search in an address, if it is the first page of one.
pub fn search(address: &Address) -> Option<Search> {
    let engine = ENGINES.iter().find(|engine| (engine.host)(address.host()))?;
    if !(engine.path)(address.path()) {
        return None;
    }
    let later = engine.later.iter().any(|(name, first)| {
        address
            .parameter(name)
            .is_some_and(|value| !first.contains(&value.as_str()))
    });
    if later {
        return None;
    }
    let from_fragment = || {
        engine
            .parameters
            .iter()
            .filter(|_| engine.fragment)
            .find_map(|name| address.fragment_parameter(name))
    };
    let text =
        from_fragment().or_else(|| engine.parameters.iter().find_map(|name| address.parameter(name)))?;
    let text = text.trim();
    (!text.is_empty() && text.len() <= QUERY_LIMIT && !sealed(text)).then(|| Search {
        engine: engine.id,
        text: text.to_owned(),
    })
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

/// Hosts where what is written is a prompt, whatever the field looks like.
const CHATS: &[&str] = &[
    "chat.deepseek.com",
    "chat.mistral.ai",
    "chatgpt.com",
    "claude.ai",
    "copilot.microsoft.com",
    "gemini.google.com",
    "grok.com",
    "poe.com",
    "www.perplexity.ai",
];

/// The kind of a text, from where it was written. What fits nothing is `unknown` and stays private until the
/// person says what it is.
pub fn classify(field: Field, address: &Address) -> Kind {
    if CHATS.contains(&address.host()) {
        Kind::Prompt
    } else if field.search {
        Kind::Search
    } else if field.conversation {
        Kind::Prompt
    } else if field.multiline && field.form && field.prefilled {
        Kind::Edit
    } else if field.multiline && field.form {
        Kind::Post
    } else {
        Kind::Unknown
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(url: &str) -> Option<(&'static str, String)> {
        search(&Address::parse(url).unwrap()).map(|search| (search.engine, search.text))
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
            assert_eq!(found(url), Some((engine, text.to_owned())), "{url}");
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

    #[test]
    fn kinds_follow_the_field_and_the_place() {
        let at = |url: &str, field: Field| classify(field, &Address::parse(url).unwrap());
        let here = "https://example.org/";
        let none = Field::default();
        assert_eq!(
            at(
                here,
                Field {
                    search: true,
                    form: true,
                    ..none
                }
            ),
            Kind::Search
        );
        assert_eq!(
            at(
                here,
                Field {
                    conversation: true,
                    multiline: true,
                    ..none
                }
            ),
            Kind::Prompt
        );
        assert_eq!(
            at(
                here,
                Field {
                    multiline: true,
                    form: true,
                    ..none
                }
            ),
            Kind::Post
        );
        assert_eq!(
            at(
                here,
                Field {
                    multiline: true,
                    form: true,
                    prefilled: true,
                    ..none
                }
            ),
            Kind::Edit
        );
        assert_eq!(
            at(
                here,
                Field {
                    multiline: true,
                    ..none
                }
            ),
            Kind::Unknown
        );
        assert_eq!(at(here, Field { form: true, ..none }), Kind::Unknown);
        assert_eq!(
            at(
                "https://claude.ai/new",
                Field {
                    multiline: true,
                    ..none
                }
            ),
            Kind::Prompt
        );
    }
}
