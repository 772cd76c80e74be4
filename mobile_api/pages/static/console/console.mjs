// The dispatcher's board: chooses a plan, keeps it fresh, and joins map, lists and timeline.
import { giveHands } from "./editing/hands.mjs";
import { aboutSections, figuresOf, labelsOf, noticeOf, sourcesOf } from "./figures.mjs";
import { PLAN_WORDS, dayOf, element, longDate, minuteOfDay, today } from "./format.mjs";
import { loadLive } from "./live.mjs";
import { openMap, withoutMap } from "./map_view.mjs";
import { aboutPlan, empty, figureList, labelList, routeList, searchHits, unassignedList } from "./panel.mjs";
import { firstPlan, loadBackground, loadNewWork, loadPlan, loadPlans, loadToPlace } from "./plan_data.mjs";
import { findStops } from "./search.mjs";
import { showWho } from "/static/page/who.mjs";
import { wireTabs } from "/static/page/tabs.mjs";
import { timeline } from "./timeline.mjs";

const POLL_MS = 4000; // a running plan is looked at this often; an unchanged answer is a 304
const at = (id) => document.getElementById(id);
const board = { map: null, date: "", plan: null, toPlace: [], newWork: [], sources: [], chosen: null, stopId: null, live: null, failed: false, turn: 0 };
let openTab, hands;

async function start() {
  const asked = new URLSearchParams(location.search);
  openTab = wireTabs(at("tabs"));
  at("service-date").addEventListener("change", () => at("service-date").value && showDay(at("service-date").value));
  at("day-before").addEventListener("click", () => showDay(dayAway(-1)));
  at("day-after").addEventListener("click", () => showDay(dayAway(1)));
  at("plan").addEventListener("change", () => showPlan(at("plan").value));
  at("find").addEventListener("input", drawRoutes);
  document.addEventListener("keydown", leave);
  const opening = openMap(at("map"), { onRoute: choose, onStop: showStop }).catch(() => withoutMap(at("map")));
  hands = giveHands({ tab: at("edit-trial"), versions: at("edit-versions"), list: at("list-routes"), count: at("count-edits"), bar: at("trial-bar") },
    { redraw: () => board.plan && drawRoutes(), openPlan: (id) => showDay(board.date, id), openTab });
  showWho(at("who")).then((who) => { hands.setWho(who); if (board.plan) draw(board.plan); }).catch(tell);
  const begin = () => showDay(asked.get("date"), asked.get("plan"), opening);
  const look = () => document.hidden || (board.map ? poll().catch(tell) : begin()); // a failed start is tried again
  await begin();
  document.body.dataset.ready = "true";
  setInterval(look, POLL_MS);
  document.addEventListener("visibilitychange", look); // who comes back sees the present at once
}

/** A service date with its plans; null chooses the day by itself. */
async function showDay(date, planId = null, opening = board.map) {
  const turn = ++board.turn; // an answer that comes after the next choice is not drawn any more
  try {
    const all = date ? await loadPlans(date) : await loadPlans();
    if (turn !== board.turn) return;
    const first = all.find((plan) => plan.id === planId) ?? firstPlan(all, date ?? today());
    board.date = date ?? first?.service_date ?? today();
    at("service-date").value = board.date;
    at("long-date").textContent = longDate(board.date);
    listPlans(all.filter((plan) => plan.service_date === board.date));
    const [plan, toPlace, background, map] = await Promise.all([first && loadPlan(first.id), loadToPlace(board.date), loadBackground(board.date), opening]);
    board.map = map;
    if (turn !== board.turn) return;
    board.toPlace = toPlace;
    board.sources = sourcesOf(background);
    board.map.background(background);
    draw(plan ?? null);
    follow().catch(tell); // the plan is on the board already
  } catch (error) {
    tell(error);
  }
}

