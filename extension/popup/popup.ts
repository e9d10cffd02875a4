// The popup: this site's switch, the newest records under review, and what waits at collectors. It dies at every close;
// where the review stood is kept until the browser closes.

import { html, nothing, type TemplateResult } from "lit-html";
import { repeat } from "lit-html/directives/repeat.js";
import { keep, keptBefore, onRefresh, openPage, tabInView, text } from "../platform/browser";
import type { Item, PopupView, SettingsView, Site, StandingView } from "../platform/messages";
import { ask, onLocked } from "../ui/ask";
import { Card } from "../ui/card";
import { faultOf } from "../ui/fault";
import { Forgetting } from "../ui/forgetting";
import { help, helpButton, openHelp } from "../ui/help";
import { icon, logo } from "../ui/icon";
import { Lock } from "../ui/lock";
import { announce, complain, quiet } from "../ui/messages";
import { Canvas, coalesced } from "../ui/page";
import { pausing } from "../ui/pause";
import { reminder } from "../ui/reminder";
import { carriedOut, carryOut, nextFinal, onKey } from "../ui/review";
import { type Switchable, siteSwitch, stateInWords, stateNow, switchOff, switchOn, wanted } from "../ui/site";
import { type Decision, ticket } from "../ui/ticket";
import { relative } from "../ui/time";
import { isolated, number, plural } from "../ui/words";
import { failing, owed } from "./standing";

/** How often relative times are painted anew, in milliseconds. */
const TICK = 30_000;

const canvas = new Canvas("popup_title");
const lock = new Lock(paint, turned);
const forgetting = new Forgetting(paint, () => void load());

let view: PopupView | null = null;
/** What is said about backups and forgetting; `null` where it cannot be read or is yet to come. */
let settings: SettingsView | null = null;
let failure: unknown = null;
let asking = false;
let current: number | null = null;
/** What collectors owe and what waits there; `null` where there are none or it is yet to come. */
let standing: StandingView | null = null;
const card = new Card(paint, () => void load());
/** What was under review when the popup closed; looked at once, at the first view. */
let kept: Promise<Kept | null> | null = recall();
let undoable: number[] = [];
let finality: ReturnType<typeof setTimeout> | undefined;

const load = coalesced(async () => {
  try {
    const url = await tabInView();
    view = (await ask({ type: "popup", url }, "popup")).view;
    failure = null;
  } catch (error) {
    // What was shown stays in sight; only where there is nothing yet does the fault take its place.
    if (view) complain(error);
    else failure = error;
  }
  paint();
  followDeletions();
  // What comes beside it keeps nobody waiting.
  await Promise.all([lock.load(), glance(), look(), resume()]);
  paint();
});

/** Goes on where the popup was closed, unless something newer came since. The focus is left to who has moved it by now. */
async function resume(): Promise<void> {
  const before = await kept;
  kept = null;
  const recent = view?.recent;
  if (!before || !recent || recent[0]?.seq !== before.newest) {
    await card.follow();
    return;
  }
  if (current !== null || !recent.some(({ seq }) => seq === before.seq)) return;
  current = before.seq;
  await card.read(before.seq);
  if (document.activeElement !== document.body) return;
  canvas.root.querySelector<HTMLElement>(`article[data-seq="${before.seq}"]`)?.focus();
}

/** What the collectors owe: asked only where there are any. */
async function look(): Promise<void> {
  if (!view?.collectors) return;
  standing = await ask({ type: "standing" }, "standing").then(
    (reply) => reply.view,
    () => null,
  );
}

async function glance(): Promise<void> {
  settings = await ask({ type: "settings" }, "settings").then(
    (reply) => reply.view,
    () => null,
  );
}

/** The profile was locked, or unlocked. */
function turned(locked: boolean): void {
  view = null;
  settings = null;
  failure = null;
  standing = null;
  current = null;
  card.leave();
  if (!locked) void load().then(() => document.getElementById("newest")?.focus());
}

function paint(): void {
  if (lock.locked) canvas.paint(closed());
  else if (view) canvas.paint(view.consented ? page(view) : door());
  else if (failure) canvas.paint(unreadable(failure));
}

function page(shown: PopupView): TemplateResult {
  return html`${head(shown)}
    <div class="perforation"></div>
    <main class="scroll" id="newest" tabindex="-1">
      ${forgetting.banner(settings?.forget_all_at ?? null)} ${notices(shown)}
      ${failing(standing, () => go("app/app.html#collectors"))} ${shown.recent.length > 0 ? feed(shown.recent) : empty(shown)}
    </main>
    ${foot(shown)} ${help("popup")}`;
}

