// Hands what was seen to the background, and again with the same nonce until it is answered for good.

import { ask, connected, type Failed } from "../platform/browser";
import type { Request } from "../platform/messages";

/** Pauses before the second try and each one after it, in milliseconds: a minute in all. */
const PAUSES = [300, 1_000, 3_000, 10_000, 25_000];
/** What may have passed by the next try. Everything else was decided, and stays so. */
const PASSING = new Set("no_answer internal store_unwritable store_unreadable keys_unavailable".split(" "));
/** Most messages that wait at a time. */
const MOST = 32;

interface Waiting {
  readonly request: Request;
  tries: number;
  timer: ReturnType<typeof setTimeout> | undefined;
}

const waiting = new Set<Waiting>();

/** 128 random bits in lower-case hex. */
export function nonce(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) =>
    byte.toString(16).padStart(2, "0"),
  ).join("");
}

async function attempt(message: Waiting): Promise<void> {
  clearTimeout(message.timer);
  message.timer = undefined;
  if (!connected()) {
    waiting.delete(message);
    return;
  }
  const pause = PAUSES[message.tries++];
  try {
    await ask(message.request, "captured");
    waiting.delete(message);
  } catch (error) {
    if (!PASSING.has((error as Failed).code) || pause === undefined) waiting.delete(message);
    else if (waiting.has(message) && message.timer === undefined)
      message.timer = setTimeout(() => void attempt(message), pause);
  }
}

/** Sends a message, now and until it is answered. */
export function deliver(request: Request): void {
  if (waiting.size >= MOST) return;
  const message: Waiting = { request, tries: 0, timer: undefined };
  waiting.add(message);
  void attempt(message);
}

/** One more try, at once, of everything that waits for its next: the page is about to go. */
export function deliverNow(): void {
  for (const message of waiting) if (message.timer !== undefined) void attempt(message);
}

/** Forgets what waits. */
export function stopDelivery(): void {
  for (const message of waiting) clearTimeout(message.timer);
  waiting.clear();
}
