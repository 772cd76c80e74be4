// The dispatcher's board: chooses a plan, keeps it fresh, and joins map, lists and timeline.
import { read } from "./api.mjs";
import { PLAN_WORDS, element } from "./format.mjs";
import { openMap } from "./map_view.mjs";
import { aboutPlan, figureList, routeList, unassignedList } from "./panel.mjs";
import { aboutSections, figuresOf, loadBackground, loadPlan, loadPlans, noticeOf } from "./plan_data.mjs";
import { timeline } from "./timeline.mjs";

const POLL_MS = 4000; // a running plan is looked at this often; an unchanged answer is a 304
const at = (id) => document.getElementById(id);

const board = { map: null, plans: [], plan: null, chosen: null };

async function start() {
  board.map = await openMap(at("map"), { onRoute: choose, attribution: "Dữ liệu đường © cộng đồng OpenStreetMap (ODbL)" });
  at("service-date").addEventListener("change", () => refreshPlans(at("service-date").value));
  at("plan").addEventListener("change", () => showPlan(at("plan").value));
  wireTabs();
  await refreshPlans(new URLSearchParams(location.search).get("date"));
  document.body.dataset.ready = "true";
  setInterval(poll, POLL_MS);
}

async function refreshPlans(date) {
  try {
    board.plans = await loadPlans(date);
    if (!board.plans.length) {
      clear();
      loadBackground(date).then((layers) => board.map.background(layers), tell);
      say(date ? "Ngày này chưa có kế hoạch. Lập bằng lệnh: tannoi plan" : "Chưa có kế hoạch nào. Lập bằng lệnh: tannoi plan", "busy");
      return;
    }
    const first = board.plans.find((plan) => plan.status === "PUBLISHED") ?? board.plans[0];
    const sameDay = board.plans.filter((plan) => plan.service_date === first.service_date);
    at("service-date").value = first.service_date;
    at("plan").replaceChildren(...sameDay.map((plan) => element("option", { value: plan.id }, `Số ${plan.number} · ${PLAN_WORDS[plan.status]?.[0] ?? plan.status}`)));
    await showPlan(first.id);
  } catch (error) {
    tell(error);
  }
}

async function showPlan(id) {
  try {
    const before = board.plan;
    const plan = await loadPlan(id);
    if (before === plan) return;
    board.plan = plan;
    if (before?.service_date !== plan.service_date) loadBackground(plan.service_date).then((layers) => board.map.background(layers), tell);
    if (before?.id !== plan.id) board.chosen = null;
    at("plan").value = plan.id;
    const [words, tone] = PLAN_WORDS[plan.status] ?? [plan.status, "busy"];
    at("plan-state").textContent = words;
    at("plan-state").dataset.tone = tone;
    const notice = noticeOf(plan);
    say(notice?.text, notice?.tone);
    at("figures").replaceChildren(...figureList(figuresOf(plan)));
    at("count-routes").textContent = plan.routes.length;
    at("count-unassigned").textContent = plan.unassigned.length;
    at("list-unassigned").replaceChildren(...unassignedList(plan.unassigned));
    at("list-about").replaceChildren(...aboutPlan(aboutSections(plan)));
    board.map.show(plan.routes, plan.unassigned);
    drawRoutes();
  } catch (error) {
    tell(error);
  }
}

function drawRoutes() {
  const { plan, chosen } = board;
  at("list-routes").replaceChildren(...routeList(plan.routes, { chosen, onRoute: choose, onStop: (id) => board.map.showStop(id) }));
  at("timeline").replaceChildren(timeline(plan.routes, { chosen, onRoute: choose }));
}

function choose(routeId) {
  board.chosen = board.chosen === routeId ? null : routeId;
  board.map.focus(board.chosen);
  selectTab("routes");
  drawRoutes();
  document.querySelector(`[data-route="${board.chosen}"]`)?.scrollIntoView({ block: "nearest" });
}

function clear() {
  board.plan = null;
  for (const id of ["plan", "figures", "list-routes", "list-unassigned", "list-about", "timeline"]) at(id).replaceChildren();
  for (const id of ["count-routes", "count-unassigned", "plan-state"]) at(id).textContent = "";
  board.map.show([], []);
}

const poll = () => board.plan && !document.hidden && showPlan(board.plan.id);

function say(text, tone = "busy") {
  at("notice").hidden = !text;
  at("notice").textContent = text ?? "";
  at("notice").dataset.tone = tone;
}

const tell = (error) => say(error.message, "bad");

const TABS = ["routes", "unassigned", "about"];

function wireTabs() {
  for (const name of TABS) {
    at(`tab-${name}`).addEventListener("click", () => selectTab(name));
    at(`tab-${name}`).addEventListener("keydown", (event) => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (!step) return;
      const next = TABS[(TABS.indexOf(name) + step + TABS.length) % TABS.length];
      selectTab(next);
      at(`tab-${next}`).focus();
    });
  }
}

function selectTab(name) {
  for (const other of TABS) {
    const chosen = other === name;
    at(`tab-${other}`).setAttribute("aria-selected", String(chosen));
    at(`tab-${other}`).tabIndex = chosen ? 0 : -1;
    at(`list-${other}`).hidden = !chosen;
  }
}

start().catch(tell);
