// One dossier: who has the papers, the dates that matter, what happened so far, the proof.
import { say } from "/static/citizen/language.mjs";
import { at, longDay, pairs } from "/static/citizen/show.mjs";
import { element } from "/static/page/element.mjs";

export function oneItem(item, { outcome_only: outcomeOnly, items }, index) {
  const title = `item-${index}`;
  const heading = items.length > 1 ? say("dossier_of", index + 1, items.length) : say("dossier");
  return element("section", { class: "card item", "aria-labelledby": title },
    element("h2", { id: title }, heading),
    pairs(
      [say("state"), element("strong", {}, item.state)], [say("keeper"), item.keeper],
      [say("procedure"), item.procedure], [say("office"), item.office],
      item.filed_at && [say("filed_at"), at(item.filed_at)],
      item.appointment_on && [say("appointment_on"), longDay(item.appointment_on)],
      !outcomeOnly && item.due_on && [say("due_on"), longDay(item.due_on)],
      [say("item_code"), item.item_code]),
    item.steps.length ? timeline(item.steps) : null,
    item.chain_token ? element("p", {}, element("a", { href: `/kiem-chung/${encodeURIComponent(item.chain_token)}` }, say("chain"))) : null);
}

/** The newest first: that is what one wants to know. */
function timeline(steps) {
  const line = ({ at: when, what, place }) => element("li", {},
    element("time", { datetime: when }, at(when)), element("span", {}, what, place ? ` · ${place}` : ""));
  return element("div", {}, element("h3", {}, say("steps")), element("ol", { class: "plain steps", reversed: true }, ...[...steps].reverse().map(line)));
}
