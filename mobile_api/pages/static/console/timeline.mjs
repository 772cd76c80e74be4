// One line a courier over the hours of the day: riding, visits, breaks, waiting.
import { clock, element, minuteOfDay, routeColour, STOP_WORDS } from "./format.mjs";

const SVG = "http://www.w3.org/2000/svg";
const svg = (tag, attributes = {}, text = "") => {
  const node = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  if (text) node.append(text);
  return node;
};

/** A table: first column the courier, second the bars; `onRoute` is called with a route id. */
export function timeline(routes, { chosen, onRoute }) {
  if (!routes.length) return element("p", { class: "empty" }, "Chưa có tuyến để vẽ.");
  const from = Math.floor(Math.min(...routes.map((r) => minuteOfDay(r.starts_at))) / 60) * 60;
  const to = Math.ceil(Math.max(...routes.map((r) => minuteOfDay(r.ends_at))) / 60) * 60;
  const body = element("tbody");
  for (const route of routes) {
    const row = element("tr", { "aria-current": String(route.id === chosen), onclick: () => onRoute(route.id) },
      element("th", { scope: "row" }, route.courier_name), element("td"));
    row.lastChild.append(bars(route, from, to));
    body.append(row);
  }
  const head = element("thead", {}, element("tr", {}, element("th", { scope: "col" }, "Bưu tá"), element("td")));
  head.querySelector("td").append(hours(from, to));
  return element("table", {}, head, body);
}

function canvas(from, to) {
  return svg("svg", { viewBox: `0 0 ${to - from} 22`, preserveAspectRatio: "none", "aria-hidden": "true" });
}

function hours(from, to) {
  const box = element("div", { class: "hour-row" });
  for (let minute = from; minute < to; minute += 60) box.append(element("span", { class: "hour" }, `${minute / 60}:00`));
  return box;
}

function bars(route, from, to) {
  const drawing = canvas(from, to);
  for (let minute = from; minute <= to; minute += 60) drawing.append(svg("rect", { x: minute - from, y: 0, width: 0.6, height: 22, fill: "#dfe6e2" }));
  const start = minuteOfDay(route.starts_at) - from;
  drawing.append(svg("rect", { x: start, y: 10, width: Math.max(1, minuteOfDay(route.ends_at) - from - start), height: 2, fill: routeColour(route.number) }));
  for (const stop of route.stops) {
    if (stop.kind === "START" || stop.kind === "END") continue;
    const x = minuteOfDay(stop.starts_at) - from;
    const bar = svg("rect", {
      x, y: 4, width: Math.max(1.5, minuteOfDay(stop.ends_at) - from - x), height: 14, rx: 1,
      fill: stop.kind === "BREAK" ? "#c9d3ce" : routeColour(route.number),
    });
    bar.append(svg("title", {}, `${clock(stop.starts_at)}–${clock(stop.ends_at)} ${stop.name || STOP_WORDS[stop.kind]}`));
    drawing.append(bar);
  }
  return drawing;
}
