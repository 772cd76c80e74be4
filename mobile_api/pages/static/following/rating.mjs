// One word about each visit of the courier: a number, reasons, and a text if wanted.
import { ask } from "/static/citizen/ask.mjs";
import { alertBox, answers, busy, choices, field, tick } from "/static/citizen/forms.mjs";
import { say } from "/static/citizen/language.mjs";
import { at } from "/static/citizen/show.mjs";
import { element } from "/static/page/element.mjs";
import { keysOfForm } from "/static/page/keys.mjs";

const REASONS = ["ON_TIME", "POLITE", "CAREFUL", "WELL_EXPLAINED", "LATE", "RUDE", "CARELESS", "BADLY_EXPLAINED"];
const SCORES = [5, 4, 3, 2, 1];

const begun = new Map(); // stop → its form: what was typed stays when another visit is made

/** Forms for the visits that wait for a rating, thanks for the others. */
export function rateVisits(visits, door, look) {
  return visits.filter((visit) => visit.can_be_rated || visit.score !== null).map((visit) => (visit.score === null ? formOf(visit, door, look) : thanks(visit)));
}

function formOf(visit, door, look) {
  if (!begun.has(visit.stop)) begun.set(visit.stop, form(visit, door, look));
  return begun.get(visit.stop);
}

function thanks({ stop, at: when, score }) {
  return element("p", { class: "card", id: `rated-${stop}`, tabindex: "-1" }, say("rated", at(when), score));
}

function form({ stop, at: when, kind }, { link, own }, look) {
  const keyOf = keysOfForm();
  const button = element("button", { class: "main" }, say("send_rating"));
  const trouble = element("div");
  const name = (what) => `${what}-${stop}`;
  const why = element("div", { hidden: true }, // where the papers are stands below: a short form until somebody rates
    element("fieldset", { class: "reasons" }, element("legend", {}, say("reasons")), ...REASONS.map((reason) => tick({ name: name(reason), label: say(`reason_${reason}`) }))),
    field({ name: name("text"), label: say("rating_text"), rows: 2, optional: true, maxlength: 2000 }));
  const made = element("form", { novalidate: true, class: "card rate", "aria-labelledby": name("rate"), onsubmit: (event) => { event.preventDefault(); busy(button, send); } },
    element("h2", { id: name("rate") }, say("rate_visit")),
    element("p", { class: "note" }, say(`visit_${kind}`), " · ", at(when)), trouble,
    choices({ name: name("score"), legend: say("score"), value: "", options: SCORES.map((score) => [String(score), say(`score_${score}`)]), onchange: () => { why.hidden = false; } }), why,
    element("p", { class: "actions" }, button));
  async function send() {
    const given = answers(made);
    const score = Number(given[name("score")] ?? 0);
    if (!score) {
      tell({ detail: say("score_missing") });
      made.querySelector("input").focus();
      return;
    }
    const reasons = REASONS.filter((reason) => given[name(reason)]);
    try {
      const body = { stop, score, reasons, text: given[name("text")] };
      await ask("POST", `${link}/ratings`, { key: keyOf(body), own, body });
      await look();
      document.getElementById(`rated-${stop}`)?.focus();
    } catch (problem) {
      tell(problem);
    }
  }
  function tell(problem) {
    const box = alertBox(problem);
    trouble.replaceChildren(box);
    box.focus();
  }
  return made;
}
