// Money, days and times as a citizen reads them, in the language of the page.
import { language, say } from "/static/citizen/language.mjs";
import { element } from "/static/page/element.mjs";

const locale = language === "vi" ? "vi-VN" : "en-GB";
const whole = new Intl.NumberFormat(locale, { maximumFractionDigits: 0 });
const inUtc = (options) => new Intl.DateTimeFormat(locale, { ...options, timeZone: "UTC" });
const long = inUtc({ weekday: "long", day: "2-digit", month: "2-digit", year: "numeric" });
const moment = new Intl.DateTimeFormat(locale, { weekday: "short", day: "2-digit", month: "2-digit", hour: "2-digit", minute: "2-digit", hour12: false, timeZone: "Asia/Ho_Chi_Minh" });

const capital = (text) => text.charAt(0).toLocaleUpperCase(locale) + text.slice(1);

export const number = (n) => whole.format(n);
export const money = (vnd) => `${whole.format(vnd)} đ`;
/** 2026-11-23 as "Thứ Hai, 23/11/2026". */
export const longDay = (iso) => capital(long.format(new Date(`${iso}T00:00:00Z`)));
/** An instant, in Vietnam's time. */
export const at = (instant) => moment.format(new Date(instant));
const clock = new Intl.DateTimeFormat(locale, { hour: "2-digit", minute: "2-digit", hour12: false, timeZone: "Asia/Ho_Chi_Minh" });
export const timeOf = (instant) => clock.format(new Date(instant));
export const hours = (start, end) => `${start}–${end}`;
/** Day and window of a visit; the window stays on one line. */
export const visitTime = (day, start, end) => [longDay(day), start ? ", " : "", start ? element("span", { class: "whole" }, hours(start, end)) : ""];

/** Says what a row is worth; verified ones need no word. */
export function statusTag(status) {
  return status && status !== "VERIFIED" ? element("span", { class: "tag" }, say(`status_${status}`)) : null;
}

/** A list of terms and what they are; pairs without a value are left out. */
export function pairs(...given) {
  return element("dl", { class: "pairs" }, ...given.filter((pair) => pair && pair[1] !== null && pair[1] !== undefined && pair[1] !== "")
    .flatMap(([term, value]) => [element("dt", {}, term), element("dd", {}, ...[value].flat())]));
}

/** How many of which kind of a paper: "1 bản chính, 2 bản sao". */
function copies({ originals, certified_copies: certified, photocopies }) {
  const counts = [[originals, "originals"], [certified, "certified_copies"], [photocopies, "photocopies"]];
  return counts.filter(([n]) => n > 0).map(([n, kind]) => say(kind, n)).join(", ");
}

/** How many of a paper, and who needs it: "1 bản chính · trừ hạng A1". */
export const paperNeeded = (item) => [copies(item), item.condition || (item.mandatory ? "" : say("not_always"))].filter(Boolean).join(" · ");

/** The papers of a procedure. */
export function checklist(items) {
  if (!items.length) return element("p", { class: "note" }, say("checklist_unknown"));
  const line = (item) => element("li", {}, item.name, paperNeeded(item) && element("small", {}, paperNeeded(item)));
  return element("ul", { class: "papers" }, ...items.map(line));
}
