//! The three small patterns of an adapter. Each is matched in one pass over the text, without backtracking: no
//! pattern of a file can make matching slow.

/// Whether a pattern of hosts fits: `example.org` is that host; `*.example.org` has one or more labels before it;
/// `www.example.*` ends with one or two labels of two or three letters, as country domains do.
pub fn host(pattern: &str, host: &str) -> bool {
    if let Some(parent) = pattern.strip_prefix("*.") {
        return host
            .strip_suffix(parent)
            .and_then(|start| start.strip_suffix('.'))
            .is_some_and(|labels| labels.split('.').all(|label| !label.is_empty()));
    }
    if let Some(start) = pattern.strip_suffix(".*") {
        return host
            .strip_prefix(start)
            .and_then(|rest| rest.strip_prefix('.'))
            .is_some_and(|rest| {
                let domain = |label: &str| {
                    (2..=3).contains(&label.len()) && label.bytes().all(|byte| byte.is_ascii_lowercase())
                };
                match rest.split_once('.') {
                    Some((second, last)) => domain(second) && domain(last),
                    None => domain(rest),
                }
            });
    }
    pattern == host
}

/// Whether a pattern of paths fits: segments are literal, `*` and `:name` are any one segment, and `/**` at the end
/// is any rest, none too. A slash at the end of either means nothing.
pub fn path(pattern: &str, path: &str) -> bool {
    matched(pattern, path).0
}

/// The segment at the `:name` of a pattern that fits and has one.
pub fn captured<'p>(pattern: &str, path: &'p str) -> Option<&'p str> {
    match matched(pattern, path) {
        (true, capture) => capture,
        (false, _) => None,
    }
}

/// Whether the pattern fits, and what it captured on the way.
fn matched<'p>(pattern: &str, path: &'p str) -> (bool, Option<&'p str>) {
    let (pattern, open) = match pattern.strip_suffix("/**") {
        Some(start) => (start, true),
        None => (pattern, false),
    };
    let mut parts = segments(path);
    let mut capture = None;
    for wanted in segments(pattern) {
        let Some(part) = parts.next() else {
            return (false, capture);
        };
        if wanted.starts_with(':') {
            capture = Some(part);
        } else if wanted != "*" && wanted != part {
            return (false, capture);
        }
    }
    (open || parts.next().is_none(), capture)
}

fn segments(path: &str) -> impl Iterator<Item = &str> {
    let inside = path.trim_end_matches('/');
    let inside = inside.strip_prefix('/').unwrap_or(inside);
    inside.split('/').skip(usize::from(inside.is_empty()))
}

/// Whether a pattern of queries fits: `name` is there, or `name=value` has that value.
pub fn query(pattern: &str, parameter: impl Fn(&str) -> Option<String>) -> bool {
    match pattern.split_once('=') {
        Some((name, value)) => parameter(name).as_deref() == Some(value),
        None => parameter(pattern).is_some(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts() {
        for (pattern, yes, no) in [
            (
                "chatgpt.com",
                &["chatgpt.com"][..],
                &["www.chatgpt.com", "chatgpt.com.evil.example"][..],
            ),
            (
                "*.wikipedia.org",
                &["en.wikipedia.org", "en.m.wikipedia.org"],
                &["wikipedia.org", "badwikipedia.org", ".wikipedia.org"],
            ),
            (
                "www.google.*",
                &["www.google.com", "www.google.co.uk", "www.google.com.br"],
                &[
                    "google.com",
                    "www.google.evil-example.com",
                    "www.google.com.evil.example",
                    "www.google.example",
                    "www.google.",
                    "www.google",
                    "www.google.c0m",
                ],
            ),
        ] {
            for it in yes {
                assert!(host(pattern, it), "{pattern} {it}");
            }
            for it in no {
                assert!(!host(pattern, it), "{pattern} {it}");
            }
        }
    }

    #[test]
    fn paths() {
        for (pattern, yes, no) in [
            ("/", &["/", ""][..], &["/a"][..]),
            (
                "/search",
                &["/search", "/search/"],
                &["/search/x", "/searches", "/", "/x/search"],
            ),
            (
                "/messages/**",
                &["/messages", "/messages/", "/messages/1/2"],
                &["/messagesofhope", "/"],
            ),
            (
                "/r/*/comments/**",
                &["/r/rust/comments/1", "/r/rust/comments"],
                &["/r/comments/1", "/r/a/b/comments"],
            ),
            ("/**", &["/", "/a/b"], &[]),
            ("/c/:thread", &["/c/1"], &["/c", "/c/1/2"]),
        ] {
            for it in yes {
                assert!(path(pattern, it), "{pattern} {it}");
            }
            for it in no {
                assert!(!path(pattern, it), "{pattern} {it}");
            }
        }
        assert_eq!(captured("/search", "/search"), None);
    }

    #[test]
    fn a_long_path_is_one_pass() {
        let long = "/a".repeat(500_000);
        assert!(path("/a/**", &long));
        assert!(!path(&"/*".repeat(1_000), &long));
    }
}
