// The buttons under a chosen stop and route: everything that dragging does, by keyboard too.
import { element } from "/static/page/element.mjs";
import { openDialog } from "./dialog.mjs";
import { drop, hold, moveTo, shift, swap } from "./moves.mjs";
import { askTaker } from "./takers.mjs";
import { stopName } from "./words.mjs";

const button = (text, act, more = {}) => element("button", { type: "button", class: "small", ...more, onclick: act }, text);

/** Of one stop. `change({edit, words})` takes what the dispatcher chose. */
export function stopTools({ plan, locks, route, stop, change }) {
  const up = shift(route, stop, -1);
  const down = shift(route, stop, 1);
  const ids = new Set(stop.visits.map((visit) => visit.id));
  const held = locks.some((lock) => lock.courier_code === route.courier_code && lock.visits.some((id) => ids.has(id)));
  return element("div", { class: "tools", role: "group", "aria-label": `Sửa ${stopName(stop)}` },
    button("↑ Lên", () => change(up), { disabled: !up, "data-tool": "up" }),
    button("↓ Xuống", () => change(down), { disabled: !down, "data-tool": "down" }),
    button("Chuyển sang…", () => askTaker(plan, whoseOf(stop), { title: `Ai nhận được ${stopName(stop)}?`, now: route.courier_code, onChoose: (taker) => change(moveTo(stop, taker)) }), { "data-tool": "move" }),
    button("Đổi chỗ với…", () => askPartner(plan, stop, (other) => change(swap(stop, other))), { disabled: !isOneErrand(stop), "data-tool": "swap" }),
    button("Giữ bưu tá", () => change(hold("LOCK", "COURIER", route, stop)), { "data-tool": "lock-courier" }),
    button("Giữ tới đây", () => change(hold("LOCK", "STOP", route, stop)), { "data-tool": "lock-stop" }),
    held ? button("Thôi giữ", () => change(hold("UNLOCK", "COURIER", route, stop)), { "data-tool": "unlock" }) : null,
    button("Bỏ ra", () => change(drop(stop)), { class: "small bad", "data-tool": "drop" }));
}

/** Of a whole route. */
export function routeTools({ locks, route, change }) {
  const own = locks.filter((lock) => lock.courier_code === route.courier_code);
  const held = own.find((lock) => lock.order !== "ANY");
  return element("div", { class: "tools", role: "group", "aria-label": `Giữ tuyến của ${route.courier_name}` },
    button("Giữ thứ tự", () => change(hold("LOCK", "ORDER", route)), { "data-tool": "lock-order" }),
    button("Giữ cả tuyến", () => change(hold("LOCK", "ROUTE", route)), { "data-tool": "lock-route" }),
    own.length ? button("Thôi giữ tuyến", () => change(hold("UNLOCK", held?.order === "SEQUENCE" ? "ORDER" : "ROUTE", route)), { "data-tool": "unlock-route" }) : null);
}

/** The first visit stands for all papers of its errand. */
export const whoseOf = (stop) => ({ visit: stop.visits.find((visit) => visit.id).id });

const isOneErrand = ({ visits }) => visits.every((visit) => visit.id && visit.kind === visits[0].kind && visit.leg.booking_reference === visits[0].leg.booking_reference);

function askPartner(plan, stop, choose) {
  return openDialog(`Đổi chỗ ${stopName(stop)} với`, (close) => {
    const isPartner = (other) => other !== stop && other.kind === "VISITS" && other.place_kind === stop.place_kind && isOneErrand(other);
    const groups = plan.routes.map((route) => [route, route.stops.filter(isPartner)]).filter(([, stops]) => stops.length);
    const flat = groups.flatMap(([, stops]) => stops);
    const list = element("select", { id: "swap-with", size: 10 }, ...groups.map(([route, stops]) =>
      element("optgroup", { label: `${route.courier_name} · ${route.courier_code}` }, ...stops.map((other) => element("option", { value: flat.indexOf(other) }, stopName(other))))));
    const form = element("form", { class: "swap" }, element("label", { for: "swap-with" }, "Điểm dừng khác"), list, element("button", { class: "main" }, "Thử đổi"));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const other = flat[list.value];
      if (!other || list.value === "") return;
      close();
      choose(other);
    });
    return flat.length ? form : element("p", {}, "Kế hoạch này không có điểm dừng nào khác cùng loại.");
  });
}
