// The browser's own consent to data that leaves, where it has one.

import { Failed, requestData } from "../platform/browser";
import type { DataSort } from "../platform/messages";

/**
 * Asks the browser to let data of these sorts leave. Must be called synchronously in the handler of a gesture: Firefox
 * refuses the prompt after any `await`.
 *
 * @throws {Failed} `data_consent` where the person does not agree, and where the browser could not ask.
 */
export async function letLeave(sorts: DataSort[]): Promise<void> {
  let agreed: boolean;
  try {
    agreed = await requestData(sorts);
  } catch (error) {
    throw new Failed("browser_refused", String(error));
  }
  if (!agreed) throw new Failed("data_consent");
}
