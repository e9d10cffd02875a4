// What the parts of the page of collectors may ask of it.

import { nothing } from "lit-html";
import { text } from "../platform/browser";
import type { CollectorsView, Statements } from "../platform/messages";
import { ask } from "../ui/ask";
import { announce } from "../ui/messages";
import { isolated } from "../ui/words";
import type { Download } from "./download";
import type { Fitting } from "./fitting";
import { save } from "./saving";

/** The page as its parts see it. */
export interface Office {
  paint: () => void;
  /** The view as last read. */
  view: () => CollectorsView | null;
  /** Takes over a view that a change was answered with. */
  take: (view: CollectorsView) => void;
  /** Reads the view anew and paints it. */
  reload: () => Promise<void>;
  /** Carries out what was pressed, one thing after the other; a fault is shown. `name` tells which button is busy. */
  run: (name: string, work: () => Promise<void>) => Promise<void>;
  /** Whether that is being carried out, or waits for its turn. */
  running: (name: string) => boolean;
  /** Files on their way to the browser's downloads. */
  download: Download;
  /** How many records fit the offers. */
  fitting: Fitting;
}

/** The `aria-busy` of the button that started what is being carried out. */
export function busy(office: Office, name: string): "true" | typeof nothing {
  return office.running(name) ? "true" : nothing;
}

/** Hands statements to the browser to save as a file. */
export async function saveStatements(collector: string, part: Statements): Promise<void> {
  const file = await ask({ type: "statements", collector, part }, "file");
  save(new Blob([file.text]), file.name);
  announce(text("made_saved", isolated(file.name)));
}

/** Hands the file of an approved bundle to the browser to save. */
export async function saveShare(office: Office, id: string): Promise<void> {
  const { view } = await ask({ type: "exports" }, "exports");
  const made = view.exports.find((each) => each.id === id);
  await office.download.fetch({ id, file: made?.file ?? `${id}.zip` });
}
