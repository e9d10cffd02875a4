// Fetching the pieces of an exported file, handing files to the browser to save, and bytes as messages carry them.

import { ask } from "../ui/ask";

/** How far it is: pieces fetched, and pieces in all, which is 0 until the first one came. */
export interface Progress {
  done: number;
  of: number;
}

/**
 * Fetches a file piece by piece.
 *
 * @returns the file, or `null` if it was cancelled.
 * @throws {Failed} when a piece could not be had; nothing is kept then.
 */
export async function fetchFile(
  id: string,
  signal: AbortSignal,
  progress: (progress: Progress) => void,
): Promise<Blob | null> {
  const pieces: BlobPart[] = [];
  let of = 0;
  do {
    const piece = await ask({ type: "chunk", export: id, index: pieces.length }, "chunk");
    if (signal.aborted) return null;
    pieces.push(decode(piece.data));
    of = piece.count;
    progress({ done: pieces.length, of });
  } while (pieces.length < of);
  return new Blob(pieces, { type: "application/zip" });
}

/** Saves a file under its name, where the browser saves downloads. */
export function save(file: Blob, name: string): void {
  const url = URL.createObjectURL(file);
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  // The browser reads the file after the click; how long it takes it does not tell.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

/** SHA-256 of the lines, each with its newline, in lower-case hex: what approving signs. */
export async function digestOf(lines: string[]): Promise<string> {
  const bytes = new TextEncoder().encode(lines.map((line) => `${line}\n`).join(""));
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** The bytes of a base64 text. */
export function decode(base64: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}

/** Bytes as base64, with padding. */
export function encode(bytes: Uint8Array): string {
  // As arguments only so many at a time fit on the stack.
  const step = 8_192;
  let binary = "";
  for (let at = 0; at < bytes.length; at += step) {
    binary += String.fromCharCode(...bytes.subarray(at, at + step));
  }
  return btoa(binary);
}
