// A firm's address book: doors and contacts kept for the next booking, changed with their ETag, deleted for good.
import { ask } from "/static/citizen/ask.mjs";
import { alertBox, busy } from "/static/citizen/forms.mjs";
import { languageButton, learn, say, translatePage } from "/static/citizen/language.mjs";
import { element } from "/static/page/element.mjs";

await learn("citizen", "address_book");
const [{ pairs }, { doorForm }, { showWho }] = await Promise.all(
  ["citizen/show", "address_book/door_form", "page/who"].map((name) => import(`/static/${name}.mjs`)));

const BOOK = "/v1/citizen/address-book";
const at = (id) => document.getElementById(id);

/** What `deed` throws for people is told above the list; true when it went well. */
async function tried(deed) {
  at("trouble").replaceChildren();
  try {
    await deed();
    return true;
  } catch (problem) {
    if (!problem.detail) throw problem;
    const box = alertBox(problem);
    at("trouble").replaceChildren(box);
    box.focus();
    return false;
  }
}

async function look() {
  const { doors } = await ask("GET", BOOK, { own: true });
  at("doors").replaceChildren(...(doors.length ? doors.map(one) : [element("p", { class: "hint" }, say("none_yet"))]));
}

function one(door) {
  const title = `door-${door.id}`;
  const change = element("button", { type: "button", "aria-describedby": title, onclick: () => busy(change, () => open(door)) }, say("change"));
  const drop = element("button", { type: "button", class: "danger", "aria-describedby": title, onclick: () => busy(drop, () => askBeforeDeleting(drop, door)) }, say("delete"));
  return element("section", { class: "card", "aria-labelledby": title }, element("h2", { id: title, tabindex: "-1" }, door.name),
    pairs([say("contact"), `${door.full_name} · ${door.phone}`], [say("address"), door.address], [say("needs"), door.special_needs], [say("on_map"), door.lat === null ? null : say("yes")]),
    element("p", { class: "actions" }, change, drop));
}

/** The first press asks, the second deletes what was there at the first. */
async function askBeforeDeleting(button, door) {
  let etag;
  if (!(await tried(async () => { ({ etag } = await doorForm.read(`${BOOK}/${door.id}`)); }))) return;
  const sure = element("button", { type: "button", class: "danger", onclick: () => busy(sure, () => remove(door, etag)) }, say("delete_sure"));
  const keep = element("button", { type: "button", onclick: () => { sure.remove(); keep.remove(); button.hidden = false; button.focus(); } }, say("delete_not"));
  button.hidden = true;
  button.after(sure, keep);
  sure.focus();
}

async function remove(door, etag) {
  await tried(async () => {
    await ask("DELETE", `${BOOK}/${door.id}`, { own: true, match: etag });
    await look();
    at("live").textContent = say("deleted", door.name);
    at("add").focus();
  });
}

/** With what the entry says now, not when the list was made. */
const open = (door) => tried(async () => openForm(await doorForm.read(`${BOOK}/${door.id}`)));

function openForm(seen) {
  const close = () => { at("form").replaceChildren(); };
  const form = doorForm.make(BOOK, seen, {
    onDone: async (kept) => {
      close();
      if (!(await tried(look))) return;
      at("live").textContent = say("kept", kept.name);
      at(`door-${kept.id}`)?.focus();
    },
    onLeave: () => { close(); at("add").focus(); },
  });
  at("form").replaceChildren(form);
  form.querySelector("input").focus();
}

translatePage();
languageButton(at("tongue"));
at("add").addEventListener("click", () => openForm(null));
showWho(at("who")).catch(() => {}); // the list tells what is wrong
await tried(look);
document.body.dataset.ready = "true";
