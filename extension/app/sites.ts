// The sites that the person ever switched on, and a way to add one by its address.

import { html, nothing, type TemplateResult } from "lit-html";
import { repeat } from "lit-html/directives/repeat.js";
import { text } from "../platform/browser";
import type { Health, Site, SitesView } from "../platform/messages";
import { ask } from "../ui/ask";
import { announce, complain } from "../ui/messages";
import { pausing } from "../ui/pause";
import { stateInWords, stateNow, wanted } from "../ui/site";
import { Switching } from "../ui/switching";
import { exact } from "../ui/time";
import { isolated, number, plural } from "../ui/words";
import { attempt, door, type Section, unreadable } from "./section";

export class Sites implements Section {
  readonly #paint: () => void;
  #view: SitesView | null = null;
  #failure: unknown = null;
  readonly #switching: Switching;

  constructor(paint: () => void) {
    this.#paint = paint;
    this.#switching = new Switching(paint, () => void this.#reload());
  }

  async load(): Promise<void> {
    try {
      this.#view = (await ask({ type: "sites" }, "sites")).view;
      this.#failure = null;
    } catch (error) {
      if (this.#view) complain(error);
      else this.#failure = error;
    }
  }

  conceal(): void {
    this.#view = null;
    this.#failure = null;
  }

  template(): TemplateResult | typeof nothing {
    if (this.#failure) return unreadable(this.#failure, () => void this.#reload());
    if (!this.#view) return nothing;
    const { consented, sites, paused, report } = this.#view;
    return html`<div class="column">
      <h1>${text("sites_title")}</h1>
      <p class="soft">${text("sites_explained")}</p>
      ${consented ? pausing(paused, Date.now(), this.#change) : door()}
      ${this.#switching.form(consented)}
      ${
        sites.length === 0
          ? html`<div class="sheet empty" data-empty="empty_sites">
            <h2>${text("empty_sites_title")}</h2>
            <p>${text("empty_sites")}</p>
          </div>`
          : html`<ul class="sheet sites">
            ${repeat(
              sites,
              ({ origin }) => origin,
              (site, index) => this.#site(site, index, consented, paused !== null),
            )}
          </ul>
          ${this.#report(report)}`
      }
    </div>`;
  }

  #report(report: string): TemplateResult {
    return html`<details class="sheet report">
      <summary>${text("report_title")}</summary>
      <p class="small soft">${text("report_explained")}</p>
      <pre class="mono small" tabindex="0" dir="ltr" data-report>${report}</pre>
      <button type="button" class="button" data-action="copy-report" @click=${() => this.#copy(report)}>
        ${text("report_copy")}
      </button>
    </details>`;
  }

  #copy(report: string): void {
    void attempt(async () => {
      await navigator.clipboard.writeText(report);
      announce(text("report_copied"));
    });
  }

  #site(site: Site, index: number, consented: boolean, paused: boolean): TemplateResult {
    const asking = this.#switching.asking(site.origin);
    return html`<li data-origin=${site.origin}>
      <div>
        <p class="host" id="site-${index}"><bdi dir="ltr">${site.host}</bdi></p>
        <p class="small soft" id="site-${index}-state" data-state=${stateNow(site, paused)}>
          ${stateInWords(site, asking, paused)} ${site.today > 0 ? plural("site_today", site.today) : nothing}
        </p>
        ${wanted(site) ? this.#health(site) : nothing}
      </div>
      ${this.#switching.controls(site, `site-${index}`, `site-${index}-state`, consented)}
    </li>`;
  }

  #health(site: Site): TemplateResult {
    const { health, host } = site;
    return html`<p class="small ${health.state === "well" || health.state === "quiet" ? "soft" : "warned"}" data-health=${health.state}>
        ${text(`health_${health.state}`)}
      </p>
      <details class="small">
        <summary aria-label=${text("health_details_of", isolated(host))}>${text("health_details")}</summary>
        <dl class="facts">
          ${facts(health)}
        </dl>
        ${this.#kinds(site)}
      </details>`;
  }

  /** The switches of what is not the person's own words: off until they switch it on. */
  #kinds(site: Site): TemplateResult | typeof nothing {
    const { responses, ratings } = site;
    if (responses === null && ratings === null) return nothing;
    const box = (name: "responses" | "ratings", on: boolean | null) =>
      on === null
        ? nothing
        : html`<label class="choice">
            <input
              type="checkbox"
              data-action="keep-${name}"
              .checked=${on}
              @change=${(event: Event) => this.#keep(site, name, (event.target as HTMLInputElement).checked)}
            />
            <span>${text(`keep_${name}`)}</span>
          </label>`;
    return html`${box("responses", responses)} ${box("ratings", ratings)}
      <p class="soft">${text("answers_explained")}</p>`;
  }

  #keep(site: Site, name: "responses" | "ratings", on: boolean): void {
    const { origin, host } = site;
    const kinds = { responses: site.responses ?? false, ratings: site.ratings ?? false, [name]: on };
    this.#change(async () => {
      await ask({ type: "site_kinds", origin, ...kinds }, "sites");
      announce(text("site_kinds_changed", isolated(host)));
    });
  }

  #change = (run: () => Promise<unknown>): void => {
    void attempt(async () => void (await run())).then(() => this.#reload());
  };

  async #reload(): Promise<void> {
    await this.load();
    this.#paint();
  }
}

function facts(health: Health): TemplateResult {
  const last = health.last === null ? text("never") : exact(health.last);
  return html`${fact("gestures", number(health.gestures))} ${fact("recorded", number(health.recorded))}
    ${fact("unconfirmed", number(health.unconfirmed))} ${health.forged > 0 ? fact("forged", number(health.forged)) : nothing}
    ${fact("last", last)} ${fact("adapter", html`<bdi dir="ltr">${health.version}</bdi>`)}`;
}

function fact(name: string, value: string | TemplateResult): TemplateResult {
  return html`<dt>${text(`fact_${name}`)}</dt>
    <dd data-fact=${name}>${value}</dd>`;
}
