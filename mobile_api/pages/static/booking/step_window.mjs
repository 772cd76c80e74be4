// The windows that couriers can really keep, day by day; the chosen one is held for ten minutes.
import { ask } from "/static/citizen/ask.mjs";
import { busy, select } from "/static/citizen/forms.mjs";
import { say } from "/static/citizen/language.mjs";
import { hours, longDay } from "/static/citizen/show.mjs";
import { chosenWindow, dayAfter, oneDay } from "/static/citizen/windows.mjs";
import { element } from "/static/page/element.mjs";
import { newKey } from "/static/page/http.mjs";
import { draft, keep, visitAsked } from "/static/booking/draft.mjs";
import { askForQuote } from "/static/booking/quote.mjs";
import { quoteFacts } from "/static/booking/quote_facts.mjs";

const DAYS = 3; // asked at once

export const windowStep = { id: "window", answered: () => Boolean(draft.hold), show };

async function show(box, turn) {
  const facts = element("div", { id: "facts" });
  const list = element("div", { id: "windows", "aria-live": "polite" });
  const more = element("button", { type: "button", id: "more-days", hidden: true, onclick: () => busy(more, load) }, say("more_days"));
  const take = element("button", { class: "main" }, say("hold_window"));
  const form = element("form", { novalidate: true, onsubmit: (event) => { event.preventDefault(); busy(take, hold); } },
    facts, list, element("p", {}, more), element("p", { class: "actions stays" }, take));
  box.append(form);
  const again = element("button", { type: "button", id: "ask-again", onclick: () => busy(again, askAgain) }, say("try_again"));
  let from = null;

  async function askAgain() {
    turn.calm();
    await begin();
    list.querySelector("legend")?.focus();
  }
  async function begin() {
    from = null;
    list.replaceChildren();
    more.hidden = take.parentElement.hidden = true;
    if (draft.mode === "RETURN" && !draft.office_code) {
      list.replaceChildren(element("p", { class: "hint" }, say("office_first")));
      return;
    }
    list.replaceChildren(element("p", { class: "note" }, say("looking_for_windows")));
    await load();
  }
  async function load() {
    const isFirst = from === null;
    try {
      const { days } = await ask("POST", "/v1/citizen/slots", { body: { ...visitAsked(), days: DAYS, ...(from && { on: from }) } });
      if (isFirst) list.replaceChildren(days.some((day) => day.basis === "PLAN" && day.windows.length) ? element("p", { class: "note" }, say("windows_explained")) : "");
      list.append(...days.map((day) => oneDay(day, draft.slot)));
      from = dayAfter(days.at(-1).day);
      more.hidden = false;
      take.parentElement.hidden = !list.querySelector("input");
      if (!isFirst) list.querySelector(`#day-${days[0].day}`)?.focus();
      else if (!list.querySelector("input")) list.append(element("p", { class: "hint" }, say("no_window")));
    } catch (problem) {
      if (isFirst) list.replaceChildren(isPassing(problem) ? element("p", { class: "actions" }, again) : "");
      more.hidden = isFirst;
      turn.fail(problem, ...wayOut(problem, turn));
    }
  }
  async function hold() {
    const chosen = chosenWindow(form);
    if (!chosen) {
      turn.fail({ detail: say("window_missing") });
      return;
    }
    const { day, start, end } = chosen;
    const slot = `${day} ${start} ${end}`;
    const before = draft.hold;
    // The same question again (a lost answer) has the same key, another window a new one.
    if (draft.slot !== slot || !draft.hold_key) keep({ slot, hold_key: newKey() });
    try {
      const held = await ask("POST", "/v1/citizen/holds", { body: { ...visitAsked(), day, start, end }, key: draft.hold_key });
      keep({ hold: { id: held.id, day, start, end, office: held.office, until: Date.now() + held.seconds_left * 1000 }, hold_key: null, confirm_key: null, confirmed: false });
      if (before && before.id !== held.id) ask("DELETE", `/v1/citizen/holds/${before.id}`).catch(() => {}); // it ends by itself anyway
      turn.next();
    } catch (problem) {
      keep({ slot: null });
      if (problem.code === "slot_gone") await begin(); // the alert stands above what is still free
      turn.fail(problem, ...wayOut(problem, turn));
    }
  }

  askForQuote().then((quote) => facts.replaceChildren(officeChoice(quote.offices, begin), quoteFacts(quote, { folded: true })),
    (problem) => facts.replaceChildren(element("p", { class: "note" }, problem.detail)));
  if (draft.hold) list.before(heldCard(turn));
  await begin();
}

function heldCard(turn) {
  const { day, start, end } = draft.hold;
  return element("div", { class: "card" }, element("p", {}, say("still_held", longDay(day), hours(start, end))),
    element("p", { class: "actions" }, element("button", { type: "button", class: "main", onclick: turn.next }, say("keep_this_window"))));
}

/** Which office takes the papers, or where the result lies. */
function officeChoice(offices, onchange) {
  const isReturn = draft.mode === "RETURN";
  const open = offices.filter((office) => !office.service_start);
  const options = [["", isReturn ? say("choose_office") : say("any_office")], ...open.map((office) => [office.code, officeWords(office)])];
  return select({
    name: "office_code", label: isReturn ? say("office_of_result") : say("office_wanted"), note: isReturn ? say("office_not_listed") : null, options, value: draft.office_code,
    onchange: ({ target }) => { keep({ office_code: target.value, hold: null, slot: null }); onchange(); },
  });
}

const officeWords = ({ name, distance_m: metres, competent }) => [name, metres === null ? "" : say("km_away", (metres / 1000).toFixed(1)), competent ? "" : say("passes_on")].filter(Boolean).join(" · ");

/** Whether the same question may be answered a moment later. */
const isPassing = ({ status }) => status === 0 || status === 429 || status >= 500;

function wayOut({ code }, turn) {
  if (!["door_unknown", "booking_outside_area"].includes(code)) return [];
  return [element("p", {}, element("button", { type: "button", onclick: () => turn.go("address") }, say("back_to_address")))];
}
