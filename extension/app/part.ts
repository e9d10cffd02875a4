// What the parts of "Keys and data" have in common: a sheet with a name, and one thing at a time in each.

import { html, type TemplateResult } from "lit-html";
import { text } from "../platform/browser";
import type { SettingsView } from "../platform/messages";

/** The parts, in their order on the page; each has a heading `<name>_heading`. */
export const PARTS = [
  "words",
  "backup",
  "restore",
  "passphrase",
  "always",
  "retention",
  "storage",
  "forget",
  "logs",
] as const;
/** The name of a part. */
export type Part = (typeof PARTS)[number];

/** What a part may ask of the page that it lies on. */
export interface Desk {
  paint: () => void;
  /** Takes over settings that a change was answered with. */
  take: (view: SettingsView) => void;
  /** Leads to another part. */
  go: (part: Part) => void;
}

/** The sheet of a part. */
export function sheet(part: Part, body: TemplateResult): TemplateResult {
  return html`<section class="sheet form part" aria-labelledby="part-${part}" data-part=${part}>
    <h2 id="part-${part}" tabindex="-1">${text(`${part}_heading`)}</h2>
    ${body}
  </section>`;
}

/** A link to another part. */
export function link(desk: Desk, part: Part, words: string): TemplateResult {
  return html`<a
    href="#settings/${part}"
    data-action="to-${part}"
    @click=${(event: Event) => {
      event.preventDefault();
      desk.go(part);
    }}
    >${words}</a
  >`;
}

/** The form of a submission, and the texts of its fields by their names. */
export function fieldsOf(event: SubmitEvent): { form: HTMLFormElement; value: (name: string) => string } {
  event.preventDefault();
  const form = event.target;
  if (!(form instanceof HTMLFormElement)) throw new TypeError("not a form");
  return {
    form,
    value: (name) => {
      const field = form.elements.namedItem(name);
      return field instanceof HTMLInputElement || field instanceof HTMLTextAreaElement ? field.value : "";
    },
  };
}
