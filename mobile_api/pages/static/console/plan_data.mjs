// What the doors answer, turned into what the board shows.
import { read, readWithTag } from "/static/page/api.mjs";
import { Recent } from "/static/page/recent.mjs";
import { shortDate } from "./format.mjs";

const DOOR = "/v1/dispatcher";
const FINISHED = new Set(["DRAFT", "PUBLISHED", "SUPERSEDED"]);
const shown = new Recent(12); // plan id → {answer, plan}: the same answer object means nothing changed

/** Plans, newest first, of one service date or of all. */
export async function loadPlans(date) {
  const { plans } = await read(`${DOOR}/plans${date ? `?service_date=${encodeURIComponent(date)}` : ""}`);
  return plans;
}

/** The plan a dispatcher wants to see first: of the asked day or the next one to come, in force before newest. */
export function firstPlan(plans, today) {
  const days = [...new Set(plans.map((plan) => plan.service_date))].sort();
  const day = days.find((other) => other >= today) ?? days.at(-1);
  const ofDay = plans.filter((plan) => plan.service_date === day);
  return ofDay.find((plan) => plan.status === "PUBLISHED") ?? ofDay.find((plan) => FINISHED.has(plan.status)) ?? ofDay[0];
}

/** A plan with its routes and what it leaves undone; unfinished ones have empty lists. */
export async function loadPlan(id) {
  const { body: answer, etag: tag } = await readWithTag(`${DOOR}/plans/${encodeURIComponent(id)}`);
  const before = shown.get(id);
  if (before?.answer === answer) return before.plan;
  const [{ routes }, { unassigned }] = FINISHED.has(answer.status)
    ? await Promise.all([read(`${DOOR}/plans/${answer.id}/routes`), read(`${DOOR}/plans/${answer.id}/unassigned`)])
    : [{ routes: [] }, { unassigned: [] }];
  const plan = { ...answer, tag, finished: FINISHED.has(answer.status), routes: routes.map(routeShown), unassigned: groupLeft(unassigned), leftCount: unassigned.length };
  shown.set(id, { answer, plan });
  return plan;
}

function routeShown(route) {
  const stops = route.stops.map((stop) => ({ ...stop, visits: stop.visits.map((visit) => ({ ...visit, cash_vnd: cashAt(visit) })) }));
  return { ...route, stops, stopCount: stops.filter((stop) => stop.label).length };
}

// Money changes hands at homes only; the same dossier passes counters without it.
const cashAt = ({ kind, leg }) => (kind === "COLLECTION" || kind === "DELIVERY" ? leg.cash_vnd : 0);

/** Dossiers of one door with the same reasons are one line for a person. */
function groupLeft(unassigned) {
  const alike = Map.groupBy(unassigned, ({ leg, address, reasons }) => JSON.stringify([address, leg.purpose, reasons.map((reason) => reason.detail_vi)]));
  return [...alike.values()].map((items) => {
    const [{ leg, address, point, reasons }] = items;
    const when = [leg.slot && `hẹn ${leg.slot}`, `hạn ${shortDate(leg.due_on)}`];
    return {
      title: `${leg.purpose === "RETURN" ? "Phát kết quả" : "Thu gom"} · ${items.length} hồ sơ`,
      dossiers: items.map((item) => `${item.leg.item_code} · ${item.leg.procedure_name}`),
      where: [address, ...when].filter(Boolean).join(" · "),
      reasons: reasons.map((reason) => reason.detail_vi),
      point,
      legs: items.map((item) => item.leg),
    };
  });
}

const NOTHING = [];
let newest = { answer: null, items: [] }; // the same answer object means nothing changed

/** What came to the day since a version was made, grouped as what it leaves; the same list while nothing comes. */
export async function loadNewWork(plan) {
  if (plan?.status !== "DRAFT" && plan?.status !== "PUBLISHED") return NOTHING;
  const answer = await read(`${DOOR}/plans/${encodeURIComponent(plan.id)}/new-work`);
  if (newest.answer !== answer) newest = { answer, items: groupLeft(answer.new_work) };
  return newest.items;
}

/** Bookings of the day that wait for a person to place them. */
export async function loadToPlace(date) {
  const { bookings } = await read(`${DOOR}/bookings/to-place`);
  return bookings.filter((booking) => booking.service_date === date);
}

/** The map's background; a layer that is missing leaves the map without it, not without a map. */
export async function loadBackground(date) {
  const on = date ? `?on=${encodeURIComponent(date)}` : "";
  const layer = (name) => read(`${DOOR}/map-layers/${name}`).catch((error) => (error.status === 404 ? null : Promise.reject(error)));
  const [roads, barriers, units, offices, postOffices] = await Promise.all(["roads", "barriers", `units${on}`, `offices${on}`, `post-offices${on}`].map(layer));
  const places = { type: "FeatureCollection", features: [...(postOffices?.features ?? []), ...(offices?.features ?? [])] };
  return { roads, units, barriers, places };
}
