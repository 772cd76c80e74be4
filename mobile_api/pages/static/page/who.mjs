// Who is signed in, in the head of a page, with the way out.
import { element } from "./element.mjs";
import { ROLE_WORDS, signOut, whoAmI } from "./session.mjs";

/** Fills `place`; gives the session, or null for nobody. */
export async function showWho(place) {
  const who = await whoAmI();
  const back = encodeURIComponent(location.pathname + location.search);
  if (!who) {
    place.replaceChildren(element("a", { href: `/dang-nhap?tiep=${back}` }, "Đăng nhập"));
    return null;
  }
  const leave = element("button", { type: "button", onclick: async () => {
    leave.disabled = true;
    await signOut().catch(() => {}); // the next page tells whether it is over
    location.assign("/dang-nhap");
  } }, "Đăng xuất");
  place.replaceChildren(element("span", { class: "who-name" }, who.name || who.code), element("small", {}, ROLE_WORDS[who.role] ?? who.role), leave);
  return who;
}
