// The top of the page: how the booking stands, when the courier is near, what to have ready.
import { say } from "/static/citizen/language.mjs";
import { checklist, pairs, timeOf, visitTime } from "/static/citizen/show.mjs";
import { element } from "/static/page/element.mjs";

export function overview(followed) {
  const { status_words: words, expected, prepare, day, start, end, mode, applicant, door } = followed;
  return [
    element("p", { class: "state", id: "status", tabindex: "-1" }, words),
    expected ? near(expected) : null,
    element("div", { class: "card" }, pairs(
      [say("visit"), element("strong", {}, ...visitTime(day, start, end))],
      [say("service"), say(`mode_${mode}`)], [say("applicant"), applicant], [say("door"), door])),
    prepare.length ? element("section", { class: "card", "aria-labelledby": "prepare-title" }, element("h2", { id: "prepare-title" }, say("prepare")), checklist(prepare)) : null,
  ].filter(Boolean);
}

function near({ visit, earliest_at: earliest, latest_at: latest, stops_before: stops }) {
  return element("div", { class: "near", id: "near" },
    element("strong", {}, say(`expected_${visit}`, timeOf(earliest), timeOf(latest))),
    element("p", {}, stops > 0 ? say("stops_before", stops) : say("you_are_next"), " ", say("only_a_forecast")));
}
