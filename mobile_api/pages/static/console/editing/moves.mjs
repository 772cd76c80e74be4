// The changes that a stop offers, each as {edit, words}: one place up or down, elsewhere, out, held fast.
import { refOf } from "./refs.mjs";
import { stopName } from "./words.mjs";

const cap = (text) => text[0].toLocaleUpperCase("vi") + text.slice(1);
const courierWords = ({ courier_code: code, courier_name: name }) => `${name} (${code})`;
const refsOf = (stop) => stop.visits.map(refOf);

const withVisits = (route) => route.stops.filter((stop) => stop.visits.length);

/** The last visit that the saved plan knows: what the server can put something behind. */
function anchor(stops) {
  const visit = stops.flatMap((stop) => stop.visits).findLast((each) => each.id !== null);
  return visit ? refOf(visit) : null;
}

/** One place up (−1) or down (+1); null at the end of the route. */
export function shift(route, stop, by) {
  const stops = withVisits(route);
  const others = stops.filter((each) => each !== stop);
  const target = stops.indexOf(stop) + by;
  if (target < 0 || target > others.length) return null;
  const past = others[by < 0 ? target : target - 1];
  return {
    edit: { kind: "MOVE", visits: refsOf(stop), courier: route.courier_code, after: anchor(others.slice(0, target)) },
    words: `Đưa ${stopName(stop)} ${by < 0 ? "lên trước" : "xuống sau"} ${stopName(past)}`,
  };
}

/** Before or after another stop of the same or another courier. */
export function placeAt(stop, route, other, isBefore) {
  const stops = withVisits(route).filter((each) => each !== stop);
  const before = stops.slice(0, stops.indexOf(other) + (isBefore ? 0 : 1));
  return {
    edit: { kind: "MOVE", visits: refsOf(stop), courier: route.courier_code, after: anchor(before) },
    words: `Đưa ${stopName(stop)} tới ${isBefore ? "trước" : "sau"} ${stopName(other)} của ${courierWords(route)}`,
  };
}

/** To a courier, where it costs least. */
export const moveTo = (stop, courier) => ({ edit: { kind: "MOVE", visits: refsOf(stop), courier: courier.courier_code }, words: `Chuyển ${stopName(stop)} sang ${courierWords(courier)}` });

export const addTo = (leg, title, courier) => ({ edit: { kind: "ADD", leg, courier: courier.courier_code }, words: `Xếp ${title} cho ${courierWords(courier)}` });

export const swap = (stop, other) => ({ edit: { kind: "SWAP", visits: [refOf(stop.visits[0]), refOf(other.visits[0])] }, words: `Đổi chỗ ${stopName(stop)} với ${stopName(other)}` });

export const drop = (stop) => ({ edit: { kind: "DROP", visits: refsOf(stop) }, words: `Bỏ ${stopName(stop)} ra khỏi kế hoạch` });

const LOCK_WORDS = {
  COURIER: (stop, route) => `giữ ${stopName(stop)} cho ${courierWords(route)}`,
  STOP: (stop, route) => `giữ nguyên tuyến ${courierWords(route)} tới hết ${stopName(stop)}`,
  ORDER: (_, route) => `giữ thứ tự tuyến ${courierWords(route)}`,
  ROUTE: (_, route) => `giữ nguyên cả tuyến ${courierWords(route)}`,
};

/** Holds fast, or lets go: LOCK or UNLOCK; a whole route needs no stop. */
export function hold(kind, lock, route, stop = null) {
  const edit = { kind, lock, courier: route.courier_code };
  if (lock === "COURIER") edit.visits = refsOf(stop);
  if (lock === "STOP") edit.stop = refOf(stop.visits[0]);
  const words = LOCK_WORDS[lock](stop, route);
  return { edit, words: kind === "LOCK" ? cap(words) : `Thôi ${words}` };
}
