// Asks to sign in on top of a page in use, so that nothing typed below is lost.
import { element } from "./element.mjs";
import { signInForms } from "./sign_in.mjs";

let open = null; // one question at a time, however many calls wait for it

/** True once signed in; false when the person closed the question. */
export function askToSignIn() {
  open ??= ask().finally(() => { open = null; });
  return open;
}

function ask() {
  const style = element("link", { rel: "stylesheet", href: "/static/sign_in/sign_in.css" });
  if (!document.querySelector(`link[href="${style.getAttribute("href")}"]`)) document.head.append(style);
  return new Promise((resolve) => {
    const done = () => { dialog.returnValue = "signed-in"; dialog.close("signed-in"); };
    const forms = signInForms({ onDone: done, staffFirst: location.pathname.startsWith("/console") });
    const dialog = element("dialog", { class: "asks", "aria-labelledby": "asks-title" },
      element("h2", { id: "asks-title" }, "Phiên làm việc đã hết"),
      element("p", {}, "Đăng nhập lại để tiếp tục. Những gì quý vị đã nhập trên trang vẫn còn nguyên."),
      forms.node,
      element("p", { class: "deeds" }, element("button", { type: "button", class: "plain", onclick: () => dialog.close() }, "Để sau")));
    dialog.addEventListener("close", () => { dialog.remove(); resolve(dialog.returnValue === "signed-in"); });
    document.body.append(dialog);
    dialog.showModal();
    forms.begin();
  });
}
