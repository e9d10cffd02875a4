// The only file that says `chrome` or `browser`: everything the extension asks of its host, behind plain functions.

import type { Answer, Code, Reply, Request } from "./messages";

// Chrome before 148 has no `browser`; where both exist they are the same object.
const api: typeof chrome = (globalThis as { browser?: typeof chrome }).browser ?? chrome;

/** Longest wait for an answer, in milliseconds: past it the caller is told, and may ask again. */
const DEADLINE = 10_000;

/** A request that was not carried out. `message` is the code; the words for it are `error_<code>`. */
export class Failed extends Error {
  readonly code: Code | "no_answer";
  readonly detail: string;

  constructor(code: Code | "no_answer", detail = "") {
    super(code);
    this.name = "Failed";
    this.code = code;
    this.detail = detail;
  }
}

/**
 * Asks the background and waits for its answer.
 *
 * @throws {Failed} with the background's code, or `no_answer` when none came in time.
 */
export async function ask<T extends Reply["type"]>(
  request: Request,
  expected: T,
): Promise<Extract<Reply, { type: T }>> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const deadline = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Failed("no_answer")), DEADLINE);
  });
  try {
    const answer = (await Promise.race([
      api.runtime.sendMessage(request).catch((error: unknown) => {
        throw new Failed("no_answer", String(error));
      }),
      deadline,
    ])) as Answer | undefined;
    if (!answer) throw new Failed("no_answer");
    if (answer.outcome === "failed") throw new Failed(answer.failure.code, answer.failure.detail);
    if (answer.reply.type !== expected) throw new Failed("internal", answer.reply.type);
    return answer.reply as Extract<Reply, { type: T }>;
  } finally {
    clearTimeout(timer);
  }
}

/** The translated text of a key; the key itself where the catalogue lacks it, which a check forbids. */
export function text(key: string, ...values: Array<string | number>): string {
  return api.i18n.getMessage(key, values.map(String)) || key;
}

/** The language of the interface, as a BCP 47 tag, and its direction. */
export function language(): { tag: string; direction: "ltr" | "rtl" } {
  const direction = api.i18n.getMessage("@@bidi_dir") === "rtl" ? "rtl" : "ltr";
  return { tag: api.i18n.getUILanguage(), direction };
}

/** The address of the tab in view, where the browser tells it. */
export async function tabInView(): Promise<string | null> {
  const [tab] = await api.tabs.query({ active: true, currentWindow: true });
  return tab?.url ?? null;
}

/**
 * Asks the person, through the browser's own prompt, for a site's permission. Must be called synchronously in
 * the handler of a gesture: Firefox refuses it after any `await`.
 */
export function requestSite(matches: string): Promise<boolean> {
  return api.permissions.request({ origins: [matches] });
}

/** Calls back when what a page shows may have changed. */
export function onRefresh(refresh: () => void): void {
  api.runtime.onMessage.addListener((message: unknown) => {
    if ((message as { type?: unknown } | null)?.type === "refresh") refresh();
  });
}

/** Opens a page of the extension in a tab. */
export async function openPage(page: string): Promise<void> {
  await api.tabs.create({ url: api.runtime.getURL(page) });
}

/** Whether this copy of the content script may still speak: false once the extension was updated or removed. */
export function connected(): boolean {
  return api.runtime?.id !== undefined;
}

/** The shadow root of an element, closed or open, as an extension may see it. */
export function shadowRoot(element: Element): ShadowRoot | null {
  const firefox = (element as { openOrClosedShadowRoot?: ShadowRoot | null }).openOrClosedShadowRoot;
  if (firefox !== undefined) return firefox;
  try {
    return (api as { dom?: typeof chrome.dom }).dom?.openOrClosedShadowRoot(element as HTMLElement) ?? null;
  } catch {
    return element.shadowRoot;
  }
}
