// The side lists: couriers with their stops, search hits, what stays undone and why, the figures.
import { liveLine, stopLine } from "./live.mjs";
import { STOP_WORDS, VISIT_WORDS, clock, count, duration, element, km, routeColour, statusTag } from "./format.mjs";

/** One card a courier; opening it shows the stops in order. */
export function routeList(routes, { chosen, stopId, live, hands, onRoute, onStop }) {
  return routes.map((route) => {
    const now = live?.routes.get(route.id);
    const open = route.id === chosen;
    return element("section", { class: "card", "data-route": route.id, "--route": routeColour(route.number) },
      element("button", { class: "head", "aria-expanded": String(open), onclick: () => onRoute(route.id) },
        element("span", { class: "swatch", "aria-hidden": "true" }),
        element("span", { class: "name" }, route.courier_name),
        element("span", { class: "span" }, `${clock(route.starts_at)} – ${clock(route.ends_at)}`),
        element("span", { class: "sum" }, `${route.courier_code} · ${count(route.stopCount)} điểm · ${count(route.visit_count)} lượt · ${km(route.distance_m)} · chờ ${duration(route.wait_s)}`),
        route.isTried ? element("span", { class: "live old" }, "Đang thử, chưa lưu") : now ? liveLine(route, now) : null,
        element("span", { class: "take" })),
      open ? routeLinks(route) : null,
      open ? hands?.routeTools(route) : null,
      open ? stopList(route, stopId, now, hands, onStop) : null);
  });
}

function routeLinks(route) {
  return element("p", { class: "links" },
    element("a", { href: `/v1/dispatcher/routes/${route.id}/sheet`, target: "_blank", rel: "noopener" }, "Bản kê tuyến (PDF)"),
    element("span", {}, `từ ${route.start_post_office}`),
    route.geometry_source === "GREAT_CIRCLE" ? element("span", { class: "tag unverified" }, "có đoạn vẽ thẳng (ước lượng)") : null);
}

function stopList(route, stopId, live, hands, onStop) {
  return element("ol", { class: "stops" }, ...route.stops.map((stop) => element("li", { class: stopClass(stop, live), "data-stop": stop.id, "aria-current": stop.id === stopId ? "true" : null, draggable: hands?.canDrag(stop) ? "true" : null },
    element("span", { class: "no", "aria-hidden": "true" }, stop.label ? String(stop.label) : "•"),
    element("div", { class: "line" },
      stop.point ? element("button", { onclick: () => onStop(route.id, stop.id) }, stop.name || STOP_WORDS[stop.kind]) : element("span", {}, stop.name || STOP_WORDS[stop.kind]),
      element("span", { class: "when" }, clock(stop.starts_at))),
    element("span", { class: "what" }, whatHappens(stop)),
    stop.slot ? element("span", { class: "slot" }, `hẹn ${stop.slot}`) : null,
    stopLine(stop, live),
    stop.visits.some((visit) => hands?.isHeld(visit.id)) ? element("span", { class: "held" }, "Đã giữ") : null,
    stop.id === stopId ? hands?.stopTools(route, stop) : null,
    stop.label ? statusTag(stop.source_status) : null)));
}

const stopClass = ({ id, kind, place_kind: place }, live) => [kind !== "VISITS" ? "quiet" : place === "HOME" ? "" : "counter", live?.made[id] ? "made" : ""].join(" ").trim();

function whatHappens(stop) {
  if (stop.kind === "BREAK") return `${duration((new Date(stop.ends_at) - new Date(stop.starts_at)) / 1000)}`;
  if (stop.kind !== "VISITS") return STOP_WORDS[stop.kind];
  const acts = [...Map.groupBy(stop.visits, (visit) => visit.kind)].map(([kind, all]) => (all.length > 1 ? `${VISIT_WORDS[kind]} ×${all.length}` : VISIT_WORDS[kind])).join(", ");
  return stop.address && stop.address !== stop.name ? `${acts} · ${stop.address}` : acts;
}

export function searchHits({ hits, all }, onStop) {
  if (!all) return [empty("Không thấy điểm dừng nào khớp.", "Thử mã bưu gửi, một phần địa chỉ, tên hoặc mã phiếu.")];
  const rows = hits.map(({ route, stop }) => element("li", { "--route": routeColour(route.number) },
    element("span", { class: "no", "aria-hidden": "true" }, String(stop.label)),
    element("div", { class: "line" }, element("button", { onclick: () => onStop(route.id, stop.id) }, stop.name), element("span", { class: "when" }, clock(stop.starts_at))),
    element("span", { class: "what" }, `${route.courier_code} · ${whatHappens(stop)}`)));
  const more = all > hits.length ? [element("p", { class: "more" }, `Còn ${count(all - hits.length)} điểm khác; gõ thêm để thu hẹp.`)] : [];
  return [element("ol", { class: "stops hits" }, ...rows), ...more];
}

/** What has no route: what is new since the plan was made, dossiers with their reasons, then bookings that wait for a place. */
export function unassignedList(unassigned, { newWork, toPlace, onLeft, hands }) {
  const lines = (items, onPoint) => items.map((item, index) => element("article", { class: "reason" },
    element("h3", {}, onPoint && item.point ? element("button", { onclick: () => onPoint(index) }, item.title) : item.title),
    element("p", {}, item.where),
    ...item.reasons.map((reason) => element("p", { class: "why" }, reason)),
    element("ul", {}, ...item.dossiers.map((dossier) => element("li", {}, dossier))),
    hands?.leftTools(item)));
  const since = newWork.length ? [element("h2", { class: "section", "data-new": newWork.length }, `Mới từ khi lập bản này · ${count(newWork.length)} việc`), ...lines(newWork, null)] : [];
  const left = lines(unassigned, onLeft);
  if (since.length) since.push(element("h2", { class: "section" }, "Bản này bỏ lại"));
  const waiting = toPlace.map((booking) => element("article", { class: "reason" },
    element("h3", {}, `Phiếu ${booking.reference}`), element("p", {}, booking.address), booking.note ? element("p", { class: "why" }, booking.note) : null));
  if (!left.length) left.push(empty("Không có hồ sơ nào bị bỏ lại.", "Mọi hồ sơ của kế hoạch đều có tuyến."));
  return waiting.length ? [...since, ...left, element("h2", { class: "section" }, `Chờ định vị · ${count(waiting.length)} phiếu`), ...waiting] : [...since, ...left];
}

/** [label, value, bad?] rows become the header. */
export function figureList(figures) {
  return figures.map(([label, value, bad]) => element("div", { class: bad ? "bad" : "" }, element("dt", {}, label), element("dd", {}, value)));
}

export const labelList = (labels) => labels.map(([text, tone]) => element("span", { class: `chip ${tone}` }, text));

export function aboutPlan(sections, sources) {
  const table = ({ head, rows }) => element("table", {},
    head ? element("thead", {}, element("tr", {}, ...head.map((cell) => element("th", { scope: "col" }, cell)))) : null,
    element("tbody", {}, ...rows.map(([label, ...values]) => element("tr", {}, element("th", { scope: "row" }, label), ...values.map((value) => element("td", {}, value))))));
  const parts = sections.flatMap((section) => [element("h2", {}, section.title), table(section), section.note ? element("p", { class: "note" }, section.note) : null]);
  const from = sources.length ? [element("h2", {}, "Nguồn dữ liệu nền"), element("ul", {}, ...sources.map((source) => element("li", {}, source)))] : [];
  return [element("div", { class: "about" }, ...parts, ...from)];
}

export const empty = (title, next) => element("div", { class: "empty" }, element("strong", {}, title), next ? element("p", {}, next) : null);
