// Deciding about many records: about those that are named, or about everything that a query finds, step by step, with
// what is done so far, how long it may take, and a report in the end. Each step is durable; ending it early keeps them.

import { html, nothing, type TemplateResult } from "lit-html";
import { text } from "../../platform/browser";
import type { BulkDecision, DecidedView } from "../../platform/messages";
import { ask } from "../../ui/ask";
import { confirmed } from "../../ui/confirm";
import { remaining } from "../../ui/countdown";
import { inWords } from "../../ui/fault";
import { elseLead } from "../../ui/focus";
import { icon } from "../../ui/icon";
import { announce, quiet } from "../../ui/messages";
import { carryOut } from "../../ui/review";
import { isolated, number, plural } from "../../ui/words";
import { wordsAsked } from "./wording";

/** More than so many are not deleted without a question. */
const MANY = 50;
/** Records that `hide_in` takes at once. */
const AT_ONCE = 1_000;
/** How long something runs before it is told how long it may take, in milliseconds. */
const WARM = 1_000;

/** What can be done with many, as the ends of keys. */
export type Deed = "keep" | "mark" | "delete" | "undo" | "hide";

/** What is meant. */
export interface Meant {
  /** How many; `null` where that is not known yet. */
  count: number | null;
  /** The records by name; or all that this query finds, without some. */
  of: { seqs: number[] } | { query: string; except: number[] };
}

/** The element that tells it. */
const REPORT = "bulk-report";

/** Something under way, or what came of it. */
interface Run {
  deed: Deed;
  began: number;
  changed: number;
  left: number;
  /** What was deleted, to be undone. */
  seqs: number[];
  /** How far it is: positions, or records. */
  done: number;
  of: number;
  state: "running" | "ended" | "cancelled" | "failed";
  fault: string;
}

export class Bulk {
  readonly #paint: () => void;
  readonly #changed: () => Promise<void>;
  #run: Run | null = null;

  /** @param changed called after something was decided, before it is reported. */
  constructor(paint: () => void, changed: () => Promise<void>) {
    this.#paint = paint;
    this.#changed = changed;
  }

  get busy(): boolean {
    return this.#run?.state === "running";
  }

  /** What was deleted last, as far as it can be undone. */
  get deleted(): number[] {
    return this.#run?.seqs ?? [];
  }

  /** What was reported is of another question. */
  forget(): void {
    if (!this.busy) this.#run = null;
  }

