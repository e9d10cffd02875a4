// The collectors that the person added: what they offer, what was shared with them, what they owe, and leaving them.

import { html, nothing, type TemplateResult } from "lit-html";
import { repeat } from "lit-html/directives/repeat.js";
import { text } from "../platform/browser";
import type { CollectorsView } from "../platform/messages";
import { ask } from "../ui/ask";
import { icon } from "../ui/icon";
import { announce, complain, quiet } from "../ui/messages";
import { Trial } from "../ui/trial";
import { isolated } from "../ui/words";
import { Adding, readText } from "./adding";
import { collectorCard, type Limits } from "./collector";
import { Download } from "./download";
import { Everywhere } from "./everywhere";
import { Fitting } from "./fitting";
import type { Office } from "./office";
import { attempt, door, type Section, unreadable } from "./section";
import { HEADING, type Route, Sharing } from "./sharing";

export class Collectors implements Section {
  readonly #paint: () => void;
  readonly #office: Office;
  readonly #adding: Adding;
  readonly #everywhere: Everywhere;
  readonly #taking: Trial;
  readonly #limits: Limits = new Map();
  #view: CollectorsView | null = null;
  #failure: unknown = null;
  /** What is being carried out or waits for its turn. */
  readonly #running = new Set<string>();
  #turn: Promise<void> = Promise.resolve();
  #sharing: Sharing | null = null;
  /** The id of what is to be led to, once it is painted. */
  #goal: string | null = null;

  constructor(paint: () => void) {
    this.#paint = paint;
    this.#office = {
      paint,
      view: () => this.#view,
      take: (view) => {
        this.#view = view;
        paint();
      },
      reload: () => this.#reload(),
      run: (name, work) => this.#run(name, work),
      running: (name) => this.#running.has(name),
      download: new Download(paint),
      fitting: new Fitting(paint),
    };
    this.#adding = new Adding(this.#office);
    this.#everywhere = new Everywhere(this.#office);
    this.#taking = new Trial(paint);
  }

  /** After the section's name stands nothing, or `offer`, a collector and one of its offers. */
  enter(rest: string): void {
    const route = routeOf(rest);
    const before = this.#sharing?.route;
    if (route?.collector === before?.collector && route?.offer === before?.offer) return;
    quiet();
    this.#sharing?.close();
    this.#sharing = route && new Sharing(this.#office, route);
    this.#goal = route ? HEADING : before ? `offer-${before.offer}` : null;
    scrollTo(0, 0);
  }

  async load(): Promise<void> {
    try {
      this.#view = (await ask({ type: "collectors" }, "collectors")).view;
      this.#failure = null;
      void this.#office.fitting.count(this.#view.collectors);
      await this.#sharing?.follow();
    } catch (error) {
      if (this.#view) complain(error);
      else this.#failure = error;
    }
  }

  conceal(): void {
    this.#view = null;
    this.#failure = null;
    this.#limits.clear();
    this.#adding.conceal();
    this.#everywhere.conceal();
    this.#office.download.cancel();
    this.#office.fitting.forget();
    const route = this.#sharing?.route;
    this.#sharing?.conceal();
    this.#sharing = route ? new Sharing(this.#office, route) : null;
  }

  template(): TemplateResult | typeof nothing {
    if (this.#failure) return unreadable(this.#failure, () => void this.#reload());
    const view = this.#view;
    if (!view) return nothing;
    queueMicrotask(() => this.#arrive());
    if (this.#sharing && view.ready) return this.#sharing.template(view);
    return html`<div class="column">
      <h1 id="collectors-heading" tabindex="-1">${text("collectors_title")}</h1>
      ${view.ready ? this.#ready(view) : this.#unready()}
    </div>`;
  }

  #unready(): TemplateResult {
    return html`<div class="sheet empty" data-empty="empty_log">
        <h2>${text("collectors_no_log_title")}</h2>
        <p>${text("collectors_no_log")}</p>
      </div>
      ${door()}`;
  }

  #ready({ collectors, channel, damaged }: CollectorsView): TemplateResult {
    const broken = damaged === "" ? nothing : lost(damaged);
    if (collectors.length === 0) {
      return html`${broken}
        <div class="sheet empty" data-empty="empty_collectors">
          <h2>${text("empty_collectors_title")}</h2>
          <p>${text("empty_collectors")}</p>
        </div>
        ${this.#adding.template(channel)}`;
    }
    return html`<p class="soft">${text("collectors_explained")}</p>
      ${broken}
      ${this.#everywhere.template(collectors)}
      ${repeat(
        collectors,
        ({ id }) => id,
        (collector) => collectorCard(this.#office, this.#limits, collector),
      )}
      ${this.#adding.template(channel)} ${this.#statements()}`;
  }

  #statements(): TemplateResult {
    return html`<section class="sheet form" aria-labelledby="statements">
      <h2 id="statements" tabindex="-1">${text("statements_title")}</h2>
      <label class="grow">
        <span>${text("statements_file")}</span>
        <input
          class="field file"
          type="file"
          data-action="take-statements"
          aria-describedby="statements-why"
          @change=${this.#take}
        />
        <small class="soft" id="statements-why">${text("statements_why")}</small>
      </label>
      ${this.#taking.told("statements-fault")}
    </section>`;
  }

  #take = (event: Event): void => {
    void readText(event, (words) => this.#taking.refuse(words)).then((file) => {
      if (file === null) return;
      return this.#taking.run(async () => {
        this.#office.take((await ask({ type: "take_statements", file }, "collectors")).view);
        announce(text("statements_taken"));
      });
    });
  };

  /** Leads to what was asked for, once it is there. */
  #arrive(): void {
    if (this.#goal === null) return;
    const goal = document.getElementById(this.#goal) ?? document.getElementById("collectors-heading");
    if (!goal) return;
    const top = this.#goal === HEADING;
    this.#goal = null;
    goal.focus({ preventScroll: true });
    if (top) scrollTo(0, 0);
    else goal.scrollIntoView({ block: "center" });
  }

  /**
   * One thing after the other: asking a slow collector takes a minute, and a withdrawal that was agreed to meanwhile
   * must not get lost. A second press of the same button does nothing.
   */
  #run(name: string, work: () => Promise<void>): Promise<void> {
    if (this.#running.has(name)) return Promise.resolve();
    this.#running.add(name);
    this.#paint();
    this.#turn = this.#turn.then(async () => {
      await attempt(work);
      this.#running.delete(name);
      await this.#reload();
    });
    return this.#turn;
  }

  async #reload(): Promise<void> {
    await this.load();
    this.#paint();
  }
}

/** What is said of a collector that cannot be read. */
function lost(name: string): TemplateResult {
  return html`<div class="strip" data-notice="damaged">
    ${icon("warning")}<span>${text("collectors_damaged", isolated(name))}</span>
    <a class="button" href="#settings/logs">${text("check_all")}</a>
  </div>`;
}

function routeOf(rest: string): Route | null {
  const [name, collector, offer] = rest.split("/");
  return name === "offer" && collector && offer ? { collector, offer } : null;
}
