// What can be done for papers that have no route: who can take them, and tested ways to fit them in.
import { count } from "/static/console/format.mjs";
import { element } from "/static/page/element.mjs";
import { addTo } from "./moves.mjs";
import { askRepair } from "./repairs.mjs";
import { askTaker } from "./takers.mjs";

/** One row of buttons for each booking of a group of papers left undone. */
export function leftTools({ plan, item, change, openPlan }) {
  const bookings = [...Map.groupBy(item.legs, (leg) => leg.booking_reference)];
  return element("div", {}, ...bookings.map(([reference, legs]) => {
    const title = `phiếu ${reference} (${count(legs.length)} hồ sơ)`;
    const ask = () => askTaker(plan, { leg: legs[0].leg_id }, { title: `Ai nhận được ${title}?`, onChoose: (taker) => change(addTo(legs[0].leg_id, title, taker)) });
    return element("div", { class: "tools", role: "group", "aria-label": `Xếp ${title}` },
      bookings.length > 1 ? element("span", {}, reference) : null,
      element("button", { type: "button", class: "small", "data-tool": "take", onclick: ask }, "Ai nhận được?"),
      element("button", { type: "button", class: "small", "data-tool": "repair", onclick: () => askRepair(plan, legs[0].leg_id, title, (draft) => openPlan(draft.id)) }, "Cách xếp được…"));
  }));
}
