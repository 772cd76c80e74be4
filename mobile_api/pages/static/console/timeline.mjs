// One line a courier over the hours of the day: riding, homes, counters, breaks.
import { STOP_WORDS, clock, count, element, minuteOfDay, routeColour } from "./format.mjs";

const SVG = "http://www.w3.org/2000/svg";
const HEIGHT = 22;
const KIND_COLOURS = { OFFICE: "#123a6b", POST_OFFICE: "#c47a00" };

const svg = (tag, attributes = {}, text = "") => {
  const node = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  if (text) node.append(text);
  return node;
};

/** A table: first column the courier, second the bars; `now` is a minute of the day or null. */
export function timeline(routes, { chosen, now, onRoute }) {
  const from = Math.floor(Math.min(...routes.map((r) => minuteOfDay(r.starts_at))) / 60) * 60;
  const to = Math.ceil(Math.max(...routes.map((r) => minuteOfDay(r.ends_at))) / 60) * 60;
  const rows = routes.map((route) => element("tr", { "aria-current": String(route.id === chosen), onclick: () => onRoute(route.id) },
    element("th", { scope: "row" }, element("i", { class: "dot", "--route": routeColour(route.number), "aria-hidden": "true" }), route.courier_name),
    cell(bars(route, from, to, now))));
  const head = element("tr", {}, element("th", { scope: "col" }, `${count(routes.length)} tuyến`), element("td", {}, hours(from, to)));
  return element("table", {}, element("thead", {}, head), element("tbody", {}, ...rows));
}

const cell = (content) => element("td", {}, content);

function hours(from, to) {
  const marks = [];
  for (let minute = from; minute < to; minute += 60) marks.push(element("span", { class: "hour" }, `${minute / 60}:00`));
  return element("div", { class: "hour-row" }, ...marks);
}

function bars(route, from, to, now) {
  const drawing = svg("svg", { viewBox: `0 0 ${to - from} ${HEIGHT}`, preserveAspectRatio: "none", role: "img" });
  drawing.append(svg("title", {}, `${route.courier_name}: ${clock(route.starts_at)} đến ${clock(route.ends_at)}, ${count(route.stopCount)} điểm dừng`));
  const box = (start, end, y, height, fill, title) => {
    const bar = svg("rect", { x: start - from, y, width: Math.max(1.5, end - start), height, rx: 1, fill });
    if (title) bar.append(svg("title", {}, title));
    drawing.append(bar);
  };
  for (let minute = from; minute <= to; minute += 60) drawing.append(svg("rect", { x: minute - from, y: 0, width: 0.6, height: HEIGHT, fill: "#dfe6e2" }));
  box(minuteOfDay(route.starts_at), minuteOfDay(route.ends_at), HEIGHT / 2 - 1, 2, routeColour(route.number));
  for (const stop of route.stops) {
    if (stop.kind === "START" || stop.kind === "END") continue;
    const rest = stop.kind === "BREAK";
    const fill = rest ? "#c9d3ce" : (KIND_COLOURS[stop.place_kind] ?? routeColour(route.number));
    const title = `${clock(stop.starts_at)}–${clock(stop.ends_at)} ${rest ? STOP_WORDS.BREAK : stop.name}`;
    box(minuteOfDay(stop.starts_at), minuteOfDay(stop.ends_at), rest ? 7 : 4, rest ? 8 : 14, fill, title);
  }
  if (now !== null && now >= from && now <= to) drawing.append(svg("rect", { x: now - from, y: 0, width: 1.2, height: HEIGHT, fill: "#a3201d" }));
  return drawing;
}