function listPlans(plans) {
  const key = plans.map((plan) => plan.id + plan.status).join();
  if (at("plan").dataset.key === key) return;
  const chosen = at("plan").value;
  at("plan").dataset.key = key;
  at("plan").disabled = !plans.length;
  const options = plans.map((plan) => element("option", { value: plan.id }, `Số ${plan.number} · ${PLAN_WORDS[plan.status]?.[0] ?? plan.status}`));
  at("plan").replaceChildren(...(options.length ? options : [element("option", { value: "" }, "chưa có kế hoạch")]));
  if (plans.some((plan) => plan.id === chosen)) at("plan").value = chosen;
}

async function showPlan(id) {
  const turn = ++board.turn;
  try {
    const plan = await loadPlan(id);
    if (turn !== board.turn) return;
    present(plan);
    follow().catch(tell);
  } catch (error) {
    tell(error);
  }
}

function present(plan) {
  if (board.failed || board.plan !== plan) draw(plan);
}

async function poll() {
  const { date, turn, plan: before } = board;
  const plans = await loadPlans(date);
  const shown = before ?? firstPlan(plans, date);
  const plan = shown && (await loadPlan(shown.id));
  if (turn !== board.turn || before !== board.plan) return; // the dispatcher went on meanwhile
  listPlans(plans);
  if (plan) present(plan);
  else if (board.failed) draw(null);
  await follow();
}

/** The day as it is ridden, over the plan; what did not change is not drawn again. */
async function follow() {
  const { plan, turn } = board;
  const [live, newWork] = await Promise.all([loadLive(plan), loadNewWork(plan)]);
  if (turn !== board.turn || plan !== board.plan) return;
  if (newWork !== board.newWork) {
    board.newWork = newWork;
    drawLeft();
  }
  if (live?.key === board.live?.key) return;
  board.live = live;
  board.map.live(live);
  drawRoutes();
}

function draw(plan) {
  hands.look(plan);
  const same = board.plan && board.plan.id === plan?.id;
  board.plan = plan;
  board.failed = false;
  if (!same) board.chosen = board.stopId = board.live = null;
  if (!same) board.newWork = [];
  const [words, tone] = plan ? (PLAN_WORDS[plan.status] ?? [plan.status, "busy"]) : ["", ""];
  if (plan) at("plan").value = plan.id;
  at("plan-state").textContent = words;
  at("plan-state").dataset.tone = tone;
  at("labels").replaceChildren(...labelList(plan ? labelsOf(plan) : []));
  at("figures").replaceChildren(...figureList(plan ? figuresOf(plan) : []));
  say(plan && noticeOf(plan));
  at("count-routes").textContent = plan?.finished ? plan.routes.length : "";
  drawLeft();
  at("list-about").replaceChildren(...aboutPlan(plan ? aboutSections(plan) : [], board.sources));
  at("find").closest("label").hidden = !plan?.routes.length;
  board.map.show(plan?.routes ?? [], plan?.unassigned ?? []);
  board.map.live(board.live);
  board.map.focus(board.chosen);
  remember();
  drawRoutes();
}

function drawLeft() {
  const { plan, toPlace, newWork } = board;
  const fresh = newWork.reduce((sum, item) => sum + item.legs.length, 0);
  at("count-unassigned").textContent = plan?.finished ? plan.leftCount + toPlace.length + fresh : "";
  at("list-unassigned").replaceChildren(...(plan?.finished || toPlace.length ? unassignedList(plan?.unassigned ?? [], { newWork, toPlace, onLeft: showLeft, hands }) : [noPlan(plan)]));
}

