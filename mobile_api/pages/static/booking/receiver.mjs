// Who may receive the result in the owner's place: name, kind and end of the identity paper, the letter.
import { field, select, tick } from "/static/citizen/forms.mjs";
import { say } from "/static/citizen/language.mjs";
import { element } from "/static/page/element.mjs";
import { draft } from "/static/booking/draft.mjs";

const PAPERS = ["CITIZEN_CARD", "PASSPORT", "ELECTRONIC_CARD"];
const DIGITS = /^[0-9A-Z]{3,4}$/; // as the server asks

/** A tick that opens the questions about the other person. */
export function receiverQuestion() {
  const more = element("div", { id: "receiver", hidden: !draft.has_receiver },
    field({ name: "receiver_name", label: say("receiver_name"), value: draft.receiver_name, maxlength: 200 }),
    select({ name: "receiver_paper", label: say("receiver_paper"), options: PAPERS.map((paper) => [paper, say(`paper_${paper}`)]), value: draft.receiver_paper }),
    field({ name: "receiver_digits", label: say("receiver_digits"), note: say("receiver_digits_note"), value: draft.receiver_digits, maxlength: 4, autocapitalize: "characters" }),
    field({ name: "receiver_letter", label: say("receiver_letter"), value: draft.receiver_letter, maxlength: 40, optional: true }),
    field({ name: "receiver_until", label: say("receiver_until"), value: draft.receiver_until, type: "date" }));
  const asked = tick({ name: "has_receiver", label: say("has_receiver"), small: say("has_receiver_note"), checked: draft.has_receiver,
    onchange: ({ target }) => { more.hidden = !target.checked; } });
  return element("div", {}, asked, more);
}

const isAsked = () => draft.has_receiver && draft.mode !== "SEND";

/** What is wrong with the answers, by field. */
export function wrongReceiver() {
  if (!isAsked()) return {};
  return {
    ...(draft.receiver_name.length < 2 && { receiver_name: say("receiver_name_missing") }),
    ...(!DIGITS.test(draft.receiver_digits) && { receiver_digits: say("receiver_digits_wrong") }),
    ...(!draft.receiver_until && { receiver_until: say("receiver_until_missing") }),
  };
}

/** The person as the server takes it; null when the owner receives. */
export function namedReceiver() {
  if (!isAsked()) return null;
  const { receiver_name, receiver_paper, receiver_digits, receiver_letter, receiver_until } = draft;
  return { full_name: receiver_name, identity_paper: receiver_paper, last_digits: receiver_digits, letter_valid_to: receiver_until, ...(receiver_letter && { letter_no: receiver_letter }) };
}
