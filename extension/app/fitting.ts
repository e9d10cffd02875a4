// How many records fit the offers of each collector: counted on the way to the log's end, for what is shown at once.

import { html, nothing, type TemplateResult } from "lit-html";
import { text } from "../platform/browser";
import type { CollectorView, FittedView, OfferView } from "../platform/messages";
import { ask } from "../ui/ask";
import { number, plural } from "../ui/words";
import { address } from "./archive/query";

interface Fits {
  records: number;
  marked: number;
}

/** What is counted of a collector's offers, by offer. */
interface Sums {
  offers: Map<string, Fits>;
  complete: boolean;
  failed: boolean;
}

export class Fitting {
  readonly #changed: () => void;
  readonly #sums = new Map<string, Sums>();
  #turn = 0;

  /** @param changed called after each answer. */
  constructor(changed: () => void) {
    this.#changed = changed;
  }

  /** Counts for these collectors, one after the other. What was counted before stands until it is counted anew. */
  async count(collectors: readonly CollectorView[]): Promise<void> {
    const turn = ++this.#turn;
    for (const collector of collectors) {
      if (takesNothing(collector)) continue;
      try {
        await this.#countOne(collector.id, turn);
      } catch {
        if (turn !== this.#turn) return;
        this.#sums.set(collector.id, { offers: new Map(), complete: true, failed: true });
        this.#changed();
      }
      if (turn !== this.#turn) return;
    }
  }

  async #countOne(collector: string, turn: number): Promise<void> {
    const sums: Sums = { offers: new Map(), complete: false, failed: false };
    let before: number | null = null;
    do {
      const { view }: { view: FittedView } = await ask({ type: "fitting", collector, before }, "fitted");
      if (turn !== this.#turn) return;
      for (const { sha256, records, marked } of view.offers) {
        const known = sums.offers.get(sha256) ?? { records: 0, marked: 0 };
        sums.offers.set(sha256, { records: known.records + records, marked: known.marked + marked });
      }
      before = view.next;
      sums.complete = before === null;
      if (sums.complete || !this.#sums.get(collector)?.complete) this.#sums.set(collector, sums);
      this.#changed();
    } while (before !== null);
  }

  /** Nothing that was read stays here. */
  forget(): void {
    this.#turn += 1;
    this.#sums.clear();
  }

  /** What is said of an offer, as a term and its value; nothing where nothing can be shared for it. */
  template(collector: CollectorView, offer: OfferView): TemplateResult | typeof nothing {
    if (!offer.open || takesNothing(collector)) return nothing;
    return html`<dt>${text("fits_term")}</dt>
      <dd data-term="fits" data-fits=${this.#known(collector, offer)?.records ?? nothing}>
        ${this.#value(collector, offer)}
      </dd>`;
  }

  #known(collector: CollectorView, offer: OfferView): Fits | null {
    const sums = this.#sums.get(collector.id);
    return sums?.complete ? (sums.offers.get(offer.sha256) ?? null) : null;
  }

  #value(collector: CollectorView, offer: OfferView): TemplateResult {
    const sums = this.#sums.get(collector.id);
    if (sums?.failed) return html`${text("fits_failed")}`;
    const fits = sums?.offers.get(offer.sha256);
    if (!sums || !fits) return html`${text("fits_counting")}`;
    if (fits.records === 0) return html`${text(sums.complete ? "fits_none" : "fits_counting")}`;
    const told = sums.complete ? "fits_value" : "fits_so_far";
    return html`<p>${text(told, plural("records_count", fits.records), number(fits.marked))}</p>
      ${offer.languages.length > 0 ? html`<p class="small soft">${text("fits_language")}</p>` : nothing}
      <p><a href=${address(queryOf(offer))} data-action="look-fitting">${text("fits_look")}</a></p>`;
  }
}

function takesNothing({ removed, cheated, offers }: CollectorView): boolean {
  return removed || cheated || !offers.some(({ open }) => open);
}

/** What finds the records of an offer's kinds and sites. */
function queryOf({ kinds, sites }: OfferView): string {
  const asked = [`kind:${kinds.join(",")}`];
  if (sites.length > 0) asked.push(`site:${sites.join(",")}`);
  return asked.join(" ");
}
