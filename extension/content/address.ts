// Searches that show in the address of the top frame. Rust knows the engines; here only the parameter names of the
// page's own, so that ordinary pages send nothing.

import { parameters } from "./adapters";
import { deliver, nonce } from "./deliver";

/** How long after a gesture a change of the address is its effect, in milliseconds. */
const WINDOW = 4_000;
const EVERY = 250;

let last = "";
let gesture = -Infinity;
let timer: ReturnType<typeof setTimeout> | undefined;

/** The part of an address that says what was searched for; empty where nothing was. */
function searched(): string {
  const part = location.search + location.hash;
  return part ? (part.match(parameters())?.join("") ?? "") : "";
}

function send(): void {
  const part = searched();
  if (part === last) return;
  last = part;
  if (!part) return;
  deliver({ type: "navigated", navigated: { v: 1, nonce: nonce(), at: Date.now(), url: location.href } });
}

function soon(): boolean {
  return performance.now() - gesture < WINDOW;
}

/**
 * Looks at the address for a while after a gesture that sends. At other times a change within the document is
 * no search: pages that search while the person types change it at every key.
 */
function tick(): void {
  if (!soon()) return;
  send();
  timer = setTimeout(tick, EVERY);
}

/** The document went to another entry of the history: unless a gesture caused it, the person went back. */
export function wentTo(): void {
  if (soon()) send();
  else last = searched();
}

/** A gesture that may send: an address that follows it is looked at, and one that the typing made already. */
export function onSend(): void {
  if (window !== window.top) return;
  gesture = performance.now();
  clearTimeout(timer);
  timer = setTimeout(tick, 0);
}

/** The person types: what follows is not the effect of the gesture before. */
export function onTyping(): void {
  gesture = -Infinity;
}

function arrived(): void {
  // Most pages are no search.
  if (!searched()) return;
  const [entry] = performance.getEntriesByType("navigation") as PerformanceNavigationTiming[];
  if (entry && /^(reload|back_forward)$/.test(entry.type)) last = searched();
  else send();
}

/** Looks at the address that the document was opened with, once it is shown. */
export function openAddress(): void {
  const { prerendering } = document as { prerendering?: boolean };
  if (prerendering) document.addEventListener("prerenderingchange", arrived, { once: true });
  else arrived();
}