function head(shown: PopupView): TemplateResult {
  const { site, counts } = shown;
  return html`<header class="head">
    <div class="brand">
      ${logo()}
      <h1>${text("ext_name")}</h1>
      <div class="bar push">
        ${lock.button()}
        ${helpButton()}
      </div>
    </div>
    ${site ? thisSite(site, shown.paused !== null) : unknownSite()}
    ${pausing(shown.paused, Date.now(), (run) => void change(async () => void (await run())))}
    <dl class="counts">
      ${count("count_today", counts.today)} ${count("count_total", counts.total)}
      ${count("count_marked", counts.marked)} ${owed(standing)}
    </dl>
  </header>`;
}

function thisSite(site: Site, paused: boolean): TemplateResult {
  return html`<div class="this-site">
      <div id="site-name">
        <p class="ask">${text("record_on")}</p>
        <p class="host" title=${site.host}><bdi>${site.host || text("this_page")}</bdi></p>
      </div>
      ${siteSwitch(site, asking, "site-name", "site-state", toggle)}
    </div>
    <p class="site-state" data-state=${stateNow(site, paused)}>
      <span id="site-state">${stateInWords(site, asking, paused)}</span>
      ${
        site.state === "unpermitted" && !asking
          ? html`<button type="button" class="button" data-action="permit" @click=${() => permit(site)}>
            ${text("site_permit")}
          </button>`
          : nothing
      }
    </p>
    ${health(site)}`;
}

/** How recording goes on the site, where there is something to say. */
function health(site: Site): TemplateResult | typeof nothing {
  const { state, recorded, gestures, last } = site.health;
  if (!wanted(site) || state === "quiet") return nothing;
  const when = last === null ? text("never") : relative(last, Date.now());
  return html`<p class="health" data-health=${state}>
    ${state === "well" ? nothing : text(`health_${state}`)} ${plural("health_summary", gestures, number(recorded), when)}
  </p>`;
}

function unknownSite(): TemplateResult {
  return html`<p class="site-state unknown">
    <span>${text("site_unknown")}</span>
    <button type="button" class="button" data-action="open-sites" @click=${() => go("app/app.html#sites")}>
      ${text("sites_title")}
    </button>
  </p>`;
}

function count(key: string, value: number): TemplateResult {
  return html`<div><dt>${text(key)}</dt> <dd data-count=${key}>${number(value)}</dd></div>`;
}

function notices(shown: PopupView): TemplateResult | typeof nothing {
  // What concerns the site in view already stands beside its switch.
  const others = shown.notices.filter(({ site }) => site !== shown.site?.host);
  if (others.length === 0) return nothing;
  return html`<div class="notices">
    ${others.map(
      (notice) => html`<p class="strip" data-notice=${notice.code}>
        ${icon("warning")}<span>${text(notice.code, isolated(notice.site))}</span>
      </p>`,
    )}
  </div>`;
}

function feed(recent: Item[]): TemplateResult {
  const now = Date.now();
  const reached = recent.some(({ seq }) => seq === current) ? current : recent[0]?.seq;
  return html`<div class="feed" role="feed" aria-label=${text("newest")} @focusin=${follow}>
    ${repeat(
      recent,
      ({ seq }) => seq,
      (item, index) =>
        ticket({
          item,
          now,
          position: index + 1,
          size: recent.length,
          current: item.seq === reached,
          opened: false,
          body: card.body(item),
          decide,
          open: reach,
        }),
    )}
  </div>`;
}

function empty(shown: PopupView): TemplateResult {
  const { site } = shown;
  const key = !site
    ? "empty_unknown"
    : site.state === "unavailable"
      ? "empty_unavailable"
      : site.state === "unpermitted"
        ? "empty_unpermitted"
        : wanted(site)
          ? "empty_on"
          : "empty_off";
  return html`<div class="empty" data-empty=${key}>
    <h2>${text(`${key}_title`)}</h2>
    <p>${text(key)}</p>
  </div>`;
}

function foot(shown: PopupView): TemplateResult {
  const { marked } = shown.counts;
  return html`<footer class="foot">
    ${reminder(settings, () => go("app/app.html#settings/backup"))}
    <div class="bar">
      <button
        type="button"
        class="button ${marked > 0 ? "primary" : ""}"
        data-action="export"
        ?disabled=${marked === 0}
        aria-describedby="export-why"
        @click=${() => go("app/app.html#export")}
      >
        ${marked > 0 ? plural("export_marked", marked) : text("export_none")}
      </button>
      <button type="button" class="button" data-action="open-records" @click=${() => go("app/app.html")}>
        ${text("open_records")}
      </button>
    </div>
    <p id="export-why">${text(marked === 0 ? "export_none_why" : "export_why")}</p>
  </footer>`;
}

function closed(): TemplateResult {
  return html`<main class="closed">
    <p class="brand">${logo()}<span>${text("ext_name")}</span></p>
    ${lock.card()}
  </main>`;
}

function door(): TemplateResult {
  return html`<main class="door">
    ${logo()}
    <h1>${text("door_title")}</h1>
    <p>${text("door")}</p>
    <button type="button" class="button primary big" data-action="open-welcome" @click=${() => go("welcome/welcome.html")}>
      ${text("door_open")}
    </button>
  </main>`;
}

