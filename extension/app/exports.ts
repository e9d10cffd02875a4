// An export in three steps: choose, see exactly what would be signed, sign and save. And the exports made so far.

import { html, nothing, type TemplateResult } from "lit-html";
import { live } from "lit-html/directives/live.js";
import { repeat } from "lit-html/directives/repeat.js";
import { text } from "../platform/browser";
import type {
  Audience,
  DraftView,
  Export,
  ExportChoice,
  ExportsView,
  TimeDetail,
} from "../platform/messages";
import { ask } from "../ui/ask";
import { confirmed } from "../ui/confirm";
import { announce, complain } from "../ui/messages";
import { moment, momentInName } from "../ui/time";
import { isolated, plural } from "../ui/words";
import { Download } from "./download";
import { Preview } from "./preview";
import { attempt, type Section, unreadable } from "./section";

const DETAILS: readonly TimeDetail[] = ["day", "month", "none"];

export class Exports implements Section {
  readonly #paint: () => void;
  #marked = 0;
  #exports: ExportsView | null = null;
  #failure: unknown = null;
  #choice: ExportChoice = {
    name: text("export_default_name", momentInName(Date.now())),
    time: "day",
    site: true,
  };
  #review: Preview | null = null;
  #made: Export | null = null;
  #busy = false;
  readonly #download: Download;

  constructor(paint: () => void) {
    this.#paint = paint;
    this.#download = new Download(paint);
  }

  async load(): Promise<void> {
    // What is answered tells nothing of a preview that was made while it was on its way.
    const review = this.#review;
    try {
      const [list, exports] = await Promise.all([
        ask({ type: "list", filter: { text: "", marked: true }, before: null }, "list"),
        ask({ type: "exports" }, "exports"),
      ]);
      this.#marked = list.view.counts.marked;
      this.#exports = exports.view;
      this.#failure = null;
      if (review && review === this.#review && !this.#busy && review.view.draft !== exports.view.draft)
        await this.#again();
    } catch (error) {
      if (this.#exports) complain(error);
      else this.#failure = error;
    }
  }

  conceal(): void {
    this.#exports = null;
    this.#close();
    this.#made = null;
    this.#failure = null;
    this.#download.cancel();
  }

  template(): TemplateResult | typeof nothing {
    if (this.#failure) return unreadable(this.#failure, () => void this.#reload());
    if (!this.#exports) return nothing;
    const step = this.#review ? 2 : this.#made ? 3 : 1;
    return html`<div class="column" data-step=${step}>
      <h1 id="export-heading" tabindex="-1">${text("export_title")}</h1>
      <ol class="progress-steps" aria-label=${text("export_steps")}>
        ${[1, 2, 3].map(
          (each) =>
            html`<li aria-current=${each === step ? "step" : nothing}>${text(`export_step_${each}`)}</li>`,
        )}
      </ol>
      ${this.#review ? this.#reviewing(this.#review) : this.#made ? this.#finished(this.#made) : this.#choosing()}
      ${
        this.#review
          ? nothing
          : html`${this.#earlier(this.#exports.exports)} ${this.#audiences(this.#exports.audiences)}`
      }
    </div>`;
  }

  #choosing(): TemplateResult {
    if (this.#marked === 0) {
      return html`<div class="sheet empty" data-empty="empty_export">
        <h2>${text("empty_export_title")}</h2>
        <p>${text("empty_export")}</p>
        <a class="button" href="#records" data-action="open-records">${text("records_title")}</a>
      </div>`;
    }
    const { name, time, site } = this.#choice;
    return html`<form class="sheet form" @submit=${this.#draft} aria-labelledby="choose">
      <h2 id="choose">${plural("export_marked_count", this.#marked)}</h2>
      <label class="grow">
        <span>${text("export_name")}</span>
        <input
          class="field"
          type="text"
          name="name"
          data-action="export-name"
          required
          maxlength="64"
          autocomplete="off"
          dir="auto"
          aria-describedby="export-name-why"
          .value=${live(name)}
          @input=${(event: Event) => this.#choose({ name: inputOf(event).value })}
        />
        <small class="soft" id="export-name-why">${text("export_name_why")}</small>
      </label>
      <fieldset>
        <legend>${text("export_time")}</legend>
        ${DETAILS.map(
          (detail) => html`<label class="choice">
            <input
              type="radio"
              name="time"
              value=${detail}
              data-action="time-${detail}"
              .checked=${live(time === detail)}
              @change=${() => this.#choose({ time: detail })}
            />
            <span>${text(`export_time_${detail}`)}</span>
          </label>`,
        )}
      </fieldset>
      <label class="choice">
        <input
          type="checkbox"
          name="site"
          data-action="export-site"
          .checked=${live(site)}
          @change=${(event: Event) => this.#choose({ site: inputOf(event).checked })}
        />
        <span>${text("export_site")}<small>${text("export_site_why")}</small></span>
      </label>
      <div class="bar">
        <button type="submit" class="button primary big" data-action="draft">${text("export_draft")}</button>
        <p class="small soft">${text("export_draft_why")}</p>
      </div>
    </form>`;
  }

  #reviewing(preview: Preview): TemplateResult {
    const { view } = preview;
    const count = view.lines.length;
    return html`<section class="review" aria-labelledby="review">
      <div class="sheet form">
        <h2 id="review" tabindex="-1">${plural("review_count", count)}</h2>
        <p>${text("review_explained")}</p>
        <dl class="facts">
          <dt>${text("export_name")}</dt>
          <dd dir="auto">${view.name}</dd>
          ${preview.facts()}
        </dl>
        ${preview.notes()}
      </div>
      ${preview.lines()}
      <div class="decide sheet">
        <p class="small">${text("export_keeps_copy")}</p>
        <div class="bar">
          <button
            type="button"
            class="button primary big"
            data-action="approve"
            aria-busy=${this.#busy ? "true" : nothing}
            @click=${this.#approve}
          >
            ${plural("export_approve", count)}
          </button>
          <button type="button" class="button big" data-action="discard" @click=${this.#discard}>
            ${text("export_discard")}
          </button>
        </div>
      </div>
    </section>`;
  }

  #finished(made: Export): TemplateResult {
    return html`<section class="sheet form" aria-labelledby="made" data-export=${made.id}>
      <h2 id="made" tabindex="-1">${plural("made_title", made.records)}</h2>
      ${this.#download.progress(made.id) ?? nothing}
      ${this.#download.saved(made.id) ? html`<p data-saved>${text("made_saved", isolated(made.file))}</p>` : nothing}
      <p>${text("made_verify")}</p>
      <pre class="command mono" dir="ltr" tabindex="0" role="group" aria-label=${text("made_command")}>counterfoil verify ${made.file}</pre>
      <p class="small soft">${text("export_keeps_copy")}</p>
      <div class="bar">
        <button type="button" class="button" data-action="save" data-export=${made.id} @click=${() => this.#save(made)}>
          ${text("save_again")}
        </button>
        <button type="button" class="button" data-action="new-export" @click=${this.#another}>
          ${text("export_another")}
        </button>
      </div>
    </section>`;
  }

  #earlier(exports: Export[]): TemplateResult {
    const earlier = exports.filter(({ id }) => id !== this.#made?.id);
    return html`<section class="earlier" aria-labelledby="earlier">
      <h2 id="earlier">${text("earlier_title")}</h2>
      ${
        earlier.length === 0
          ? html`<p class="soft">${text("earlier_none")}</p>`
          : html`<ul class="sheet sites">
            ${repeat(
              earlier,
              ({ id }) => id,
              (made) => this.#one(made),
            )}
          </ul>`
      }
      <p class="small soft">${text("made_verify")} <code dir="ltr">counterfoil verify ${text("file_placeholder")}</code></p>
    </section>`;
  }

  #one(made: Export): TemplateResult {
    return html`<li data-export=${made.id}>
      <div>
        <p class="host" dir="auto">${made.name}</p>
        <p class="small soft">${moment(made.time)} · ${plural("records_count", made.records)}</p>
        ${
          made.collector === ""
            ? nothing
            : html`<p class="small" data-of=${made.collector}>
              ${text("export_for_collector", isolated(made.name))}
              <a href="#collectors">${text("collectors_title")}</a>
            </p>`
        }
        <details class="small">
          <summary>${text("export_details")}</summary>
          <dl class="facts">
            <dt>${text("fact_file")}</dt>
            <dd class="mono"><bdi dir="ltr">${made.file}</bdi></dd>
            <dt>${text("review_digest")}</dt>
            <dd class="mono"><bdi dir="ltr">${made.records_sha256}</bdi></dd>
            <dt>${text("review_signer")}</dt>
            <dd class="mono"><bdi dir="ltr">${made.did}</bdi></dd>
          </dl>
        </details>
        ${made.available ? nothing : html`<p class="small soft" id="gone-${made.id}">${text("export_unavailable")}</p>`}
      </div>
      ${
        this.#download.progress(made.id) ??
        html`<button
            type="button"
            class="button"
            data-action="save"
            data-export=${made.id}
            aria-label=${text("save_again_named", isolated(made.name))}
            aria-describedby=${made.available ? nothing : `gone-${made.id}`}
            ?disabled=${!made.available}
            @click=${() => this.#save(made)}
          >
            ${text("save_again")}
          </button>`
      }
    </li>`;
  }

  #audiences(audiences: Audience[]): TemplateResult | typeof nothing {
    if (audiences.length === 0) return nothing;
    return html`<section class="earlier" aria-labelledby="audiences">
      <h2 id="audiences" tabindex="-1">${text("audiences_title")}</h2>
      <p class="soft">${text("audiences_explained")}</p>
      <ul class="sheet sites">
        ${repeat(
          audiences,
          ({ name }) => name,
          (audience, index) => this.#audience(audience, index),
        )}
      </ul>
      <p class="small soft">${text("audience_reset_why")}</p>
    </section>`;
  }

  #audience({ name, did, records }: Audience, index: number): TemplateResult {
    return html`<li data-audience=${name}>
      <div>
        <p class="host" id="audience-name-${index}" dir="auto">${name}</p>
        <p class="small soft">
          ${plural("records_count", records)} ·
          ${
            did === ""
              ? html`<span id="audience-${index}" data-fresh>${text("audience_fresh")}</span>`
              : html`<span id="audience-${index}">${text("review_signer")}</span>
                <span class="mono did" dir="ltr" tabindex="0" role="group" aria-label=${did} data-did=${did}
                  ><span class="short" aria-hidden="true">…${did.slice(-8)}</span
                  ><span class="long" aria-hidden="true">${did}</span></span
                >`
          }
        </p>
      </div>
      <button
        type="button"
        class="button"
        data-action="reset-audience"
        aria-describedby="audience-name-${index} audience-${index}"
        ?disabled=${did === "" || this.#busy}
        @click=${() => void this.#reset(name)}
      >
        ${text("audience_reset")}
      </button>
    </li>`;
  }

  async #reset(name: string): Promise<void> {
    const yes = await confirmed({
      title: text("audience_reset_confirm", isolated(name)),
      body: html`<p>${text("audience_reset_why")}</p>
        <p>${text("audience_reset_keeps")}</p>`,
      yes: text("audience_reset"),
      action: "reset-audience-yes",
    });
    if (!yes) return;
    await this.#once(async () => {
      this.#exports = (await ask({ type: "reset_audience", name }, "exports")).view;
      announce(text("audience_reset_done", isolated(name)));
    });
    document.getElementById("audiences")?.focus({ preventScroll: true });
  }

  #choose(change: Partial<ExportChoice>): void {
    this.#choice = { ...this.#choice, ...change };
    this.#paint();
  }

  #close(): void {
    this.#review?.close();
    this.#review = null;
  }

  /** What is shown no longer holds, since something else is to be hidden or a record went: what would leave now. */
  async #again(): Promise<void> {
    const bytes = this.#review?.bytes ?? false;
    this.#close();
    await attempt(async () => {
      await this.#prepare(bytes);
      announce(text("review_anew"));
    });
  }

  async #prepare(bytes: boolean): Promise<DraftView> {
    const { view } = await ask({ type: "draft", choice: this.#choice }, "draft");
    this.#review = await Preview.of(view, this.#paint, bytes);
    return view;
  }

  #draft = (event: SubmitEvent): void => {
    event.preventDefault();
    void this.#once(async () => {
      const view = await this.#prepare(false);
      this.#made = null;
      announce(plural("review_count", view.lines.length));
      this.#turnTo("review");
    });
  };

  #approve = (): void => {
    const review = this.#review;
    if (!review) return;
    void this.#once(async () => {
      const { draft } = review.view;
      const records_sha256 = await review.approval();
      const { view } = await ask({ type: "approve", draft, records_sha256 }, "exports");
      this.#exports = view;
      this.#made = view.exports.find((made) => made.records_sha256 === records_sha256) ?? null;
      this.#close();
      this.#choice = { ...this.#choice, name: text("export_default_name", momentInName(Date.now())) };
      this.#turnTo("made");
      if (this.#made) await this.#download.fetch(this.#made);
    });
  };

  #discard = (): void => {
    const draft = this.#review?.view.draft;
    if (draft === undefined) return;
    this.#close();
    this.#turnTo("export-heading");
    // The draft may be gone already; either way none is left.
    void attempt(async () => {
      this.#exports = (await ask({ type: "discard", draft }, "exports")).view;
      await this.#reload();
    });
  };

  #another = (): void => {
    this.#made = null;
    this.#turnTo("export-heading");
    void this.#reload();
  };

  #save(made: Export): void {
    void this.#once(() => this.#download.fetch(made));
  }

  /** One thing at a time: a second press while one is under way does nothing. */
  async #once(run: () => Promise<void>): Promise<void> {
    if (this.#busy) return;
    this.#busy = true;
    this.#paint();
    await attempt(run);
    this.#busy = false;
    await this.#reload();
  }

  #turnTo(id: string): void {
    this.#paint();
    const heading = document.getElementById(id);
    heading?.focus({ preventScroll: true });
    scrollTo(0, 0);
  }

  async #reload(): Promise<void> {
    await this.load();
    this.#paint();
  }
}

function inputOf(event: Event): HTMLInputElement {
  if (event.target instanceof HTMLInputElement) return event.target;
  throw new TypeError("not an input");
}
