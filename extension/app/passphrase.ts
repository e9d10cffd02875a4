// The passphrase, and when the profile locks by itself.

import { html, nothing, type TemplateResult } from "lit-html";
import { live } from "lit-html/directives/live.js";
import { text } from "../platform/browser";
import type { SettingsView } from "../platform/messages";
import { ask } from "../ui/ask";
import { announce } from "../ui/messages";
import { lead, Trial } from "../ui/trial";
import { plural } from "../ui/words";
import { type Desk, fieldsOf, link, sheet } from "./part";

type Mode = "set" | "change" | "remove";

const IDLE: readonly number[] = [0, 5, 15, 60];

export class Passphrase {
  readonly #desk: Desk;
  readonly #trial: Trial;
  readonly #idle: Trial;
  #mode: Mode | null = null;

  constructor(desk: Desk) {
    this.#desk = desk;
    this.#trial = new Trial(desk.paint);
    this.#idle = new Trial(desk.paint);
  }

  leave(): void {
    this.#mode = null;
    this.#trial.fault = "";
    this.#idle.fault = "";
  }

  template(view: SettingsView): TemplateResult {
    return sheet(
      "passphrase",
      html`<p>${text("passphrase_explained")}</p>
        <p>
          ${text("passphrase_lost")}
          ${view.words === "confirmed" ? nothing : link(this.#desk, "words", text("passphrase_words_first"))}
        </p>
        ${this.#mode ? this.#form(this.#mode) : this.#doors(view)} ${this.#locking(view)}`,
    );
  }

  #doors(view: SettingsView): TemplateResult {
    return html`<p class="standing" data-passphrase=${view.passphrase ? "true" : "false"}>
        ${text(view.passphrase ? "passphrase_is_set" : "passphrase_is_not_set")}
      </p>
      <div class="bar">
        ${view.passphrase ? html`${this.#door("change")} ${this.#door("remove")}` : this.#door("set")}
      </div>`;
  }

  #door(mode: Mode): TemplateResult {
    return html`<button
      type="button"
      class="button big"
      data-action="passphrase-${mode}"
      @click=${() => this.#turn(mode)}
    >
      ${text(`passphrase_${mode}`)}…
    </button>`;
  }

  #form(mode: Mode): TemplateResult {
    return html`<form class="fields-form" aria-labelledby="passphrase-form" @submit=${this.#submit}>
      <h3 id="passphrase-form">${text(`passphrase_${mode}`)}</h3>
      ${mode === "set" ? nothing : this.#field("current", "current-password", "passphrase_current")}
      ${
        mode === "remove"
          ? html`<p class="small soft">${text("passphrase_remove_why")}</p>`
          : html`${this.#field("new", "new-password", "passphrase_new", "passphrase-advice")}
            <p class="small soft" id="passphrase-advice">${text("passphrase_advice")}</p>
            ${this.#field("again", "new-password", "passphrase_again")}`
      }
      ${this.#trial.told("passphrase-fault")}
      <div class="bar">
        <button
          type="submit"
          class="button primary big"
          data-action="passphrase-save"
          aria-busy=${this.#trial.busy ? "true" : nothing}
        >
          ${text(this.#trial.busy ? "passphrase_running" : `passphrase_${mode}`)}
        </button>
        <button
          type="button"
          class="button big"
          data-action="passphrase-cancel"
          ?disabled=${this.#trial.busy}
          @click=${() => this.#back()}
        >
          ${text("cancel")}
        </button>
      </div>
    </form>`;
  }

  #field(name: string, autocomplete: string, label: string, described = ""): TemplateResult {
    return html`<label class="grow">
      <span>${text(label)}</span>
      <input
        class="field"
        id="passphrase-${name}"
        name=${name}
        type="password"
        data-action="passphrase-${name}"
        autocomplete=${autocomplete}
        required
        aria-invalid=${this.#trial.fault ? "true" : "false"}
        aria-describedby="passphrase-fault ${described}"
      />
    </label>`;
  }

  #locking({ passphrase, idle_minutes }: SettingsView): TemplateResult {
    const choices = IDLE.includes(idle_minutes) ? IDLE : [...IDLE, idle_minutes].sort((a, b) => a - b);
    return html`<fieldset class="idle" aria-describedby="idle-why">
      <legend>${text("idle_title")}</legend>
      <div class="choices">
        ${choices.map(
          (minutes) => html`<label class="choice">
            <input
              type="radio"
              name="idle"
              value=${minutes}
              data-action="idle-${minutes}"
              ?disabled=${!passphrase}
              .checked=${live(minutes === idle_minutes)}
              @change=${() => this.#lockAfter(minutes)}
            />
            <span>${minutes === 0 ? text("idle_never") : plural("idle_minutes", minutes)}</span>
          </label>`,
        )}
      </div>
      <p class="small soft" id="idle-why">${text(passphrase ? "idle_why" : "idle_needs_passphrase")}</p>
      ${this.#idle.told("idle-fault")}
    </fieldset>`;
  }

  #turn(mode: Mode): void {
    this.#mode = mode;
    this.#trial.fault = "";
    this.#desk.paint();
    lead(mode === "set" ? "passphrase-new" : "passphrase-current");
  }

  #back(): void {
    this.#mode = null;
    this.#trial.fault = "";
    this.#desk.paint();
    lead("part-passphrase");
  }

  #submit = (event: SubmitEvent): void => {
    const { form, value } = fieldsOf(event);
    const mode = this.#mode;
    if (!mode || this.#trial.busy) return;
    const current = mode === "set" ? null : value("current");
    const fresh = mode === "remove" ? null : value("new");
    const same = mode === "remove" || fresh === value("again");
    // They stay in no field, whatever comes of it.
    form.reset();
    if (!same) {
      this.#trial.refuse(text("passphrase_differ"));
      lead(mode === "set" ? "passphrase-new" : "passphrase-current");
      return;
    }
    void this.#trial
      .run(async () => {
        this.#desk.take((await ask({ type: "passphrase", current, new: fresh }, "settings")).view);
      })
      .then((done) => {
        if (done) {
          this.#back();
          announce(text(`passphrase_done_${mode}`));
        } else lead(mode === "set" ? "passphrase-new" : "passphrase-current");
      });
  };

  #lockAfter(minutes: number): void {
    void this.#idle.run(async () => {
      this.#desk.take((await ask({ type: "idle_lock", minutes }, "settings")).view);
      announce(text("setting_kept"));
    });
  }
}
