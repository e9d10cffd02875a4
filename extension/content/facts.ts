// Facts about a field, from which Rust decides the kind: marks, and the words that the page put on it. Gathered
// at a gesture only, over a bounded neighbourhood, each text cut short.

import type { Field as Facts } from "../platform/messages";
import { attribute, climb, formOf } from "./dom";
import type { Field } from "./fields";

/** Longest text of each fact, in UTF-16 units. */
const MOST = 160;

/** Attributes of an element, one after the other. */
function said(element: Element, names: string): string {
  return names
    .split(" ")
    .map((name) => attribute(element, name))
    .join(" ")
    .slice(0, MOST);
}

/** Whether a log of what was said stands by the field. */
function besideLog(root: HTMLElement, around: Element[], posts: boolean): boolean {
  // A posted form with a field called "message" is a letter box, and a page of comments may hold a chat as
  // well: so for a form the log must stand right beside it.
  const places: ParentNode[] = posts ? around.slice(1, 3) : [root.getRootNode() as ShadowRoot, document];
  if (places.some((place) => place.querySelector("[role=log]"))) return true;
  // A live region that already holds several entries.
  return (
    !posts &&
    around.slice(1, 8).some((box) => {
      const live = box.querySelector("[aria-live=polite]");
      return live !== null && live.childElementCount > 1 && !live.contains(root);
    })
  );
}

/** The facts about a field at this moment. */
export function factsOf({ root, rich, prefilled }: Field): Facts {
  const around = climb(root, 16);
  const form = formOf(root);
  const single = root.localName === "input";
  const posts =
    form !== null && form.method !== "dialog" && (form.hasAttribute("action") || form.hasAttribute("method"));
  const hint = rich
    ? root.querySelector("[data-placeholder],[class*=placeholder]")
    : (root as HTMLInputElement).labels?.[0];
  return {
    search:
      (single && (root as HTMLInputElement).type === "search") ||
      root.enterKeyHint === "search" ||
      around.some((box) => /^search(box)?$/.test(attribute(box, "role")) || box.localName === "search"),
    multiline: !single,
    prefilled,
    conversation: besideLog(root, around, posts),
    form: posts,
    gets: single && form?.method === "get",
    name: said(root, "name"),
    id: said(root, "id"),
    says:
      said(root, "placeholder aria-label data-placeholder") +
      (hint ? ` ${attribute(hint, "data-placeholder") || (hint.textContent ?? "").slice(0, 80)}` : ""),
    action: form ? said(form, "action id class name") : "",
    around: around.slice(0, 8).map((box) => `${box.localName} ${said(box, "id data-testid class")}`),
  };
}
