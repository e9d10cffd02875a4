//! The data key, wrapped by an AES-GCM key that `WebCrypto` keeps and never hands out.
//!
//! This protects rows that leave the profile (a copied row, a sync), not against somebody who has the disk and
//! can run the browser on it.

use std::cell::RefCell;

use counterfoil_app::error::{Code, Failure};
use counterfoil_app::ports::{Entropy, Keyring, random};
use js_sys::{Array, Object, Promise, Reflect, Uint8Array};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use zeroize::Zeroizing;

use crate::host::Browser;

/// Row of the keys' store.
const ROW: &str = "data";
const KEY: usize = 32;
const IV: usize = 12;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = ["crypto", "subtle"], js_name = generateKey, catch)]
    fn generate_key(algorithm: &JsValue, extractable: bool, usages: &Array) -> Result<Promise, JsValue>;
    #[wasm_bindgen(js_namespace = ["crypto", "subtle"], catch)]
    fn encrypt(algorithm: &JsValue, key: &JsValue, data: &Uint8Array) -> Result<Promise, JsValue>;
    #[wasm_bindgen(js_namespace = ["crypto", "subtle"], catch)]
    fn decrypt(algorithm: &JsValue, key: &JsValue, data: &Uint8Array) -> Result<Promise, JsValue>;
}

/// The opened data key, while this worker lives.
#[derive(Default)]
pub(crate) struct WrappedKey(RefCell<Option<Zeroizing<[u8; KEY]>>>);

impl Keyring for Browser {
    async fn data_key(&self, create: bool) -> Result<Zeroizing<[u8; KEY]>, Failure> {
        let known = self.key.0.borrow().clone();
        if let Some(key) = known {
            return Ok(key);
        }
        let mut row = self.database.key(ROW).await?;
        if row.is_none() && create {
            let made = self.make_key().await.map_err(|_| unavailable("make"))?;
            // Two openings may race: the first row stays, and both read it.
            self.database.add_key(ROW, &made).await?;
            row = self.database.key(ROW).await?;
        }
        let row = row.ok_or(unavailable("missing"))?;
        let key = self.unwrap_key(&row).await.map_err(|_| unavailable("unwrap"))?;
        self.key.0.replace(Some(key.clone()));
        Ok(key)
    }
}

impl Browser {
    /// A new data key, as the row that keeps it: `{wrapping, iv, wrapped}`.
    async fn make_key(&self) -> Result<JsValue, JsValue> {
        let failed = |_| JsValue::UNDEFINED;
        let algorithm = Object::new();
        Reflect::set(&algorithm, &"name".into(), &"AES-GCM".into())?;
        Reflect::set(&algorithm, &"length".into(), &256.into())?;
        let usages = Array::of2(&"encrypt".into(), &"decrypt".into());
        let wrapping = JsFuture::from(generate_key(&algorithm, false, &usages)?).await?;
        let mut data = Zeroizing::new([0; KEY]);
        self.fill(data.as_mut()).map_err(failed)?;
        let iv = Uint8Array::from(&random::<IV>(self).map_err(failed)?[..]);
        let plain = Uint8Array::from(&data[..]);
        let wrapped = JsFuture::from(encrypt(&gcm(&iv)?, &wrapping, &plain)?).await?;
        plain.fill(0, 0, plain.length());
        let row = Object::new();
        Reflect::set(&row, &"wrapping".into(), &wrapping)?;
        Reflect::set(&row, &"iv".into(), &iv)?;
        Reflect::set(&row, &"wrapped".into(), &Uint8Array::new(&wrapped))?;
        Ok(row.into())
    }

    async fn unwrap_key(&self, row: &JsValue) -> Result<Zeroizing<[u8; KEY]>, JsValue> {
        let wrapping = Reflect::get(row, &"wrapping".into())?;
        let iv = Reflect::get(row, &"iv".into())?.dyn_into::<Uint8Array>()?;
        let wrapped = Reflect::get(row, &"wrapped".into())?.dyn_into::<Uint8Array>()?;
        let plain = Uint8Array::new(&JsFuture::from(decrypt(&gcm(&iv)?, &wrapping, &wrapped)?).await?);
        if plain.length() as usize != KEY {
            return Err(JsValue::UNDEFINED);
        }
        let mut key = Zeroizing::new([0; KEY]);
        plain.copy_to(key.as_mut());
        plain.fill(0, 0, plain.length());
        Ok(key)
    }
}

fn gcm(iv: &Uint8Array) -> Result<JsValue, JsValue> {
    let algorithm = Object::new();
    Reflect::set(&algorithm, &"name".into(), &"AES-GCM".into())?;
    Reflect::set(&algorithm, &"iv".into(), iv)?;
    Ok(algorithm.into())
}

fn unavailable(step: &str) -> Failure {
    Failure::with(Code::KeysUnavailable, step)
}
