// What a change would do, in figures and in lists: price, minutes, promises, rules broken.
import { clock, count } from "/static/console/format.mjs";
import { element } from "/static/page/element.mjs";
import { isTouched, moreTime, moreWay, priceWords, promiseWords, touchedWords } from "./words.mjs";

/** The whole effect of all changes together. `onConfirm(key, isAccepted)` hears of soft rules. */
export function effectView(effect, { confirmed, onConfirm }) {
  const figures = [["Giá", priceWords(effect.price)], ["Giờ làm", moreTime(effect.work_s)], ["Đi đường", moreTime(effect.ride_s)], ["Quãng đường", moreWay(effect.distance_m)]];
  if (effect.couriers) figures.push(["Bưu tá", effect.couriers > 0 ? `+${effect.couriers}` : `−${-effect.couriers}`]);
  return element("div", { class: "effect" },
    element("dl", { class: "sums" }, ...figures.map(([name, value]) => element("div", {}, element("dt", {}, name), element("dd", {}, value)))),
    violationList(effect, confirmed, onConfirm),
    promiseList(effect.promises),
    touchedList(effect.touched));
}

function violationList({ violations, touched }, confirmed, onConfirm) {
  if (!violations.length) return element("p", { class: "fine" }, "Không phá quy tắc nào.");
  return element("ul", { class: "breaks", "aria-label": "Quy tắc bị phá" }, ...violations.map((each) => {
    const whose = touched.find((visit) => visit.leg_ids.some((id) => each.leg_ids.includes(id)))?.booking_reference;
    const words = whose ? `Phiếu ${whose}: ${each.detail_vi}` : each.detail_vi;
    if (!each.confirmable) return element("li", { class: "hard" }, element("strong", {}, "Không lưu được: "), words);
    const box = element("input", { type: "checkbox", checked: confirmed.has(each.key), onchange: (event) => onConfirm(each.key, event.target.checked) });
    return element("li", { class: "soft" }, element("label", {}, box, ` ${words} `, element("em", {}, "Tôi chấp nhận")));
  }));
}

function promiseList(promises) {
  if (!promises.length) return null;
  return element("div", {}, element("h4", {}, "Thời hạn phát thay đổi"), element("ul", {}, ...promises.map((each) => element("li", {}, promiseWords(each)))));
}

function touchedList(touched) {
  if (!touched.length) return element("p", { class: "fine" }, "Không dời giờ của ai.");
  const told = touched.filter(isTouched);
  const added = touched.filter((each) => !each.courier_before);
  const rest = touched.filter((each) => each.courier_before && !each.told);
  return element("div", {},
    told.length ? element("h4", {}, `Lời hẹn bị đụng · ${count(told.length)}`) : element("p", { class: "fine" }, "Không đụng lời hẹn nào."),
    told.length ? element("ul", { class: "told" }, ...told.map((each) => element("li", {}, touchedWords(each)))) : null,
    folded("Xếp thêm vào tuyến", added), folded("Dời giờ, không phải báo ai", rest));
}

function folded(name, visits) {
  if (!visits.length) return null;
  return element("details", {}, element("summary", {}, `${name} · ${count(visits.length)} lượt`), element("ul", {}, ...visits.map((each) => element("li", {}, touchedWords(each)))));
}

/** The routes that would change, with their new hours. */
export function triedRoutes(plan, tried) {
  const nameOf = (code) => plan.routes.find((route) => route.courier_code === code)?.courier_name ?? "";
  return element("details", { class: "tried" },
    element("summary", {}, `Xem ${count(tried.routes.length)} tuyến sau khi sửa`),
    ...tried.routes.map((route) => element("section", {},
      element("h4", {}, `${nameOf(route.courier_code)} · ${route.courier_code}`, route.starts_at ? ` · ${clock(route.starts_at)} – ${clock(route.ends_at)}` : " · không còn tuyến"),
      element("ol", {}, ...route.visits.map((visit) => element("li", {}, `${clock(visit.starts_at)} ${placeOf(plan, visit)}`))))));
}

function placeOf(plan, { leg_id: leg, kind }) {
  for (const route of plan.routes) for (const stop of route.stops) if (stop.visits.some((visit) => visit.leg.leg_id === leg && visit.kind === kind)) return stop.name;
  return "việc mới thêm";
}
