// A backup: fetched in pieces, handed to the browser to save, and counted as saved then.

import { html, nothing, type TemplateResult } from "lit-html";
import { text } from "../platform/browser";
import type { SettingsView } from "../platform/messages";
import { ask } from "../ui/ask";
import { icon } from "../ui/icon";
import { announce } from "../ui/messages";
import { moment } from "../ui/time";
import { lead, Trial } from "../ui/trial";
import { isolated, number, plural } from "../ui/words";
import { type Desk, link, sheet } from "./part";
import { decode, save } from "./saving";

/** A backup under way: records written so far, and records in all. */
interface Running {
  records: number;
  of: number;
  stop: AbortController;
}

export class Backup {
  readonly #desk: Desk;
  readonly #trial: Trial;
  #running: Running | null = null;
  #saved: string | null = null;

  constructor(desk: Desk) {
    this.#desk = desk;
    this.#trial = new Trial(desk.paint);
  }

  leave(): void {
    this.#saved = null;
    this.#trial.fault = "";
  }

  template(view: SettingsView): TemplateResult {
    return sheet(
      "backup",
      html`<p>${text("backup_explained")}</p>
        <p class="small soft">${text("backup_opened_by")}</p>
        ${
          view.words === "confirmed"
            ? nothing
            : html`<p class="strip" data-words-first>
              ${icon("warning")}<span>${text("backup_words_first")} ${link(this.#desk, "words", text("words_go"))}</span>
            </p>`
        }
        <p class="standing" data-backup=${view.backup ?? "none"} data-due=${view.backup_due ? "true" : "false"}>
          ${icon(view.backup_due || view.backup === null ? "warning" : "stamp")}<span>${standing(view)}</span>
        </p>
        ${this.#running ? progress(this.#running) : this.#door()}
        ${this.#saved === null ? nothing : html`<p data-backup-saved>${text("backup_saved", isolated(this.#saved))}</p>`}
        ${this.#trial.told("backup-fault")}`,
    );
  }

  #door(): TemplateResult {
    return html`<div class="bar">
      <button
        type="button"
        class="button primary big"
        id="make-backup"
        data-action="backup"
        aria-busy=${this.#trial.busy ? "true" : nothing}
        @click=${this.#make}
      >
        ${text("backup_make")}
      </button>
    </div>`;
  }

  #make = (): void => {
    this.#saved = null;
    void this.#trial
      .run(async () => {
        const stop = new AbortController();
        const begun = await ask({ type: "backup" }, "backup");
        this.#running = { records: 0, of: begun.records, stop };
        this.#desk.paint();
        lead("cancel-backup");
        try {
          const file = await fetchBackup(begun.backup, stop.signal, (records) => {
            this.#running = { records, of: begun.records, stop };
            this.#desk.paint();
          });
          if (!file) {
            announce(text("backup_cancelled"));
            return;
          }
          save(file, begun.file);
          this.#desk.take((await ask({ type: "backup_saved", backup: begun.backup }, "settings")).view);
          this.#saved = begun.file;
          announce(text("backup_saved", isolated(begun.file)));
        } finally {
          this.#running = null;
        }
      })
      .then(() => lead("make-backup"));
  };
}

/** How the last backup stands, in words. */
function standing(view: SettingsView): string {
  if (view.backup === null) return text("backup_none");
  const last = text("backup_last", moment(view.backup));
  return view.backup_behind > 0
    ? `${last} ${plural("backup_behind", view.backup_behind)}`
    : `${last} ${text("backup_current")}`;
}

function progress({ records, of, stop }: Running): TemplateResult {
  return html`<div class="bar saving">
    <progress aria-label=${text("backup_running")} max=${Math.max(of, 1)} value=${records}></progress>
    <span class="small soft">${plural("backup_progress", of, number(records))}</span>
    <button
      type="button"
      class="button"
      id="cancel-backup"
      data-action="cancel-backup"
      @click=${() => stop.abort()}
    >
      ${text("cancel")}
    </button>
  </div>`;
}

/**
 * Fetches a backup piece by piece.
 *
 * @returns the file, or `null` if it was cancelled.
 * @throws {Failed} when a piece could not be had; nothing is kept then.
 */
async function fetchBackup(
  backup: string,
  signal: AbortSignal,
  progress: (records: number) => void,
): Promise<Blob | null> {
  const pieces: BlobPart[] = [];
  for (let index = 0; ; index += 1) {
    const piece = await ask({ type: "backup_piece", backup, index }, "piece");
    if (signal.aborted) return null;
    // A Blob may lie on the disk; a list of arrays would hold the whole file in memory.
    pieces.push(new Blob([decode(piece.data)]));
    progress(piece.records);
    if (piece.last) return new Blob(pieces, { type: "application/octet-stream" });
  }
}
