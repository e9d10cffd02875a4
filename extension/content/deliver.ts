// Hands what was seen to the background, and again with the same nonce until it is answered for good.

import { connected, tell } from "../platform/browser";
import type { Request } from "../platform/messages";

/** When to try again that was not answered for good, in milliseconds after each try. */
const PAUSES = [1_000, 3_000, 10_000, 25_000, 25_000];
/** What may have passed by the next try. Everything else was decided, and stays so. */
const PASSING = /^(no_answer|internal|store_un(writ|read)able|keys_unavailable)$/;
/** Most messages that wait at a time. */
const MOST = 32;

interface Waiting {
  readonly request: Request;
  tries: number;
  timer?: ReturnType<typeof setTimeout>;
}

const waiting = new Set<Waiting>();

/** 128 random bits in lower-case hex. */
export function nonce(): string {
  return [...crypto.getRandomValues(new Uint8Array(16))]
    .map((byte) => (byte + 256).toString(16).slice(1))
    .join("");
}

/** One try. The next one is set already: it also comes where this one is never answered. */
async function attempt(message: Waiting): Promise<void> {
  clearTimeout(message.timer);
  message.timer = setTimeout(attempt, PAUSES[message.tries], message);
  if (
    message.tries++ >= PAUSES.length ||
    !connected() ||
    !PASSING.test((await tell(message.request)) ?? "")
  ) {
    clearTimeout(message.timer);
    waiting.delete(message);
  }
}

/** Sends a message, now and until it is answered. */
export function deliver(request: Request): void {
  if (waiting.size >= MOST) return;
  const message: Waiting = { request, tries: 0 };
  waiting.add(message);
  void attempt(message);
}

/** One more try, at once, of everything that waits: the page is about to go. */
export function deliverNow(): void {
  for (const message of waiting) void attempt(message);
}

/** Forgets what waits. */
export function stopDelivery(): void {
  for (const message of waiting) clearTimeout(message.timer);
  waiting.clear();
}
