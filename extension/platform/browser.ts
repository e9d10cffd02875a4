// The only file that says `chrome` or `browser`: everything the extension asks of its host, behind plain functions.

import type {
  Answer,
  ArchiveAnswer,
  ArchiveReply,
  ArchiveRequest,
  Code,
  CollectorAnswer,
  CollectorReply,
  CollectorRequest,
  DataSort,
  Effect,
  Failure,
  Icon,
  Reply,
  Request,
  Script,
  SiteIcon,
} from "./messages";

let held: typeof chrome | undefined;

/**
 * The host's interface. Chrome before 148 has no `browser`; where both exist they are the same object. Firefox makes
 * it when it is first touched, which takes longer than all the rest of a content script: so nothing does at load.
 */
function api(): typeof chrome {
  held ??= (globalThis as { browser?: typeof chrome }).browser ?? chrome;
  return held;
}

/** Longest wait for an answer unless the caller says otherwise, in milliseconds: past it the caller is told. */
const DEADLINE = 10_000;

/** A request that was not carried out. `message` is the code; the words for it are `error_<code>`. */
export class Failed extends Error {
  readonly code: Code | "no_answer";
  readonly detail: string;

  constructor(code: Code | "no_answer", detail = "") {
    super(code);
    this.code = code;
    this.detail = detail;
  }
}

/** Whatever a page may ask for. */
export type Asked = Request | ArchiveRequest | CollectorRequest;
/** Whatever it may be answered. */
export type Told = Reply | ArchiveReply | CollectorReply;

/**
 * Asks the background and waits for its answer, at most `deadline` milliseconds.
 *
 * @throws {Failed} with the background's code, or `no_answer` when none came in time.
 */
