// "Who can take this?": every courier with price and effect on others, or the reason why not.
import { clock, count } from "/static/console/format.mjs";
import { element } from "/static/page/element.mjs";
import { whoCanTake } from "./calls.mjs";
import { fillLater, openDialog } from "./dialog.mjs";
import { roomsLost } from "./rooms.mjs";
import { isTouched, moreTime, moreWay, priceWords, touchedWords } from "./words.mjs";

/** Asks; `onChoose(taker)` gets the courier that the dispatcher picks. `now` has it at present. */
export function askTaker(plan, whose, { title, now = null, onChoose }) {
  return openDialog(title, (close) => {
    const box = element("div", { class: "takers" });
    fillLater(box, async () => {
      const { takers, others } = await whoCanTake(plan.id, whose);
      return [rankedList(takers, now, (taker) => { close(); onChoose(taker); }), refusedList(plan, whose, others)];
    });
    return box;
  });
}

function rankedList(takers, now, choose) {
  if (!takers.length) return element("p", { class: "why" }, "Không bưu tá nào nhận được mà không phá quy tắc.");
  return element("ol", { class: "ranked", "aria-label": "Ai nhận được, rẻ nhất trước" }, ...takers.map((taker) => element("li", {},
    element("div", {},
      element("strong", {}, `${taker.courier_name} · ${taker.courier_code}`), taker.courier_code === now ? element("span", { class: "tag" }, "đang giữ") : null,
      element("p", {}, [priceWords(taker.price), `đi đường ${moreTime(taker.ride_s)}`, moreWay(taker.distance_m), taker.visits.length ? `lúc ${taker.visits.map((visit) => clock(visit.starts_at)).join(", ")}` : ""].filter(Boolean).join(" · ")),
      effectsOnOthers(taker.touched), roomsLost(taker.rooms_lost)),
    element("button", { type: "button", class: "small", onclick: () => choose(taker) }, "Thử"))));
}

function effectsOnOthers(touched) {
  const told = touched.filter(isTouched);
  if (!told.length) return element("p", { class: "fine" }, "Không đụng lời hẹn của ai.");
  return element("details", {}, element("summary", {}, `Đụng ${count(told.length)} lời hẹn`), element("ul", {}, ...told.map((each) => element("li", {}, touchedWords(each)))));
}

function refusedList(plan, whose, others) {
  if (!others.length) return null;
  return element("details", { class: "refused" },
    element("summary", {}, `Không nhận được: ${count(others.length)} bưu tá`),
    element("ul", {}, ...others.map((other) => refused(plan, whose, other))));
}

function refused(plan, whose, { courier_code: code, courier_name: name, reasons }) {
  const why = element("span", {});
  const line = element("li", {}, element("strong", {}, `${name} · ${code}`), " ", why);
  const show = (all) => why.replaceChildren(all.map((reason) => reason.detail_vi).join("; "));
  if (reasons) show(reasons);
  else why.replaceChildren(element("button", { type: "button", class: "small", onclick: () => fillLater(why, async () => {
    const { others } = await whoCanTake(plan.id, { ...whose, reasons_of: code });
    return (others.find((other) => other.courier_code === code)?.reasons ?? []).map((reason) => reason.detail_vi).join("; ") || "Không rõ lý do.";
  }) }, "Vì sao?"));
  return line;
}