  /** Nothing goes on, and nothing stays here. */
  drop(): void {
    if (this.#run) this.#run.state = "cancelled";
    this.#run = null;
  }

  /** Does it, after what has to be asked. Tells whether all of it was done. */
  async start(deed: Deed, meant: Meant): Promise<boolean> {
    if (this.busy || meant.count === 0) return false;
    let phrase = "";
    if (deed === "hide") phrase = (await wordsAsked(meant.count)) ?? "";
    if (deed === "hide" && phrase === "") return false;
    const many = meant.count === null || meant.count > MANY;
    if (deed === "delete" && many && !(await sure(meant.count))) return false;
    quiet();
    const began = performance.now();
    const run: Run = {
      ...{ deed, began, changed: 0, left: 0, seqs: [], done: 0, state: "running", fault: "" },
      of: "seqs" in meant.of ? meant.of.seqs.length : 0,
    };
    this.#run = run;
    this.#paint();
    elseLead(REPORT);
    try {
      if ("query" in meant.of) await this.#decideAll(run, meant.of.query, meant.of.except, phrase);
      else if (deed === "hide") await this.#hideIn(run, meant.of.seqs, phrase);
      else await this.#carryOut(run, deed, meant.of.seqs);
      if (run.state === "running") run.state = "ended";
    } catch (error) {
      run.state = "failed";
      run.fault = inWords(error);
    }
    await this.#changed();
    // Locked meanwhile: what is known of records is not told any more.
    if (this.#run !== run) return false;
    if (run.state !== "failed") announce(report(run));
    this.#paint();
    elseLead(REPORT);
    return run.state === "ended";
  }

  /** What is under way, or what came of it. */
  template(): TemplateResult | typeof nothing {
    const run = this.#run;
    if (!run) return nothing;
    if (run.state === "running") return this.#running(run);
    const undoable = run.seqs.length > 0;
    return html`<div class="strip report" id=${REPORT} tabindex="-1" data-report-of=${run.deed} data-changed=${run.changed} data-left=${run.left}>
      ${icon(run.state === "failed" ? "warning" : "stamp")}
      <div>
        <p>${report(run)}</p>
        ${run.left > 0 ? html`<p class="small">${plural(run.deed === "hide" ? "bulk_left_hide" : "bulk_left", run.left)}</p>` : nothing}
        ${run.fault ? html`<p class="fault" role="alert">${run.fault}</p>` : nothing}
      </div>
      ${
        undoable
          ? html`<button type="button" class="button" data-action="bulk-undo-all" @click=${() => void this.#undo(run)}>
            ${text("undo")}
          </button>`
          : nothing
      }
      <button
        type="button"
        class="button icon-button push"
        data-action="close-report"
        title=${text("dismiss")}
        @click=${() => {
          this.#run = null;
          this.#paint();
          elseLead("filter");
        }}
      >
        ${icon("close")}
      </button>
    </div>`;
  }

  #running(run: Run): TemplateResult {
    const seconds = (performance.now() - run.began) / 1_000;
    const rate = seconds > 0 ? run.done / seconds : 0;
    const told = seconds * 1_000 >= WARM && rate > 0 && run.of > run.done;
    return html`<div class="strip report running" id=${REPORT} tabindex="-1" data-running=${run.deed}>
      <div class="grow">
        <p>${text(`bulk_running_${run.deed}`)} ${plural("bulk_so_far", run.changed)}</p>
        <progress aria-label=${text(`bulk_running_${run.deed}`)} max=${Math.max(1, run.of)} .value=${run.done}></progress>
        <p class="small">
          ${told ? text("bulk_rate", number(Math.round(rate)), remaining(Date.now() + ((run.of - run.done) / rate) * 1_000, Date.now())) : text("bulk_steps")}
        </p>
      </div>
      <button type="button" class="button push" data-action="bulk-cancel" @click=${() => this.#cancel(run)}>
        ${text("cancel")}
      </button>
    </div>`;
  }

  #cancel(run: Run): void {
    if (run.state === "running") run.state = "cancelled";
    this.#paint();
  }

  async #decideAll(run: Run, query: string, except: number[], phrase: string): Promise<void> {
    const decision = decisionOf(run.deed, phrase);
    if (decision === null) return;
    let before: number | null = null;
    do {
      const { view }: { view: DecidedView } = await ask(
        { type: "decide_all", query, except, decision, before },
        "decided",
      );
      this.#step(run, view);
      run.done += view.looked;
      run.of = view.of;
      before = view.next;
      this.#paint();
    } while (before !== null && run.state === "running");
  }

  async #hideIn(run: Run, seqs: number[], phrase: string): Promise<void> {
    for (let from = 0; from < seqs.length && run.state === "running"; from += AT_ONCE) {
      // Newest first, as an answer that does not reach all of them tells where it ended.
      let part = seqs.slice(from, from + AT_ONCE).toSorted((one, other) => other - one);
      while (part.length > 0) {
        const { view } = await ask({ type: "hide_in", seqs: part, phrase }, "decided");
        this.#step(run, view);
        const { next } = view;
        const rest = next === null ? [] : part.filter((seq) => seq < next);
        run.done += part.length - rest.length;
        part = rest.length < part.length ? rest : [];
        this.#paint();
      }
    }
  }

  async #carryOut(run: Run, deed: "keep" | "mark" | "delete" | "undo", seqs: number[]): Promise<void> {
    for (let from = 0; from < seqs.length && run.state === "running"; from += AT_ONCE) {
      const part = seqs.slice(from, from + AT_ONCE);
      const changed = await carryOut(deed, part);
      run.changed += changed;
      run.left += deed === "mark" ? part.length - changed : 0;
      run.done += part.length;
      if (deed === "delete") run.seqs.push(...part);
      this.#paint();
    }
  }

  #step(run: Run, view: DecidedView): void {
    run.changed += view.changed;
    run.left += view.left;
    if (run.deed === "delete") run.seqs.push(...view.seqs);
  }

  async #undo(run: Run): Promise<void> {
    const { seqs } = run;
    this.#run = null;
    await this.start("undo", { count: seqs.length, of: { seqs } });
  }
}

function decisionOf(deed: Deed, phrase: string): BulkDecision | null {
  if (deed === "hide") return { hide: { phrase } };
  return deed === "undo" ? null : deed;
}

function report(run: Run): string {
  const done = plural(`done_${run.deed}`, run.changed);
  return run.state === "cancelled" ? text("bulk_cancelled", isolated(done)) : done;
}

function sure(count: number | null): Promise<boolean> {
  return confirmed({
    title: count === null ? text("delete_all_title") : plural("delete_many_title", count),
    body: html`<p>${text("delete_many")}</p>
      <p>${text("delete_many_copies")}</p>`,
    yes: count === null ? text("delete_all_yes") : plural("delete_many_yes", count),
    action: "delete-many-yes",
  });
}
