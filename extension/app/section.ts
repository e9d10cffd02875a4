// What the sections of the full tab have in common.

import { html, nothing, type TemplateResult } from "lit-html";
import { openPage, text } from "../platform/browser";
import { faultOf } from "../ui/fault";
import { complain } from "../ui/messages";
import { anew } from "./anew";

export { attempt } from "../ui/attempt";

/** A section of the page. It asks for its own views and paints them; the shell decides which one is shown. */
export interface Section {
  /** Asks again for what is shown, keeping selection and drafts. */
  load: () => Promise<void>;
  /** What is painted; before the first view, nothing. */
  template: () => TemplateResult | typeof nothing;
  /** A key press while the section is shown. */
  key?: (event: KeyboardEvent) => void;
  /** The rest of the hash after the section's name. */
  enter?: (rest: string) => void;
  /** Another section takes its place. */
  leave?: () => void;
  /** The profile was locked or unlocked: nothing that was read before stays here. */
  conceal: () => void;
}

/** What stands in place of a section that could not be read. */
export function unreadable(error: unknown, retry: () => void): TemplateResult {
  const fault = faultOf(error);
  return html`<div class="sheet empty" data-error=${fault.code}>
    <h1>${text("unreadable_title")}</h1>
    <p role="alert">${fault.words}</p>
    ${fault.detail ? html`<p class="small mono" dir="auto">${fault.detail}</p>` : nothing}
    <button type="button" class="button" data-action="retry" @click=${retry}>${text("retry")}</button>
    ${anew(fault.code)}
  </div>`;
}

/** What stands in place of recording while consent is not given. */
export function door(): TemplateResult {
  return html`<div class="strip" data-notice="no_consent">
    <span>${text("door")}</span>
    <button
      type="button"
      class="button push"
      data-action="open-welcome"
      @click=${() => void openPage("welcome/welcome.html").catch(complain)}
    >
      ${text("door_open")}
    </button>
  </div>`;
}
