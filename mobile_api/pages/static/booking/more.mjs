// Papers of other procedures that the courier takes along in the same visit.
import { select } from "/static/citizen/forms.mjs";
import { say } from "/static/citizen/language.mjs";
import { element } from "/static/page/element.mjs";
import { draft, keep } from "/static/booking/draft.mjs";

const MOST_DOSSIERS = 10; // of one visit
const MOST_OTHERS = 9;

/** The list with what was added, and the way to add one. `onchange` hears of every change. */
export function moreProcedures(turn, onchange) {
  const box = element("section", { class: "card", "aria-labelledby": "more-title", id: "more" });
  const change = (more) => { keep({ more, hold: null, slot: null }); fill(); onchange(); };
  function fill() {
    const add = element("button", { type: "button", id: "add-more", onclick: () => { keep({ adding: true, query: "" }); turn.go("procedure"); } }, say("add_more"));
    box.replaceChildren(element("h3", { id: "more-title", tabindex: "-1" }, say("more_procedures")), ...draft.more.map(one),
      element("p", {}, draft.more.length < MOST_OTHERS ? add : null));
  }
  function one(other, index) {
    const counts = Array.from({ length: MOST_DOSSIERS }, (_, n) => [String(n + 1), String(n + 1)]);
    const drop = () => { change(draft.more.filter((_, at) => at !== index)); document.getElementById("more-title").focus(); };
    const recount = ({ target }) => change(draft.more.map((each, at) => (at === index ? { ...each, dossiers: Number(target.value) } : each)));
    return element("div", {}, select({ name: `more-${index}`, label: say("dossiers_of", other.name), options: counts, value: String(other.dossiers), onchange: recount }),
      element("button", { type: "button", class: "link", onclick: drop }, say("remove_one", other.name)));
  }
  fill();
  return box;
}