function unreadable(error: unknown): TemplateResult {
  const fault = faultOf(error);
  const at = settings?.forget_all_at ?? null;
  if (at !== null) {
    return html`<main class="door">
      ${logo()}
      <h1 class="visually-hidden">${text("forgetting_title")}</h1>
      ${forgetting.banner(at)}
    </main>`;
  }
  return html`<main class="door" data-error=${fault.code}>
    <h1>${text("unreadable_title")}</h1>
    <p role="alert">${fault.words}</p>
    ${fault.detail ? html`<p class="small mono" dir="auto">${fault.detail}</p>` : nothing}
    <button type="button" class="button big" data-action="retry" @click=${load}>${text("retry")}</button>
    <button type="button" class="button" data-action="open-records" @click=${() => go("app/app.html")}>
      ${text("open_records")}
    </button>
  </main>`;
}

function toggle(site: Switchable): void {
  if (wanted(site)) {
    void change(async () => {
      await switchOff(site.origin);
      announce(text("site_now_off", isolated(site.host)));
    });
  } else permit(site);
}

/** Called synchronously in a click: see `switchOn`. */
function permit(site: Switchable): void {
  const switched = switchOn(site.origin, site.matches);
  asking = true;
  paint();
  void change(async () => {
    try {
      const outcome = await switched;
      announce(text(outcome === "on" ? "site_now_on" : "site_refused", isolated(site.host)));
    } finally {
      asking = false;
    }
  });
}

function decide(decision: Decision, item: Item): void {
  void act(decision, [item.seq]);
}

function undoLast(): void {
  const seqs = undoable;
  undoable = [];
  if (seqs.length > 0) void act("undo", seqs);
}

async function act(decision: Decision, seqs: number[]): Promise<void> {
  await change(async () => {
    const changed = await carryOut(decision, seqs);
    if (decision === "delete") undoable = seqs;
    announce(carriedOut(decision, changed));
  });
}

/** Does something and shows what it led to, also when it failed. */
async function change(run: () => Promise<void>): Promise<void> {
  quiet();
  try {
    await run();
  } catch (error) {
    complain(error);
  }
  await load();
}

function open(item: Item): void {
  go(`app/app.html#records/${item.seq}`);
}

/** A ticket that is pressed is reviewed here; its button opens it in the full tab. */
function reach(item: Item, button?: boolean): void {
  if (button) open(item);
  else canvas.root.querySelector<HTMLElement>(`article[data-seq="${item.seq}"]`)?.focus();
}

function go(path: string): void {
  // In a popup the page is as wide as its body; in a tab, where closing would surprise, it is wider.
  const popup = document.documentElement.clientWidth - document.body.offsetWidth < 24;
  void openPage(path).then(() => {
    if (popup) window.close();
  }, complain);
}

function follow(event: FocusEvent): void {
  const row = event.target instanceof Element ? event.target.closest<HTMLElement>("article[data-seq]") : null;
  const seq = row ? Number(row.dataset["seq"]) : null;
  if (seq === null) return;
  // A control that is pressed must not move from under the pointer: only the ticket itself opens its text.
  if (event.target === row && !card.shows(seq)) void card.read(seq).then(() => show(seq));
  if (seq === current) return;
  current = seq;
  paint();
  const newest = view?.recent[0]?.seq;
  if (newest !== undefined) keep("popup", { seq, newest } satisfies Kept);
}

/** Brings a ticket that grew into sight again: from its beginning, where it is taller than there is room. */
function show(seq: number): void {
  const row = canvas.root.querySelector<HTMLElement>(`article[data-seq="${seq}"]`);
  const room = document.getElementById("newest")?.clientHeight ?? 0;
  if (row === document.activeElement)
    row?.scrollIntoView({ block: row.offsetHeight > room ? "start" : "nearest" });
}

/** What the popup keeps while it is closed: where the review stands, in numbers. */
interface Kept {
  seq: number;
  newest: number;
}

async function recall(): Promise<Kept | null> {
  const found = (await keptBefore("popup")) as Partial<Kept> | undefined;
  return typeof found?.seq === "number" && typeof found.newest === "number"
    ? { seq: found.seq, newest: found.newest }
    : null;
}

/** Asks again when the earliest deletion that is shown becomes final. */
function followDeletions(): void {
  clearTimeout(finality);
  const now = Date.now();
  const until = view ? nextFinal(view.recent, now) : null;
  if (until !== null) finality = setTimeout(load, until - now + 250);
}

onLocked(() => lock.closed());
onRefresh(load);
setInterval(paint, TICK);
document.addEventListener("keydown", (event) =>
  onKey(event, {
    feed: () => canvas.root.querySelector<HTMLElement>(".feed"),
    item: (seq) => view?.recent.find((item) => item.seq === seq),
    decide,
    undoLast,
    open,
    help: openHelp,
  }),
);
void load();
