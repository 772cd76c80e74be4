// What was typed so far: survives a reload of the tab, and nobody's data stay when the booking is made.

const KEPT_AS = "booking-draft";
const EMPTY = {
  query: "", procedure: null, more: [], adding: false, mode: "BOTH", dossiers: 1, portal_code: "", address: "", point: null, office_code: "",
  slot: null, hold: null, hold_key: null, confirm_key: null, kept_door: "", full_name: "", phone: "", special_needs: "",
  has_receiver: false, receiver_name: "", receiver_paper: "CITIZEN_CARD", receiver_digits: "", receiver_letter: "", receiver_until: "", fees_at_door: false, confirmed: false, done: null,
};

function kept() {
  try {
    return JSON.parse(sessionStorage.getItem(KEPT_AS)) ?? {};
  } catch {
    return {}; // no storage, or not ours: begin anew
  }
}

export const draft = { ...EMPTY, ...kept() };

/** Take these answers over and keep them for this tab. */
export function keep(changes = {}) {
  Object.assign(draft, changes);
  try {
    sessionStorage.setItem(KEPT_AS, JSON.stringify(draft));
  } catch {
    // no storage: the page still works until it is reloaded
  }
}

/** Only what was booked stays, without name, phone, address or secret. */
export function forgetPerson(done) {
  keep({ ...EMPTY, done });
}

/** Everything goes. */
export function beginAnew() {
  keep(EMPTY);
}

/** The visit as slots and holds ask for it. */
export function visitAsked() {
  const { procedure, more, mode, dossiers, address, point, office_code } = draft;
  return {
    procedure_code: procedure.code, mode, dossiers, ...(address && { address }),
    ...(more.length && { more: more.map((other) => ({ procedure_code: other.code, dossiers: other.dossiers })) }),
    ...(point && { lon: point[0], lat: point[1] }), ...(office_code && { office_code }),
  };
}

/** Public fees of all papers of the visit, whole đồng. */
export const feesOfVisit = () => draft.more.reduce((sum, other) => sum + other.fees_vnd * other.dossiers, draft.procedure.fees_vnd * draft.dossiers);

/** Names of all procedures of the visit, with how many dossiers where there are several. */
export const proceduresOfVisit = () => [{ ...draft.procedure, dossiers: draft.dossiers }, ...draft.more]
  .map(({ name, dossiers }) => (dossiers > 1 ? `${name} × ${dossiers}` : name)).join("; ");
