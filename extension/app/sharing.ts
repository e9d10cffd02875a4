// A share for an offer in three steps: what it is for and what is agreed to, exactly what would leave and what it is
// worth, and what came of it.

import { html, nothing, type TemplateResult } from "lit-html";
import { live } from "lit-html/directives/live.js";
import { text } from "../platform/browser";
import type { CollectorsView, CollectorView, OfferChoice, OfferView, WorthView } from "../platform/messages";
import { ask } from "../ui/ask";
import { Countdown, remaining } from "../ui/countdown";
import { exactly } from "../ui/exact";
import { letLeave } from "../ui/leave";
import { announce } from "../ui/messages";
import { money } from "../ui/money";
import { lead, Trial } from "../ui/trial";
import { isolated, plural } from "../ui/words";
import { notice } from "./consent";
import { type Office, saveShare } from "./office";
import { Preview } from "./preview";
import { outcome, shareCard } from "./shares";

/** The id of the heading of the step in sight. */
export const HEADING = "share-heading";
const FAULT = "share-fault";

/** What a hash names. */
export interface Route {
  collector: string;
  offer: string;
}

export class Sharing {
  readonly route: Route;
  readonly #office: Office;
  readonly #trial: Trial;
  #special = false;
  #adult = false;
  /** What was agreed to, while its preview is in sight. */
  #choice: OfferChoice | null = null;
  #preview: Preview | null = null;
  /** What the records of the preview are worth. */
  #worth: WorthView | null = null;
  /** The approved bundle. */
  #made: string | null = null;
  #sending = false;
  /** When the approved bundle goes, in milliseconds since the Unix epoch, while it waits. */
  #goes: number | null = null;
  readonly #countdown: Countdown;

  constructor(office: Office, route: Route) {
    this.#office = office;
    this.route = route;
    this.#countdown = new Countdown(office.paint, () => void this.#send());
    this.#trial = new Trial(office.paint);
  }

  /** The profile was locked: nothing that was read stays here. What was approved waits under what was shared. */
  conceal(): void {
    this.#wait(null);
    this.#preview?.close();
    this.#preview = null;
  }

  /** The page turns away: a draft that nobody will approve goes. */
  close(): void {
    // What is being approved is no draft any more.
    const draft = this.#trial.busy ? undefined : this.#preview?.view.draft;
    this.conceal();
    // It may be gone already; either way none is left.
    if (draft !== undefined) void ask({ type: "discard", draft }, "exports").catch(() => undefined);
  }

  /** Makes the preview anew where what it shows no longer holds, since records changed. */
  async follow(): Promise<void> {
    const preview = this.#preview;
    const choice = this.#choice;
    if (!preview || !choice || this.#trial.busy) return;
    const { view } = await ask({ type: "exports" }, "exports");
    if (preview !== this.#preview || this.#trial.busy || view.draft === preview.view.draft) return;
    this.conceal();
    await this.#trial.run(async () => {
      await this.#prepare(choice, preview.bytes);
      announce(text("review_anew"));
    });
  }

  template(view: CollectorsView): TemplateResult {
    const collector = view.collectors.find(({ id }) => id === this.route.collector);
    const offer = collector?.offers.find(({ sha256 }) => sha256 === this.route.offer);
    const step = this.#made ? 3 : this.#preview ? 2 : 1;
    return html`<div class="column" data-step=${step}>
      <p class="small"><a href="#collectors" data-action="back-to-collectors">${text("sharing_back")}</a></p>
      <h1>${text("sharing_title")}</h1>
      <ol class="progress-steps" aria-label=${text("sharing_steps")}>
        ${[1, 2, 3].map(
          (each) =>
            html`<li aria-current=${each === step ? "step" : nothing}>${text(`sharing_step_${each}`)}</li>`,
        )}
      </ol>
      ${
        this.#made !== null
          ? this.#finished(collector, this.#made)
          : this.#preview && this.#worth
            ? this.#reviewing(this.#preview, this.#worth, collector?.address === "")
            : collector && offer
              ? this.#agreeing(view, collector, offer)
              : this.#gone()
      }
    </div>`;
  }

