// Fields that are never read, by the marks that HTML has for them. What once was a password stays one, whatever the
// page makes of it later. What only its words tell of a field, Rust judges before anything is kept.

import { attribute, climb, formOf } from "./dom";
import { secretFill } from "./words";

const PASSWORDS = "input[type=password]";
const known = new WeakSet<Element>();

/**
 * Remembers the passwords in view. Called before the page sees a gesture, since it may turn a password into
 * plain text then.
 */
export function markPasswords(near: Element | null): void {
  for (const root of new Set([document, near?.getRootNode() as Partial<ParentNode> | undefined]))
    for (const password of root?.querySelectorAll?.(PASSWORDS) ?? []) known.add(password);
}

/** Whether the field is a password, or was one. */
export function isPassword(element: Element): boolean {
  if ((element as Partial<HTMLInputElement>).type === "password") known.add(element);
  return known.has(element);
}

/** Whether a password stands in the same form, or without one, in the few boxes around the field. */
function besidePassword(root: HTMLElement): boolean {
  const form = formOf(root);
  if (form) return [...form.elements].some(isPassword) || form.querySelector(PASSWORDS) !== null;
  const boxes = climb(root, 6).filter((box) => !/^(body|html)$/.test(box.localName));
  // What lies within the next box is found there.
  return boxes.some(
    (box, at) => box.parentNode !== boxes[at + 1] && [...box.querySelectorAll("input")].some(isPassword),
  );
}

/** Whether the field's own marks say that it holds a secret, or who the person is. Reads no text. */
export function marked(root: HTMLElement): boolean {
  return (
    isPassword(root) ||
    secretFill(attribute(root, "autocomplete").toLowerCase()) ||
    // One-time codes are often one box a digit.
    (root as Partial<HTMLInputElement>).maxLength === 1
  );
}

/** Whether this text in this field must not be recorded. */
export function secret(root: HTMLElement, text: string): boolean {
  if (marked(root) || besidePassword(root)) return true;
  if (/^(numeric|decimal|tel)$/.test(root.inputMode) && /^(\d[\s-]*){1,8}$/.test(text)) return true;
  return !/^(none)?$/.test(getComputedStyle(root).getPropertyValue("-webkit-text-security"));
}
