// That a backup is due.

import { html, nothing, type TemplateResult } from "lit-html";
import { text } from "../platform/browser";
import type { SettingsView } from "../platform/messages";
import { icon } from "./icon";
import { plural } from "./words";

/** What is said of it where one is due, with the way there. */
export function reminder(view: SettingsView | null, open: () => void): TemplateResult | typeof nothing {
  if (!view?.ready || !view.backup_due || view.forget_all_at !== null) return nothing;
  return html`<div class="strip" data-notice="backup_due">
    ${icon("warning")}
    <span>
      ${view.backup === null ? text("reminder_first") : plural("reminder_behind", view.backup_behind)}
    </span>
    <button type="button" class="button push" data-action="open-backup" @click=${open}>
      ${text("reminder_open")}
    </button>
  </div>`;
}
