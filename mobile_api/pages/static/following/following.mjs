// Follows one booking, by its link or as its owner: shows what the server knows, looks again politely, keeps forms whole.
import { ask } from "/static/citizen/ask.mjs";
import { alertBox, busy } from "/static/citizen/forms.mjs";
import { languageButton, learn, say, translatePage } from "/static/citizen/language.mjs";
import { timeOf } from "/static/citizen/show.mjs";
import { element } from "/static/page/element.mjs";

await learn("citizen", "changing", "following");
const [{ overview }, { oneItem }, { rateVisits }, { complaintList, newComplaint }, { changing }] = await Promise.all(
  ["following/overview", "following/item", "following/rating", "following/complaining", "changing/changing"].map((name) => import(`/static/${name}.mjs`)));

const LOOK_S = { near: 30, far: 180, failed: 60 }; // seconds between two looks, by what is expected
const { token, reference } = document.body.dataset;
const own = Boolean(reference);
const link = own ? `/v1/citizen/bookings/${encodeURIComponent(reference)}` : `/v1/citizen/follow/${encodeURIComponent(token)}`;
const looked = own ? `${link}/followed` : link;
const door = { link, own }; // where rating, complaining and changing go
const live = document.getElementById("live");
const parts = Object.fromEntries(["state", "changing", "items", "rating", "complaints"].map((id) => [id, document.getElementById(id)]));
const MAY_CHANGE = new Set(["TO_PLACE", "REQUESTED", "SCHEDULED", "COLLECTED"]); // the server decides
let last = { state: "", visits: "", complaints: "" };
let timer = null;
let isOver = false;

async function look({ byHand = false } = {}) {
  clearTimeout(timer);
  let next = LOOK_S.failed;
  try {
    const followed = await ask("GET", looked, { own });
    isOver = followed.outcome_only || (own && followed.ended);
    show(followed, byHand);
    next = followed.expected ? LOOK_S.near : LOOK_S.far;
  } catch (problem) {
    if (!problem.detail) throw problem;
    failed(problem);
  }
  // A page that nobody looks at asks nothing; it looks when it is seen again.
  if (!isOver && !document.hidden) timer = setTimeout(look, next * 1000);
}

function show(followed, byHand) {
  document.getElementById("trouble").replaceChildren();
  document.title = `${followed.reference} · ${say("title")} · Tận Nơi`;
  document.getElementById("reference").textContent = followed.reference;
  const state = JSON.stringify([followed.status, followed.expected, followed.items, followed.day, followed.start]);
  const isNews = state !== last.state;
  if (isNews) {
    parts.state.replaceChildren(...overview(followed));
    parts.items.replaceChildren(...followed.items.map((item, index) => oneItem(item, followed, index)));
    if (last.state) live.textContent = say("news", followed.status_words);
  } else if (byHand) live.textContent = say("no_news");
  const canChange = !followed.outcome_only && MAY_CHANGE.has(followed.status);
  if (!canChange) parts.changing.replaceChildren();
  else if (!parts.changing.firstChild) parts.changing.replaceChildren(changing(link, changed, { own }));
  const visits = JSON.stringify(followed.visits);
  if (visits !== last.visits) parts.rating.replaceChildren(...rateVisits(followed.visits, door, look));
  const made = JSON.stringify(followed.complaints);
  if (!parts.complaints.firstChild) parts.complaints.append(element("div", {}), newComplaint(followed, door, look));
  if (made !== last.complaints) parts.complaints.firstChild.replaceChildren(...complaintList(followed));
  last = { state, visits, complaints: made };
  stamp(isOver);
}

/** The part closes; what became of the booking stands above it. */
async function changed({ act }) {
  parts.changing.replaceChildren();
  await look();
  live.textContent = say(`changed_${act}`);
  document.getElementById("status").focus();
}

function stamp(hasEnded) {
  document.getElementById("seen-at").textContent = say(hasEnded ? "over_since" : "seen_at", timeOf(Date.now()));
  document.getElementById("again").hidden = hasEnded;
}

/** What was shown stays, with what is wrong above it; a link that ended explains itself alone. */
function failed(problem) {
  const isGone = problem.status === 404;
  if (isGone) {
    isOver = true;
    for (const part of Object.values(parts)) part.replaceChildren();
    document.getElementById("again").hidden = true;
    document.getElementById("seen-at").textContent = "";
  }
  const way = isGone ? element("p", { class: "actions" }, element("a", { class: "button", href: own ? "/phieu-cua-toi" : "/dat-lich" }, say(own ? "mine_all" : "book"))) : null;
  const box = alertBox(problem, way ?? "");
  document.getElementById("trouble").replaceChildren(box);
}

translatePage();
languageButton(document.getElementById("tongue"));
const again = document.getElementById("again");
again.addEventListener("click", () => busy(again, () => look({ byHand: true })));
document.addEventListener("visibilitychange", () => {
  if (document.hidden) clearTimeout(timer);
  else if (!isOver) look();
});
await look();
document.body.dataset.ready = "true";
