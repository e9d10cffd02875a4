// Sites that are switched on and off on a page: by their switches, or by an address that is typed.

import { html, nothing, type TemplateResult } from "lit-html";
import { Failed, text } from "../platform/browser";
import { attempt } from "./attempt";
import { announce, complain } from "./messages";
import { type Switchable, siteOf, siteSwitch, switchOff, switchOn, wanted } from "./site";
import { isolated } from "./words";

/** The switches of a page. */
export class Switching {
  readonly #paint: () => void;
  readonly #changed: () => void;
  /** The site that the browser's prompt is about: it asks about one at a time. */
  #asking: string | null = null;

  /** @param changed called after a site was switched, or could not be. */
  constructor(paint: () => void, changed: () => void) {
    this.#paint = paint;
    this.#changed = changed;
  }

  /** Whether the browser's prompt is about this site now. */
  asking(origin: string): boolean {
    return origin === this.#asking;
  }

  /**
   * What switches a site, and asks the browser again where it refused. `label` and `description` are ids of what names
   * and explains it; `open` tells whether consent stands.
   */
  controls(site: Switchable, label: string, description: string, open: boolean): TemplateResult {
    const asking = this.asking(site.origin);
    return html`${
      site.state === "unpermitted" && !asking
        ? html`<button
            type="button"
            class="button"
            data-action="permit"
            ?disabled=${!open}
            @click=${() => this.#switchOn(site)}
          >
            ${text("site_permit")}
          </button>`
        : nothing
    }
    ${siteSwitch(site, asking, label, description, this.toggle)}`;
  }

  /** Adds a site by its address. `open` tells whether consent stands. */
  form(open: boolean): TemplateResult {
    return html`<form class="sheet form bar" @submit=${this.#add}>
      <label class="grow">
        <span>${text("site_address")}</span>
        <input
          class="field"
          name="address"
          type="text"
          inputmode="url"
          data-action="site-address"
          placeholder="example.org"
          autocomplete="off"
          autocapitalize="none"
          spellcheck="false"
          dir="ltr"
          required
          ?disabled=${!open}
        />
      </label>
      <button type="submit" class="button primary big" data-action="add-site" ?disabled=${!open}>
        ${text("site_add")}
      </button>
    </form>`;
  }

  /** Must be called synchronously in a gesture: see `switchOn`. */
  toggle = (site: Switchable): void => {
    if (!wanted(site)) {
      this.#switchOn(site);
      return;
    }
    void attempt(async () => {
      await switchOff(site.origin);
      announce(text("site_now_off", isolated(site.host)));
    }).then(this.#changed);
  };

  #add = (event: SubmitEvent): void => {
    event.preventDefault();
    const form = event.target;
    if (!(form instanceof HTMLFormElement)) return;
    const field = form.elements.namedItem("address");
    if (!(field instanceof HTMLInputElement)) return;
    const site = siteOf(field.value);
    if (!site) {
      complain(new Failed("site_invalid"));
      field.focus();
      return;
    }
    this.#switchOn({ ...site, host: new URL(site.origin).host }, () => form.reset());
  };

  #switchOn({ origin, matches, host }: Omit<Switchable, "state">, done?: () => void): void {
    // A second prompt would take the place of the first, or be refused unseen.
    if (this.#asking !== null) {
      announce(text("site_asking"));
      return;
    }
    const switched = switchOn(origin, matches);
    this.#asking = origin;
    this.#paint();
    void attempt(async () => {
      try {
        const outcome = await switched;
        announce(text(outcome === "on" ? "site_now_on" : "site_refused", isolated(host)));
        done?.();
      } finally {
        this.#asking = null;
      }
    }).then(this.#changed);
  }
}
