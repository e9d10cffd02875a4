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

/// The permission and the addresses of the channel to collectors.
const CHANNEL: [&str; 2] = [
    "declarativeNetRequestWithHostAccess",
    " https: http://localhost:* http://127.0.0.1:* http://[::1]:*",
];

/// The manifest in a form, with the version put in; ends with a newline. Without the channel to collectors, its
/// permission and the addresses that it may reach are left out.
///
/// # Errors
/// The source is not what can be derived from; the error says what is wrong in it.
pub(crate) fn derive(source: &str, version: &str, form: Form, channel: bool) -> Result<String> {
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
    if !channel {
        close(&mut manifest)?;
    }
    let mut text = serde_json::to_string_pretty(&manifest)?;
    text.push('\n');
    Ok(text)
}

/// Takes the channel to collectors out.
fn close(manifest: &mut Map<String, Value>) -> Result<()> {
    let [permission, addresses] = CHANNEL;
    let gone =
        || format!("manifest.json has no {permission} or no {addresses}: say here what the channel needs");
    let permissions = manifest.get_mut("permissions").and_then(Value::as_array_mut);
    let permissions = permissions.with_context(gone)?;
    let at = permissions
        .iter()
        .position(|it| it == permission)
        .with_context(gone)?;
    permissions.remove(at);
    let policy = manifest.get_mut("content_security_policy");
    let policy = policy
        .and_then(|policy| policy.get_mut("extension_pages"))
        .with_context(gone)?;
    let open = policy
        .as_str()
        .filter(|open| open.contains(addresses))
        .with_context(gone)?;
    *policy = open.replace(addresses, "").into();
    Ok(())
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
        serde_json::from_str(&derive(SOURCE, "1.2.3", form, true).unwrap()).unwrap()
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
        // Nothing is collected by us; what a person shares is asked for when it is first needed.
        let data = &gecko["data_collection_permissions"];
        assert_eq!(data["required"], json!(["none"]));
        let sorts = [
            "searchTerms",
            "websiteContent",
            "personalCommunications",
            "browsingActivity",
        ];
        assert_eq!(data["optional"], json!(sorts));
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
    fn without_the_channel_nothing_may_connect() {
        for form in [Form::Common, Form::Chrome, Form::Firefox] {
            let manifest: Value =
                serde_json::from_str(&derive(SOURCE, "1.2.3", form, false).unwrap()).unwrap();
            let permissions = manifest["permissions"].as_array().unwrap();
            assert!(!permissions.contains(&json!("declarativeNetRequestWithHostAccess")));
            let policy = manifest["content_security_policy"]["extension_pages"]
                .as_str()
                .unwrap();
            assert!(policy.contains("connect-src 'self';"), "{policy}");
        }
        assert!(
            derive(
                "{\"background\":{\"service_worker\":1,\"scripts\":1,\"type\":1}}",
                "1",
                Form::Common,
                false
            )
            .is_err()
        );
    }

    #[test]
    fn pages_may_load_and_reach_nothing_from_elsewhere() {
        let manifest = form(Form::Common);
        let policy = manifest["content_security_policy"]["extension_pages"]
            .as_str()
            .unwrap();
        assert!(policy.starts_with("default-src 'none';"));
        // The background may reach collectors; what pages may, their own files narrow further.
        let [_, addresses] = CHANNEL;
        assert!(policy.contains(&format!("connect-src 'self'{addresses};")));
        let policy = policy.replace(addresses, "");
        for page in ["popup/popup.html", "app/app.html", "welcome/welcome.html"] {
            let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../extension");
            let html = std::fs::read_to_string(root.join(page)).unwrap();
            let own = "<meta http-equiv=\"Content-Security-Policy\" content=\"connect-src 'self'\" />";
            assert!(html.contains(own), "{page}");
        }
        assert!(
            !policy.contains("unsafe-inline")
                && !policy.contains("'unsafe-eval'")
                && !policy.contains("http")
        );
    }

    #[test]
    fn refused_sources() {
        let refused = |source: &str, version: &str| {
            derive(source, version, Form::Common, true)
                .unwrap_err()
                .to_string()
        };
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
