// The sign-in page: by link, by phone or by password, then back to where one came from.
import { element } from "/static/page/element.mjs";
import { ROLE_WORDS, homeOf, setPassword, signInByLink, signOut, whoAmI } from "/static/page/session.mjs";
import { passwordForm, signInForms } from "/static/page/sign_in.mjs";

const SETS_PASSWORD = "dat-mat-khau="; // what stands before the secret of such a link
const at = (id) => document.getElementById(id);

/** The page to go on to: only one of our own, never this one again. */
function nextPath(role) {
  const asked = new URLSearchParams(location.search).get("tiep");
  const target = asked && URL.parse(asked, location.origin);
  const isOurs = target && target.origin === location.origin && target.pathname !== location.pathname;
  return isOurs ? target.href : homeOf(role); // the whole address: a path may begin with two slashes
}

const goOn = async () => location.replace(nextPath((await whoAmI())?.role));

/** The link's secret leaves the address at once, also from the browser's history. */
function takeToken() {
  const token = location.hash.slice(1);
  if (token) history.replaceState(null, "", location.pathname + location.search);
  return token;
}

async function byLink(token) {
  at("told").textContent = "Đang đăng nhập bằng liên kết…";
  try {
    await signInByLink(token);
    await goOn();
    return true;
  } catch (error) {
    at("told").textContent = "";
    at("failure").textContent = error.message;
    return false;
  }
}

function alreadyIn(who) {
  const again = element("button", { type: "button", class: "plain", onclick: async () => {
    again.disabled = true;
    try {
      await signOut();
      location.reload();
    } catch (error) {
      again.disabled = false;
      at("failure").textContent = error.message;
    }
  } }, "Đăng xuất");
  at("forms").replaceChildren(
    element("p", {}, "Đang đăng nhập: ", element("strong", {}, who.name || who.code), ` · ${ROLE_WORDS[who.role] ?? who.role}`),
    element("p", { class: "deeds" }, element("a", { class: "main", href: nextPath(who.role) }, "Tiếp tục"), again));
}

function showForms(staffFirst = false) {
  const asked = new URLSearchParams(location.search).get("tiep") ?? "";
  const forms = signInForms({ onDone: goOn, staffFirst: staffFirst || asked.startsWith("/console") });
  at("forms").replaceChildren(forms.node);
  forms.begin();
}

function choosePassword(token) {
  document.querySelector("h1").textContent = "Đặt mật khẩu";
  const node = passwordForm(async (password) => {
    await setPassword(token, password);
    document.querySelector("h1").textContent = "Đăng nhập";
    showForms(true);
    at("told").textContent = "Đã đặt mật khẩu. Hãy đăng nhập bằng mã tài khoản và mật khẩu mới.";
  });
  at("forms").replaceChildren(element("div", { class: "sign-in" }, node));
  node.querySelector("input").focus();
}

async function start() {
  const token = takeToken();
  if (token.startsWith(SETS_PASSWORD)) return choosePassword(token.slice(SETS_PASSWORD.length));
  if (token && (await byLink(token))) return;
  const who = token ? null : await whoAmI();
  if (who) alreadyIn(who);
  else showForms();
}

const begin = () => start()
  .catch((error) => { at("failure").textContent = error.message; showForms(); })
  .finally(() => { document.body.dataset.ready = "true"; });

addEventListener("hashchange", () => location.hash && begin()); // a link opened where this page is open already
begin();
