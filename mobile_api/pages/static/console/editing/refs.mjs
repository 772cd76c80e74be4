// Names for visits that outlive a version of the plan: the leg and what is done with it.

const indexes = new WeakMap(); // plan → Map(key → {route, stop, visit})
const keyOf = ({ leg, kind }) => `${leg} ${kind}`;

export const refOf = (visit) => ({ leg: visit.leg.leg_id, kind: visit.kind });

/** Where a visit stands in a plan: {route, stop, visit}, or undefined. */
export function findVisit(plan, ref) {
  let index = indexes.get(plan);
  if (!index) {
    index = new Map(plan.routes.flatMap((route) => route.stops.flatMap((stop) => stop.visits.map((visit) => [keyOf(refOf(visit)), { route, stop, visit }]))));
    indexes.set(plan, index);
  }
  return index.get(keyOf(ref));
}

/** A change in the ids of this plan, as the server takes it; null if the plan lost what it names. */
export function bodyOf(plan, edit) {
  const idOf = (ref) => findVisit(plan, ref)?.visit.id;
  const { visits, stop, after, leg, ...plain } = edit;
  const body = { ...plain };
  if (visits) body.visits = visits.map(idOf);
  if (stop) body.stop = findVisit(plan, stop)?.stop.id;
  if (after !== undefined) body.after_visit = after && idOf(after);
  if (leg) body.leg = leg;
  const lost = visits?.length !== body.visits?.filter(Boolean).length || (stop && !body.stop) || (after && !body.after_visit);
  return lost ? null : body;
}
