//! Random bytes of the browser (W3C Web Cryptography, `getRandomValues`).

use counterfoil_app::error::{Code, Failure};
use counterfoil_app::ports::Entropy;
use wasm_bindgen::prelude::*;

use crate::host::Browser;

/// Bytes that one call of `getRandomValues` gives at most.
const QUOTA: usize = 65_536;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = crypto, js_name = getRandomValues, catch)]
    fn get_random_values(buffer: &mut [u8]) -> Result<JsValue, JsValue>;
}

impl Entropy for Browser {
    fn fill(&self, buffer: &mut [u8]) -> Result<(), Failure> {
        for chunk in buffer.chunks_mut(QUOTA) {
            get_random_values(chunk).map_err(|_| Failure::with(Code::Internal, "entropy"))?;
        }
        Ok(())
    }
}
