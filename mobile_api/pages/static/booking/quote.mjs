// What the visit of the draft would cost, and when.
import { ask } from "/static/citizen/ask.mjs";
import { visitAsked } from "/static/booking/draft.mjs";

/** The quote on a day (default: the server's today). The office is left out: it may be closed today. */
export function askForQuote(day) {
  return ask("POST", "/v1/citizen/quotes", { body: { ...visitAsked(), office_code: undefined, ...(day && { on: day }) } });
}
