// Finds a stop by item code, address, name or booking, with or without Vietnamese marks.

const MOST_HITS = 40;

/** "Đường Lê Lợi" → "duong le loi". */
export const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase().replaceAll("đ", "d");

const indexes = new WeakMap(); // routes → [{text, route, stop}], built at the first search

function indexOf(routes) {
  const before = indexes.get(routes);
  if (before) return before;
  const index = routes.flatMap((route) => route.stops.filter((stop) => stop.label).map((stop) => ({ route, stop, text: plain(wordsOf(route, stop)) })));
  indexes.set(routes, index);
  return index;
}

function wordsOf(route, stop) {
  const visits = stop.visits.flatMap(({ item_code: code, procedure_name: procedure, leg }) => [code, procedure, leg.booking_reference, leg.portal_code, leg.applicant]);
  return [route.courier_code, route.courier_name, stop.name, stop.address, ...visits].filter(Boolean).join(" ");
}

/** Stops that hold every word of the question, those with the words side by side first.
 *  Gives {hits, all}; `all` counts those not listed too. */
export function findStops(routes, question) {
  const asked = plain(question).split(/\s+/).filter(Boolean);
  if (!asked.length) return { hits: [], all: 0 };
  const found = indexOf(routes).filter(({ text }) => asked.every((word) => text.includes(word)));
  const phrase = asked.join(" ");
  const [together, apart] = [true, false].map((wanted) => found.filter(({ text }) => text.includes(phrase) === wanted));
  return { hits: [...together, ...apart].slice(0, MOST_HITS), all: found.length };
}