function drawRoutes() {
  if (hands.isDragging()) return; // drawn when it ends: the list does not jump under a hand that aims
  const { chosen, stopId, live } = board;
  const plan = hands.shown();
  const focused = document.activeElement?.closest("[data-stop], [data-route]")?.dataset;
  const tool = document.activeElement?.dataset.tool;
  const question = at("find").value.trim();
  if (!plan?.routes.length) {
    at("list-routes").replaceChildren(noPlan(plan));
    at("timeline").replaceChildren(empty("Chưa có tuyến để vẽ theo giờ."));
    return;
  }
  const list = question ? searchHits(findStops(plan.routes, question), showStop) : routeList(plan.routes, { chosen, stopId, live, hands, onRoute: choose, onStop: showStop });
  at("list-routes").replaceChildren(...list);
  const present = live?.readAt ?? Date.now(); // the server's clock counts, if it is known
  const now = plan.service_date === dayOf(present) ? minuteOfDay(present) : null;
  at("timeline").replaceChildren(timeline(plan.routes, { chosen, now, onRoute: choose }));
  if (focused?.stop && tool) focusTool(document.querySelector(`[data-stop="${focused.stop}"] [data-tool="${tool}"]`));
  else if (focused?.stop) document.querySelector(`[data-stop="${focused.stop}"] button`)?.focus({ preventScroll: true });
  else if (focused?.route) document.querySelector(`[data-route="${focused.route}"] .head`)?.focus({ preventScroll: true });
}

/** The same button as before; at the end of a route, where it rests, the next one that does not. */
function focusTool(button) {
  const fit = button?.disabled ? button.parentElement.querySelector("button:enabled") : button;
  fit?.focus({ preventScroll: true });
}

/** What stands in an empty list: why there is nothing, and the next step. */
function noPlan(plan) {
  if (plan?.status === "FAILED") return empty("Không lập được kế hoạch.", `${plan.failure.detail_vi} ${plan.failure.action_vi}`);
  if (plan && !plan.finished && plan.status !== "CANCELLED") return empty("Đang lập kế hoạch.", "Các tuyến hiện ra ngay khi lập xong, không cần tải lại trang.");
  if (plan?.finished) return empty("Kế hoạch này không có tuyến nào.", "Xem thẻ Chưa xếp để biết lý do của từng hồ sơ.");
  return empty("Ngày này chưa có kế hoạch.", `Chọn ngày khác, hoặc lập bằng lệnh: tannoi plan KHU-VỰC ${board.date}`);
}

/** The same route again lets go of it. */
function choose(routeId) {
  board.chosen = board.chosen === routeId ? null : routeId;
  board.stopId = null;
  at("find").value = "";
  board.map.focus(board.chosen);
  openTab("tab-routes");
  drawRoutes();
  document.querySelector(`[data-route="${board.chosen}"]`)?.scrollIntoView({ block: "nearest" });
}

function showStop(routeId, stopId) {
  if (board.chosen !== routeId || at("find").value) {
    board.chosen = null;
    choose(routeId);
  }
  board.stopId = stopId;
  drawRoutes();
  document.querySelector(`[data-stop="${stopId}"]`)?.scrollIntoView({ block: "nearest" });
  at("map").scrollIntoView({ block: "nearest" });
  board.map.showStop(routeId, stopId);
}

function showLeft(index) {
  at("map").scrollIntoView({ block: "nearest" });
  board.map.showLeft(index);
}

/** Escape goes one step back: the popup, the search, then the chosen route. */
function leave(event) {
  if (event.key !== "Escape" || board.map?.closePopup()) return;
  if (at("find").value) {
    at("find").value = "";
    drawRoutes();
  } else if (board.chosen) choose(board.chosen);
}

function dayAway(days) {
  const day = new Date(`${board.date || today()}T00:00:00Z`);
  day.setUTCDate(day.getUTCDate() + days);
  return day.toISOString().slice(0, 10);
}

/** The address keeps day and plan, so that a reload or a link shows the same. */
function remember() {
  const kept = new URLSearchParams({ date: board.date, ...(board.plan && { plan: board.plan.id }) });
  history.replaceState(null, "", `${location.pathname}?${kept}`);
}

function say(notice) {
  at("notice").hidden = !notice;
  at("notice-text").textContent = notice?.text ?? "";
  at("notice").dataset.tone = notice?.tone ?? "";
  const progress = notice?.progress ?? null;
  at("progress").hidden = progress === null;
  at("progress").value = progress ?? 0;
}

function tell(error) {
  board.failed = true;
  say({ text: error.message, tone: "bad" });
}

start().catch(tell);
