// The door: in words, and if wanted as a point on the map, which helps the courier to find it.
import { answers, busy, field } from "/static/citizen/forms.mjs";
import { say } from "/static/citizen/language.mjs";
import { element } from "/static/page/element.mjs";
import { keptDoors } from "/static/booking/account.mjs";
import { draft, keep } from "/static/booking/draft.mjs";
import { askForQuote } from "/static/booking/quote.mjs";

export const addressStep = { id: "address", answered: () => Boolean(draft.address), show };

async function show(box, turn) {
  const question = field({ name: "address", label: say("ask_address"), note: say("ask_address_note"), rows: 2, value: draft.address, maxlength: 400, autocomplete: "street-address" });
  const place = element("div", { class: "card", id: "place" });
  const button = element("button", { class: "main" }, say("go_on"));
  const form = element("form", { novalidate: true, onsubmit: (event) => { event.preventDefault(); busy(button, check); } },
    question, place, element("p", { class: "actions" }, button));
  box.append(form);
  keptDoors(() => { question.querySelector("textarea").value = draft.address; showPoint(); })
    .then((doors) => doors && form.prepend(doors), (problem) => { if (!problem.detail) throw problem; }); // by hand then

  function showPoint() {
    const choose = element("button", { type: "button", id: "open-map", onclick: () => busy(choose, openMap) }, draft.point ? say("change_point") : say("choose_point"));
    const drop = draft.point ? element("button", { type: "button", class: "link", onclick: () => { move(null); turn.tell(say("point_dropped")); document.getElementById("open-map").focus(); } }, say("drop_point")) : null;
    place.replaceChildren(element("p", {}, draft.point ? say("point_chosen") : say("point_optional")), element("p", {}, choose, " ", drop));
  }
  function move(point) {
    keep({ point, hold: null, slot: null });
    showPoint();
  }
  function read() {
    const { address } = answers(form);
    if (address !== draft.address) keep({ address, hold: null, slot: null });
  }
  async function openMap() {
    read();
    try {
      const { pickPoint } = await import("/static/booking/map_pick.mjs");
      const point = await pickPoint(draft.point ?? (await knownPoint()));
      if (!point) return;
      turn.calm();
      move(point);
      turn.tell(say("point_chosen"));
      document.getElementById("open-map").focus();
    } catch (error) {
      turn.fail({ detail: say("map_failed"), action: say("map_failed_action") });
      if (!(error instanceof TypeError)) console.warn(error);
    }
  }
  async function check() {
    read();
    turn.calm();
    if (draft.address.length < 5) {
      turn.fail({ detail: say("needs_fixing"), fields: { address: say("address_missing") } });
      return;
    }
    try {
      const { door } = await askForQuote();
      if (door.placement === "TO_PLACE") turn.fail({ detail: say("door_not_found"), action: say("door_not_found_action") });
      else if (!door.served) turn.fail({ detail: say("not_served"), action: say("not_served_action") });
      else turn.next();
    } catch (problem) {
      // A day that is refused is no matter yet: the days are chosen next.
      if (problem.code === "not_a_visit_day") turn.next();
      else turn.fail(problem);
    }
  }
  showPoint();
}

/** Where the map opens: at the door if its address is known, else over the city. */
async function knownPoint() {
  if (draft.address.length < 5) return null;
  try {
    const { door } = await askForQuote();
    return door.point;
  } catch {
    return null;
  }
}
