// What keeps the log safe: the 24 words, a backup, a passphrase. What each is for, what stands, and the way there.

import { html, nothing, type TemplateResult } from "lit-html";
import { text } from "../platform/browser";
import type { SettingsView } from "../platform/messages";
import { ask } from "../ui/ask";
import { icon } from "../ui/icon";
import { moment } from "../ui/time";

export class Keys {
  #view: SettingsView | null = null;

  async load(): Promise<void> {
    this.#view = (await ask({ type: "settings" }, "settings")).view;
  }

  conceal(): void {
    this.#view = null;
  }

  template(): TemplateResult | typeof nothing {
    const view = this.#view;
    if (!view) return nothing;
    const { words, backup, passphrase } = view;
    const saved = backup === null ? text("backup_none") : text("backup_last", moment(backup));
    return html`<section class="keeping" aria-labelledby="keys">
      <h2 id="keys">${text("welcome_keys_title")}</h2>
      <p>${text("welcome_keys")}</p>
      <ul class="sheet sites">
        ${key("words", words === "confirmed", text(`welcome_words_${words}`))}
        ${key("backup", backup !== null, saved)}
        ${key("passphrase", passphrase, text(passphrase ? "passphrase_is_set" : "passphrase_is_not_set"))}
      </ul>
    </section>`;
  }
}

function key(part: "words" | "backup" | "passphrase", done: boolean, state: string): TemplateResult {
  return html`<li data-key=${part} data-done=${done ? "true" : "false"}>
    <div>
      <h3 id="key-${part}">${text(`${part}_heading`)}</h3>
      <p class="small">${text(`welcome_key_${part}`)}</p>
      <p class="small soft standing" id="key-${part}-state">${icon(done ? "stamp" : "warning")}<span>${state}</span></p>
    </div>
    <a
      class="button"
      id="key-${part}-open"
      href="../app/app.html#settings/${part}"
      data-action="to-${part}"
      aria-labelledby="key-${part}-open key-${part}"
      aria-describedby="key-${part}-state"
      >${text("welcome_keys_open")}</a
    >
  </li>`;
}
