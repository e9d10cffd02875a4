//! What the browser remembers until it closes, in memory only. The extension's platform supplies it: it alone knows
//! what the browser calls it.

use base64ct::{Base64, Encoding as _};
use wasm_bindgen::prelude::*;
use zeroize::{Zeroize, Zeroizing};

use crate::exception::Exception;

#[wasm_bindgen(typescript_custom_section)]
const SESSION: &str = "
/** One text that the browser remembers until it closes, in memory only. */
export interface Session {
  get(): Promise<string | undefined>;
  set(text: string | undefined): Promise<void>;
}
";

#[wasm_bindgen]
extern "C" {
    /// The text that is remembered.
    #[wasm_bindgen(typescript_type = "Session")]
    #[derive(Clone)]
    pub type Session;
    #[wasm_bindgen(method, catch, js_name = get)]
    async fn get_text(this: &Session) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, catch, js_name = set)]
    async fn set_text(this: &Session, text: Option<String>) -> Result<(), JsValue>;
}

/// What is remembered, in bytes; nothing if it is no base64.
pub(crate) async fn recall(session: &Session) -> Result<Option<Zeroizing<Vec<u8>>>, Exception> {
    let text = session.get_text().await?.as_string().map(Zeroizing::new);
    Ok(text.and_then(|text| Base64::decode_vec(&text).ok().map(Zeroizing::new)))
}

pub(crate) async fn remember(session: &Session, secret: Option<&[u8]>) -> Result<(), Exception> {
    let mut text = secret.map(Base64::encode_string);
    let remembered = session.set_text(text.clone()).await;
    text.zeroize();
    Ok(remembered?)
}
