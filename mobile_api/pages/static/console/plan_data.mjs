// What the doors answer, turned into what the board shows.
import { read } from "./api.mjs";
import { STATUS_WORDS, count, duration } from "./format.mjs";

const DOOR = "/v1/dispatcher";
const FINISHED = new Set(["DRAFT", "PUBLISHED", "SUPERSEDED"]);
const ESTIMATED = "GREAT_CIRCLE";
const shown = new Map(); // plan id → {answer, plan}: the same answer object means nothing changed

/** Plans, newest first, of one service date or of all. */
export async function loadPlans(date) {
  const { plans } = await read(`${DOOR}/plans${date ? `?service_date=${encodeURIComponent(date)}` : ""}`);
  return plans;
}

/** A plan with its routes and what it leaves undone; unfinished ones have empty lists. */
export async function loadPlan(id) {
  const answer = await read(`${DOOR}/plans/${id}`);
  const before = shown.get(id);
  if (before?.answer === answer) return before.plan;
  const done = FINISHED.has(answer.status);
  const [{ routes }, { unassigned }] = done
    ? await Promise.all([read(`${DOOR}/plans/${id}/routes`), read(`${DOOR}/plans/${id}/unassigned`)])
    : [{ routes: [] }, { unassigned: [] }];
  const plan = { ...answer, routes: routes.map(routeShown), unassigned: groupLeft(unassigned) };
  shown.set(id, { answer, plan });
  return plan;
}

function routeShown(route) {
  return {
    ...route,
    stops: route.stops.map((stop) => ({
      ...stop,
      visits: stop.visits.map((visit) => ({ ...visit, procedure_name: visit.leg.procedure_name, item_code: visit.leg.item_code })),
    })),
  };
}

/** Dossiers of one door with the same reasons are one line for a person. */
function groupLeft(unassigned) {
  const groups = new Map();
  for (const { leg, address, point, reasons } of unassigned) {
    const words = reasons.map((reason) => reason.detail_vi);
    const key = JSON.stringify([address, leg.purpose, words]);
    const group = groups.get(key) ?? { title: "", codes: [], where: address, point, reasons: words, purpose: leg.purpose, slot: leg.slot, due_on: leg.due_on };
    group.codes.push(leg.item_code);
    groups.set(key, group);
  }
  return [...groups.values()].map((group) => ({
    ...group,
    title: `${group.purpose === "RETURN" ? "Phát kết quả" : "Thu gom"} · ${group.codes.join(", ")}`,
    where: [group.where, group.slot && `hẹn ${group.slot}`, `hạn ${localDate(group.due_on)}`].filter(Boolean).join(" · "),
  }));
}

const localDate = (iso) => iso.split("-").reverse().join("/");

/** The map's background; a layer that is missing leaves the map without it, not without a map. */
export async function loadBackground(date) {
  const on = date ? `?on=${encodeURIComponent(date)}` : "";
  const layer = (name) => read(`${DOOR}/map-layers/${name}`).catch((error) => (error.status === 404 ? null : Promise.reject(error)));
  const [roads, units, offices, postOffices] = await Promise.all([layer("roads"), layer(`units${on}`), layer(`offices${on}`), layer(`post-offices${on}`)]);
  const places = [...(offices?.features ?? []), ...(postOffices?.features ?? [])];
  for (const { properties } of places) properties.status_word = properties.source_status === "VERIFIED" ? "" : STATUS_WORDS[properties.source_status];
  return { roads, units, places: { type: "FeatureCollection", features: places } };
}

/** The header's figures: [label, value, bad?]. */
export function figuresOf({ summary, status }) {
  if (!summary?.couriers) return status === "FAILED" ? [] : [["Kế hoạch", "đang lập"]];
  const left = summary.unassigned.legs;
  return [
    ["Bưu tá", `${count(summary.couriers.used)}/${count(summary.couriers.available)}`],
    ["Lượt tại nhà", count(summary.visits.homes)],
    ["Điểm dừng", count(summary.stops)],
    ["Quãng đường", `${count(summary.distance_km)} km`],
    ["Giờ đi đường", hours(summary.ride_h)],
    ["Đúng hẹn", `${count(summary.promises.kept)}/${count(summary.legs.asked)}`],
    ["Chưa xếp", count(left), left > 0],
  ];
}

const hours = (value) => duration(value * 3600);

/** What a person must know before trusting the plan, or null. */
export function noticeOf(plan) {
  if (plan.status === "FAILED") return { text: `${plan.failure.detail_vi} ${plan.failure.action_vi}`, tone: "bad" };
  if (plan.status === "QUEUED") return { text: "Kế hoạch đang chờ tiến trình lập tuyến.", tone: "busy" };
  if (plan.status === "RUNNING") {
    const left = plan.seconds_left === null ? "" : ` · còn khoảng ${Math.ceil(plan.seconds_left)} giây`;
    const best = plan.best_cost === null ? "" : ` · phương án tốt nhất hiện tại: ${count(plan.best_cost)}`;
    return { text: `Đang lập tuyến${left}${best}`, tone: "busy" };
  }
  const notes = [];
  if (plan.staleness?.stale) notes.push(`Dữ liệu đã đổi sau khi lập: ${plan.staleness.detail_vi}.`);
  if (plan.travel_source === ESTIMATED) notes.push(`Thời gian đi là ước lượng, không phải đường thật. ${plan.travel_note ?? ""}`);
  if (holdsSamples(plan)) notes.push("Có dữ liệu mẫu: tên, số điện thoại và phiếu yêu cầu là giả định.");
  return notes.length ? { text: notes.join(" "), tone: "busy" } : null;
}

const holdsSamples = (plan) => plan.routes.some((route) => route.stops.some((stop) => stop.source_status === "SAMPLE"));

/** Tables of the third tab. */
export function aboutSections({ summary, baseline, ...plan }) {
  if (!summary?.couriers) return [];
  const rows = (figures, cost, left) => [
    ["Bưu tá", count(figures.couriers.used)],
    ["Quãng đường", `${count(figures.distance_km)} km`],
    ["Đi đường", hours(figures.ride_h)],
    ["Chờ", hours(figures.wait_h)],
    ["Chi phí (giây đi đường quy đổi)", count(cost)],
    ["Hồ sơ chưa xếp", count(left)],
  ];
  const sections = [{ title: "Kế hoạch này", rows: rows(summary, summary.search.cost, summary.unassigned.legs) }];
  if (baseline?.couriers) sections.push({ title: "Làm tay từng khu vực", rows: rows(baseline, baseline.cost, baseline.unassigned_legs), note: `Quy tắc: ${baseline.rule_vi}` });
  sections.push({
    title: "Cách lập",
    rows: [
      ["Bộ giải", `${summary.search.engine} · hạt giống ${summary.search.seed}`],
      ["Thời gian tìm", `${count(summary.search.seconds)} giây`],
      ["Thời gian đi", plan.travel_source === ESTIMATED ? "ước lượng" : "theo đường thật"],
      ["Khu vực", plan.planning_area_name],
    ],
  });
  return sections;
}
