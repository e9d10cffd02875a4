//! Style sheets for both directions of writing: whatever has a left and a right is said by start and end, so that a
//! page in Arabic is laid out as its reader expects.

use anyhow::Result;

use super::refuse;
use crate::tree::{Tree, files_below, kind, read};

/// Shorthands of the four sides: above, right, below, left.
const SIDES: [&str; 7] = [
    "border-color",
    "border-style",
    "border-width",
    "inset",
    "margin",
    "padding",
    "scroll-margin",
];
/// The shorthand of the four corners.
const CORNERS: &str = "border-radius";

/// Checks every style sheet of the extension.
///
/// # Errors
/// A declaration is for one direction only; the error names each.
pub(super) fn hold(tree: &Tree) -> Result<()> {
    let mut findings = Vec::new();
    for name in files_below(&tree.at("extension"))? {
        if kind(&name) == "css" {
            let path = format!("extension/{name}");
            findings.extend(sheet(&path, &read(&tree.at(&path))?));
        }
    }
    refuse(
        "style sheets know a left and a right: say inline-start and inline-end",
        &findings,
    )
}

fn sheet(path: &str, source: &str) -> Vec<String> {
    let mut findings = Vec::new();
    let mut line = 1;
    for piece in without_comments(source).split_inclusive([';', '{', '}']) {
        let declaration = piece.trim_end_matches([';', '}']);
        let start = line
            + declaration
                .chars()
                .take_while(|c| c.is_whitespace())
                .filter(|&c| c == '\n')
                .count();
        line += piece.matches('\n').count();
        // What ends with a brace that opens is a selector or a query.
        if piece.ends_with('{') {
            continue;
        }
        if let Some((property, value)) = declaration.split_once(':')
            && one_way(property.trim(), value.trim())
        {
            findings.push(format!("{path}:{start}: {}", declaration.trim()));
        }
    }
    findings
}

/// The source with a space in place of each character of a comment, so that lines stay where they are.
fn without_comments(source: &str) -> String {
    let mut pieces = source.split("/*");
    let mut out = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let (comment, rest) = piece.split_once("*/").unwrap_or((piece, ""));
        out.extend(comment.chars().map(|c| if c == '\n' { c } else { ' ' }));
        out.push_str(rest);
    }
    out
}

/// Whether a declaration means one side whatever the direction.
fn one_way(property: &str, value: &str) -> bool {
    let sided = |text: &str| {
        text.split(|c: char| !c.is_alphabetic())
            .any(|part| part == "left" || part == "right")
    };
    // Names of one's own mean what they are used for.
    if !property.starts_with("--") && sided(property) {
        return true;
    }
    let values = values(value);
    if values.iter().any(|value| value == "left" || value == "right") {
        return true;
    }
    if SIDES.contains(&property) {
        return matches!(values.as_slice(), [_, right, _, left] if right != left);
    }
    property == CORNERS && values.iter().any(|value| Some(value) != values.first())
}

/// The values of a declaration: what stands between spaces outside of parentheses.
fn values(value: &str) -> Vec<String> {
    let mut found = vec![String::new()];
    let mut depth = 0_usize;
    for c in value.chars() {
        match c {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            _ => {}
        }
        if c.is_whitespace() && depth == 0 {
            found.push(String::new());
        } else if let Some(last) = found.last_mut() {
            last.push(c);
        }
    }
    found.retain(|value| !value.is_empty());
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(declaration: &str) -> usize {
        sheet("x.css", &format!("a:hover {{\n  {declaration};\n}}\n")).len()
    }

    #[test]
    fn sides_are_refused() {
        for declaration in [
            "margin-left: 1px",
            "border-top-right-radius: 0",
            "left: 0",
            "text-align: right",
            "float: left",
            "padding: 0 1px 0 2px",
            "margin: 0 clamp(1px, 2vw, 3px) 0 0",
            "border-radius: 1px 0",
            "transform-origin: left center",
        ] {
            assert_eq!(found(declaration), 1, "{declaration}");
        }
    }

    #[test]
    fn what_both_directions_share_is_not() {
        for declaration in [
            "margin-inline-start: 1px",
            "text-align: end",
            "padding: 0 clamp(1px, 2vw, 3px) 0 clamp(1px, 2vw, 3px)",
            "padding: 1px 2px 3px",
            "border-radius: 1px",
            "--left: 0",
            "box-shadow: 0 1px 2px red",
        ] {
            assert_eq!(found(declaration), 0, "{declaration}");
        }
    }

    #[test]
    fn a_finding_names_its_line_and_comments_are_none() {
        let source = "/* left: 0;\n */\n.left {\n  color: red;\n\n  right: 0\n}\n";
        assert_eq!(sheet("x.css", source), ["x.css:6: right: 0"]);
    }
}
