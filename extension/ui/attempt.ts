// Doing what a control asked for.

import { complain, quiet } from "./messages";

/** Runs what a control asked for; a fault is shown, never swallowed. */
export async function attempt(run: () => Promise<void>): Promise<void> {
  quiet();
  try {
    await run();
  } catch (error) {
    complain(error);
  }
}
