// Focus and place survive a repaint. Rows are the elements with `data-seq`; what is pressed carries `data-action`.

/**
 * Paints, and where the focused element is gone afterwards, focuses what took its place: the same action in the
 * same row, what the row offers instead, the row itself, or the row that moved up.
 */
export function keepingFocus(root: HTMLElement, paint: () => void): void {
  const active = document.activeElement;
  const row = active instanceof HTMLElement ? active.closest<HTMLElement>("[data-seq]") : null;
  if (!(active instanceof HTMLElement) || !row || !root.contains(row)) {
    paint();
    return;
  }
  const { seq } = row.dataset;
  const { action } = active.dataset;
  const place = rows(root).indexOf(row);
  paint();
  if (active.isConnected && document.activeElement === active) return;
  const now = rows(root);
  const same = now.find((candidate) => candidate.dataset["seq"] === seq);
  if (same) {
    const control = action ? (controlOf(same, action) ?? controlOf(same, "undo")) : null;
    (control ?? same).focus({ preventScroll: true });
  } else {
    now[Math.min(Math.max(place, 0), now.length - 1)]?.focus({ preventScroll: true });
  }
}

/** Leads to an element where what had the focus is gone, or takes no key any more: whoever has no pointer goes on there. */
export function elseLead(id: string): void {
  const active = document.activeElement;
  if (active === null || active === document.body || active.matches(":disabled"))
    document.getElementById(id)?.focus({ preventScroll: true });
}

/** The rows below an element, in order. */
export function rows(root: ParentNode): HTMLElement[] {
  return [...root.querySelectorAll<HTMLElement>("article[data-seq]")];
}

/** Whether a key press belongs to something that is being typed into, or to a shortcut of the browser. */
export function typing(event: KeyboardEvent): boolean {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return true;
  const target = event.target;
  if (!(target instanceof HTMLElement)) return false;
  if (target instanceof HTMLInputElement) return target.type !== "checkbox" && target.type !== "radio";
  return (
    target.isContentEditable || target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement
  );
}

function controlOf(row: HTMLElement, action: string): HTMLElement | null {
  return row.querySelector<HTMLElement>(`[data-action="${action}"]:not(:disabled)`);
}
