//! Values on their way out.

use serde::Serialize;
use wasm_bindgen::prelude::*;

/// `null` if it cannot be expressed, which the caller takes for no answer.
pub(crate) fn give(value: &impl Serialize) -> JsValue {
    value
        .serialize(&serde_wasm_bindgen::Serializer::json_compatible())
        .unwrap_or(JsValue::NULL)
}
