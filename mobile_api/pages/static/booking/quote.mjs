// What the visit of the draft would cost, and when.
import { ask } from "/static/citizen/ask.mjs";
import { visitAsked } from "/static/booking/draft.mjs";

/**
 * The quote on a day (default: the server's today). The office is left out: it may be closed today.
 * `other`: of another procedure of the same visit.
 */
export function askForQuote({ day, other } = {}) {
  return ask("POST", "/v1/citizen/quotes", { body: { ...visitAsked(), office_code: undefined, more: undefined, ...(day && { on: day }), ...(other && { procedure_code: other.code, dossiers: other.dossiers }) } });
}
