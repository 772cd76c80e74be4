// The plan as it would be: the routes that a trial changes, in their new order and times.
import { findVisit } from "./refs.mjs";

/** A copy of the plan with the tried routes in place of the old ones; the plan itself without a trial. */
export function asTried(plan, tried) {
  if (!tried?.routes.length) return plan;
  const known = new Map(plan.routes.map((route) => [route.courier_code, route]));
  const changed = new Map(tried.routes.map((route) => [route.courier_code, route]));
  const routes = plan.routes.map((route) => (changed.has(route.courier_code) ? routeAsTried(plan, route, changed.get(route.courier_code)) : route));
  const opened = tried.routes.filter((route) => !known.has(route.courier_code) && route.visits.length).map((route, index) => routeAsTried(plan, {
    id: `new-${route.courier_code}`, number: plan.routes.length + index + 1, courier_code: route.courier_code, courier_name: route.courier_code, stops: [], visit_count: 0, wait_s: 0, start_post_office: "",
  }, route));
  return { ...plan, routes: [...routes, ...opened] };
}

function routeAsTried(plan, route, tried) {
  const [start] = route.stops.filter((stop) => stop.kind === "START");
  const [end] = route.stops.filter((stop) => stop.kind === "END");
  const rests = route.stops.filter((stop) => stop.kind === "BREAK");
  const visited = stopsOf(plan, tried.visits);
  const moments = [...visited, ...rests].sort((a, b) => new Date(a.starts_at) - new Date(b.starts_at));
  const stops = [start, ...moments, end].filter(Boolean);
  let label = 0;
  const numbered = stops.map((stop, ordinal) => ({ ...stop, ordinal, label: stop.visits.length ? ++label : null }));
  return {
    ...route, isTried: true, stops: numbered, stopCount: label, visit_count: tried.visits.length,
    starts_at: tried.starts_at ?? route.starts_at, ends_at: tried.ends_at ?? route.ends_at, ride_s: tried.ride_s, distance_m: tried.distance_m,
  };
}

/** Visits one after the other at one place are one stop. */
function stopsOf(plan, visits) {
  const stops = [];
  for (const each of visits) {
    const found = findVisit(plan, { leg: each.leg_id, kind: each.kind });
    const last = stops.at(-1);
    const visit = { ...(found?.visit ?? { kind: each.kind, leg: { leg_id: each.leg_id }, procedure_name: "", item_code: "", cash_vnd: 0 }), id: each.id, starts_at: each.starts_at, ends_at: each.ends_at };
    if (last && found && last.place === placeKey(found.stop)) {
      last.visits.push(visit);
      last.ends_at = each.ends_at;
      continue;
    }
    const origin = found?.stop ?? { id: `new-${each.leg_id}-${each.kind}`, kind: "VISITS", place_kind: "HOME", name: "Việc mới thêm", address: "", slot: "", point: null, source_status: null };
    stops.push({ ...origin, place: found ? placeKey(found.stop) : null, visits: [visit], arrives_at: each.arrives_at, starts_at: each.starts_at, ends_at: each.ends_at });
  }
  return stops;
}

const placeKey = ({ place_kind: kind, name, point }) => `${kind} ${name} ${point}`;
