// What was typed so far: survives a reload of the tab, and nobody's data stay when the booking is made.

const KEPT_AS = "booking-draft";
const EMPTY = {
  query: "", procedure: null, mode: "BOTH", dossiers: 1, portal_code: "", address: "", point: null, office_code: "",
  slot: null, hold: null, hold_key: null, confirm_key: null, full_name: "", phone: "", special_needs: "",
  has_receiver: false, receiver_name: "", receiver_kind: "", receiver_digits: "", fees_at_door: false, confirmed: false, done: null,
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
  const { procedure, mode, dossiers, address, point, office_code } = draft;
  return {
    procedure_code: procedure.code, mode, dossiers, ...(address && { address }),
    ...(point && { lon: point[0], lat: point[1] }), ...(office_code && { office_code }),
  };
}
