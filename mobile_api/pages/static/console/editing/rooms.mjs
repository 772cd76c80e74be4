// Windows that citizens were sold and that no route has yet: who would take their room reads it, and goes on knowingly.
import { element } from "/static/page/element.mjs";

/** Says whose room would be lost; nothing where nobody's is. */
export function roomsLost(windows) {
  if (!windows.length) return null;
  return element("p", { class: "why" }, `Lấy mất chỗ của khung giờ đã bán: ${windows.map(({ slot, booking_reference: reference }) => `${slot} (${reference || "đang giữ chỗ"})`).join("; ")}.`);
}

/** Keys of sold windows that a refusal names. */
export const roomKeys = ({ code, fields }) => (code === "room_sold" ? Object.keys(fields).map((name) => name.replace(/^confirmed\./u, "")) : []);

/** A box to tick that is hidden until a refusal names sold windows: `confirmed()` are those that the dispatcher gives up. */
export function roomsQuestion(id, words) {
  const accepted = new Set(), named = new Set();
  const box = element("input", { type: "checkbox", id });
  const node = element("p", { hidden: true }, element("label", { for: id }, box, ` ${words}`));
  const learn = (error) => {
    named.clear();
    roomKeys(error).forEach((key) => named.add(key));
    node.hidden = !named.size;
    box.checked = false; // what was accepted stays accepted, the next one is asked anew
  };
  const confirmed = () => {
    if (box.checked) named.forEach((key) => accepted.add(key));
    return [...accepted];
  };
  const forget = () => {
    accepted.clear();
    learn({});
  };
  return { node, learn, confirmed, forget };
}
