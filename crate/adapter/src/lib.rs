//! Adapters: what is known of a site, or of software that people host themselves, as data.
//!
//! An adapter is written as a TOML file in `extension/adapters`; `docs/adapters.md` describes the form. A build
//! reads and checks the files (feature `read`) and compiles each into two things: an entry of the [`Adapter`] table
//! for the core, with all that an address can tell, and a small script for the pages of its sites, with the
//! selectors, which only a page can try. Nothing here knows how to run code that comes from a file.

pub mod pattern;
#[cfg(feature = "read")]
pub mod read;

/// What a person writes at a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(
    feature = "read",
    derive(serde::Deserialize),
    serde(rename_all = "snake_case")
)]
pub enum Kind {
    /// A search.
    Search,
    /// A prompt to a model.
    Prompt,
    /// A post.
    Post,
    /// A comment on something.
    Comment,
}

/// An adapter as the core knows it. A list is one text with spaces between its items, which takes half the room of a
/// slice of texts in a module; a list of patterns matches where one of them does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(clippy::struct_excessive_bools)] // what it knows of, each for itself
pub struct Adapter {
    /// Its name in records and files: `[a-z0-9-]+`.
    pub id: &'static str,
    /// As a person reads it.
    pub name: &'static str,
    /// What its composer is for, where no [`KindAt`] says otherwise.
    pub kind: Kind,
    /// The day on which what it says was looked at: `YYYY-MM-DD`.
    pub verified: &'static str,
    /// The same day, counted from 1970-01-01.
    pub day: u32,
    /// [`pattern::host`] patterns; none for a family.
    pub hosts: &'static str,
    /// It names its composer: text from another field is not its kind.
    pub composer: bool,
    /// Whether a page can hold private places that only its selectors tell.
    pub guarded: bool,
    /// Places that are never recorded: [`pattern::path`] patterns.
    pub skip_path: &'static str,
    /// See `skip_path`: [`pattern::query`] patterns.
    pub skip_query: &'static str,
    /// Kinds that depend on the place, in order: the first that fits counts.
    pub kind_at: &'static [KindAt],
    /// [`pattern::path`] patterns that capture the label of a conversation.
    pub thread: &'static str,
    /// Addresses that are searches.
    pub search: &'static [Search],
    /// It knows where answers stand.
    pub answers: bool,
    /// It knows where answers are rated.
    pub ratings: bool,
}

/// A kind of some places.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KindAt {
    /// The kind.
    pub kind: Kind,
    /// Patterns of the path; none for every path.
    pub path: &'static str,
    /// Which of the field selectors in the page must have matched; `None` for every field.
    pub field: Option<u32>,
}

/// Addresses that are searches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Search {
    /// Patterns of the path.
    pub path: &'static str,
    /// Parameters that hold what was searched for, the one that counts first.
    pub parameters: &'static str,
    /// They may also stand in the fragment.
    pub fragment: bool,
    /// Parameters that number pages, and their values on a first page: any other value is no new search.
    pub first: &'static [(&'static str, &'static str)],
    /// Parameters whose presence says that it is no typed search.
    pub refuse: &'static str,
}

impl Adapter {
    /// Whether it is for software that people host themselves.
    pub fn family(&self) -> bool {
        self.hosts.is_empty()
    }

    /// Whether a place is never recorded; `parameter` gives the value of a parameter of the query.
    pub fn skips(&self, path: &str, parameter: impl Fn(&str) -> Option<String>) -> bool {
        each(self.skip_path).any(|it| pattern::path(it, path))
            || each(self.skip_query).any(|it| pattern::query(it, &parameter))
    }

    /// The kind of what its composer sends at a path; `fields` are the field selectors that matched in the page.
    pub fn kind(&self, path: &str, fields: &[u32]) -> Kind {
        self.kind_at
            .iter()
            .find(|at| {
                (at.path.is_empty() || each(at.path).any(|it| pattern::path(it, path)))
                    && at.field.is_none_or(|field| fields.contains(&field))
            })
            .map_or(self.kind, |at| at.kind)
    }

    /// The label of the conversation in a path.
    pub fn thread<'p>(&self, path: &'p str) -> Option<&'p str> {
        each(self.thread).find_map(|it| pattern::captured(it, path))
    }
}

/// The items of a list.
pub fn each(list: &'static str) -> impl Iterator<Item = &'static str> {
    list.split(' ').filter(|item| !item.is_empty())
}

/// The adapter of a host: one that names it, before one whose pattern fits.
pub fn of_host(adapters: &'static [Adapter], host: &str) -> Option<&'static Adapter> {
    let named = |adapter: &&Adapter| each(adapter.hosts).any(|it| it == host);
    let fits = |adapter: &&Adapter| each(adapter.hosts).any(|it| pattern::host(it, host));
    adapters.iter().find(named).or_else(|| adapters.iter().find(fits))
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLAIN: Adapter = Adapter {
        id: "plain",
        name: "Plain",
        kind: Kind::Post,
        verified: "2026-11-25",
        day: 20_782,
        hosts: "*.example.org",
        composer: true,
        guarded: false,
        skip_path: "/messages/**",
        skip_query: "temporary=true draft",
        kind_at: &[
            KindAt {
                kind: Kind::Comment,
                path: "/r/*/comments/**",
                field: Some(0),
            },
            KindAt {
                kind: Kind::Search,
                path: "",
                field: Some(1),
            },
        ],
        thread: "/c/:thread /g/*/c/:thread",
        search: &[],
        answers: false,
        ratings: false,
    };
    static TABLE: [Adapter; 2] = [
        PLAIN,
        Adapter {
            id: "named",
            hosts: "chat.example.org",
            ..PLAIN
        },
    ];

    #[test]
    fn a_named_host_comes_before_a_pattern() {
        let id = |host| of_host(&TABLE, host).map(|adapter| adapter.id);
        assert_eq!(id("chat.example.org"), Some("named"));
        assert_eq!(id("www.example.org"), Some("plain"));
        assert_eq!(id("example.org"), None);
    }

    #[test]
    fn places_are_skipped_by_path_and_by_query() {
        let none = |_: &str| None;
        assert!(PLAIN.skips("/messages/1/2", none));
        assert!(PLAIN.skips("/messages", none));
        assert!(!PLAIN.skips("/message", none));
        let query = |name: &str, value: &str| {
            let (name, value) = (name.to_owned(), value.to_owned());
            move |asked: &str| (asked == name).then(|| value.clone())
        };
        assert!(PLAIN.skips("/", query("temporary", "true")));
        assert!(!PLAIN.skips("/", query("temporary", "false")));
        assert!(PLAIN.skips("/", query("draft", "")));
    }

    #[test]
    fn the_first_kind_that_fits_counts() {
        assert_eq!(PLAIN.kind("/r/rust/comments/1/x", &[0]), Kind::Comment);
        assert_eq!(PLAIN.kind("/r/rust/comments/1/x", &[1]), Kind::Search);
        assert_eq!(PLAIN.kind("/r/rust/comments/1/x", &[]), Kind::Post);
        assert_eq!(PLAIN.kind("/", &[0]), Kind::Post);
    }

    #[test]
    fn the_thread_is_what_the_path_captures() {
        assert_eq!(PLAIN.thread("/c/12-ab"), Some("12-ab"));
        assert_eq!(PLAIN.thread("/g/x/c/7/"), Some("7"));
        assert_eq!(PLAIN.thread("/c"), None);
        assert_eq!(PLAIN.thread("/c/1/2"), None);
    }
}
