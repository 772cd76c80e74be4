// The dispatcher's hands on the board: joins the desk of changes with lists, tab and server.
import { count } from "/static/console/format.mjs";
import { element } from "/static/page/element.mjs";
import { listLocks } from "./calls.mjs";
import { conflictView } from "./conflict.mjs";
import { Desk } from "./desk.mjs";
import { wireDrag } from "./drag.mjs";
import { editTab } from "./edit_tab.mjs";
import { leftTools } from "./left_tools.mjs";
import { routeTools, stopTools } from "./stop_tools.mjs";
import { asTried } from "./tried_plan.mjs";
import { versionsPanel } from "./versions.mjs";
import { effectLine } from "./words.mjs";

const EDITABLE = new Set(["DRAFT", "PUBLISHED"]);

/** `nodes`: {tab, list, count, bar}; `redraw()` draws the lists again; `openPlan(id)` shows another version. */
export function giveHands(nodes, { redraw, openPlan, openTab }) {
  const state = { who: null, plan: null, locks: [] };
  const desk = new Desk(() => {
    desk.look(state.plan); // the board may have gone on while changes were at hand
    draw();
    redraw();
  });
  const drawTab = editTab(nodes.tab, desk, {
    onSaved: ({ plan }) => openPlan(plan.id),
    conflictView: () => conflictView(desk, {
      onFollow: async (id) => { await openPlan(id); await desk.moveTo(state.plan); },
      onGiveUp: async (id) => { await desk.clear(); await openPlan(id); },
    }),
  });
  const drawVersions = versionsPanel(nodes.versions, { openPlan });
  const change = (chosen) => chosen && desk.add(chosen.edit, chosen.words);
  const present = () => (hands.canEdit ? { plan: hands.shown(), change } : null);
  const drag = wireDrag(nodes.list, present, redraw);
  addEventListener("beforeunload", (event) => desk.isBusy && event.preventDefault()); // the browser asks before typed changes are lost

  function draw() {
    drawTab();
    nodes.count.textContent = desk.entries.length || "";
    nodes.bar.hidden = !desk.isBusy;
    const sum = desk.trying ? "đang tính thử…" : desk.conflict ? "người khác đã lưu trước" : desk.error ? desk.error.message : desk.tried ? effectLine(desk.tried.total) : "";
    nodes.bar.replaceChildren(
      element("p", {}, element("strong", {}, `${count(desk.entries.length)} thay đổi chưa lưu`), sum ? ` · ${sum}` : ""),
      element("button", { type: "button", class: "small", onclick: () => openTab("tab-edit") }, "Xem và lưu"));
  }

  const hands = {
    desk,
    change,
    isDragging: () => drag.isDragging(),
    get canAct() {
      return state.who?.role === "DISPATCHER";
    },
    get canEdit() {
      const isOther = desk.isBusy && desk.plan.id !== state.plan?.id;
      return hands.canAct && Boolean(state.plan?.finished) && EDITABLE.has(state.plan.status) && !isOther;
    },
    /** Who is signed in decides whether there are tools at all. */
    setWho(who) {
      state.who = who;
      hands.look(state.plan);
    },
    /** The board shows this plan now. Changes at hand stay with the plan that they were made on. */
    look(plan) {
      const isNew = state.seenBy !== state.who || state.plan?.id !== plan?.id || state.plan?.tag !== plan?.tag;
      state.plan = plan;
      state.seenBy = state.who;
      desk.look(plan);
      if (isNew) state.locks = [];
      if (isNew && hands.canEdit) listLocks(plan.id).then((locks) => { if (state.plan === plan) { state.locks = locks; redraw(); } }, () => {});
      if (isNew) drawVersions(plan, hands.canAct).catch(() => {}); // the board itself tells when the server is away
      draw();
    },
    /** The plan with the changes that are being tried. */
    shown() {
      return desk.plan?.id === state.plan?.id && desk.isBusy ? asTried(state.plan, desk.tried) : state.plan;
    },
    stopTools: (route, stop) => (hands.canEdit && stop.visits.some((visit) => visit.id) ? stopTools({ plan: hands.shown(), locks: state.locks, route, stop, change }) : null),
    routeTools: (route) => (hands.canEdit ? routeTools({ locks: state.locks, route, change }) : null),
    leftTools: (item) => (hands.canEdit ? leftTools({ plan: state.plan, item, change, openPlan }) : null),
    canDrag: (stop) => hands.canEdit && stop.kind === "VISITS" && stop.visits.every((visit) => visit.id),
    isHeld: (visitId) => state.locks.some((lock) => lock.visits.includes(visitId)),
  };
  draw();
  return hands;
}
