// Follows one booking by its link: shows what the server knows, looks again politely, keeps forms whole.
import { ask } from "/static/citizen/ask.mjs";
import { alertBox, busy } from "/static/citizen/forms.mjs";
import { languageButton, learn, say, translatePage } from "/static/citizen/language.mjs";
import { timeOf } from "/static/citizen/show.mjs";
import { element } from "/static/page/element.mjs";

await learn("citizen", "following");
const [{ overview }, { oneItem }, { rateVisits }, { complaints }] = await Promise.all(
  ["overview", "item", "rating", "complaining"].map((name) => import(`/static/following/${name}.mjs`)));

const LOOK_S = { near: 30, far: 180, failed: 60 }; // seconds between two looks, by what is expected
const link = `/v1/citizen/follow/${encodeURIComponent(document.body.dataset.token)}`;
const live = document.getElementById("live");
const parts = Object.fromEntries(["state", "items", "rating", "complaints"].map((id) => [id, document.getElementById(id)]));
let last = { state: "", visits: "", complaints: "" };
let timer = null;
let isOver = false;

async function look({ byHand = false } = {}) {
  clearTimeout(timer);
  let next = LOOK_S.failed;
  try {
    const followed = await ask("GET", link);
    show(followed, byHand);
    isOver = followed.outcome_only;
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
  const visits = JSON.stringify(followed.visits);
  if (visits !== last.visits) parts.rating.replaceChildren(...rateVisits(followed.visits, link, look));
  const made = JSON.stringify(followed.complaints);
  if (made !== last.complaints || !parts.complaints.firstChild) parts.complaints.replaceChildren(...complaints(followed, link, look));
  last = { state, visits, complaints: made };
  stamp(followed.outcome_only);
}

function stamp(outcomeOnly) {
  document.getElementById("seen-at").textContent = say(outcomeOnly ? "over_since" : "seen_at", timeOf(Date.now()));
  document.getElementById("again").hidden = outcomeOnly;
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
  const way = isGone ? element("p", { class: "actions" }, element("a", { class: "button", href: "/dat-lich" }, say("book"))) : null;
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
