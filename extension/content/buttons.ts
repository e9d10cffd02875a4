// What a person presses to send: recognised by role and words, never by site.

import { attribute, climb, formOf } from "./dom";
import type { Field } from "./fields";
import { denies, sends, spread } from "./words";

/** Farthest that a button may lie from the box that also holds its field, counted in elements. */
const REACH = 12;

function label(button: Element): string {
  const { textContent, value, alt } = button as Partial<HTMLInputElement>;
  const said = [textContent?.slice(0, 80), value, alt];
  for (const name of ["name", "aria-label", "title", "id", "data-testid"]) said.push(attribute(button, name));
  return spread(said.join(" "));
}

/** Its classes, and those of the icon in it. */
function style(button: Element): string {
  const icon = button.firstElementChild;
  return spread(`${attribute(button, "class")} ${icon ? attribute(icon, "class") : ""}`);
}

/** A link to another place. Old pages make buttons of links that lead nowhere. */
function isLink(element: Element): boolean {
  return (
    element.localName === "a" &&
    !element.hasAttribute("role") &&
    /^(?!#|javascript:)./.test(attribute(element, "href"))
  );
}

/** Whether pressing it never sends: a preview, a cancel, a draft, a tool. */
export function denied(button: Element): boolean {
  return (button as Partial<HTMLButtonElement>).type === "reset" || denies(label(button), style(button));
}

/** Whether it says that it sends, or is the submit button of a form. */
export function promises(button: Element): boolean {
  return (
    (/^(submit|image)$/.test((button as Partial<HTMLInputElement>).type ?? "") && formOf(button) !== null) ||
    sends(label(button), style(button))
  );
}

function isButton(element: Element): boolean {
  const role = attribute(element, "role");
  if (role) return role === "button";
  if (element.localName === "input")
    return /^(submit|image|button)$/.test((element as HTMLInputElement).type);
  return element.localName === "button" || element.localName.endsWith("-button");
}

/**
 * The button that a press on this element presses. Without one in the markup, the largest box around it that
 * shows the pointer of a button, which what lies inside inherits.
 */
export function buttonAt(element: Element | null): Element | null {
  const path = climb(element, 8);
  const button = path.find(isButton);
  if (button) return button;
  const end = path.findIndex((at) => getComputedStyle(at).cursor !== "pointer");
  return path[end - 1] ?? null;
}

/** Whether a press on this element follows a link. */
export function followsLink(element: Element | null): boolean {
  return climb(element, 8).some(isLink);
}

/**
 * How far a button lies from a field, in elements from the field to the nearest box that holds both;
 * `Infinity` for one that has nothing to do with it.
 */
export function distance(button: Element, field: Field): number {
  const form = formOf(field.root);
  const own = formOf(button);
  if (own) return own === form ? 0 : Infinity;
  const boxes = climb(button, REACH);
  const path = climb(field.root, REACH);
  for (let at = 1; at < path.length; at++) {
    const box = path[at] as Element;
    const down = boxes.indexOf(box);
    if (down < 0) continue;
    // On a bare page the body itself is the box, but only for what lies in it directly.
    const whole = box.localName === "body" || box.localName === "html";
    return whole && at + down > 4 ? Infinity : at;
  }
  return Infinity;
}

/** Of some fields, the one whose text is the submission: the largest text, where there is a large one. */
export function mainOf(candidates: Field[]): Field | undefined {
  const large = candidates.filter((field) => field.rich || field.root.localName === "textarea");
  if (large.length === 0) return candidates.at(-1);
  return large.reduce((best, field) => (field.text.length >= best.text.length ? field : best));
}
