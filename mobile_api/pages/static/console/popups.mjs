// What a click on the map opens: a stop, an office or post office, a dossier left undone.
import { expected, placeWords } from "./live.mjs";
import { STOP_WORDS, VISIT_WORDS, clock, count, element, routeColour, statusTag } from "./format.mjs";

const MOST_LISTED = 12; // a popup is a glance; the list beside the map holds everything

/** The stops of one route at one point (a counter may be visited twice a day). */
export function stopPopup(route, stops) {
  const [{ name, address, source_status: status, kind }] = stops;
  return box(
    element("h3", {}, name || STOP_WORDS[kind]),
    address && address !== name ? element("p", {}, address) : null,
    element("p", { class: "by" }, dot(route), `${route.courier_code} · ${route.courier_name}`),
    ...stops.flatMap((stop) => [
      element("p", { class: "when" }, `${stop.label ? `Điểm ${stop.label} · ` : ""}${clock(stop.starts_at)} – ${clock(stop.ends_at)}`, stop.slot ? element("small", {}, ` hẹn ${stop.slot}`) : null),
      visitList(stop.visits),
    ]),
    statusTag(status),
  );
}

function visitList(visits) {
  const rows = visits.slice(0, MOST_LISTED).map((visit) => element("li", {},
    element("span", {}, element("b", {}, VISIT_WORDS[visit.kind] ?? visit.kind), ` · ${visit.procedure_name}`),
    element("code", {}, visit.item_code),
    visit.cash_vnd ? element("small", {}, `Thu ${count(visit.cash_vnd)} đ`) : null));
  const more = visits.length - MOST_LISTED;
  if (more > 0) rows.push(element("li", {}, `… và ${more} hồ sơ nữa`));
  return element("ul", {}, ...rows);
}

/** A courier where the phone was last, and what comes next. */
export function courierPopup(route, now) {
  const stop = now.next && route.stops.find((other) => other.id === now.next.stop_id);
  return box(
    element("p", { class: "kind" }, "Bưu tá"),
    element("h3", {}, dot(route), `${route.courier_name} · ${route.courier_code}`),
    element("p", { class: now.place.old ? "why" : "" }, placeWords(now.place)),
    stop ? element("p", { class: "when" }, `${stop.label ? `Điểm ${stop.label} · ${stop.name}` : STOP_WORDS[stop.kind]}: ${expected(now.next)}`) : null,
    now.paused ? element("p", { class: "why" }, "Đang tạm dừng.") : null,
  );
}

/** An office or post office, with who comes when today; `calls` are {route, stop} in time order. */
export function placePopup({ name, address, kind, source_status: status }, calls) {
  const come = calls.map(({ route, stop }) => element("li", {}, dot(route), `${clock(stop.starts_at)} ${route.courier_code} · ${tally(stop)}`));
  return box(
    element("p", { class: "kind" }, kind === "OFFICE" ? "Bộ phận một cửa" : "Bưu cục"),
    element("h3", {}, name),
    element("p", {}, address ?? ""),
    come.length ? element("ul", {}, ...come) : element("p", { class: "none" }, "Không có bưu tá nào ghé trong kế hoạch này."),
    statusTag(status),
  );
}

/** Dossiers at one door that the plan leaves undone. */
export function leftPopup({ title, where, reasons }) {
  return box(element("p", { class: "kind bad" }, "Chưa xếp được"), element("h3", {}, title), element("p", {}, where), ...reasons.map((reason) => element("p", { class: "why" }, reason)));
}

function tally({ kind, visits }) {
  if (!visits.length) return STOP_WORDS[kind];
  const counts = Map.groupBy(visits, (visit) => visit.kind);
  return [...counts].map(([act, all]) => `${VISIT_WORDS[act].toLocaleLowerCase("vi")} ${all.length}`).join(", ");
}

function dot(route) {
  return element("i", { class: "dot", "--route": routeColour(route.number), "aria-hidden": "true" });
}

const box = (...children) => element("div", { class: "popup" }, ...children);