  #gone(): TemplateResult {
    return html`<div class="sheet empty" data-error="offer_gone">
      <h2 id=${HEADING} tabindex="-1">${text("sharing_gone_title")}</h2>
      <p>${text("error_offer_gone")}</p>
    </div>`;
  }

  #agreeing(view: CollectorsView, collector: CollectorView, offer: OfferView): TemplateResult {
    const words = notice(collector, offer, this.#special);
    const tick = (
      name: "special" | "adult",
      on: boolean,
      set: (on: boolean) => void,
    ) => html`<label class="choice">
      <input
        type="checkbox"
        name=${name}
        .checked=${live(on)}
        @change=${(event: Event) => {
          set(event.target instanceof HTMLInputElement && event.target.checked);
          this.#office.paint();
        }}
      />
      <span>${text(`sharing_${name}`)}<small>${text(`sharing_${name}_why`)}</small></span>
    </label>`;
    return html`<form
      class="sheet form"
      aria-labelledby=${HEADING}
      data-offer=${offer.sha256}
      @submit=${(event: Event) => {
        event.preventDefault();
        void this.#draft(view, words);
      }}
    >
      <h2 id=${HEADING} tabindex="-1"><bdi>${offer.title}</bdi></h2>
      <h3 id="notice-heading">${text("sharing_notice")}</h3>
      <p class="small soft">${text("sharing_notice_why")}</p>
      ${block(words)}
      ${tick("special", this.#special, (on) => {
        this.#special = on;
      })}
      ${
        view.adult
          ? nothing
          : tick("adult", this.#adult, (on) => {
              this.#adult = on;
            })
      }
      ${this.#trial.told(FAULT)}
      <div class="bar">
        <button
          type="submit"
          class="button primary big"
          data-action="draft-offer"
          aria-busy=${this.#trial.busy ? "true" : nothing}
        >
          ${text("sharing_draft")}
        </button>
        <p class="small soft">${plural("sharing_marked", view.marked)}</p>
      </div>
    </form>`;
  }

  #reviewing(preview: Preview, worth: WorthView, byFile: boolean): TemplateResult {
    const { view } = preview;
    const count = view.lines.length;
    return html`<section class="review" aria-labelledby=${HEADING} data-offer=${worth.offer.sha256}>
      <div class="sheet form">
        <h2 id=${HEADING} tabindex="-1">${plural("sharing_count", count, isolated(worth.name))}</h2>
        <p class="worth" data-worth=${worth.amount}>
          ${text("sharing_worth", money(worth.amount, worth.offer.asset))}
        </p>
        <p class="small soft">${text("sharing_worth_why")}</p>
        <p>${text("sharing_explained")}</p>
        <dl class="facts">
          ${preview.facts()}
        </dl>
        ${preview.notes()}
        <h3 id="notice-heading">${text("sharing_notice")}</h3>
        ${block(worth.notice)}
      </div>
      ${preview.lines()}
      <div class="decide sheet">
        <p class="small">${text("sharing_decide")}</p>
        ${this.#trial.told(FAULT)}
        <div class="bar">
          <button
            type="button"
            class="button primary big"
            data-action="approve-offer"
            aria-busy=${this.#trial.busy ? "true" : nothing}
            @click=${() => void this.#approve(preview, byFile ? Promise.resolve() : letLeave(worth.offer.data))}
          >
            ${plural(byFile ? "sharing_approve_file" : "sharing_approve", count)}
          </button>
          <button type="button" class="button big" data-action="discard-offer" @click=${this.#discard}>
            ${text("export_discard")}
          </button>
        </div>
      </div>
    </section>`;
  }

  #finished(collector: CollectorView | undefined, made: string): TemplateResult {
    const share = collector?.shares.find(({ id }) => id === made);
    return html`<section
      class="sheet form"
      aria-labelledby=${HEADING}
      data-share=${made}
      data-state=${share?.state ?? nothing}
    >
      <h2 id=${HEADING} tabindex="-1">${text(this.#sending ? "sharing_sending" : "sharing_approved")}</h2>
      ${this.#sending ? html`<p>${text("sharing_sending_why")}</p>` : nothing}
      ${this.#goes === null ? nothing : this.#waiting(this.#goes)}
      ${collector?.address === "" ? html`<p>${text("sharing_by_file")}</p>` : nothing}
      ${this.#trial.told(FAULT)}
      ${this.#trial.fault ? html`<p>${text("sharing_once")}</p>` : nothing}
      ${share && collector && !this.#sending && this.#goes === null ? shareCard(this.#office, collector, share) : nothing}
      <p class="small soft">${text("sharing_kept")}</p>
      <div class="bar">
        <a class="button" href="#collectors" data-action="sharing-done">${text("sharing_back")}</a>
      </div>
    </section>`;
  }

  #waiting(goes: number): TemplateResult {
    return html`<p data-goes=${goes}>${text("sharing_waits", remaining(goes, Date.now()))}</p>
      <p class="small soft">${text("sharing_waits_why")}</p>
      <div class="bar">
        <button type="button" class="button primary" data-action="send-now" @click=${() => void this.#send()}>
          ${text("sharing_send_now")}
        </button>
        <button
          type="button"
          class="button"
          data-action="send-later"
          @click=${() => {
            this.#wait(null);
            announce(text("sharing_sends_later"));
            this.#turn();
          }}
        >
          ${text("sharing_send_later")}
        </button>
      </div>`;
  }

  async #draft(view: CollectorsView, words: string): Promise<void> {
    const { collector, offer } = this.route;
    const adult = view.adult || this.#adult;
    const choice = { collector, offer, notice: words, special: this.#special, adult };
    const done = await this.#trial.run(async () => {
      const preview = await this.#prepare(choice, false);
      announce(plural("review_count", preview.view.lines.length));
    });
    if (done) this.#turn();
  }

  async #prepare(choice: OfferChoice, bytes: boolean): Promise<Preview> {
    const { view, worth } = await ask({ type: "draft_offer", choice }, "offer_draft");
    const preview = await Preview.of(view, this.#office.paint, bytes);
    this.#choice = choice;
    this.#preview = preview;
    this.#worth = worth;
    return preview;
  }

  /** `permitted` fails where the browser may not let the records leave: then nothing is signed. */
  async #approve(preview: Preview, permitted: Promise<void>): Promise<void> {
    // While another press is being carried out, nobody waits for the answer to this one.
    permitted.catch(() => undefined);
    const { draft } = preview.view;
    let wait = 0;
    const approved = await this.#trial.run(async () => {
      await permitted;
      const records_sha256 = await preview.approval();
      const reply = await ask({ type: "approve_offer", draft, records_sha256 }, "approved");
      wait = reply.wait;
      this.#office.take(reply.view);
    });
    if (!approved) return;
    this.conceal();
    this.#made = draft;
    const byFile = this.#collector()?.address === "";
    if (!byFile) {
      this.#wait(Date.now() + wait * 1_000);
      announce(text("sharing_waits", remaining(Date.now() + wait * 1_000, Date.now())));
    }
    await this.#office.reload();
    this.#turn();
    if (byFile) await this.#trial.run(() => saveShare(this.#office, draft));
  }

  #collector(): CollectorView | undefined {
    return this.#office.view()?.collectors.find(({ id }) => id === this.route.collector);
  }

  #wait(goes: number | null): void {
    this.#goes = goes;
    this.#countdown.to(goes);
  }

  /** Sends what was approved; the wait for it is over. */
  async #send(): Promise<void> {
    const made = this.#made;
    if (made === null || this.#goes === null) return;
    this.#wait(null);
    this.#sending = true;
    await this.#trial.run(async () => {
      try {
        const { view } = await ask({ type: "send", export: made }, "collectors");
        this.#office.take(view);
        announce(outcome(view.collectors.flatMap(({ shares }) => shares).find(({ id }) => id === made)));
      } finally {
        this.#sending = false;
      }
    });
    await this.#office.reload();
    lead(HEADING);
  }

  #discard = (): void => {
    this.close();
    this.#turn();
  };

  /** Shows the step and leads to its heading. */
  #turn(): void {
    this.#office.paint();
    // The person may be elsewhere by now.
    if (!document.getElementById(HEADING)) return;
    lead(HEADING);
    scrollTo(0, 0);
  }
}

function block(words: string): TemplateResult {
  return html`<p class="exact notice" role="group" aria-labelledby="notice-heading" data-notice-text>${exactly(words)}</p>`;
}
