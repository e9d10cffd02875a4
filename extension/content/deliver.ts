// Hands what was seen to the background, and again with the same nonce until it is answered for good.

import { connected, tell } from "../platform/browser";
import type { Request } from "../platform/messages";

/** When to try again that was not answered for good, in milliseconds after each try. */
const PAUSES = [1_000, 3_000, 10_000, 25_000, 25_000];
/** What may have passed by the next try. Everything else was decided, and stays so. */
const PASSING = /^(no_answer|internal|store_un(writ|read)able|keys_unavailable)$/;
/** Most messages that wait at a time. */
const MOST = 32;

/** One try of each message that waits, with the timer of the next. */
const waiting = new Map<() => Promise<void>, ReturnType<typeof setTimeout>>();

/** 128 random bits in lower-case hex. */
export function nonce(): string {
  return [...crypto.getRandomValues(new Uint8Array(16))]
    .map((byte) => (byte + 256).toString(16).slice(1))
    .join("");
}

/** Sends a message, now and until it is answered. Settles once the first try is, which may be never. */
export function deliver(request: Request): Promise<void> | undefined {
  if (waiting.size >= MOST) return undefined;
  let tries = 0;
  const attempt = async (): Promise<void> => {
    clearTimeout(waiting.get(attempt));
    // The next one is set already: it also comes where this one is never answered.
    waiting.set(attempt, setTimeout(attempt, PAUSES[tries]));
    if (tries++ >= PAUSES.length || !connected() || !PASSING.test((await tell(request)) ?? "")) {
      clearTimeout(waiting.get(attempt));
      waiting.delete(attempt);
    }
  };
  return attempt();
}

/** One more try, at once, of everything that waits: the page is about to go. */
export function deliverNow(): void {
  for (const attempt of waiting.keys()) void attempt();
}
