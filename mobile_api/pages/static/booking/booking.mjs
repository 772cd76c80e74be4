// Booking a visit, one question a screen: shows the step that the address names and leads on.
import { ask } from "/static/citizen/ask.mjs";
import { alertBox, markWrong } from "/static/citizen/forms.mjs";
import { languageButton, learn, say, translatePage } from "/static/citizen/language.mjs";
import { element } from "/static/page/element.mjs";
import { draft, keep } from "/static/booking/draft.mjs";
import { HoldClock } from "/static/booking/hold_clock.mjs";

await learn("citizen", "booking");
// What renders words at import time comes after the words.
const [{ procedureStep }, { wayStep }, { addressStep }, { windowStep }, { contactStep }, { doneStep }] = await Promise.all(
  ["procedure", "way", "address", "window", "contact", "done"].map((name) => import(`/static/booking/step_${name}.mjs`)));

const STEPS = [procedureStep, wayStep, addressStep, windowStep, contactStep, doneStep];
const ASKED = STEPS.length - 1; // the last one only tells
const box = document.getElementById("step");
const live = document.getElementById("live");
const clock = new HoldClock(document.getElementById("hold-clock"), { tell, onOver });
let shown = null;

function tell(text) {
  live.textContent = text;
}

/** Where the person may be by what is answered so far. */
function allowed(id) {
  if (draft.done) return doneStep;
  const wanted = STEPS.findIndex((step) => step.id === id);
  const first = STEPS.findIndex((step) => !step.answered());
  return STEPS[Math.max(0, Math.min(wanted < 0 ? 0 : wanted, first))];
}

const fromAddress = () => location.hash.slice(1);

function go(id, problem) {
  if (fromAddress() === id) show(problem);
  else {
    history.pushState(null, "", `#${id}`);
    show(problem);
  }
}

const turn = {
  next: () => go(STEPS[STEPS.indexOf(shown) + 1].id),
  go, tell, clock,
  /** Tell a failure at the top of this step and at its fields; what was typed stays. */
  fail(problem, ...more) {
    if (!problem.detail) throw problem;
    box.querySelector(".alert")?.remove();
    const marked = markWrong(box, problem.fields ?? {});
    const alert = alertBox(problem, ...more);
    box.querySelector(".heading").after(alert);
    if (!marked) alert.focus();
    alert.scrollIntoView({ block: "nearest" });
  },
  calm() {
    box.querySelector(".alert")?.remove();
    markWrong(box, {});
  },
};

function heading(step) {
  const number = STEPS.indexOf(step) + 1;
  const count = number <= ASKED ? element("span", { class: "count" }, say("step_of", number, ASKED)) : null;
  const bar = number <= ASKED ? element("progress", { class: "trail", max: ASKED, value: number, "aria-hidden": "true" }) : null;
  return element("div", { class: "heading" }, count, bar, element("h2", { tabindex: "-1", id: "step-title" }, say(`step_${step.id}`)));
}

async function show(problem) {
  const step = allowed(fromAddress());
  if (fromAddress() !== step.id) history.replaceState(null, "", `#${step.id}`);
  const isFirst = shown === null;
  shown = step;
  const content = element("div", { class: "content" });
  box.replaceChildren(heading(step), content);
  clock.show(step === contactStep ? draft.hold : null);
  document.title = `${say(`step_${step.id}`)} · ${say("title")} · Tận Nơi`;
  if (!isFirst) {
    scrollTo(0, 0);
    document.getElementById("step-title").focus();
  }
  await step.show(content, turn);
  if (problem && shown === step) turn.fail(problem);
}

function onOver() {
  keep({ hold: null, slot: null });
  go(windowStep.id, { detail: say("hold_is_over"), action: say("hold_is_over_action") });
}

/** A hold of before the reload may be over by now. */
async function checkHold() {
  if (!draft.hold || draft.done) return;
  try {
    const hold = await ask("GET", `/v1/citizen/holds/${draft.hold.id}`);
    keep({ hold: hold.status === "HELD" && hold.seconds_left > 0 ? { ...draft.hold, until: Date.now() + hold.seconds_left * 1000 } : null });
  } catch (problem) {
    if (problem.status === 404) keep({ hold: null });
  }
}

translatePage();
languageButton(document.getElementById("tongue"));
addEventListener("popstate", () => show());
const wanted = new URLSearchParams(location.search).get("thu-tuc");
if (wanted && !draft.procedure) keep({ query: wanted });
await checkHold();
await show();
document.body.dataset.ready = "true";
