// The few drawings beside words. All are decoration: the words carry the meaning.

import { html, svg, type TemplateResult } from "lit-html";

const shapes = {
  close: svg`<path d="M4 4l8 8M12 4l-8 8" />`,
  warning: svg`<path d="M8 2.5l6 10.5H2zM8 6.5v3M8 11.2v.3" />`,
  lock: svg`<path d="M4 7.5h8v6H4zM5.5 7.5v-2a2.5 2.5 0 0 1 5 0v2" />`,
  stamp: svg`<path d="M3 8.5l3.2 3.2L13 4.5" />`,
  search: svg`<circle cx="7" cy="7" r="4.2" /><path d="M10.2 10.2L14 14" />`,
  hide: svg`<path d="M3 6.5h10v3H3z" /><path d="M3 3.5h6M7 12.5h6" />`,
  back: svg`<path d="M9.5 3.5L5 8l4.5 4.5" />`,
};

/** A drawing of 16 units, in the colour of the text. */
export function icon(name: keyof typeof shapes): TemplateResult {
  return html`<svg class="icon icon-${name}" viewBox="0 0 16 16" aria-hidden="true" focusable="false">
    ${shapes[name]}
  </svg>`;
}

/** The product's sign: the stub that stays, and the ticket that is given away. */
export function logo(): TemplateResult {
  return html`<svg class="logo" viewBox="0 0 16 16" aria-hidden="true" focusable="false">
    <path
      class="logo-stub"
      d="M2 2h7v1a1 1 0 0 0 0 2v1a1 1 0 0 0 0 2 1 1 0 0 0 0 2v1a1 1 0 0 0 0 2v1H2a1 1 0 0 1-1-1V3a1 1 0 0 1 1-1z"
    />
    <path class="logo-line" d="M3.5 5.5h2M3.5 8h2.5M3.5 10.5h1.5" />
    <path
      class="logo-ticket"
      d="M11 2h3a1 1 0 0 1 1 1v10a1 1 0 0 1-1 1h-3v-1a1 1 0 0 0 0-2v-1a1 1 0 0 0 0-2 1 1 0 0 0 0-2V5a1 1 0 0 0 0-2z"
    />
  </svg>`;
}
