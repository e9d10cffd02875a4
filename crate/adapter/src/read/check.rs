//! What a value of a file may be.

use std::collections::BTreeMap;

use super::Invalid;
use super::schema::{File, Fixture};

/// Longest selector, in bytes.
const SELECTOR: usize = 300;

/// What is wrong with a file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// It cannot be read, or is not of the schema.
    #[error("{0}")]
    Unreadable(String),
    /// A version of the form that is not known.
    #[error("schema is {0}: only 1 is known")]
    Schema(u32),
    /// The id.
    #[error("id {0:?} is not the name of its file in small letters, digits and hyphens")]
    Id(String),
    /// A value that is empty or too long.
    #[error("{0} is empty or too long")]
    Length(&'static str),
    /// Hosts and family.
    #[error("there must be hosts or a family, and not both")]
    HostsOrFamily,
    /// A pattern that is none.
    #[error("{field}: {value:?} is not a pattern: {reason}")]
    Pattern {
        /// Where it stands.
        field: &'static str,
        /// The pattern.
        value: String,
        /// Why.
        reason: &'static str,
    },
    /// A selector that no browser reads.
    #[error("{field}: {value:?} is not a selector: {reason}")]
    Selector {
        /// Where it stands.
        field: &'static str,
        /// The selector.
        value: String,
        /// Why.
        reason: &'static str,
    },
    /// The day.
    #[error("verified {0:?} is not a day like 2026-11-25")]
    Day(String),
    /// A kind that depends on nothing.
    #[error("kind_at needs a path or a field")]
    KindAt,
    /// A parameter that the page would not find.
    #[error("search.parameters: {0:?} is not of letters, digits, hyphens and underscores")]
    Parameter(String),
    /// Addresses or pages to try are missing.
    #[error("{0} needs a fixture in which something is found, and one in which nothing is")]
    Fixtures(&'static str),
    /// An address to try that is not of its hosts.
    #[error("fixture {0:?} is no address of its hosts")]
    FixtureHost(String),
    /// A step that says not one thing.
    #[error("page {0:?} has a step that is not one action")]
    Step(String),
    /// Two adapters of one host.
    #[error("host {0:?} is claimed by {1} too")]
    Claimed(String, String),
}

type Checked = Result<(), Fault>;

fn require(holds: bool, fault: impl FnOnce() -> Fault) -> Checked {
    if holds { Ok(()) } else { Err(fault()) }
}

impl File {
    /// Checks every value.
    pub(super) fn check(&self, stem: &str) -> Checked {
        let small = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        require(self.schema == 1, || Fault::Schema(self.schema))?;
        require(
            self.id == stem && (1..=32).contains(&stem.len()) && stem.chars().all(small),
            || Fault::Id(self.id.clone()),
        )?;
        require((1..=40).contains(&self.name.trim().len()), || {
            Fault::Length("name")
        })?;
        require(
            !self.sources.is_empty() && self.sources.iter().all(|it| !it.trim().is_empty()),
            || Fault::Length("sources"),
        )?;
        require(day(&self.verified).is_some(), || {
            Fault::Day(self.verified.clone())
        })?;
        self.identity()?;
        self.patterns()?;
        self.selectors()?;
        self.trials()
    }

    fn identity(&self) -> Checked {
        require(self.hosts.is_empty() == self.family.is_some(), || {
            Fault::HostsOrFamily
        })?;
        for it in &self.hosts {
            let fault = |reason| Fault::Pattern {
                field: "hosts",
                value: it.clone(),
                reason,
            };
            let bare = it.strip_prefix("*.").or_else(|| it.strip_suffix(".*"));
            let host = bare.unwrap_or(it);
            require(!host.contains('*'), || {
                fault("a star stands first or last, alone in its label")
            })?;
            let label = |label: &str| {
                !label.is_empty()
                    && label
                        .bytes()
                        .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
            };
            let whole = host.contains('.') || it.ends_with(".*");
            require(whole && host.split('.').all(label), || {
                fault("it is not two or more labels in small letters")
            })?;
        }
        if let Some(family) = &self.family {
            require(!family.generator.is_empty() || !family.mark.is_empty(), || {
                Fault::Length("family")
            })?;
            for it in &family.generator {
                // In the page it stands in a selector.
                let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, ' ' | '/' | '-' | '_');
                require((1..=40).contains(&it.len()) && it.chars().all(plain), || {
                    Fault::Pattern {
                        field: "family.generator",
                        value: it.clone(),
                        reason: "it is not letters, digits, spaces, slashes and hyphens",
                    }
                })?;
            }
        }
        Ok(())
    }

    fn patterns(&self) -> Checked {
        for it in &self.skip.path {
            path("skip.path", it, false)?;
        }
        for it in &self.skip.query {
            let name = it.split_once('=').map_or(it.as_str(), |(name, _)| name);
            require(parameter(name) && !it.contains(' '), || Fault::Pattern {
                field: "skip.query",
                value: it.clone(),
                reason: "it is not a parameter's name, or name=value",
            })?;
        }
        for at in &self.kind_at {
            require(!at.path.is_empty() || !at.field.is_empty(), || Fault::KindAt)?;
            for it in &at.path {
                path("kind_at.path", it, false)?;
            }
        }
        for it in &self.thread.path {
            path("thread.path", it, true)?;
        }
        for search in &self.search {
            require(!search.path.is_empty(), || Fault::Length("search.path"))?;
            require(!search.parameters.is_empty(), || {
                Fault::Length("search.parameters")
            })?;
            for it in &search.path {
                path("search.path", it, false)?;
            }
            let named = search
                .parameters
                .iter()
                .chain(search.first.keys())
                .chain(&search.refuse);
            for it in named {
                require(parameter(it), || Fault::Parameter(it.clone()))?;
            }
            for it in search.first.values().flatten() {
                require(!it.contains(' '), || Fault::Parameter(it.clone()))?;
            }
        }
        Ok(())
    }

    fn selectors(&self) -> Checked {
        let mut lists: Vec<(&'static str, &[String])> =
            vec![("skip.page", &self.skip.page), ("skip.around", &self.skip.around)];
        if let Some(family) = &self.family {
            lists.push(("family.mark", &family.mark));
        }
        if let Some(composer) = &self.composer {
            lists.push(("composer.field", &composer.field));
            lists.push(("composer.send", &composer.send));
            lists.push(("composer.never", &composer.never));
        }
        lists.extend(self.kind_at.iter().map(|at| ("kind_at.field", &*at.field)));
        if let Some(model) = &self.model {
            require(!model.text.is_empty(), || Fault::Length("model.text"))?;
            if let Some(attribute) = &model.attribute {
                require(parameter(attribute), || Fault::Length("model.attribute"))?;
            }
            lists.push(("model.text", &model.text));
        }
        if let Some(response) = &self.response {
            require(!response.turn.is_empty(), || Fault::Length("response.turn"))?;
            lists.push(("response.turn", &response.turn));
            lists.push(("response.done", &response.done));
        }
        if let Some(rating) = &self.rating {
            lists.push(("rating.up", &rating.up));
            lists.push(("rating.down", &rating.down));
            lists.push(("rating.regenerate", &rating.regenerate));
        }
        for (field, list) in lists {
            for it in list {
                selector(it).map_err(|reason| Fault::Selector {
                    field,
                    value: it.clone(),
                    reason,
                })?;
            }
        }
        Ok(())
    }

    fn trials(&self) -> Checked {
        if !self.search.is_empty() {
            let found = |it: &&Fixture| it.text.is_some();
            let positive = self.fixture.iter().filter(found).count();
            require((1..self.fixture.len()).contains(&positive), || {
                Fault::Fixtures("search")
            })?;
        }
        for it in &self.fixture {
            let host = it.url.split('/').nth(2).unwrap_or_default();
            let own = |pattern: &String| crate::pattern::host(pattern, host);
            require(self.hosts.is_empty() || self.hosts.iter().any(own), || {
                Fault::FixtureHost(it.url.clone())
            })?;
        }
        if self.composer.is_some() {
            let positive = self.page.iter().filter(|it| !it.expect.is_empty()).count();
            require((1..self.page.len()).contains(&positive), || {
                Fault::Fixtures("composer")
            })?;
        }
        for it in &self.page {
            require(it.steps.iter().all(|step| step.len() == 1), || {
                Fault::Step(it.name.clone())
            })?;
        }
        Ok(())
    }
}

/// Checks what no file can check alone: that each host has one adapter.
pub(super) fn together(files: &[File]) -> Result<(), Invalid> {
    let mut claimed: BTreeMap<&str, &str> = BTreeMap::new();
    for file in files {
        for host in &file.hosts {
            if let Some(other) = claimed.insert(host, &file.id) {
                return Err(Invalid {
                    file: format!("{}.toml", file.id),
                    fault: Fault::Claimed(host.clone(), other.to_owned()),
                });
            }
        }
    }
    Ok(())
}

fn path(field: &'static str, value: &str, threaded: bool) -> Checked {
    let fault = |reason| Fault::Pattern {
        field,
        value: value.to_owned(),
        reason,
    };
    let inside = value.strip_suffix("/**").unwrap_or(value);
    require(value.starts_with('/'), || fault("it begins with a slash"))?;
    require(!value.contains(['?', '#', ' ']), || {
        fault("it has no query and no space")
    })?;
    let mut threads = 0;
    for segment in inside.split('/').skip(1) {
        if let Some(name) = segment.strip_prefix(':') {
            require(name == "thread", || fault("only :thread is captured"))?;
            threads += 1;
        } else {
            require(segment == "*" || !segment.contains('*'), || {
                fault("a star is a whole segment, two of them the whole rest")
            })?;
        }
    }
    require(threads == usize::from(threaded), || {
        fault(if threaded {
            "it has one :thread"
        } else {
            "it captures nothing"
        })
    })
}

fn parameter(name: &str) -> bool {
    let byte = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    (1..=40).contains(&name.len()) && name.bytes().all(byte)
}

/// Whether brackets, parentheses and quotes of a selector close: the one error that would swallow its neighbours,
/// since a page tries the selectors of a list as one.
fn selector(value: &str) -> Result<(), &'static str> {
    if value.trim().is_empty() || value.trim() != value {
        return Err("it is empty or has space around it");
    }
    if value.len() > SELECTOR {
        return Err("it is too long");
    }
    let mut open = Vec::new();
    let mut quote = None;
    let mut chars = value.chars();
    while let Some(c) = chars.next() {
        match (quote, c) {
            (_, '\\') => drop(chars.next()),
            (Some(mark), _) => quote = quote.filter(|_| c != mark),
            (None, '"' | '\'') => quote = Some(c),
            (None, '[') => open.push(']'),
            (None, '(') => open.push(')'),
            (None, ']' | ')') => {
                if open.pop() != Some(c) {
                    return Err("a bracket closes that did not open");
                }
            }
            (None, '{' | '}' | ';' | '@') => return Err("it has a mark that no selector has"),
            (None, _) if c.is_control() => return Err("it has a mark that no selector has"),
            (None, _) => {}
        }
    }
    if quote.is_some() || !open.is_empty() {
        return Err("a bracket or a quote does not close");
    }
    if value.starts_with(',') || value.ends_with(',') {
        return Err("it begins or ends with a comma");
    }
    Ok(())
}

/// A day as its number from 1970-01-01.
pub(super) fn day(text: &str) -> Option<u32> {
    let mut parts = text.split('-');
    let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() || year.len() != 4 || month.len() != 2 || day.len() != 2 {
        return None;
    }
    let (year, month, day): (u32, u32, u32) = (year.parse().ok()?, month.parse().ok()?, day.parse().ok()?);
    let leap = |year: u32| year.is_multiple_of(4) && !year.is_multiple_of(100) || year.is_multiple_of(400);
    let length = |month| match month {
        2 => 28 + u32::from(leap(year)),
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    };
    if !(1970..=9999).contains(&year) || !(1..=12).contains(&month) || !(1..=length(month)).contains(&day) {
        return None;
    }
    let years: u32 = (1970..year).map(|year| 365 + u32::from(leap(year))).sum();
    Some(years + (1..month).map(length).sum::<u32>() + day - 1)
}
