//! What the browser threw.

use std::fmt;

use counterfoil_app::ports::StoreError;
use js_sys::Reflect;
use wasm_bindgen::prelude::*;

/// Name and message of an exception: enough for a report, and never a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Exception {
    pub(crate) name: String,
    pub(crate) message: String,
}

impl Exception {
    pub(crate) fn new(name: &str, message: impl Into<String>) -> Self {
        Self {
            name: name.to_owned(),
            message: message.into(),
        }
    }

    /// What it means where something was to be read.
    pub(crate) fn reading(self) -> StoreError {
        match self.name.as_str() {
            // A database of a higher version than was asked for (Indexed Database API 3.0, §5.1).
            "VersionError" => StoreError::Newer,
            _ => StoreError::Unreadable(self.to_string()),
        }
    }

    /// What it means where something was to be written.
    pub(crate) fn writing(self) -> StoreError {
        match self.name.as_str() {
            "VersionError" => StoreError::Newer,
            "QuotaExceededError" => StoreError::Full,
            // What Chromium says where a large row finds no room on the disk.
            "DataError" if self.message.contains("Failed to write blobs") => StoreError::Full,
            _ => StoreError::Unwritable(self.to_string()),
        }
    }
}

impl From<JsValue> for Exception {
    fn from(thrown: JsValue) -> Self {
        let text = |field: &str| Reflect::get(&thrown, &field.into()).ok()?.as_string();
        Self {
            name: text("name").unwrap_or_else(|| "Error".to_owned()),
            message: text("message").unwrap_or_default(),
        }
    }
}

impl fmt::Display for Exception {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.name, self.message)
    }
}