export async function ask<T extends Told["type"]>(
  request: Asked,
  expected: T,
  deadline = DEADLINE,
): Promise<Extract<Told, { type: T }>> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const silence = new Promise<never>((_, reject) => {
    timer = setTimeout(reject, deadline, new Failed("no_answer"));
  });
  try {
    const answer = (await Promise.race([
      api()
        .runtime.sendMessage(request)
        .catch((error: unknown) => {
          throw new Failed("no_answer", String(error));
        }),
      silence,
    ])) as Answer | ArchiveAnswer | CollectorAnswer | undefined;
    if (!answer) throw new Failed("no_answer");
    if (answer.outcome === "failed") throw new Failed(answer.failure.code, answer.failure.detail);
    const reply: Told = answer.reply;
    if (reply.type !== expected) throw new Failed("internal", reply.type);
    return reply as Extract<Told, { type: T }>;
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Tells the background something, as a content script does. Gives the code of the failure, nothing where it was
 * carried out, and `no_answer` where the background was not there; may also never settle.
 */
export async function tell(request: Request): Promise<Code | "no_answer" | undefined> {
  try {
    const { failure } = (await api().runtime.sendMessage(request)) as { failure?: Failure };
    return failure?.code;
  } catch {
    // No answer at all cannot be taken apart, either.
    return "no_answer";
  }
}

/** The translated text of a key; the key itself where the catalogue lacks it, which a check forbids. */
export function text(key: string, ...values: Array<string | number>): string {
  return api().i18n.getMessage(key, values.map(String)) || key;
}

/** The language of the interface, as a BCP 47 tag, and its direction. */
export function language(): { tag: string; direction: "ltr" | "rtl" } {
  const direction = api().i18n.getMessage("@@bidi_dir") === "rtl" ? "rtl" : "ltr";
  return { tag: api().i18n.getUILanguage(), direction };
}

/** The address of the tab in view, where the browser tells it. */
export async function tabInView(): Promise<string | null> {
  const [tab] = await api().tabs.query({ active: true, currentWindow: true });
  return tab?.url ?? null;
}

/**
 * Asks the person, through the browser's own prompt, for a site's permission. Must be called synchronously in
 * the handler of a gesture: Firefox refuses it after any `await`.
 */
export function requestSite(matches: string): Promise<boolean> {
  return api().permissions.request({ origins: [matches] });
}

/** Firefox's own consent to data that leaves, of which other browsers know nothing. */
interface DataConsent {
  request(wanted: { data_collection: string[] }): Promise<boolean>;
  contains(wanted: { data_collection: string[] }): Promise<boolean>;
}

/** The consent to data that leaves, where the browser has one: only Firefox does, and only it says what it is. */
function dataConsent(): DataConsent | undefined {
  return "getBrowserInfo" in api().runtime ? (api().permissions as unknown as DataConsent) : undefined;
}

/**
 * Asks the person, through the browser's own prompt, to let data of these sorts leave; without asking where the browser
 * has no such prompt, or they agreed before. Must be called synchronously in the handler of a gesture, as `requestSite`.
 */
export function requestData(sorts: DataSort[]): Promise<boolean> {
  return dataConsent()?.request({ data_collection: sorts }) ?? Promise.resolve(true);
}

/** Calls back when what a page shows may have changed. */
export function onRefresh(refresh: () => void): void {
  api().runtime.onMessage.addListener((message: unknown) => {
    if ((message as { type?: unknown } | null)?.type === "refresh") refresh();
  });
}

/** Opens a page of the extension in a tab. */
export async function openPage(page: string): Promise<void> {
  await api().tabs.create({ url: api().runtime.getURL(page) });
}

/** Whether this copy of the content script may still speak: false once the extension was updated or removed. */
export function connected(): boolean {
  return api().runtime?.id !== undefined;
}

/** The shadow root of an element, closed or open, as an extension may see it. */
export function shadowRoot(element: Element): ShadowRoot | null {
  try {
    return "openOrClosedShadowRoot" in element
      ? (element.openOrClosedShadowRoot as ShadowRoot | null)
      : api().dom.openOrClosedShadowRoot(element as HTMLElement);
  } catch {
    return element.shadowRoot;
  }
}

/** The sender of a message, as the browser says it: `Sender` of crate/app. */
export interface From {
  own: string;
  url: string;
  origin: string;
  tab: string;
}

/** The frame that a message came from. */
export interface Frame {
  tabId: number;
  frameIds: number[];
}

/** What the background hears of. Each is called once per event; `message` must always answer. */
export interface Listeners {
  message: (message: unknown, from: From, frame: Frame | null) => Promise<Answer>;
  installed: (first: boolean) => Promise<void>;
  started: () => Promise<void>;
  permissionsChanged: () => Promise<void>;
  woken: () => Promise<void>;
}

/** Registers all listeners. Must run synchronously at the start of the background, or a waking event is lost. */
export function listen(listeners: Listeners): void {
  api().runtime.onMessage.addListener((message: unknown, sender, respond) => {
    if (sender.id !== api().runtime.id) return false;
    const from: From = {
      own: api().runtime.getURL(""),
      url: sender.url ?? "",
      origin: sender.origin ?? "",
      tab: sender.tab?.url ?? "",
    };
    const tabId = sender.tab?.id;
    const frame = tabId === undefined ? null : { tabId, frameIds: [sender.frameId ?? 0] };
    void listeners.message(message, from, frame).then(respond);
    return true;
  });
  api().runtime.onInstalled.addListener((details) => {
    void listeners.installed(details.reason === "install");
  });
  api().runtime.onStartup.addListener(() => void listeners.started());
  api().permissions.onAdded.addListener(() => void listeners.permissionsChanged());
  api().permissions.onRemoved.addListener(() => void listeners.permissionsChanged());
  api().alarms.onAlarm.addListener(() => void listeners.woken());
}

/** The address of a file of the package. */
export function packaged(path: string): string {
  return api().runtime.getURL(path);
}

/** Keeps something of a page until the browser closes, in memory only: nothing that was written, and no secret. */
export function keep(page: string, what: unknown): void {
  // That it is not kept costs nobody more than a look.
  void api()
    .storage.session.set({ [`page-${page}`]: what })
    .catch(() => undefined);
}

/** What a page kept, if it did. */
export async function keptBefore(page: string): Promise<unknown> {
  const name = `page-${page}`;
  return (
    await api()
      .storage.session.get(name)
      .catch(() => ({}) as Record<string, unknown>)
  )[name];
}

const SESSION = "session";

/** One text that the browser remembers until it closes, in memory only and out of reach of content scripts. */
export const session = {
  async get(): Promise<string | undefined> {
    const { [SESSION]: text } = await api().storage.session.get(SESSION);
    return typeof text === "string" ? text : undefined;
  },
  async set(text: string | undefined): Promise<void> {
    if (text === undefined) await api().storage.session.remove(SESSION);
    else await api().storage.session.set({ [SESSION]: text });
  },
  send: CHANNEL ? send : () => Promise.reject(new Error("no channel")),
  async permits(data: string[]): Promise<boolean> {
    return (await dataConsent()?.contains({ data_collection: data })) ?? true;
  },
  async language(of: string): Promise<[tag: string, reliable: boolean, read: string[]]> {
    const [{ languages, isReliable }, read] = await Promise.all([
      api().i18n.detectLanguage(of),
      api().i18n.getAcceptLanguages(),
    ]);
    const [most] = languages.toSorted((one, other) => other.percentage - one.percentage);
    return [most?.language ?? "", isReliable, read];
  },
};

/** Whether this build speaks to collectors: the bundler says it, and leaves out what is not called. */
declare const CHANNEL: boolean;

/** The one rule there is: what tells installations apart is taken out of what the extension itself sends. */
const RULE = 1;

/** Sends a request to a collector: see `Session` of crate/wasm. */
async function send(
  method: string,
  url: string,
  mediaType: string,
  bearer: string,
  body: Uint8Array<ArrayBuffer>,
  mostBytes: number,
  seconds: number,
): Promise<[status: number, body: Uint8Array | undefined]> {
  // Firefox names the installation as the origin of what it sends.
  const rule: chrome.declarativeNetRequest.Rule = {
    id: RULE,
    action: {
      type: "modifyHeaders" as chrome.declarativeNetRequest.RuleActionType,
      requestHeaders: [
        { header: "origin", operation: "remove" as chrome.declarativeNetRequest.HeaderOperation },
      ],
    },
    condition: {
      initiatorDomains: [new URL(api().runtime.getURL("")).hostname],
      resourceTypes: ["xmlhttprequest" as chrome.declarativeNetRequest.ResourceType],
    },
  };
  await api().declarativeNetRequest.updateSessionRules({ removeRuleIds: [RULE], addRules: [rule] });
  const headers = new Headers();
  if (mediaType) headers.set("Content-Type", mediaType);
  if (bearer) headers.set("Authorization", `Bearer ${bearer}`);
  const response = await fetch(url, {
    method,
    headers,
    ...(body.length > 0 ? { body } : {}),
    cache: "no-store",
    credentials: "omit",
    redirect: "error",
    referrerPolicy: "no-referrer",
    signal: AbortSignal.timeout(seconds * 1000),
  });
  return [response.status, await read(response, mostBytes)];
}

/** The body of an answer, unless it is longer than may be. */
async function read(response: Response, most: number): Promise<Uint8Array | undefined> {
  const reader = response.body?.getReader();
  const pieces: Uint8Array[] = [];
  let length = 0;
  for (;;) {
    const { done, value } = (await reader?.read()) ?? { done: true, value: undefined };
    if (done) break;
    length += value.length;
    if (length > most) {
      await reader?.cancel();
      return undefined;
    }
    pieces.push(value);
  }
  const whole = new Uint8Array(length);
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}

/** The match patterns that are granted now. */
export async function grantedOrigins(): Promise<string[]> {
  return (await api().permissions.getAll()).origins ?? [];
}

/** Carries out what the background's core asks of the browser. Every effect may be repeated. */
export async function perform(effect: Effect, frame: Frame | null): Promise<void> {
  switch (effect.type) {
    case "register":
      return register(effect.scripts);
    case "inject":
      return inject(effect.matches, effect.files);
    case "bring":
      // A frame that is gone by now needs nothing.
      if (frame)
        await api()
          .scripting.executeScript({ target: frame, files: effect.files })
          .catch(() => undefined);
      return;
    case "release":
      await api().permissions.remove({ origins: [effect.matches] });
      return;
    case "badge":
      // What the toolbar shows follows what is stored; that it cannot be shown undoes nothing.
      await Promise.allSettled([
        api().action.setBadgeBackgroundColor({ color: effect.icon === "attention" ? "#b3261e" : "#5b6470" }),
        api().action.setBadgeText({ text: effect.text }),
        ...iconShown(effect.icon),
      ]);
      return;
    case "icons":
      return showIcons(effect.sites, effect.others);
    case "wake":
      return void (await api().alarms.create("wake", { when: effect.at }));
    case "refresh":
      // Rejected when no page is open: then nobody has to follow.
      return void (await api()
        .runtime.sendMessage({ type: "refresh" })
        .catch(() => undefined));
    case "open":
      return openPage(effect.page);
  }
}

/** The keys of what the icons say. */
const ICON_WORDS: Record<Icon, string> = {
  off: "icon_off",
  on: "icon_on",
  paused: "icon_paused",
  attention: "icon_attention",
};

/** Shows an icon with its words: over one tab, or wherever a tab has none of its own. */
function iconShown(icon: Icon, tabId?: number): Array<Promise<void>> {
  const where = tabId === undefined ? {} : { tabId };
  // Where it records, the icon is that of the extension.
  const name = icon === "on" ? "" : `${icon}-`;
  const path = (size: number): string => packaged(`icons/${name}${size}.png`);
  return [
    api().action.setIcon({ ...where, path: { 16: path(16), 32: path(32) } }),
    api().action.setTitle({ ...where, title: text(ICON_WORDS[icon]) }),
  ];
}

/** A tab that goes elsewhere loses what was shown over it: the browser sees to that. */
async function showIcons(sites: SiteIcon[], others: Icon | null): Promise<void> {
  const icons = new Map(sites.map(({ origin, icon }) => [origin, icon]));
  const tabs = await api().tabs.query({});
  // A tab that was closed meanwhile shows nothing.
  await Promise.allSettled(
    tabs.flatMap(({ id, url }) => {
      // The browser tells the addresses of tabs on sites that are permitted, and of no others.
      const icon = (url && URL.canParse(url) ? icons.get(new URL(url).origin) : undefined) ?? others;
      return id === undefined || icon === null ? [] : iconShown(icon, id);
    }),
  );
}

/** Registers exactly these scripts: others that are there go. */
async function register(scripts: Script[]): Promise<void> {
  const known = new Set((await api().scripting.getRegisteredContentScripts()).map(({ id }) => id));
  const wanted: chrome.scripting.RegisteredContentScript[] = scripts.map(({ id, matches, files }) => ({
    id,
    js: files,
    matches,
    runAt: "document_start",
    allFrames: true,
    matchOriginAsFallback: true,
    persistAcrossSessions: true,
  }));
  const old = wanted.filter(({ id }) => known.delete(id));
  const fresh = wanted.filter((script) => !old.includes(script));
  if (known.size > 0) await api().scripting.unregisterContentScripts({ ids: [...known] });
  if (old.length > 0) await api().scripting.updateContentScripts(old);
  if (fresh.length > 0) await api().scripting.registerContentScripts(fresh);
}

async function inject(matches: string, files: string[]): Promise<void> {
  const tabs = await api().tabs.query({ url: matches });
  // A tab that was closed or moved meanwhile refuses, and needs nothing.
  await Promise.allSettled(
    tabs.flatMap((tab) =>
      tab.id === undefined
        ? []
        : [api().scripting.executeScript({ target: { tabId: tab.id, allFrames: true }, files })],
    ),
  );
}
