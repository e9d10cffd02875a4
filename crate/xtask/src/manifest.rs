//! The forms of `manifest.json`. The file in the repository serves both browsers and states no version; each
//! store gets what its browser knows, without the other's keys.

use anyhow::{Context, Result, bail};
use serde_json::{Map, Value};

/// Who a manifest is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// Both browsers, unpacked; each warns about the other's keys and ignores them.
    Common,
    /// The Chrome Web Store.
    Chrome,
    /// Firefox's store.
    Firefox,
}

/// The manifest in a form, with the version put in; ends with a newline.
///
/// # Errors
/// The source is not what can be derived from; the error says what is wrong in it.
pub(crate) fn derive(source: &str, version: &str, form: Form) -> Result<String> {
    let mut manifest: Map<String, Value> =
        serde_json::from_str(source).context("manifest.json is not a JSON object")?;
    if manifest.contains_key("version") {
        bail!("manifest.json states a version: take it out, the one in Cargo.toml is put in by packaging");
    }
    if version.split('.').count() > 4 || !version.split('.').all(plain) {
        bail!("version {version} is not one to four numbers with dots between, which the stores ask for");
    }
    manifest.insert("version".to_owned(), version.into());
    let background = manifest
        .get_mut("background")
        .and_then(Value::as_object_mut)
        .context("manifest.json has no \"background\" object")?;
    for key in ["service_worker", "scripts", "type"] {
        if !background.contains_key(key) {
            bail!("manifest.json: \"background\" has no \"{key}\"");
        }
    }
    match form {
        Form::Common => {}
        Form::Chrome => {
            background.remove("scripts");
            manifest.remove("browser_specific_settings");
        }
        Form::Firefox => {
            background.remove("service_worker");
            // Firefox has no such keys; other extensions reach only who listens for them, and nobody here does.
            manifest.remove("minimum_chrome_version");
            manifest.remove("externally_connectable");
        }
    }
    let mut text = serde_json::to_string_pretty(&manifest)?;
    text.push('\n');
    Ok(text)
}

/// A number of at most five digits without leading zeros.
fn plain(part: &str) -> bool {
    part == "0"
        || (!part.starts_with('0')
            && (1..=5).contains(&part.len())
            && part.bytes().all(|b| b.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const SOURCE: &str = include_str!("../../../manifest.json");

    fn form(form: Form) -> Value {
        serde_json::from_str(&derive(SOURCE, "1.2.3", form).unwrap()).unwrap()
    }

    #[test]
    fn chromes_form() {
        let manifest = form(Form::Chrome);
        assert_eq!(
            manifest["background"],
            json!({ "service_worker": "background/background.js", "type": "module" })
        );
        assert_eq!(manifest["version"], "1.2.3");
        assert_eq!(manifest["minimum_chrome_version"], "121");
        // Without the key, Chrome lets every other extension connect.
        assert_eq!(manifest["externally_connectable"], json!({ "ids": [] }));
        assert!(manifest.get("browser_specific_settings").is_none());
    }

    #[test]
    fn firefoxs_form() {
        let manifest = form(Form::Firefox);
        assert_eq!(
            manifest["background"],
            json!({ "scripts": ["background/background.js"], "type": "module" })
        );
        assert_eq!(manifest["version"], "1.2.3");
        let gecko = &manifest["browser_specific_settings"]["gecko"];
        assert_eq!(gecko["strict_min_version"], "140.0");
        assert_eq!(gecko["data_collection_permissions"]["required"], json!(["none"]));
        assert!(manifest.get("minimum_chrome_version").is_none());
        assert!(manifest.get("externally_connectable").is_none());
    }

    #[test]
    fn least_permissions_in_every_form() {
        for manifest in [form(Form::Common), form(Form::Chrome), form(Form::Firefox)] {
            assert_eq!(
                manifest["permissions"],
                json!([
                    "storage",
                    "unlimitedStorage",
                    "scripting",
                    "alarms",
                    "activeTab",
                    // Takes what names the installation out of what is sent to a collector.
                    "declarativeNetRequestWithHostAccess"
                ])
            );
            assert_eq!(
                manifest["optional_host_permissions"],
                json!(["https://*/*", "http://*/*"])
            );
            assert_eq!(manifest["incognito"], "not_allowed");
            for key in [
                "host_permissions",
                "content_scripts",
                "web_accessible_resources",
                "optional_permissions",
            ] {
                assert!(manifest.get(key).is_none(), "{key}");
            }
        }
    }

    #[test]
    fn pages_may_load_and_reach_nothing_from_elsewhere() {
        let manifest = form(Form::Common);
        let policy = manifest["content_security_policy"]["extension_pages"]
            .as_str()
            .unwrap();
        assert!(policy.starts_with("default-src 'none';"));
        assert!(policy.contains("connect-src 'self';"));
        assert!(
            !policy.contains("unsafe-inline")
                && !policy.contains("'unsafe-eval'")
                && !policy.contains("http")
        );
    }

    #[test]
    fn refused_sources() {
        let refused =
            |source: &str, version: &str| derive(source, version, Form::Common).unwrap_err().to_string();
        assert!(refused("[]", "1.0").contains("not a JSON object"));
        assert!(refused(r#"{"version": "1"}"#, "1.0").contains("states a version"));
        assert!(refused("{}", "1.0").contains("background"));
        assert!(refused(r#"{"background": {"scripts": []}}"#, "1.0").contains("service_worker"));
        for version in ["1.0.0-rc.1", "1..2", "01.2", "1.2.3.4.5", ""] {
            assert!(
                refused(SOURCE, version).contains("not one to four numbers"),
                "{version}"
            );
        }
    }
}
