// Reading the text of a field as the person sees it.

import { attribute } from "./dom";

/** Longer texts than this are not read to their end: Rust refuses from 1 MiB on, and says so. */
export const LONGEST = 4 * 1024 * 1024;

const BLOCKS = /^(article|blockquote|d[dlt]|div|h[1-6r]|li|[ou]l|p|pre|section|table|tr)$/;
const SILENT = /^(script|style|template|button|select)$/;
// What editors draw inside their own text: the placeholder of an empty one, carets of other people.
const DRAWN = /placeholder|cursor|caret/i;
const FILLERS = /[\u200b\u2060\ufeff]/g;

function drawn(element: Element): boolean {
  if (SILENT.test(element.localName)) return true;
  if (attribute(element, "contenteditable") !== "false") return false;
  return DRAWN.test(`${element.getAttributeNames().join()} ${attribute(element, "class")}`);
}

/** The lines of an editable element: what its blocks and line breaks make of it, without a layout. */
function lines(root: Element, collapses: boolean): string {
  const done: string[] = [];
  let line = "";
  let open = false;
  let size = 0;
  const close = (): void => {
    if (open) done.push(line);
    line = "";
    open = false;
  };
  const walk = (parent: Node): void => {
    for (let node = parent.firstChild; node && size < LONGEST; node = node.nextSibling) {
      if (node instanceof Text) {
        const raw = node.data.slice(0, LONGEST + 1);
        size += raw.length;
        const data = collapses ? raw.replace(/[ \t\r\n]+/g, " ") : raw;
        if (!open && collapses && data === " ") continue;
        line += data;
        open ||= data !== "";
      } else if (node instanceof Element) {
        if (drawn(node)) continue;
        if (node.localName === "br") {
          // Ends its line; the last one of a block holds an empty line open and adds none.
          open = true;
          close();
        } else if (node.localName === "img") {
          const alt = attribute(node, "alt");
          if (alt && alt.length <= 32) {
            line += alt;
            open = true;
          }
        } else if (BLOCKS.test(node.localName)) {
          close();
          walk(node);
          close();
        } else {
          walk(node);
        }
      }
    }
  };
  walk(root);
  close();
  return done.join("\n");
}

/** The text of a field, with the line ends and spaces that the person typed. */
export function read(root: HTMLElement, collapses: boolean): string {
  if (root instanceof HTMLTextAreaElement || root instanceof HTMLInputElement)
    return root.value.slice(0, LONGEST + 1).replace(/\r\n?/g, "\n");
  // Empty lines at the end are what editors keep there for the caret.
  return lines(root, collapses)
    .replace(/\u00a0/g, " ")
    .replace(FILLERS, "")
    .replace(/\n+$/, "");
}

/** Whether nothing is left but white space and fillers. */
export function blank(text: string): boolean {
  return !/\S/.test(text.replace(FILLERS, ""));
}

/** What stays of a text when an editor draws it anew: its characters, without white space. */
function bare(text: string): string {
  return text.replace(FILLERS, "").replace(/\s/g, "").normalize();
}

/** Whether two readings are the same text. An editable element may be drawn anew between them. */
export function same(one: string, other: string, rich: boolean): boolean {
  return one === other || (rich && bare(one) === bare(other));
}

/** Length in code points. */
export function points(text: string): number {
  return [...text].length;
}
