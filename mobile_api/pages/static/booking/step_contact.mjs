// Who the visit is for, everything once more to read, and the yes.
import { ask } from "/static/citizen/ask.mjs";
import { answers, busy, field, PHONE, tick } from "/static/citizen/forms.mjs";
import { say } from "/static/citizen/language.mjs";
import { money, pairs, visitTime } from "/static/citizen/show.mjs";
import { element } from "/static/page/element.mjs";
import { newKey } from "/static/page/http.mjs";
import { ownerLine } from "/static/booking/account.mjs";
import { draft, feesOfVisit, forgetPerson, keep, proceduresOfVisit } from "/static/booking/draft.mjs";
import { namedReceiver, receiverQuestion, wrongReceiver } from "/static/booking/receiver.mjs";

export const contactStep = { id: "contact", answered: () => false, show };

async function show(box, turn) {
  const fees = feesOfVisit();
  const button = element("button", { class: "main" }, say("confirm"));
  const again = element("div", { id: "again", hidden: !draft.confirmed });
  const owner = ownerLine();
  const form = element("form", { novalidate: true, oninput: read, onsubmit: (event) => { event.preventDefault(); busy(button, confirm); } },
    field({ name: "full_name", label: say("full_name"), note: say("full_name_note"), value: draft.full_name, maxlength: 200, autocomplete: "name", autocapitalize: "words" }),
    field({ name: "phone", label: say("phone"), note: say("phone_note"), value: draft.phone, type: "tel", inputmode: "tel", maxlength: 20, autocomplete: "tel" }),
    fees > 0 && draft.mode !== "RETURN" ? tick({ name: "fees_at_door", label: say("fees_at_door", money(fees)), small: say("fees_at_door_note"), checked: draft.fees_at_door }) : null,
    field({ name: "special_needs", label: say("special_needs"), note: say("special_needs_note"), value: draft.special_needs, rows: 2, maxlength: 400, optional: true }),
    draft.mode === "SEND" ? null : receiverQuestion(),
    review(turn), owner.node, again, element("p", { class: "actions" }, button));
  box.append(form);
  import("/static/booking/calendar_file.mjs").catch(() => {}); // at hand when the booking stands
  const before = await owner.look();
  if (before?.name && !draft.full_name) form.querySelector("#full_name").value = before.name;

  function read() {
    keep(answers(form));
  }
  function wrongFields() {
    return {
      ...(draft.full_name.length < 2 && { full_name: say("full_name_missing") }),
      ...(!PHONE.test(draft.phone) && { phone: say("phone_wrong") }),
      ...wrongReceiver(),
    };
  }
  async function confirm() {
    read();
    turn.calm();
    const fields = wrongFields();
    if (Object.keys(fields).length) {
      turn.fail({ detail: say("needs_fixing"), fields });
      return;
    }
    if (owner.owner && !(await owner.look())) { // else it would silently become nobody's
      turn.fail({ detail: say("session_ended"), action: say("session_ended_action") });
      return;
    }
    const { full_name, phone, address, portal_code, fees_at_door, confirmed, special_needs } = draft;
    const body = {
      full_name, phone, address, confirmed, fees_at_door, ...(draft.mode === "RETURN" && { portal_code }),
      ...(special_needs && { special_needs }), ...(namedReceiver() && { receiver: namedReceiver() }),
    };
    // A lost answer is asked for again with the same key: never two bookings.
    const asked = JSON.stringify(body);
    if (draft.confirm_key?.asked !== asked) keep({ confirm_key: { key: newKey(), asked } });
    try {
      const booked = await ask("POST", `/v1/citizen/holds/${draft.hold.id}/confirm`, { body, key: draft.confirm_key.key });
      await finish(booked);
      turn.next();
    } catch (problem) {
      failed(problem);
    }
  }
  function failed(problem) {
    if (problem.code === "hold_over" || problem.code === "hold_not_found") {
      keep({ hold: null, slot: null });
      turn.go("window", problem);
    } else if (problem.code === "booking_already_open") {
      again.hidden = false;
      again.replaceChildren(tick({ name: "confirmed", label: say("book_again"), checked: draft.confirmed }));
      turn.fail({ detail: problem.detail, action: say("book_again_action") });
    } else turn.fail(problem.fields?.address ? { ...problem, detail: problem.detail, action: problem.fields.address } : problem);
  }
}

/** Only what was booked is kept; the link that follows it stays in this page alone. */
async function finish(booked) {
  const { reference, visit, day, start, end, item_codes } = booked;
  const { procedure, more, mode, hold } = draft;
  const papers = [procedure, ...more].flatMap((each) => each.papers);
  forgetPerson({ reference, visit, day, start, end, item_codes, procedure: proceduresOfVisit(), papers, mode, office: hold.office });
  try {
    const { token } = await ask("POST", `/v1/citizen/holds/${hold.id}/follow-links`);
    draft.done.follow = `/theo-doi/${token}`;
  } catch (problem) {
    if (!problem.detail) throw problem; // the notice brings a link too
  }
}

function review(turn) {
  const { mode, address, point, hold } = draft;
  const change = (step, words) => element("button", { type: "button", class: "link", onclick: () => turn.go(step) }, words);
  return element("section", { class: "card review", "aria-labelledby": "review-title" },
    element("h3", { id: "review-title" }, say("read_again")),
    pairs(
      [say("review_window"), element("strong", {}, ...visitTime(hold.day, hold.start, hold.end))],
      [say("review_procedure"), proceduresOfVisit()], [say("review_way"), say(`mode_${mode}`)],
      mode === "RETURN" && [say("portal_code"), draft.portal_code],
      [say("review_office"), hold.office], [say("review_address"), [address, point ? element("small", {}, ` (${say("with_point")})`) : ""]],
    ),
    element("p", {}, change("procedure", say("change_procedure")), " · ", change("address", say("change_address")), " · ", change("window", say("change_window"))));
}
