// The full tab: records, sites and exports, one section at a time, named by the hash.

import { html, nothing, type TemplateResult } from "lit-html";
import { onRefresh, text } from "../platform/browser";
import { help, openHelp } from "../ui/help";
import { logo } from "../ui/icon";
import { quiet } from "../ui/messages";
import { Canvas, coalesced } from "../ui/page";
import { Exports } from "./exports";
import { Records } from "./records";
import type { Section } from "./section";
import { Sites } from "./sites";

/** How often relative times are painted anew, in milliseconds. */
const TICK = 30_000;

const canvas = new Canvas("app_title");
const sections = {
  records: new Records(paint),
  sites: new Sites(paint),
  export: new Exports(paint),
} satisfies Record<string, Section>;
type Name = keyof typeof sections;

let shown: Name = "records";

const load = coalesced(async () => {
  await section().load();
  paint();
});

function section(): Section {
  return sections[shown];
}

function paint(): void {
  const content = section().template();
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
        <button
          type="button"
          class="button icon-button quiet"
          data-action="help"
          aria-label=${text("keys_title")}
          title=${text("keys_title")}
          @click=${openHelp}
        >
          ?
        </button>
      </div>
    </header>
    <main class="inner content" id="content" tabindex="-1" data-section=${shown}>${content}</main>
    ${help("app")}`;
}

function skip(event: Event): void {
  event.preventDefault();
  document.getElementById("content")?.focus();
}

function route(): void {
  const [name = "", ...rest] = location.hash.slice(1).split("/");
  const next = Object.hasOwn(sections, name) ? (name as Name) : "records";
  if (next !== shown) {
    quiet();
    scrollTo(0, 0);
  }
  shown = next;
  section().enter?.(rest.join("/"));
  document.title = text("title_of", text(`${shown}_title`));
  paint();
  void load();
}

addEventListener("hashchange", route);
document.addEventListener("keydown", (event) => section().key?.(event));
onRefresh(load);
setInterval(paint, TICK);
route();
