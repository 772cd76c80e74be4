// One entry of the address book as a form: new, or as it was when it was opened.
import { ask, askWithTag } from "/static/citizen/ask.mjs";
import { alertBox, answers, busy, field, markWrong, PHONE } from "/static/citizen/forms.mjs";
import { say } from "/static/citizen/language.mjs";
import { element } from "/static/page/element.mjs";
import { keysOfForm } from "/static/page/keys.mjs";

const read = (url) => askWithTag("GET", url, { own: true });

/** `seen`: {body, etag} of the entry to change, or null for a new one. `onDone(kept)`, `onLeave()`. */
function make(book, seen, { onDone, onLeave }) {
  const keyOf = keysOfForm();
  const door = seen?.body ?? null;
  let place = door?.lat === null || !door ? null : { lat: door.lat, lon: door.lon };
  const trouble = element("div");
  const save = element("button", { class: "main" }, say("save"));
  const drop = element("button", { type: "button", class: "link", onclick: () => { place = null; drop.remove(); } }, say("drop_point"));
  const value = (name) => door?.[name] ?? "";
  const form = element("form", { novalidate: true, class: "card", "aria-labelledby": "form-title", onsubmit: (event) => { event.preventDefault(); busy(save, send); } },
    element("h2", { id: "form-title" }, door ? say("change_one", door.name) : say("add")), trouble,
    field({ name: "name", label: say("name"), note: say("name_note"), value: value("name"), maxlength: 80 }),
    field({ name: "full_name", label: say("full_name"), value: value("full_name"), maxlength: 200 }),
    field({ name: "phone", label: say("phone"), value: value("phone"), type: "tel", inputmode: "tel", maxlength: 20 }),
    field({ name: "address", label: say("address"), note: say("address_note"), rows: 2, value: value("address"), maxlength: 400 }),
    place ? element("p", { class: "note" }, say("has_point"), " ", drop) : null,
    field({ name: "special_needs", label: say("needs"), rows: 2, value: value("special_needs"), maxlength: 400, optional: true }),
    element("p", { class: "actions" }, save, element("button", { type: "button", onclick: onLeave }, say("leave"))));

  function wrong({ name, full_name, phone, address }) {
    return {
      ...(!name && { name: say("name_missing") }), ...(full_name.length < 2 && { full_name: say("full_name_missing") }),
      ...(!PHONE.test(phone) && { phone: say("phone_wrong") }), ...(address.length < 5 && { address: say("address_missing") }),
    };
  }
  function tell(problem) {
    if (!problem.detail) throw problem;
    const box = alertBox(problem);
    trouble.replaceChildren(box);
    if (!markWrong(form, problem.fields ?? {})) box.focus();
  }
  async function send() {
    const said = answers(form);
    trouble.replaceChildren();
    const fields = wrong(said);
    if (Object.keys(fields).length) return tell({ detail: say("needs_fixing"), fields });
    const { special_needs, ...body } = said;
    if (door && said.address !== door.address) place = null; // the point was of the other door
    Object.assign(body, special_needs && { special_needs }, place);
    try {
      const kept = door
        ? await ask("PUT", `${book}/${door.id}`, { own: true, match: seen.etag, body })
        : await ask("POST", book, { own: true, key: keyOf(body), body });
      await onDone(kept);
    } catch (problem) {
      tell(problem.status === 412 ? { detail: say("changed_elsewhere"), action: say("changed_elsewhere_action") } : problem);
    }
  }
  return form;
}

export const doorForm = { make, read };
