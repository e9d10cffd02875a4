// Registers the listeners, starts the WebAssembly once, and carries out what it asks for. Nothing is decided
// here, and nothing is kept: this context may be ended by the browser at any moment.

import initArchive, { Archive } from "archive-wasm";
import initCollectors, { Collectors } from "collectors-wasm";
import init, { Door } from "counterfoil-wasm";

import {
  type Frame,
  type From,
  grantedOrigins,
  listen,
  packaged,
  perform,
  session,
} from "../platform/browser";
import {
  type Answer,
  ARCHIVE_REQUESTS,
  COLLECTOR_REQUESTS,
  type Effect,
  type Event,
} from "../platform/messages";

let opened: Promise<Door> | undefined;

/** The door, opened at the first use; a failed start is tried again at the next. */
function door(): Promise<Door> {
  opened ??= init({ module_or_path: packaged("background/counterfoil_bg.wasm") })
    .then(() => new Door(session))
    .catch((error: unknown) => {
      opened = undefined;
      throw error;
    });
  return opened;
}

let archive: Promise<Archive> | undefined;

/** What answers messages to the archive, opened at the first and kept open: what it read makes the next answer fast. */
function archiveDoor(): Promise<Archive> {
  archive ??= initArchive({ module_or_path: packaged("background/archive_bg.wasm") })
    .then(() => new Archive(session))
    .catch((error: unknown) => {
      archive = undefined;
      throw error;
    });
  return archive;
}

let collectors: Promise<unknown> | undefined;

/** What answers one message about collectors; the module is started at the first. */
async function collectorsDoor(): Promise<Collectors> {
  collectors ??= initCollectors({ module_or_path: packaged("background/collectors_bg.wasm") }).catch(
    (error: unknown) => {
      collectors = undefined;
      throw error;
    },
  );
  await collectors;
  return new Collectors(session);
}

/** Whether a message is one of these. */
function isOf(names: readonly string[], message: unknown): boolean {
  const { type } = (message ?? {}) as { type?: unknown };
  return names.some((name) => name === type);
}

/** Has a message answered; what was opened for it is closed. */
async function handle(message: unknown, from: From): Promise<Outcome | null> {
  if (isOf(ARCHIVE_REQUESTS, message)) return (await archiveDoor()).handle(json(from), json(message));
  if (!isOf(COLLECTOR_REQUESTS, message)) return (await door()).handle(json(from), json(message));
  const open = await collectorsDoor();
  try {
    return await open.handle(json(from), json(message));
  } finally {
    open.free();
  }
}

interface Outcome {
  answer: Answer;
  effects: Effect[];
}

/**
 * As JSON, with U+FFFD in the place of what is half a character: pages send such text, and JSON has none. What has no
 * JSON is no message.
 */
function json(value: unknown): string {
  const whole = (_: string, item: unknown) => (typeof item === "string" ? item.toWellFormed() : item);
  try {
    return JSON.stringify(value, whole) ?? "null";
  } catch {
    return "null";
  }
}

async function answer(message: unknown, from: From, frame: Frame | null): Promise<Answer> {
  try {
    const outcome = await handle(message, from);
    if (!outcome) return failed("internal", "no outcome");
    try {
      await carryOut(outcome.effects, frame);
    } catch (error) {
      return failed("browser_refused", String(error));
    }
    return outcome.answer;
  } catch (error) {
    return failed("internal", String(error));
  }
}

async function happened(event: Event): Promise<void> {
  const effects: Effect[] | null = await (await door()).event(json(event));
  await carryOut(effects ?? [], null);
}

/** Carries effects out. Where what is shown may have changed, what the archive holds in memory may have, too. */
async function carryOut(effects: Effect[], frame: Frame | null): Promise<void> {
  for (const effect of effects) {
    if (effect.type === "refresh") await (await archive)?.follow();
    await perform(effect, frame);
  }
}

function failed(code: "internal" | "browser_refused", detail: string): Answer {
  return { outcome: "failed", failure: { code, detail } };
}

async function permissionsChanged(): Promise<void> {
  await happened({ type: "permissions", origins: await grantedOrigins() });
}

listen({
  message: answer,
  installed: async (first) => {
    await permissionsChanged();
    await happened({ type: "started" });
    if (first) await happened({ type: "installed" });
  },
  started: async () => {
    await permissionsChanged();
    await happened({ type: "started" });
  },
  permissionsChanged,
  woken: () => happened({ type: "woken" }),
});
