// The bookings of one's own account: how each stands, and what can still be changed.
import { ask } from "/static/citizen/ask.mjs";
import { alertBox } from "/static/citizen/forms.mjs";
import { languageButton, learn, say, translatePage } from "/static/citizen/language.mjs";
import { element } from "/static/page/element.mjs";

await learn("citizen", "changing", "own");
const [{ money, pairs, visitTime }, { changing }, { showWho }] = await Promise.all(
  ["citizen/show", "changing/changing", "page/who"].map((name) => import(`/static/${name}.mjs`)));

const BOOKINGS = "/v1/citizen/bookings";
const MAY_CHANGE = new Set(["TO_PLACE", "REQUESTED", "SCHEDULED", "COLLECTED"]); // the server decides
const list = document.getElementById("bookings");
const live = document.getElementById("live");

async function look() {
  document.getElementById("trouble").replaceChildren();
  try {
    const { bookings } = await ask("GET", BOOKINGS, { own: true });
    const isOpen = ({ status }) => MAY_CHANGE.has(status);
    const closed = bookings.filter((each) => !isOpen(each));
    list.replaceChildren(
      ...(bookings.length ? bookings.filter(isOpen).map(one) : [element("p", { class: "hint" }, say("none_yet"))]),
      closed.length ? element("details", { class: "closed" }, element("summary", {}, say("closed_ones", closed.length)), ...closed.map(one)) : "");
  } catch (problem) {
    if (!problem.detail) throw problem;
    const box = alertBox(problem);
    document.getElementById("trouble").replaceChildren(box);
    box.focus();
  }
}

function one(booking) {
  const { reference, status, procedure, mode, office, day, start, end, expected_fee_vnd: fee, item_codes: codes } = booking;
  const title = `booking-${reference}`;
  return element("section", { class: "card", "aria-labelledby": title },
    element("h2", { id: title, tabindex: "-1" }, reference, " ", element("span", { class: `tag ${TAGS[status] ?? ""}` }, say(`booking_${status}`))),
    pairs([say("visit"), visitTime(day, start, end)], [say("procedure"), procedure],
      [say("service"), say(`mode_${mode}`)], [say("office"), office], fee ? [say("fee_at_door"), money(fee)] : null, [say("item_codes"), codes.join(", ")]),
    element("p", { class: "actions" }, element("a", { class: "button", href: `/phieu-cua-toi/${encodeURIComponent(reference)}`, "aria-describedby": title }, say("details"))),
    MAY_CHANGE.has(status) ? changing(`${BOOKINGS}/${encodeURIComponent(reference)}`, changed(reference), { own: true, level: 3 }) : null);
}

const TAGS = { DONE: "green", COLLECTED: "green", FAILED: "bad", CANCELLED: "bad" };

const changed = (reference) => async ({ act }) => {
  await look();
  live.textContent = say(`changed_${act}`);
  document.getElementById(`booking-${reference}`)?.focus();
};

translatePage();
languageButton(document.getElementById("tongue"));
showWho(document.getElementById("who")).then((who) => {
  if (who?.role === "FIRM") document.getElementById("firm").hidden = false;
}).catch(() => {}); // the list tells what is wrong
await look();
document.body.dataset.ready = "true";
