// The full tab: records, sites, exports, collectors, and keys and data, one section at a time, named by the hash.

import { html, nothing, type TemplateResult } from "lit-html";
import { onRefresh, text } from "../platform/browser";
import { onLocked } from "../ui/ask";
import { Forgetting } from "../ui/forgetting";
import { help, helpButton } from "../ui/help";
import { logo } from "../ui/icon";
import { Lock } from "../ui/lock";
import { quiet } from "../ui/messages";
import { Canvas, coalesced } from "../ui/page";
import { reminder } from "../ui/reminder";
import { Collectors } from "./collectors";
import { Exports } from "./exports";
import { Records } from "./records";
import type { Section } from "./section";
import { Settings } from "./settings";
import { Sites } from "./sites";

/** How often relative times are painted anew, in milliseconds. */
const TICK = 30_000;
const BACKUP = "#settings/backup";

const canvas = new Canvas("app_title");
const sections = {
  records: new Records(paint),
  sites: new Sites(paint),
  export: new Exports(paint),
  collectors: new Collectors(paint),
  settings: new Settings(paint),
} satisfies Record<string, Section>;
type Name = keyof typeof sections;

const lock = new Lock(paint, turned);
const forgetting = new Forgetting(paint, () => void load());

let shown: Name = "records";

const load = coalesced(async () => {
  // What is said above every section. Where it cannot be read, the section tells why.
  const content = section().load();
  const above = [lock.load(), ...(shown === "settings" ? [] : [sections.settings.glance()])];
  await content;
  paint();
  await Promise.allSettled(above);
  paint();
});

/** The profile was locked, or unlocked. */
function turned(locked: boolean): void {
  for (const each of Object.values(sections)) each.conceal();
  if (!locked) void load().then(() => document.getElementById("content")?.focus());
}

function section(): Section {
  return sections[shown];
}

function paint(): void {
  const content = lock.locked ? lock.card() : section().template();
  if (content !== nothing) canvas.paint(page(content));
}

function page(content: TemplateResult | typeof nothing): TemplateResult {
  return html`<a class="skip" href="#content" @click=${skip}>${text("skip")}</a>
    <header class="top">
      <div class="inner bar">
        <p class="brand">${logo()}<span>${text("ext_name")}</span></p>
        <nav aria-label=${text("sections")}>
          ${(Object.keys(sections) as Name[]).map(
            (name) => html`<a
              href="#${name}"
              data-action="go-${name}"
              aria-current=${name === shown ? "page" : nothing}
              >${text(`${name}_title`)}</a
            >`,
          )}
        </nav>
        ${lock.button()}
        ${helpButton()}
      </div>
    </header>
    <main class="inner content" id="content" tabindex="-1" data-section=${shown}>
      ${lock.locked ? nothing : above()} ${content}
    </main>
    ${help("app")}`;
}

/** What every section says first. */
function above(): TemplateResult {
  const view = sections.settings.view;
  return html`${forgetting.banner(view?.forget_all_at ?? null)}
    ${reminder(view, () => {
      // The same hash again would lead nowhere.
      if (location.hash === BACKUP) route();
      else location.hash = BACKUP;
    })}`;
}

function skip(event: Event): void {
  event.preventDefault();
  document.getElementById("content")?.focus();
}

function route(): void {
  const [, name = "", rest = ""] = /^#?([^/?]*)\/?(.*)$/.exec(location.hash) ?? [];
  const next = Object.hasOwn(sections, name) ? (name as Name) : "records";
  if (next !== shown) {
    quiet();
    section().leave?.();
    scrollTo(0, 0);
  }
  shown = next;
  section().enter?.(rest);
  document.title = text("title_of", text(`${shown}_title`));
  paint();
  void load();
}

addEventListener("hashchange", route);
document.addEventListener("keydown", (event) => {
  if (!lock.locked) section().key?.(event);
});
onLocked(() => lock.closed());
onRefresh(load);
setInterval(paint, TICK);
route();
