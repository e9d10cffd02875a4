// The way on where the keys are gone: what is left opens nothing, so it is erased, and a backup brings it back.

import { html, nothing, type TemplateResult } from "lit-html";
import { text } from "../platform/browser";
import { ask } from "../ui/ask";
import { confirmed } from "../ui/confirm";
import { attempt } from "./section";

const GONE: ReadonlySet<string> = new Set(["keys_damaged", "keys_unavailable"]);

/** Offers it for the fault with this code, where it helps. */
export function anew(code: string): TemplateResult | typeof nothing {
  if (!GONE.has(code)) return nothing;
  return html`<p class="small">${text("anew_explained")}</p>
    <button type="button" class="button danger" data-action="anew" @click=${() => void begin()}>
      ${text("anew")}…
    </button>`;
}

async function begin(): Promise<void> {
  const yes = await confirmed({
    title: text("anew_confirm_title"),
    body: html`<p>${text("anew_confirm")}</p>
      <p>${text("anew_confirm_backup")}</p>`,
    yes: text("anew"),
    action: "anew-yes",
  });
  if (!yes) return;
  await attempt(async () => {
    await ask({ type: "forget_all" }, "changed");
    location.hash = "#settings/restore";
    location.reload();
  });
}
