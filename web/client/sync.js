/** Getting what was missed: `sync:get`, with all its pages. */

import { Refused } from "./error.js";

/**
 * Ask for what is newer than what is known, and take it. Returns whether the server could say it; where it could not, now, the
 * pause that it wants is over then. Raises `Unsent`, or `Refused` for good.
 * @param {import("./line.js").Line} line
 * @param {import("./state.js").State<any>} state
 * @returns {Promise<boolean>}
 */
export async function sync(line, state) {
  const question = state.ask();
  const { have } = question;
  const told = { messages: /** @type {any[]} */ ([]), gone: /** @type {string[]} */ ([]) };
  try {
    // What is much comes in pages: each is shown at once, and nothing is forgotten before the last one is here.
    for (let after = null, isMore = true; isMore; isMore = after !== null) {
      const page = await line.send("sync:get", after === null ? { have } : { have, after });
      state.merge(...page.messages.map((/** @type {any} */ one) => one.payload));
      told.messages.push(...page.messages);
      told.gone.push(...page.gone);
      after = page.next;
    }
    state.settle(question, told);
    return true;
  } catch (error) {
    if (!(error instanceof Refused && error.isTemporary)) throw error;
    const { pause } = error;
    await new Promise((resolve) => setTimeout(resolve, pause));
    return false;
  }
}
