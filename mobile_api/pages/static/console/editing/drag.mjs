// Moving stops by drag: onto a stop for a place, onto a courier for the cheapest place there.
// While something is dragged every courier shows what it would cost, or that it cannot be.
import { whoCanTake } from "./calls.mjs";
import { moveTo, placeAt } from "./moves.mjs";
import { whoseOf } from "./stop_tools.mjs";
import { priceWords } from "./words.mjs";

/**
 * Wires the list once. `present()` gives {plan, change} or null where nothing may be moved. While
 * `isDragging()` the list must stay as it is: the browser holds on to the dragged node, and a person
 * aims at what stands there. `onEnd()`: what came meanwhile may be drawn.
 */
export function wireDrag(list, present, onEnd) {
  let carried = null; // {plan, change, route, stop}
  const marks = () => list.querySelectorAll("[data-take], [data-drop]");
  const under = ({ target }) => (target.nodeType === Node.ELEMENT_NODE ? target : target.parentElement); // Firefox names texts
  const clear = () => { for (const node of marks()) { delete node.dataset.take; delete node.dataset.drop; node.querySelector(".take")?.replaceChildren(); } };
  const routeAt = (node) => carried.plan.routes.find((route) => route.id === node.closest("[data-route]")?.dataset.route);
  const stopAt = (node, route) => route?.stops.find((stop) => stop.id === node.closest("[data-stop]")?.dataset.stop);
  const isUpper = (event, node) => event.clientY < node.getBoundingClientRect().top + node.getBoundingClientRect().height / 2;

  async function price(of) {
    const { takers, others } = await whoCanTake(of.plan.id, whoseOf(of.stop));
    if (carried !== of) return;
    const say = (courierCode, take, words) => {
      const route = of.plan.routes.find((each) => each.courier_code === courierCode);
      const card = route && list.querySelector(`[data-route="${route.id}"]`);
      if (!card) return;
      card.dataset.take = take;
      card.querySelector(".take")?.replaceChildren(words);
    };
    for (const taker of takers) say(taker.courier_code, "yes", priceWords(taker.price));
    for (const other of others) say(other.courier_code, "no", "không nhận được");
  }

  list.addEventListener("dragstart", (event) => {
    const state = present();
    const node = under(event).closest("[data-stop][draggable]");
    if (!state || !node) return;
    const route = state.plan.routes.find((each) => each.id === node.closest("[data-route]").dataset.route);
    carried = { plan: state.plan, change: state.change, route, stop: route.stops.find((stop) => stop.id === node.dataset.stop) };
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", carried.stop.name);
    price(carried).catch(() => {}); // without prices the drop is still tried by the server
  });
  list.addEventListener("dragover", (event) => {
    if (!carried || !under(event).closest("[data-route]")) return;
    event.preventDefault();
    for (const node of list.querySelectorAll("[data-drop]")) delete node.dataset.drop;
    const route = routeAt(under(event));
    const stop = stopAt(under(event), route);
    const node = stop ? under(event).closest("[data-stop]") : under(event).closest("[data-route]");
    node.dataset.drop = stop ? (isUpper(event, node) ? "before" : "after") : "here";
  });
  list.addEventListener("drop", (event) => {
    if (!carried) return;
    event.preventDefault();
    const { change, stop } = carried;
    const route = routeAt(under(event));
    const other = stopAt(under(event), route);
    const before = other && isUpper(event, under(event).closest("[data-stop]"));
    clear();
    carried = null;
    if (!route || other === stop) return onEnd();
    if (other?.visits.length) change(placeAt(stop, route, other, before));
    else change(moveTo(stop, route));
  });
  const end = () => {
    if (!carried) return;
    carried = null;
    clear();
    onEnd();
  };
  list.addEventListener("dragend", end);
  document.addEventListener("pointerdown", end); // whoever presses again has let go, whatever the browser told
  return { isDragging: () => carried !== null };
}
