// Moving or cancelling a booked visit: first what changes and for whom, then the yes.
import { ask, askWithTag } from "/static/citizen/ask.mjs";
import { alertBox, busy, choices } from "/static/citizen/forms.mjs";
import { say } from "/static/citizen/language.mjs";
import { longDay, money, pairs, visitTime } from "/static/citizen/show.mjs";
import { chosenWindow, dayAfter, oneDay } from "/static/citizen/windows.mjs";
import { element } from "/static/page/element.mjs";
import { newKey } from "/static/page/http.mjs";

const DAYS = 3; // asked at once

/** A part that opens on request. `base`: the booking's address in the API; `own`: of one's account; `level`: of its heading. */
export function changing(base, onChanged, { own = false, open = false, level = 2 } = {}) {
  const place = element("div", { "aria-live": "polite" });
  const trouble = element("div");
  const later = (deed) => (event) => busy(event.currentTarget, () => deed().catch(tell));
  const card = element("details", { class: "card changing", open }, element("summary", {}, say("change_or_cancel")), trouble,
    element("p", { class: "actions" },
      element("button", { type: "button", "data-act": "move", onclick: later(() => chooseWindow()) }, say("move_visit")),
      element("button", { type: "button", class: "danger", "data-act": "cancel", onclick: later(() => chooseCancelled()) }, say("cancel_visit"))), place);

  function tell(problem) {
    if (!problem.detail) throw problem;
    const box = alertBox(problem);
    trouble.replaceChildren(box);
    box.focus();
  }
  async function chooseWindow({ from, of } = {}) {
    trouble.replaceChildren();
    const { days, visit, waiting } = await ask("POST", `${base}/slots`, { own, body: { days: DAYS, ...(from && { on: from }), ...(of && { visit: of }) } });
    const more = element("button", { type: "button", onclick: later(() => chooseWindow({ from: dayAfter(days.at(-1).day), of: visit })) }, say("more_days"));
    const go = element("button", { class: "main" }, say("see_what_changes"));
    const form = element("form", { novalidate: true, onsubmit: (event) => {
      event.preventDefault();
      const window = chosenWindow(form);
      if (window) busy(go, () => preview({ act: "RESCHEDULED", visit, ...window }).catch(tell));
      else tell({ detail: say("window_missing") });
    } }, waiting.length > 1 ? whichVisit("which_visit", waiting, visit, (other) => {
      for (const windows of form.querySelectorAll(".day")) windows.remove(); // they were the other visit's
      busy(go, () => chooseWindow({ of: other }).catch(tell));
    }) : null,
    ...days.map((day) => oneDay(day)), element("p", { class: "actions" }, more, go));
    place.replaceChildren(form);
    form.querySelector(of && !from ? "input[name=visit]:checked" : waiting.length > 1 && !from ? "#visit-choices" : "legend[tabindex]").focus();
  }
  /** Missing papers are cancelled by themselves; any other visit ends the booking with all of them. */
  async function chooseCancelled() {
    trouble.replaceChildren();
    const { waiting } = await ask("GET", `${base}/visits`, { own });
    if (waiting.length < 2 || !waiting.some((each) => each.missing_papers)) return preview({ act: "CANCELLED" });
    const go = element("button", { class: "main" }, say("see_what_changes"));
    const form = element("form", { novalidate: true, onsubmit: (event) => {
      event.preventDefault();
      const visit = new FormData(form).get("visit");
      busy(go, () => preview({ act: "CANCELLED", visit }).catch(tell));
    } }, whichVisit("which_cancelled", waiting, waiting[0].id, () => {}), element("p", { class: "actions" }, go));
    place.replaceChildren(form);
    form.querySelector("#visit-choices").focus();
  }
  async function preview(wish) {
    trouble.replaceChildren();
    const { body, etag } = await askWithTag("POST", `${base}/preview`, { own, body: wish });
    const key = newKey();
    const yes = element("button", { type: "button", class: "main", "data-act": "yes", onclick: later(() => act(wish, body, etag, key)) }, say(`yes_${outcome(wish, body)}`));
    const no = element("button", { type: "button", onclick: () => { place.replaceChildren(); card.querySelector("button").focus(); } }, say("leave_it"));
    const title = element(`h${level}`, { tabindex: "-1" }, say("what_changes"));
    place.replaceChildren(title, effects(wish, body), element("p", { class: "actions" }, yes, no));
    title.focus();
  }
  async function act(wish, seen, match, key) {
    try {
      await ask("POST", `${base}/change`, { own, body: wish, match, key });
    } catch (problem) {
      if (problem.status !== 412) throw problem;
      await preview(wish); // the day moved on meanwhile: what changes now stands below
      tell({ detail: say("moved_on"), action: say("moved_on_action") });
      return;
    }
    await onChanged({ ...wish, act: outcome(wish, seen) });
  }
  return card;
}

/** What comes of a wish, as words name it: a booking may go on without a visit that is cancelled. */
const outcome = ({ act }, { ends_booking: ends }) => (act === "CANCELLED" && !ends ? "VISIT_CANCELLED" : act);

/** Which of several visits is meant: each may have a day of its own. */
function whichVisit(question, waiting, chosen, onChosen) {
  const whole = question === "which_cancelled" ? [say("cancels_all")] : [];
  const options = waiting.map(({ id, day, start, end, purposes, item_codes: codes, missing_papers: alone }) =>
    [id, visitTime(day, start, end), [...(alone ? [say("missing_papers")] : purposes.map((purpose) => say(`purpose_${purpose}`))), codes.join(", "), ...(alone ? [] : whole)].join(" · ")]);
  return choices({ name: "visit", legend: say(question), options, value: chosen, onchange: (event) => onChosen(event.target.value) });
}

function effects(wish, { references, waiting, visits, ends_booking: ends, routes, new_place: place, promise_before: before, promise_after: after, charge_vnd: charge }) {
  const others = place?.others_moved ? say("others_moved", place.others_moved, Math.ceil(place.most_moved_s / 60)) : say("no_others_moved");
  const gone = waiting.filter(({ id }) => visits.includes(id)), left = waiting.filter(({ id }) => !visits.includes(id));
  const cancels = wish.act === "CANCELLED" && (waiting.length > 1 || !ends);
  return element("div", {}, pairs(
    cancels && [say("cancelled"), timesOf(gone)],
    cancels && [say("booking_then"), ends ? say("booking_ends") : say("booking_goes_on")],
    cancels && left.length > 0 && [say("stays"), timesOf(left)],
    wish.day && waiting.length > 1 && [say("instead_of"), insteadOf(waiting.find(({ id }) => id === wish.visit))],
    wish.day && [say("new_visit"), element("strong", {}, ...visitTime(wish.day, wish.start, wish.end))],
    references.length > 1 && [say("all_of_visit"), references.join(", ")],
    [say("for_the_courier"), routes ? say("route_changes") : say("route_stays")],
    wish.day && [say("for_others"), others],
    after && before !== after && [say("promise"), say("promise_moves", before ? longDay(before) : "—", longDay(after))],
    [say("cost"), charge ? say("charged", money(charge)) : say("free")]));
}

const timesOf = (visits) => element("ul", { class: "plain" }, ...visits.map(({ day, start, end }) => element("li", {}, ...visitTime(day, start, end))));

const insteadOf = ({ day, start, end }) => element("span", {}, ...visitTime(day, start, end));
