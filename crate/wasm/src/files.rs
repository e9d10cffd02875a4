//! The small files, in a folder of the origin-private file system (WHATWG File System).
//!
//! A file that is written anew loses its old bytes at once in both browsers, unlike a row. `createWritable` is the way
//! that works in a service worker and in an event page: the other one is for dedicated workers only.

use counterfoil_app::ports::{Files, StoreError};
use js_sys::{Promise, Uint8Array};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    File, FileSystemDirectoryHandle, FileSystemFileHandle, FileSystemGetDirectoryOptions,
    FileSystemGetFileOptions, FileSystemWritableFileStream,
};

use crate::exception::Exception;
use crate::host::Browser;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = ["navigator", "storage"], js_name = getDirectory, catch)]
    fn get_directory() -> Result<Promise, JsValue>;
}

impl Files for Browser {
    async fn read_file(&self, name: &str) -> Result<Option<Vec<u8>>, StoreError> {
        found(self.read(name).await).map_err(Exception::reading)
    }

    async fn write_file(&self, name: &str, bytes: &[u8]) -> Result<(), StoreError> {
        self.write(name, bytes).await.map_err(Exception::writing)
    }

    async fn remove_file(&self, name: &str) -> Result<(), StoreError> {
        found(self.remove(name).await)
            .map(drop)
            .map_err(Exception::writing)
    }
}

impl Browser {
    async fn read(&self, name: &str) -> Result<Vec<u8>, Exception> {
        let folder = self.folder(false).await?;
        let handle: FileSystemFileHandle = settled(folder.get_file_handle(name)).await?;
        let file: File = settled(handle.get_file()).await?;
        let buffer = JsFuture::from(file.array_buffer()).await?;
        Ok(Uint8Array::new(&buffer).to_vec())
    }

    async fn write(&self, name: &str, bytes: &[u8]) -> Result<(), Exception> {
        let folder = self.folder(true).await?;
        let options = FileSystemGetFileOptions::new();
        options.set_create(true);
        let handle: FileSystemFileHandle =
            settled(folder.get_file_handle_with_options(name, &options)).await?;
        let stream: FileSystemWritableFileStream = settled(handle.create_writable()).await?;
        let bytes = Uint8Array::from(bytes);
        let written = match stream.write_with_js_u8_array(&bytes) {
            Ok(writing) => JsFuture::from(writing).await,
            Err(error) => Err(error),
        };
        bytes.fill(0, 0, bytes.length());
        if let Err(error) = written {
            // What was written until now goes too; the file keeps what it had.
            let _ = JsFuture::from(stream.abort()).await;
            return Err(error.into());
        }
        JsFuture::from(stream.close()).await?;
        Ok(())
    }

    async fn remove(&self, name: &str) -> Result<(), Exception> {
        let folder = self.folder(false).await?;
        JsFuture::from(folder.remove_entry(name)).await?;
        Ok(())
    }

    async fn folder(&self, make: bool) -> Result<FileSystemDirectoryHandle, Exception> {
        let root: FileSystemDirectoryHandle = settled(get_directory()?).await?;
        let options = FileSystemGetDirectoryOptions::new();
        options.set_create(make);
        settled(root.get_directory_handle_with_options(&self.folder, &options)).await
    }
}

/// Nothing, where what was looked for is not there.
fn found<T>(outcome: Result<T, Exception>) -> Result<Option<T>, Exception> {
    match outcome {
        Ok(value) => Ok(Some(value)),
        Err(missing) if missing.name == "NotFoundError" => Ok(None),
        Err(other) => Err(other),
    }
}

async fn settled<T: JsCast>(promise: Promise) -> Result<T, Exception> {
    JsFuture::from(promise)
        .await?
        .dyn_into()
        .map_err(|_| Exception::new("TypeError", "not what the file system should give"))
}
