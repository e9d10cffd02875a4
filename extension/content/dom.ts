// Walking a page across its shadow roots, closed ones too.

import { shadowRoot } from "../platform/browser";

/** Whether a node is an element, of this document or another. */
export function isElement(node: unknown): node is Element {
  return (node as Partial<Node> | null)?.nodeType === 1;
}

/** What holds a shadow root or the document of a frame, where this script may see it. */
function holder(root: Node | null): Element | null {
  return (root as ShadowRoot | null)?.host ?? (root as Document | null)?.defaultView?.frameElement ?? null;
}

/** The element above, where a shadow root counts as part of its host, and a document as part of its frame. */
export function above(node: Node): Element | null {
  const up = node.parentNode;
  return isElement(up) ? up : holder(up);
}

/** The element and those above it, at most `limit` of them. */
export function climb(from: Element | null, limit: number): Element[] {
  const path: Element[] = [];
  for (let at = from; at && path.length < limit; at = above(at)) path.push(at);
  return path;
}

/** The element or the nearest one around it that matches, across shadow roots; the browser looks within each. */
export function closest(element: Element | null, css: string): Element | null {
  let found: Element | null = null;
  for (let at = element, depth = 0; at && !found && depth < 16; depth++) {
    found = at.closest(css);
    at = holder(at.getRootNode());
  }
  return found;
}

/** The form around an element, across shadow roots. */
export function formOf(element: Element): HTMLFormElement | null {
  return (element as Partial<HTMLInputElement>).form ?? (closest(element, "form") as HTMLFormElement | null);
}

/**
 * The element that an event is really about. `composedPath` shows it through open shadow roots; a closed one
 * shows its host only, so the way continues to what has the focus inside, or lies under the pointer.
 */
export function target(event: Event): Element | null {
  const [start] = event.composedPath();
  let element = isElement(start) ? start : (above(start as Node) ?? document.activeElement);
  for (let depth = 0; element && depth < 16; depth++) {
    if (/^(input|textarea)$/.test(element.localName)) break;
    const inside = shadowRoot(element);
    if (!inside) break;
    const pointed = event instanceof MouseEvent && (event.type === "pointerdown" || event.detail > 0);
    const next = pointed ? inside.elementFromPoint(event.clientX, event.clientY) : inside.activeElement;
    if (!next || next === element) break;
    element = next;
  }
  return element;
}

/** The value of an attribute, or nothing. */
export function attribute(element: Element, name: string): string {
  return element.getAttribute(name) ?? "";
}
