// Send papers, fetch a result, or both; how many; and for a result the code on its slip.
import { answers, choices, field, select } from "/static/citizen/forms.mjs";
import { say } from "/static/citizen/language.mjs";
import { element } from "/static/page/element.mjs";
import { draft, keep } from "/static/booking/draft.mjs";
import { askForQuote } from "/static/booking/quote.mjs";
import { moreProcedures } from "/static/booking/more.mjs";
import { quoteFacts } from "/static/booking/quote_facts.mjs";

const MOST_DOSSIERS = 10; // more are talked over by phone first

export const wayStep = { id: "way", answered: () => draft.mode !== "RETURN" || Boolean(draft.portal_code), show };

async function show(box, turn) {
  const portal = field({ name: "portal_code", label: say("portal_code"), note: say("portal_code_note"), value: draft.portal_code, maxlength: 80, autocapitalize: "characters", spellcheck: "false" });
  const price = element("div", { id: "price", "aria-live": "polite" });
  const counts = Array.from({ length: MOST_DOSSIERS }, (_, n) => [String(n + 1), String(n + 1)]);
  const options = ["SEND", "RETURN", "BOTH"].map((mode) => [mode, say(`mode_${mode}`), say(`mode_${mode}_note`)]);
  const form = element("form", { novalidate: true, onsubmit: (event) => { event.preventDefault(); goOn(); } },
    choices({ name: "mode", legend: say("ask_way"), options, value: draft.mode, onchange: change }), portal,
    select({ name: "dossiers", label: say("ask_dossiers"), note: say("ask_dossiers_note"), options: counts, value: String(draft.dossiers), onchange: change }),
    moreProcedures(turn, change), price, element("p", { class: "actions" }, element("button", { class: "main" }, say("go_on"))));
  box.append(form);

  function read() {
    const given = answers(form);
    const visit = { mode: given.mode, dossiers: Number(given.dossiers) };
    const isOther = visit.mode !== draft.mode || visit.dossiers !== draft.dossiers;
    keep({ ...visit, portal_code: given.portal_code, ...(isOther && { hold: null, slot: null }) });
    portal.hidden = draft.mode !== "RETURN";
  }
  async function change() {
    read();
    await tellPrice(price);
  }
  function goOn() {
    read();
    turn.calm();
    if (draft.mode === "RETURN" && !draft.portal_code) {
      turn.fail({ detail: say("needs_fixing"), fields: { portal_code: say("portal_code_missing") } });
      return;
    }
    turn.next();
  }
  read();
  await tellPrice(price);
}

let asked = 0;

async function tellPrice(node) {
  const mine = ++asked;
  try {
    const quotes = await Promise.all([askForQuote(), ...draft.more.map((other) => askForQuote({ other }))]);
    if (mine === asked) node.replaceChildren(...quotes.map((quote) => quoteFacts(quote, { named: quotes.length > 1 })));
  } catch (problem) {
    // A price is a service here, not a condition: the next steps ask again and tell what is wrong.
    if (mine === asked) node.replaceChildren(element("p", { class: "note" }, say("price_later"), " ", problem.detail));
  }
}
