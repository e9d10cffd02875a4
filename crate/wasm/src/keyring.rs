//! The keys that the browser keeps: an AES-GCM key of this device, which `WebCrypto` never hands out, and the data
//! key for as long as the browser is open.
//!
//! The device's key protects what leaves the profile (a copied row, a sync), not against somebody who has the disk
//! and can run the browser on it.

use counterfoil_app::error::{Code, Failure};
use counterfoil_app::ports::{Keyring, random};
use js_sys::{Array, Object, Promise, Reflect, Uint8Array};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use zeroize::Zeroizing;

use crate::database::{KEYS, answer};
use crate::exception::Exception;
use crate::host::Browser;
use crate::session;

/// Row of the device's key.
const DEVICE: &str = "device";
/// Row in which schema 1 kept the data key: `{wrapping, iv, wrapped}`.
const SCHEMA_1: &str = "data";
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

impl Keyring for Browser {
    async fn wrap(&self, key: &[u8; KEY]) -> Result<Vec<u8>, Failure> {
        let device = match self.kept(DEVICE).await? {
            Some(device) => device,
            None => self.make_device_key().await?,
        };
        let iv = random::<IV>(self)?;
        let sealed = seal(&device, &iv, key)
            .await
            .map_err(|error| unavailable("wrap", &error.into()))?;
        Ok([&iv[..], &sealed].concat())
    }

    async fn unwrap(&self, wrapped: &[u8]) -> Result<Zeroizing<[u8; KEY]>, Failure> {
        let device = self.kept(DEVICE).await?;
        let device = device.ok_or_else(|| Failure::with(Code::KeysUnavailable, "missing"))?;
        let (iv, sealed) = wrapped
            .split_at_checked(IV)
            .ok_or_else(|| Failure::with(Code::KeysUnavailable, "short"))?;
        open(&device, &Uint8Array::from(iv), &Uint8Array::from(sealed))
            .await
            .map_err(|error| unavailable("unwrap", &error.into()))
    }

    async fn session(&self) -> Result<Option<Zeroizing<Vec<u8>>>, Failure> {
        session::recall(&self.session)
            .await
            .map_err(|error| unavailable("session", &error))
    }

    async fn set_session(&self, secret: Option<&[u8]>) -> Result<(), Failure> {
        session::remember(&self.session, secret)
            .await
            .map_err(|error| unavailable("session", &error))
    }

    async fn schema_1_key(&self) -> Result<Option<Zeroizing<[u8; KEY]>>, Failure> {
        let Some(row) = self.kept(SCHEMA_1).await? else {
            return Ok(None);
        };
        let key = async {
            let wrapping = Reflect::get(&row, &"wrapping".into())?;
            let iv = Reflect::get(&row, &"iv".into())?.dyn_into::<Uint8Array>()?;
            let wrapped = Reflect::get(&row, &"wrapped".into())?.dyn_into::<Uint8Array>()?;
            open(&wrapping, &iv, &wrapped).await
        };
        key.await
            .map(Some)
            .map_err(|error: JsValue| unavailable("schema 1", &error.into()))
    }
}

impl Browser {
    /// A row of the keys' object store.
    async fn kept(&self, row: &str) -> Result<Option<JsValue>, Failure> {
        let found = async {
            let transaction = self.database.read(&[KEYS]).await?;
            let request = transaction.store(KEYS)?.get(&row.into())?;
            answer(&request).await
        };
        let found = found.await.map_err(Exception::reading)?;
        Ok(Some(found).filter(|value| !value.is_undefined()))
    }

    /// Makes the device's key, and keeps it. Of two that race, the first one stays, and both get it.
    async fn make_device_key(&self) -> Result<JsValue, Failure> {
        let made = async {
            let algorithm = Object::new();
            Reflect::set(&algorithm, &"name".into(), &"AES-GCM".into())?;
            Reflect::set(&algorithm, &"length".into(), &256.into())?;
            let usages = Array::of2(&"encrypt".into(), &"decrypt".into());
            JsFuture::from(generate_key(&algorithm, false, &usages)?).await
        };
        let made = made
            .await
            .map_err(|error: JsValue| unavailable("make", &error.into()))?;
        let kept = async {
            let transaction = self.database.write(&[KEYS]).await?;
            let store = transaction.store(KEYS)?;
            let found = answer(&store.get(&DEVICE.into())?).await?;
            if found.is_undefined() {
                store.put_with_key(&made, &DEVICE.into())?;
            }
            transaction.commit().await?;
            Ok(if found.is_undefined() { made } else { found })
        };
        Ok(kept.await.map_err(Exception::writing)?)
    }
}

async fn seal(device: &JsValue, iv: &[u8], key: &[u8; KEY]) -> Result<Vec<u8>, JsValue> {
    let plain = Uint8Array::from(&key[..]);
    let sealed = match encrypt(&gcm(&Uint8Array::from(iv))?, device, &plain) {
        Ok(sealing) => JsFuture::from(sealing).await,
        Err(error) => Err(error),
    };
    plain.fill(0, 0, plain.length());
    Ok(Uint8Array::new(&sealed?).to_vec())
}

async fn open(
    wrapping: &JsValue,
    iv: &Uint8Array,
    sealed: &Uint8Array,
) -> Result<Zeroizing<[u8; KEY]>, JsValue> {
    let plain = Uint8Array::new(&JsFuture::from(decrypt(&gcm(iv)?, wrapping, sealed)?).await?);
    if plain.length() as usize != KEY {
        return Err(JsValue::UNDEFINED);
    }
    let mut key = Zeroizing::new([0; KEY]);
    plain.copy_to(key.as_mut());
    plain.fill(0, 0, plain.length());
    Ok(key)
}

fn gcm(iv: &Uint8Array) -> Result<JsValue, JsValue> {
    let algorithm = Object::new();
    Reflect::set(&algorithm, &"name".into(), &"AES-GCM".into())?;
    Reflect::set(&algorithm, &"iv".into(), iv)?;
    Ok(algorithm.into())
}

fn unavailable(step: &str, error: &Exception) -> Failure {
    Failure::with(Code::KeysUnavailable, format!("{step}: {error}"))
}
