// Taking a backup in: its pieces in order, whole or not at all, and then what came of it.

import { html, nothing, type TemplateResult } from "lit-html";
import { text } from "../platform/browser";
import type { RestoreView } from "../platform/messages";
import { ask } from "../ui/ask";
import { announce } from "../ui/messages";
import { lead, Trial } from "../ui/trial";
import { percent, plural } from "../ui/words";
import { type Desk, fieldsOf, sheet } from "./part";
import { counted, leadToWord, phraseField, phraseOf } from "./phrase";
import { encode } from "./saving";

/** Size of a piece, in bytes. */
const PIECE = 1 << 20;
const WORDS = "restore-words";
const FILE = "restore-file";

/** A restore under way: bytes handed over and in all, and records read from them. */
interface Running {
  bytes: number;
  of: number;
  records: number;
  finishing: boolean;
  stop: AbortController;
}

export class Restore {
  readonly #desk: Desk;
  readonly #trial: Trial;
  readonly #restored: () => void;
  #running: Running | null = null;
  #report: RestoreView | null = null;
  #count = 0;

  /** @param restored called after something was taken in. */
  constructor(desk: Desk, restored: () => void) {
    this.#desk = desk;
    this.#restored = restored;
    this.#trial = new Trial(desk.paint);
  }

  leave(): void {
    if (this.#running) return;
    this.#report = null;
    this.#count = 0;
    this.#trial.fault = "";
  }

  template(): TemplateResult {
    return sheet(
      "restore",
      html`<p>${text("restore_explained")}</p>
        ${this.#report ? this.#told(this.#report) : this.#form()}`,
    );
  }

  #form(): TemplateResult {
    const busy = this.#trial.busy;
    return html`<form class="fields-form" aria-labelledby="part-restore" @submit=${this.#submit}>
      <label class="grow">
        <span>${text("restore_file")}</span>
        <input
          class="field file"
          id=${FILE}
          type="file"
          name="file"
          data-action="restore-file"
          required
          aria-describedby="restore-fault"
          ?disabled=${busy}
        />
      </label>
      <div class="grow">
        <label for=${WORDS}>${text("restore_words")}</label>
        ${phraseField({
          id: WORDS,
          invalid: this.#trial.fault !== "",
          described: "restore-count restore-fault",
          disabled: busy,
          typed: (count) => {
            this.#count = count;
            this.#desk.paint();
          },
        })}
        <p class="small soft" id="restore-count">${counted(this.#count)}</p>
      </div>
      ${this.#trial.told("restore-fault")}
      ${this.#trial.fault ? html`<p class="small soft" data-unchanged>${text("restore_unchanged")}</p>` : nothing}
      ${
        this.#running
          ? progress(this.#running)
          : html`<div class="bar">
            <button
              type="submit"
              class="button primary big"
              data-action="restore"
              aria-busy=${busy ? "true" : nothing}
            >
              ${text("restore_begin")}
            </button>
            <p class="small soft">${text("restore_whole")}</p>
          </div>`
      }
    </form>`;
  }

  #told(report: RestoreView): TemplateResult {
    const { added, known, mended, deleted, exports, logs } = report;
    return html`<h3 id="restore-report" tabindex="-1">${text("restore_done")}</h3>
      <ul data-report>
        <li data-added=${added}>${plural("restore_added", added)}</li>
        ${known > 0 ? html`<li data-known=${known}>${plural("restore_known", known)}</li>` : nothing}
        ${mended > 0 ? html`<li data-mended=${mended}>${plural("restore_mended", mended)}</li>` : nothing}
        ${deleted > 0 ? html`<li data-deleted=${deleted}>${plural("restore_deleted", deleted)}</li>` : nothing}
        ${exports > 0 ? html`<li data-exports=${exports}>${plural("restore_exports", exports)}</li>` : nothing}
        ${logs > 0 ? html`<li data-logs=${logs}>${plural("restore_logs", logs)}</li>` : nothing}
      </ul>
      <div class="bar">
        <a class="button big" href="#records" data-action="open-records">${text("records_title")}</a>
        <button type="button" class="button big" data-action="restore-another" @click=${this.#another}>
          ${text("restore_another")}
        </button>
      </div>`;
  }

  #another = (): void => {
    this.#report = null;
    this.#desk.paint();
    lead(FILE);
  };

  #submit = (event: SubmitEvent): void => {
    const { form, value } = fieldsOf(event);
    const chosen = form.elements.namedItem("file");
    const file = chosen instanceof HTMLInputElement ? chosen.files?.[0] : undefined;
    if (!file) return;
    const words = phraseOf(value("words"));
    let failure: unknown = null;
    void this.#trial
      .run(async () => {
        try {
          const view = await this.#carryOut(file, words);
          if (!view) {
            announce(text("restore_cancelled"));
            return;
          }
          form.reset();
          this.#count = 0;
          this.#report = view;
        } catch (error) {
          failure = error;
          throw error;
        } finally {
          this.#running = null;
        }
      })
      .then(() => {
        if (this.#report) {
          announce(text("restore_done"));
          lead("restore-report");
          this.#restored();
        } else leadToWord(WORDS, failure);
      });
  };

  /** Hands the file over; `null` if it was cancelled. Whatever stops it, nothing of it stays. */
  async #carryOut(file: File, words: string): Promise<RestoreView | null> {
    const { restore } = await ask({ type: "restore", words }, "restoring");
    const stop = new AbortController();
    let finished = false;
    this.#running = { bytes: 0, of: file.size, records: 0, finishing: false, stop };
    this.#desk.paint();
    lead("cancel-restore");
    try {
      for (let index = 0; index * PIECE < file.size; index += 1) {
        const piece = file.slice(index * PIECE, (index + 1) * PIECE);
        const data = encode(new Uint8Array(await piece.arrayBuffer()));
        if (stop.signal.aborted) return null;
        const { records } = await ask({ type: "restore_piece", restore, index, data }, "restoring");
        if (stop.signal.aborted) return null;
        const bytes = Math.min((index + 1) * PIECE, file.size);
        this.#running = { bytes, of: file.size, records, finishing: bytes === file.size, stop };
        this.#desk.paint();
      }
      const { view } = await ask({ type: "restore_finish", restore }, "restored");
      finished = true;
      return view;
    } finally {
      // Where it failed it is gone already, as a rule; either way nothing of it is left.
      if (!finished) await ask({ type: "restore_cancel", restore }, "restoring").catch(() => undefined);
    }
  }
}

function progress({ bytes, of, records, finishing, stop }: Running): TemplateResult {
  return html`<div class="bar saving">
    <progress aria-label=${text("restore_running")} max=${Math.max(of, 1)} value=${bytes}></progress>
    <span class="small soft">
      ${finishing ? text("restore_finishing") : plural("restore_read", records, percent(bytes / Math.max(of, 1)))}
    </span>
    <button
      type="button"
      class="button"
      id="cancel-restore"
      data-action="cancel-restore"
      ?disabled=${finishing}
      @click=${() => stop.abort()}
    >
      ${text("cancel")}
    </button>
  </div>`;
}
