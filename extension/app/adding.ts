// Adding a collector: looking who it is, at its address or in a file, and only then keeping it.

import { html, nothing, type TemplateResult } from "lit-html";
import { text } from "../platform/browser";
import type { FoundView } from "../platform/messages";
import { ask } from "../ui/ask";
import { announce } from "../ui/messages";
import { permitted, siteOf } from "../ui/site";
import { lead, Trial } from "../ui/trial";
import { isolated, number } from "../ui/words";
import type { Office } from "./office";
import { fieldsOf } from "./part";

/** Largest file that is read, in MiB. */
const MOST = 8;
const ADDRESS = "collector-address";
const FOUND = "found";
const FAULT = "adding-fault";

/** A collector in sight that is not kept yet, and where it was found. */
interface Found {
  view: FoundView;
  address: string;
  file: string | null;
}

export class Adding {
  readonly #office: Office;
  readonly #trial: Trial;
  #found: Found | null = null;
  /** The browser got no permission for this host. */
  #refused: string | null = null;

  constructor(office: Office) {
    this.#office = office;
    this.#trial = new Trial(office.paint);
  }

  conceal(): void {
    this.#found = null;
    this.#refused = null;
    this.#trial.fault = "";
  }

  /** `channel` tells whether this build speaks to collectors. */
  template(channel: boolean): TemplateResult {
    if (this.#found) return this.#identity(this.#found);
    const waiting = this.#trial.busy ? "true" : nothing;
    return html`<section class="sheet form" aria-labelledby="adding">
      <h2 id="adding" tabindex="-1">${text("adding_title")}</h2>
      ${channel ? this.#byAddress(waiting) : nothing}
      ${
        this.#refused === null
          ? nothing
          : html`<p class="strip" data-refused><span>${text("adding_refused", isolated(this.#refused))}</span></p>`
      }
      <details class="small" ?open=${!channel}>
        <summary>${text("adding_by_file")}</summary>
        <label class="grow">
          <span>${text("adding_file")}</span>
          <input class="field file" type="file" data-action="look-file" @change=${this.#read} />
        </label>
      </details>
      ${this.#trial.told(FAULT)}
    </section>`;
  }

  #byAddress(waiting: "true" | typeof nothing): TemplateResult {
    return html`<form class="bar ends" @submit=${this.#look}>
        <label class="grow">
          <span>${text("adding_address")}</span>
          <input
            class="field"
            id=${ADDRESS}
            name="address"
            type="text"
            inputmode="url"
            placeholder="example.org"
            autocomplete="off"
            autocapitalize="none"
            spellcheck="false"
            dir="ltr"
            required
            aria-describedby="adding-why"
          />
        </label>
        <button type="submit" class="button primary big" data-action="look-collector" aria-busy=${waiting}>
          ${text(this.#refused === null ? "adding_look" : "adding_again")}
        </button>
      </form>
      <p class="small soft" id="adding-why">${text("adding_why")}</p>`;
  }

  #identity({ view }: Found): TemplateResult {
    const fact = (name: string, value: TemplateResult) => html`<dt>${text(`collector_${name}`)}</dt>
      <dd data-found=${name}>${value}</dd>`;
    return html`<section class="sheet form" aria-labelledby=${FOUND}>
      <h2 id=${FOUND} tabindex="-1">${text("found_title", isolated(view.name))}</h2>
      <dl class="facts">
        ${view.address === "" ? nothing : fact("address", html`<bdi dir="ltr">${view.address}</bdi>`)}
        ${fact("contact", html`<bdi>${view.contact}</bdi>`)}
        ${fact("fingerprint", fingerprint(view.fingerprint))}
        ${fact("did", html`<bdi class="mono" dir="ltr">${view.did}</bdi>`)}
      </dl>
      <p>${text("found_compare")}</p>
      ${view.known ? html`<p class="strip" data-known><span>${text("found_known")}</span></p>` : nothing}
      ${this.#trial.told(FAULT)}
      <div class="bar">
        <button
          type="button"
          class="button primary big"
          data-action="add-collector"
          aria-busy=${this.#trial.busy ? "true" : nothing}
          @click=${this.#add}
        >
          ${text("found_add")}
        </button>
        <button type="button" class="button big" data-action="drop-collector" @click=${this.#drop}>
          ${text("found_drop")}
        </button>
      </div>
    </section>`;
  }

  /** Asks for the permission synchronously: Firefox refuses the prompt after any `await`. */
  #look = (event: SubmitEvent): void => {
    const site = siteOf(fieldsOf(event).value("address"));
    if (!site) {
      this.#trial.refuse(text("error_collector_address"));
      lead(ADDRESS);
      return;
    }
    if (this.#trial.busy) return;
    const host = new URL(site.origin).host;
    const asked = permitted(site.matches);
    void this.#show(async () => {
      this.#refused = (await asked) ? null : host;
      if (this.#refused !== null) {
        announce(text("adding_refused", isolated(host)));
        return null;
      }
      return { address: site.origin, file: null };
    });
  };

  #read = (event: Event): void => {
    void readText(event, (words) => this.#trial.refuse(words)).then((file) => {
      if (file !== null) void this.#show(() => Promise.resolve({ address: "", file }));
    });
  };

  async #show(where: () => Promise<{ address: string; file: string | null } | null>): Promise<void> {
    const done = await this.#trial.run(async () => {
      const place = await where();
      if (!place) return;
      const { view } = await ask({ type: "look_collector", ...place }, "found");
      this.#found = { view, ...place };
    });
    if (done && this.#found) lead(FOUND);
  }

  #add = (): void => {
    const found = this.#found;
    if (!found) return;
    const { address, file } = found;
    const { did, name } = found.view;
    void this.#trial
      .run(async () => {
        const { view } = await ask({ type: "add_collector", address, did, file }, "collectors");
        this.#found = null;
        this.#office.take(view);
        announce(text("collector_added", isolated(name)));
      })
      .then((done) => {
        if (!done) return;
        const id = this.#office.view()?.collectors.find((each) => each.did === did)?.id;
        lead(id === undefined ? "collectors-heading" : `collector-${id}`);
      });
  };

  #drop = (): void => {
    const address = this.#found?.address;
    // What was asked for to look is given back; a failure leaves it where the browser's settings show it.
    if (address) void ask({ type: "drop_collector", address }, "collectors").catch(() => undefined);
    this.#found = null;
    this.#trial.fault = "";
    this.#office.paint();
    lead("adding");
  };
}

/** The fingerprint in its groups, to be compared aloud. */
export function fingerprint(value: string): TemplateResult {
  return html`<bdi class="mono fingerprint" dir="ltr"
    >${value.split(" ").map((group, index) => html`${index > 0 ? " " : ""}<span>${group}</span>`)}</bdi
  >`;
}

/** The text of the file that was chosen, and the field empty again; `null` where there is none that may be read. */
export async function readText(event: Event, refuse: (words: string) => void): Promise<string | null> {
  const field = event.target;
  const file = field instanceof HTMLInputElement ? field.files?.[0] : undefined;
  if (!(field instanceof HTMLInputElement) || !file) return null;
  try {
    if (file.size > MOST * 2 ** 20) {
      refuse(text("file_too_large", number(MOST)));
      return null;
    }
    return await file.text();
  } catch {
    refuse(text("file_unreadable"));
    return null;
  } finally {
    // The same file can be chosen again.
    field.value = "";
  }
}
