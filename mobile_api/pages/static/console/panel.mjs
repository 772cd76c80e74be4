// The side lists: couriers with their stops, what stays undone and why, the figures.
import { STATUS_WORDS, STOP_WORDS, VISIT_WORDS, clock, count, duration, element, km, routeColour } from "./format.mjs";

/** One card a courier; opening it shows the stops in order. */
export function routeList(routes, { chosen, onRoute, onStop }) {
  if (!routes.length) return [element("p", { class: "empty" }, "Chưa có tuyến nào trong kế hoạch này.")];
  return routes.map((route) => {
    const open = route.id === chosen;
    return element("section", { class: "card", "data-route": route.id },
      element("button", { "aria-expanded": String(open), onclick: () => onRoute(open ? null : route.id) },
        swatch(route),
        element("span", { class: "name" }, route.courier_name),
        element("span", { class: "span" }, `${clock(route.starts_at)} – ${clock(route.ends_at)}`),
        element("span", { class: "sum" }, `${route.courier_code} · ${count(route.visit_count)} lượt · ${km(route.distance_m)} · chờ ${duration(route.wait_s)}`)),
      open ? stopList(route, onStop) : null);
  });
}

function swatch(route) {
  const box = element("span", { class: "swatch", "aria-hidden": "true" });
  box.style.background = routeColour(route.number);
  return box;
}

function stopList(route, onStop) {
  const list = element("ol", { class: "stops", "--route": routeColour(route.number) });
  for (const stop of route.stops) {
    list.append(element("li", { class: stop.kind === "VISITS" ? "" : "quiet" },
      element("span", { class: "no", "aria-hidden": "true" }, stop.label ? String(stop.label) : "•"),
      element("span", { class: "when" }, clock(stop.starts_at)),
      element("button", { onclick: () => onStop(stop.id) }, stop.name || STOP_WORDS[stop.kind]),
      element("span", { class: "what" }, whatHappens(stop))));
  }
  return list;
}

function whatHappens(stop) {
  if (stop.kind !== "VISITS") return STOP_WORDS[stop.kind];
  const tally = new Map();
  for (const visit of stop.visits) tally.set(visit.kind, (tally.get(visit.kind) ?? 0) + 1);
  const acts = [...tally].map(([kind, n]) => (n > 1 ? `${VISIT_WORDS[kind]} ×${n}` : VISIT_WORDS[kind])).join(", ");
  return stop.address && stop.address !== stop.name ? `${acts} · ${stop.address}` : acts;
}

export function unassignedList(unassigned) {
  if (!unassigned.length) return [element("p", { class: "empty" }, "Mọi hồ sơ của ngày đều đã có tuyến.")];
  return unassigned.map((item) => element("article", { class: "reason" },
    element("h3", {}, item.title),
    element("p", {}, item.where),
    ...item.reasons.map((reason) => element("p", { class: "why" }, reason))));
}

/** Key figures in words: [label, value, bad?] rows become the header and the table. */
export function figureList(figures) {
  return figures.map(([label, value, bad]) => element("div", { class: bad ? "bad" : "" }, element("dt", {}, label), element("dd", {}, value)));
}

export function aboutPlan(sections) {
  return [element("div", { class: "about" }, ...sections.flatMap(({ title, rows, note }) => [
    element("h2", {}, title),
    element("table", {}, element("tbody", {}, ...rows.map(([label, value]) => element("tr", {}, element("th", { scope: "row" }, label), element("td", {}, value))))),
    note ? element("p", {}, note) : null,
  ]))];
}

export const statusTag = (status) => (status && status !== "VERIFIED" ? element("span", { class: `tag ${status.toLowerCase()}` }, STATUS_WORDS[status]) : null);
