// Changes and their effects in a dispatcher's words.
import { VISIT_WORDS, clock, count, duration } from "/static/console/format.mjs";

const sign = (value) => (value > 0 ? "+" : value < 0 ? "−" : "±");

/** "+12 phút", "−1 giờ 05", "±0 phút"; below a minute in seconds. */
export function moreTime(seconds) {
  const size = Math.abs(seconds);
  return sign(seconds) + (size > 0 && size < 60 ? `${Math.round(size)} giây` : duration(size));
}

export const moreWay = (metres) => `${sign(metres)}${new Intl.NumberFormat("vi-VN", { maximumFractionDigits: 1 }).format(Math.abs(metres) / 1000)} km`;

/** The price of a change: one unit is one second of riding. */
export const priceWords = (price) => (price === 0 ? "không tốn thêm" : `${moreTime(price)} quy đổi`);

const PROMISE_WORDS = { KEPT: "đúng hạn", AT_RISK: "sang ngày sau", BROKEN: "trễ hạn" };

/** What a stop is called in a sentence. */
export const stopName = (stop) => (stop.label ? `điểm ${stop.label} · ${stop.name}` : stop.name);

/** One line for each visit that would be at another time or with another courier. */
export function touchedWords({ booking_reference: reference, kind, slot, courier_before: from, courier_after: to, starts_before: before, starts_after: after, by_s: by }) {
  const parts = [`${VISIT_WORDS[kind] ?? kind} · phiếu ${reference}`];
  if (slot) parts.push(`hẹn ${slot}`);
  if (from !== to) parts.push(from && to ? `${from} → ${to}` : to ? `giao cho ${to}` : `không còn ai đi`);
  if (before && after) parts.push(`${clock(before)} → ${clock(after)} (${moreTime(by)})`);
  else if (after) parts.push(clock(after));
  return parts.join(" · ");
}

export const promiseWords = ({ booking_reference: reference, before, after, due_on: due }) =>
  `Phiếu ${reference}: ${PROMISE_WORDS[before] ?? before} → ${PROMISE_WORDS[after] ?? after} (hạn ${due.split("-").reverse().join("/")})`;

/** Whether somebody's appointment stands otherwise: what no courier had yet is kept, not touched, by being taken. */
export const isTouched = ({ told, courier_before: from }) => told && Boolean(from);

/** A sum in short: price, minutes, way, who is touched. */
export function effectLine({ price, work_s: work, distance_m: way, touched, violations }) {
  const told = touched.filter(isTouched).length;
  const parts = [priceWords(price), `giờ làm ${moreTime(work)}`, moreWay(way), told ? `${count(told)} lời hẹn bị đụng` : "không đụng lời hẹn nào"];
  if (violations.length) parts.push(`${count(violations.length)} vi phạm`);
  return parts.join(" · ");
}
