// Whose booking it becomes: the account that is signed in, or nobody's but the link's.
import { ask } from "/static/citizen/ask.mjs";
import { select } from "/static/citizen/forms.mjs";
import { say } from "/static/citizen/language.mjs";
import { element } from "/static/page/element.mjs";
import { mayBeSignedIn, whoAmI } from "/static/page/session.mjs";
import { draft, keep } from "/static/booking/draft.mjs";

const OWNERS = new Set(["CITIZEN", "FIRM"]);

/** The citizen or firm that is signed in, or null. Renews a session that only slept; throws when nobody answers. */
async function findOwner() {
  const who = mayBeSignedIn() ? await whoAmI() : null;
  return who && OWNERS.has(who.role) ? who : null;
}

/** A line that tells it; `owner` is what was found last. Where nobody answers it says nothing new. */
export function ownerLine() {
  const node = element("p", { class: "note", id: "owner" });
  const line = { node, owner: null, look };
  async function look() {
    try {
      line.owner = await findOwner();
    } catch {
      return line.owner; // the booking itself tells what is wrong
    }
    node.replaceChildren(...(line.owner
      ? [say("books_as", line.owner.name ?? "")]
      : [say("books_as_guest"), " ", element("a", { href: "/dang-nhap?tiep=%2Fdat-lich%23contact" }, say("sign_in_first"))]));
    return line.owner;
  }
  return line;
}

/** For a firm: its kept doors to choose from; else nothing. `onchange` hears that the answers changed. */
export async function keptDoors(onchange) {
  const owner = await findOwner();
  if (owner?.role !== "FIRM") return null;
  const { doors } = await ask("GET", "/v1/citizen/address-book", { own: true });
  const book = element("p", { class: "note" }, element("a", { href: "/so-dia-chi" }, say("open_address_book")));
  if (!doors.length) return book;
  const chosen = doors.find((door) => door.id === draft.kept_door);
  const made = select({ name: "kept_door", label: say("kept_doors"), value: chosen?.id ?? "",
    options: [["", say("choose_kept_door")], ...doors.map((door) => [door.id, `${door.name} · ${door.address}`])],
    onchange: ({ target }) => {
      const door = doors.find((each) => each.id === target.value);
      if (door) take(door);
      onchange();
    } });
  return element("div", {}, made, book);
}

function take({ id, address, lat, lon, full_name, phone, special_needs: needs }) {
  keep({ kept_door: id, address, point: lat === null ? null : [lon, lat], full_name, phone, special_needs: needs ?? "", hold: null, slot: null });
}
