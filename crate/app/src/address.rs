//! Addresses as browsers write them (the WHATWG serialisation), read just far enough to tell sites apart.

use std::fmt;

/// An `http` or `https` address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address {
    scheme: String,
    host: String,
    port: Option<u16>,
    path: String,
    query: Option<String>,
    fragment: Option<String>,
}

impl Address {
    /// Reads an address; `None` for every other scheme and for what a browser would not have written.
    pub fn parse(text: &str) -> Option<Self> {
        let (scheme, rest) = text.split_once("://")?;
        if !matches!(scheme, "http" | "https") {
            return None;
        }
        let (rest, fragment) = split(rest, '#');
        let (rest, query) = split(rest, '?');
        let (authority, path) = match rest.find('/') {
            Some(at) => rest.split_at(at),
            None => (rest, "/"),
        };
        if authority.contains('@') {
            return None;
        }
        let (host, port) = match authority.rsplit_once(':') {
            // The colons of an IPv6 address stand inside its brackets.
            Some((host, port)) if !port.contains(']') => (host, Some(port.parse().ok()?)),
            _ => (authority, None),
        };
        let named = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '.' | '-' | '_');
        let bracketed = host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
        let valid = match bracketed {
            Some(inside) => {
                !inside.is_empty()
                    && inside
                        .chars()
                        .all(|c| c.is_ascii_hexdigit() || matches!(c, ':' | '.'))
            }
            None => !host.is_empty() && host.chars().all(named),
        };
        valid.then(|| Self {
            scheme: scheme.to_owned(),
            host: host.to_owned(),
            port,
            path: path.to_owned(),
            query: query.map(str::to_owned),
            fragment: fragment.map(str::to_owned),
        })
    }

    /// The host, without port.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// The path, from its first slash.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// Scheme, host and port.
    pub fn origin(&self) -> String {
        format!("{}://{}", self.scheme, self.site())
    }

    /// Host and port as a person reads them.
    pub fn site(&self) -> String {
        match self.port {
            Some(port) => format!("{}:{port}", self.host),
            None => self.host.clone(),
        }
    }

    /// The pattern of the browser's permission. Match patterns know no ports, so it covers all of the host's;
    /// the origin decides which of them is recorded.
    pub fn matches(&self) -> String {
        format!("{}://{}/*", self.scheme, self.host)
    }

    /// Without query and fragment: they carry identifiers and secrets, and say nothing the text does not.
    pub fn place(&self) -> String {
        format!("{}{}", self.origin(), self.path)
    }

    /// The first value of a parameter of the query.
    pub fn parameter(&self, name: &str) -> Option<String> {
        value(self.query.as_deref()?, name)
    }

    /// The first value of a parameter in the fragment (`#q=…`).
    pub fn fragment_parameter(&self, name: &str) -> Option<String> {
        value(self.fragment.as_deref()?, name)
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.place())
    }
}

fn split(text: &str, at: char) -> (&str, Option<&str>) {
    match text.split_once(at) {
        Some((before, after)) => (before, Some(after)),
        None => (text, None),
    }
}

fn value(pairs: &str, name: &str) -> Option<String> {
    form_urlencoded::parse(pairs.as_bytes())
        .find(|(key, _)| key == name)
        .map(|(_, value)| value.into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_browsers_write() {
        let address =
            Address::parse("https://www.example.org:8443/a/b?q=gr%C3%BC%C3%9Fe+dich&x=1#q=later").unwrap();
        assert_eq!(address.origin(), "https://www.example.org:8443");
        assert_eq!(address.matches(), "https://www.example.org/*");
        assert_eq!(address.place(), "https://www.example.org:8443/a/b");
        assert_eq!(address.parameter("q").as_deref(), Some("grüße dich"));
        assert_eq!(address.fragment_parameter("q").as_deref(), Some("later"));
        assert_eq!(address.parameter("y"), None);
        assert_eq!(Address::parse("http://[::1]:80/").unwrap().site(), "[::1]:80");
        assert_eq!(Address::parse("http://127.0.0.1").unwrap().path(), "/");
    }

    #[test]
    fn refuses_everything_else() {
        for text in [
            "",
            "example.org",
            "file:///etc/passwd",
            "chrome://settings/",
            "about:blank",
            "javascript:alert(1)",
            "https://",
            "https:///path",
            "https://user@example.org/",
            "https://EXAMPLE.org/",
            "https://exa mple.org/",
            "https://example.org:99999/",
            "https://example.org:x/",
            "https://[zz]/",
        ] {
            assert_eq!(Address::parse(text), None, "{text}");
        }
    }
}
