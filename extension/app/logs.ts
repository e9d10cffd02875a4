// The logs, whether they still are what was signed, and what to do about what is damaged.

import { html, nothing, type TemplateResult } from "lit-html";
import { text } from "../platform/browser";
import type { Damage, SettingsView } from "../platform/messages";
import { ask } from "../ui/ask";
import { confirmed } from "../ui/confirm";
import { icon } from "../ui/icon";
import { announce } from "../ui/messages";
import { lead, Trial } from "../ui/trial";
import { isolated, plural } from "../ui/words";
import { type Desk, link, sheet } from "./part";

/** Digits of a log's id that tell it from the others at a glance. */
const SHORT = 8;

interface Checked {
  lines: number;
  damaged: Damage[];
}

export class Logs {
  readonly #desk: Desk;
  readonly #trial: Trial;
  readonly #changed: () => void;
  #checked: Checked | null = null;
  #repaired = false;

  /** @param changed called after what was damaged was given up. */
  constructor(desk: Desk, changed: () => void) {
    this.#desk = desk;
    this.#changed = changed;
    this.#trial = new Trial(desk.paint);
  }

  leave(): void {
    this.#checked = null;
    this.#repaired = false;
    this.#trial.fault = "";
  }

  template({ logs }: SettingsView): TemplateResult {
    return sheet(
      "logs",
      html`<p>${text("logs_explained")}</p>
        <ul class="log-list">
          ${logs.map(
            ({
              id,
              did,
              lines,
              read_only,
            }) => html`<li data-log=${id} data-read-only=${read_only ? "true" : "false"}>
              <span class="mono" dir="ltr" title=${id}>${id.slice(0, SHORT)}</span>
              <span>${plural("logs_lines", lines)}</span>
              <span class="soft">${text(read_only ? "logs_read_only" : "logs_current")}</span>
              <details class="small">
                <summary aria-label=${text("logs_details_of", isolated(id.slice(0, SHORT)))}>${text("export_details")}</summary>
                <dl class="facts">
                  <dt>${text("logs_id")}</dt>
                  <dd class="mono"><bdi dir="ltr">${id}</bdi></dd>
                  <dt>${text("review_signer")}</dt>
                  <dd class="mono"><bdi dir="ltr">${did}</bdi></dd>
                </dl>
              </details>
            </li>`,
          )}
        </ul>
        <div class="bar">
          <button
            type="button"
            class="button big"
            data-action="check-all"
            aria-busy=${this.#trial.busy ? "true" : nothing}
            @click=${() => this.check()}
          >
            ${text("check_all")}
          </button>
          <p class="small soft">${text(this.#trial.busy ? "check_running" : "check_explained")}</p>
        </div>
        ${this.#trial.told("check-fault")}
        ${this.#checked ? this.#result(this.#checked) : nothing}`,
    );
  }

  /** Checks everything, and says what came of it. */
  check(): void {
    void this.#trial
      .run(async () => {
        this.#checked = null;
        this.#repaired = false;
        const { lines, damaged } = await ask({ type: "check" }, "checked");
        this.#checked = { lines, damaged };
        announce(
          damaged.length === 0 ? plural("check_holds", lines) : plural("check_damaged", damaged.length),
        );
      })
      .then((done) => {
        if (!done || !this.#checked?.damaged.length) return;
        lead("check-result");
        document.getElementById("check-result")?.scrollIntoView({ block: "start" });
      });
  }

  #result({ lines, damaged }: Checked): TemplateResult {
    if (damaged.length === 0) {
      return html`<div class="holds" data-checked=${lines}>
        ${icon("stamp")}
        <p>${this.#repaired ? text("repair_done") : nothing} ${plural("check_holds", lines)}</p>
      </div>`;
    }
    return html`<div class="damage" data-damaged=${damaged.length}>
      <h3 id="check-result" tabindex="-1">${icon("warning")}${plural("check_damaged", damaged.length)}</h3>
      <p>${text("damage_explained")}</p>
      <ul>
        ${damaged.map(
          ({ name, records }) => html`<li data-damage=${name}>
            <bdi class="mono" dir="ltr">${name}</bdi>: ${records > 0 ? plural("damage_records", records) : text("damage_none")}
          </li>`,
        )}
      </ul>
      <h4>${text("damage_next")}</h4>
      <p>${text("damage_restore")} ${link(this.#desk, "restore", text("restore_heading"))}</p>
      <p>${text("damage_go_on")}</p>
      <div class="bar">
        <button
          type="button"
          class="button danger big"
          data-action="repair"
          aria-busy=${this.#trial.busy ? "true" : nothing}
          @click=${() => void this.#repair(damaged)}
        >
          ${text("repair")}…
        </button>
      </div>
    </div>`;
  }

  async #repair(damaged: Damage[]): Promise<void> {
    const records = damaged.reduce((sum, damage) => sum + damage.records, 0);
    const yes = await confirmed({
      title: text("repair_confirm_title"),
      body: html`<p>
          ${records > 0 ? plural("repair_confirm", records, plural("repair_parts", damaged.length)) : text("repair_confirm_none")}
        </p>
        <p>${text("repair_confirm_backup")}</p>`,
      yes: text("repair"),
      action: "repair-yes",
    });
    if (!yes) return;
    const done = await this.#trial.run(async () => {
      const { lines, damaged: left } = await ask({ type: "repair" }, "checked");
      this.#checked = { lines, damaged: left };
      this.#repaired = true;
      announce(left.length === 0 ? text("repair_done") : plural("check_damaged", left.length));
    });
    lead(this.#checked?.damaged.length ? "check-result" : "part-logs");
    if (done) this.#changed();
  }
}
