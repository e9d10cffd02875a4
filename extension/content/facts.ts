// Facts about a field, from which Rust decides the kind. Computed at a gesture only, and over a bounded
// neighbourhood.

import type { Field as Facts } from "../platform/messages";
import { attribute, climb, formOf } from "./dom";
import type { Field } from "./fields";
import { searching, searchName, spread, talk, talkTo } from "./words";

function isSearch(root: HTMLElement, around: Element[]): boolean {
  const form = formOf(root);
  const single = root instanceof HTMLInputElement;
  if (single && root.type === "search") return true;
  if (root.enterKeyHint === "search") return true;
  if (searchName(attribute(root, "name").toLowerCase(), single && form?.method === "get")) return true;
  if (single) {
    const says = [root.id, root.name, root.placeholder, attribute(root, "aria-label")];
    if (form) for (const name of ["action", "id", "class", "name"]) says.push(attribute(form, name));
    if (searching(spread(says.join(" ")))) return true;
  }
  return around.some((box) => /^search(box)?$/.test(attribute(box, "role")) || box.localName === "search");
}

function isConversation(root: HTMLElement, around: Element[], form: boolean): boolean {
  // A posted form with a field called "message" is a letter box, and a page of comments may hold a chat as
  // well: so for a form the log must stand right beside it.
  const places: ParentNode[] = form ? around.slice(1, 3) : [root.getRootNode() as ShadowRoot, document];
  if (places.some((place) => place.querySelector("[role=log]"))) return true;
  if (form) return false;
  const says = ["placeholder", "aria-label", "data-placeholder"].map((name) => attribute(root, name));
  const hint = root.querySelector("[data-placeholder],[class*=placeholder]");
  if (hint) says.push(attribute(hint, "data-placeholder") || (hint.textContent ?? "").slice(0, 80));
  if (talkTo(spread(says.join(" ")))) return true;
  const names = around
    .slice(0, 8)
    .map((box) => `${box.localName} ${box.id} ${attribute(box, "class")} ${attribute(box, "data-testid")}`);
  if (names.some((name) => talk(spread(name)))) return true;
  // A live region that already holds several entries, beside the field.
  return around.slice(1, 8).some((box) => {
    const live = box.querySelector("[aria-live=polite]");
    return live !== null && live.childElementCount > 1 && !live.contains(root);
  });
}

/** The facts about a field at this moment. */
export function factsOf(field: Field): Facts {
  const { root } = field;
  const around = climb(root, 16);
  const form = formOf(root);
  const posts =
    form !== null && form.method !== "dialog" && (form.hasAttribute("action") || form.hasAttribute("method"));
  return {
    search: isSearch(root, around),
    multiline: root.localName !== "input",
    prefilled: field.prefilled,
    conversation: isConversation(root, around, posts),
    form: posts,
  };
}
