// Windows that can be chosen, day by day, each with what it costs the couriers.
import { say } from "/static/citizen/language.mjs";
import { hours, longDay } from "/static/citizen/show.mjs";
import { element } from "/static/page/element.mjs";

const ON_THE_WAY_MIN = 2; // so little more is no detour

/** One day's windows as radio buttons named `slot`, with the value "2026-11-30 09:00 11:00". */
export function oneDay({ day, basis, windows, reason }, chosen) {
  const legend = element("legend", { id: `day-${day}`, tabindex: "-1" }, longDay(day));
  const counted = basis === "CAPACITY" && windows.length ? element("p", { class: "note" }, say("counted")) : null;
  const nothing = windows.length ? null : element("p", { class: "note" }, reason ?? say("no_window"));
  return element("fieldset", { class: "day" }, legend, counted, nothing, ...windows.map((window) => oneWindow(day, window, chosen)));
}

function oneWindow(day, { start, end, extra_minutes: minutes, greenest }, chosen) {
  const value = `${day} ${start} ${end}`;
  const cost = minutes === null ? null : minutes <= ON_THE_WAY_MIN ? say("on_the_way") : say("extra_minutes", minutes);
  const tag = greenest ? element("span", { class: "tag green" }, say("greenest")) : null;
  return element("label", { class: "choice" }, element("input", { type: "radio", name: "slot", value, checked: value === chosen }),
    element("span", {}, hours(start, end), " ", tag, cost ? element("small", {}, cost) : null));
}

/** The window chosen in a form: {day, start, end}, or null. */
export function chosenWindow(form) {
  const chosen = form.querySelector("input[name=slot]:checked");
  if (!chosen) return null;
  const [day, start, end] = chosen.value.split(" ");
  return { day, start, end };
}

/** 2026-11-30 → 2026-12-01. */
export const dayAfter = (iso) => new Date(Date.parse(`${iso}T00:00:00Z`) + 86_400_000).toISOString().slice(0, 10);
