// A question on top of the board: keeps the focus, gives it back, closes by Escape.
import { element } from "/static/page/element.mjs";

/** Opens a dialog; `fill(close)` gives its content. Resolves when it is closed. */
export function openDialog(title, fill) {
  return new Promise((resolve) => {
    const dialog = element("dialog", { class: "ask", "aria-labelledby": "ask-title" });
    const close = () => dialog.close();
    dialog.append(
      element("header", {}, element("h2", { id: "ask-title" }, title), element("button", { type: "button", class: "close", "aria-label": "Đóng", onclick: close }, "×")),
      element("div", { class: "ask-body" }, fill(close)));
    dialog.addEventListener("keydown", (event) => event.key === "Escape" && event.stopPropagation()); // the board's own Escape rests
    dialog.addEventListener("close", () => { dialog.remove(); resolve(); });
    document.body.append(dialog);
    dialog.showModal();
  });
}

/** Fills `box` with what `load()` gives, or with the reason why not and a way to try again. */
export async function fillLater(box, load) {
  box.setAttribute("aria-busy", "true");
  box.replaceChildren(element("p", { class: "more", role: "status" }, "Đang tính…"));
  try {
    const content = await load();
    box.replaceChildren(...[content].flat().filter(Boolean));
  } catch (error) {
    box.replaceChildren(element("p", { class: "why", role: "alert" }, error.message), element("button", { type: "button", class: "small", onclick: () => fillLater(box, load) }, "Thử lại"));
  } finally {
    box.removeAttribute("aria-busy");
  }
}
