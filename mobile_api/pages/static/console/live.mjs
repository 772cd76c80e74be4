// The day as it is ridden: where couriers are, when they are expected, what is behind them.
import { read } from "/static/page/api.mjs";
import { clock, count, element } from "./format.mjs";

const DOOR = "/v1/dispatcher";
const OLD_S = 600; // a place this old is shown as old

/** What a published plan looks like right now, or null for any other plan. */
export async function loadLive(plan) {
  if (plan?.status !== "PUBLISHED") return null;
  const [{ read_at: readAt, routes }, { positions }] = await Promise.all([
    read(`${DOOR}/arrivals?service_date=${encodeURIComponent(plan.service_date)}`), read(`${DOOR}/couriers/positions`)]);
  const places = new Map(positions.map((place) => [place.courier_code, place]));
  const shown = plan.routes.map((route) => liveRoute(route, routes.find((other) => other.route_id === route.id), places.get(route.courier_code), readAt));
  return { readAt, routes: new Map(shown.map((each) => [each.routeId, each])), key: JSON.stringify(shown) };
}

function liveRoute(route, told, place, readAt) {
  const ofToday = place && place.at >= route.starts_at.slice(0, 10) && new Date(place.at) > new Date(route.starts_at) - 3600_000;
  return {
    routeId: route.id,
    place: ofToday ? { point: [place.lon, place.lat], minutes: Math.floor(place.age_s / 60), old: place.age_s > OLD_S, coarse: place.coarse, at: place.at } : null,
    begun: new Date(readAt) >= new Date(route.starts_at) - 3600_000,
    stale: Boolean(told?.stale), paused: Boolean(told?.paused), finished: Boolean(told?.finished),
    next: told?.stops[0] ?? null,
    stops: Object.fromEntries((told?.stops ?? []).map((stop) => [stop.stop_id, stop])),
    made: Object.fromEntries((told?.made ?? []).map((stop) => [stop.stop_id, stop])),
  };
}

/** "10:42 (10:35–10:55)": the likely minute and the range that holds four arrivals in five. */
export const expected = ({ likely_at: likely, earliest_at: from, latest_at: to }) => `${clock(likely)} (${clock(from)}–${clock(to)})`;

/** How old a place is, in words. */
export function placeWords(place) {
  if (!place) return "chưa có vị trí";
  const age = place.minutes < 1 ? "vừa xong" : place.minutes < 60 ? `${place.minutes} phút trước` : `lúc ${clock(place.at)}`;
  if (place.coarse) return `vị trí ước chừng, ${age}`;
  return place.old ? `vị trí cũ, ${age}` : `vị trí ${age}`;
}

/** One line below a courier's name. */
export function liveLine(route, live) {
  if (!live?.begun && !live?.next) return null;
  if (live.finished) return element("span", { class: "live done" }, `Đã xong tuyến · ${count(Object.keys(live.made).length)} điểm`);
  const stop = live.next && route.stops.find((other) => other.id === live.next.stop_id);
  const to = stop && (stop.label ? `Tới điểm ${stop.label}` : "Về bưu cục");
  const words = [to && `${to} khoảng ${expected(live.next)}`, live.paused && "đang tạm dừng", live.begun && placeWords(live.place)].filter(Boolean);
  return element("span", { class: live.stale || live.place?.old ? "live old" : "live" }, words.join(" · "));
}

/** What happened at a stop, or when it is expected. */
export function stopLine(stop, live) {
  const made = live?.made[stop.id];
  if (made) return element("span", { class: made.failed ? "eta failed" : "eta made" }, `${made.failed ? "Không thành" : "Xong"} ${clock(made.at)}`);
  const told = live?.stops[stop.id];
  if (!told) return null;
  if (told.out_of_order) return element("span", { class: "eta old" }, `Đã đi qua, chưa rõ giờ · ước ${clock(told.likely_at)}`);
  return element("span", { class: live.stale ? "eta old" : "eta" }, `Dự kiến ${expected(told)}${told.learned_from ? "" : " · ước theo quy tắc"}`);
}
