// The two ways to sign in, as forms that stand on the sign-in page and in the dialog over others.
import { element } from "./element.mjs";
import { askForCode, signInByCode, signInByPassword } from "./session.mjs";
import { wireTabs } from "./tabs.mjs";

const AGAIN_S = 60; // before another code may be asked for
const CODE_DIGITS = 6;

/** Both forms below their tabs; `onDone()` is called once. `staffFirst` opens the staff tab. */
export function signInForms({ onDone, staffFirst = false }) {
  const tab = (id, text) => element("button", { role: "tab", id: `tab-${id}`, type: "button", "aria-controls": `panel-${id}` }, text);
  const panel = (id, form) => element("div", { role: "tabpanel", id: `panel-${id}`, "aria-labelledby": `tab-${id}` }, form);
  const list = element("div", { class: "ways", role: "tablist", "aria-label": "Cách đăng nhập" }, tab("phone", "Người dân, doanh nghiệp"), tab("staff", "Nhân viên"));
  const box = element("div", { class: "sign-in" }, list, panel("phone", phoneForm(onDone)), panel("staff", staffForm(onDone)));
  return {
    node: box,
    /** Once the box stands in the document: opens a tab and puts the cursor there. */
    begin() {
      const way = staffFirst ? "staff" : "phone";
      wireTabs(list)(`tab-${way}`);
      box.querySelector(`#panel-${way} input`).focus();
    },
  };
}

function field(id, label, attributes, hint) {
  const input = element("input", { id, required: true, spellcheck: "false", autocapitalize: "none", ...(hint && { "aria-describedby": `${id}-hint` }), ...attributes });
  const node = element("p", { class: "field" }, element("label", { for: id }, label), input, hint ? element("small", { id: `${id}-hint` }, hint) : null);
  return { node, input };
}

/** A form whose submit is one call: buttons rest meanwhile, a failure is read aloud and typed text stays. */
function form(parts, deeds, submit) {
  const failure = element("p", { class: "failure", role: "alert" });
  const node = element("form", { novalidate: true }, ...parts, failure, ...deeds);
  node.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (node.getAttribute("aria-busy") === "true") return;
    const empty = [...node.querySelectorAll("input")].find((input) => !input.closest("[hidden]") && !input.value.trim());
    mark(node, empty);
    failure.textContent = empty ? `Hãy nhập ${node.querySelector(`label[for=${empty.id}]`).textContent.toLocaleLowerCase("vi")}.` : "";
    if (empty) return;
    node.setAttribute("aria-busy", "true");
    try {
      await submit();
    } catch (error) {
      failure.textContent = error.message;
      mark(node, [...node.querySelectorAll("input")].findLast((input) => !input.closest("[hidden]")));
    } finally {
      node.removeAttribute("aria-busy");
    }
  });
  return { node, failure };
}

function mark(node, wrong) {
  for (const input of node.querySelectorAll("input")) input.toggleAttribute("aria-invalid", input === wrong);
  wrong?.setAttribute("aria-invalid", "true");
  wrong?.focus();
}

function staffForm(onDone) {
  const account = field("staff-code", "Mã tài khoản", { autocomplete: "username", maxlength: 80 });
  const password = field("staff-password", "Mật khẩu", { type: "password", autocomplete: "current-password", maxlength: 200 });
  const shown = element("button", { type: "button", class: "plain", "aria-pressed": "false", onclick: () => {
    const isShown = password.input.type === "text";
    password.input.type = isShown ? "password" : "text";
    shown.setAttribute("aria-pressed", String(!isShown));
    shown.textContent = isShown ? "Hiện mật khẩu" : "Ẩn mật khẩu";
  } }, "Hiện mật khẩu");
  const deeds = element("p", { class: "deeds" }, element("button", { class: "main" }, "Đăng nhập"), shown);
  const forgot = element("p", { class: "note" }, "Quên mật khẩu: nhờ quản lý cấp liên kết đăng nhập một lần.");
  const made = form([account.node, password.node], [deeds, forgot],
  async () => {
    await signInByPassword(account.input.value.trim(), password.input.value);
    await onDone();
  });
  return made.node;
}

/** A first or a new password, by the link that was given for it. */
export function passwordForm(onChosen) {
  const first = field("new-password", "Mật khẩu mới", { type: "password", autocomplete: "new-password", maxlength: 200 }, "Ít nhất 10 ký tự; một câu dài dễ nhớ là tốt nhất.");
  const again = field("new-password-again", "Gõ lại mật khẩu mới", { type: "password", autocomplete: "new-password", maxlength: 200 });
  const made = form([first.node, again.node], [element("p", { class: "deeds" }, element("button", { class: "main" }, "Đặt mật khẩu"))], async () => {
    if (first.input.value !== again.input.value) throw new Error("Hai lần gõ không giống nhau.");
    await onChosen(first.input.value);
  });
  return made.node;
}

function phoneForm(onDone) {
  const phone = field("phone", "Số điện thoại", { type: "tel", inputmode: "tel", autocomplete: "tel", maxlength: 20 }, "Số đã dùng khi đặt lịch, ví dụ 0900 000 001.");
  const code = field("phone-code", "Mã đăng nhập", { inputmode: "numeric", autocomplete: "one-time-code", maxlength: CODE_DIGITS, pattern: "[0-9]*" }, "6 chữ số trong tin nhắn, dùng được trong 5 phút.");
  const told = element("p", { class: "told", role: "status" });
  const main = element("button", { class: "main" }, "Gửi mã đăng nhập");
  const again = element("button", { type: "button", class: "plain" }, "Gửi lại mã");
  const other = element("button", { type: "button", class: "plain" }, "Đổi số điện thoại");
  let waits = 0;
  const step = (hasCode) => {
    code.node.hidden = again.hidden = other.hidden = !hasCode;
    phone.input.readOnly = hasCode;
    main.textContent = hasCode ? "Đăng nhập" : "Gửi mã đăng nhập";
    if (!hasCode) told.textContent = code.input.value = "";
    (hasCode ? code : phone).input.focus();
  };
  const count = () => {
    again.disabled = waits > 0;
    again.textContent = waits > 0 ? `Gửi lại mã (sau ${waits} giây)` : "Gửi lại mã";
  };
  const ask = async () => {
    await askForCode(phone.input.value.trim());
    told.textContent = `Nếu số ${phone.input.value.trim()} dùng được dịch vụ, mã đang được gửi tới.`;
    if (waits <= 0) {
      const tick = setInterval(() => { waits -= 1; count(); if (waits <= 0) clearInterval(tick); }, 1000);
    }
    waits = AGAIN_S;
    count();
    step(true);
  };
  const made = form([phone.node, told, code.node], [element("p", { class: "deeds" }, main, again, other)], async () => {
    if (code.node.hidden) await ask();
    else {
      await signInByCode(phone.input.value.trim(), code.input.value.replace(/\D/g, ""));
      await onDone();
    }
  });
  again.addEventListener("click", () => ask().catch((error) => { made.failure.textContent = error.message; }));
  other.addEventListener("click", () => { made.failure.textContent = ""; step(false); });
  code.node.hidden = again.hidden = other.hidden = true;
  return made.node;
}
