// The tab where changes are listed with their price, confirmed, saved, or thrown away.
import { count } from "/static/console/format.mjs";
import { element } from "/static/page/element.mjs";
import { effectView, triedRoutes } from "./effect_view.mjs";
import { effectLine } from "./words.mjs";

const HOW = "Chọn một tuyến rồi một điểm dừng để sửa, hoặc kéo điểm dừng tới chỗ khác. Mỗi thay đổi được tính thử trước: giá, số phút, lời hẹn bị đụng và quy tắc bị phá hiện ở đây, rồi mới lưu được.";

/** Builds the tab once into `place`; gives `draw()`, which shows what the desk holds now. */
export function editTab(place, desk, { onSaved, conflictView }) {
  const intro = element("p", { class: "more" }, HOW);
  const entries = element("ol", { class: "entries", "aria-label": "Thay đổi đang thử" });
  const state = element("p", { class: "trial", role: "status", "aria-live": "polite" });
  const failure = element("div", { class: "failure", role: "alert" });
  const effect = element("div", {});
  const note = element("input", { id: "edit-note", maxlength: 200, autocomplete: "off", placeholder: "Ví dụ: đổi theo đề nghị của người dân" });
  note.addEventListener("input", () => { desk.note = note.value; });
  const save = element("button", { type: "button", class: "main", onclick: async () => {
    const saved = await desk.save();
    if (saved) onSaved(saved);
  } }, "Lưu thành bản mới");
  const drop = element("button", { type: "button", class: "small", onclick: () => desk.clear() }, "Bỏ hết");
  const foot = element("div", { class: "save" }, element("label", { for: "edit-note" }, "Ghi chú (không bắt buộc)"), note, element("p", { class: "deeds" }, save, drop));
  const box = element("section", { class: "edits", "aria-label": "Thay đổi đang thử" }, intro, entries, state, failure, effect, foot);
  place.replaceChildren(box);

  return function draw() {
    const any = desk.entries.length > 0;
    intro.hidden = any;
    foot.hidden = !any;
    entries.replaceChildren(...desk.entries.map((entry, index) => entryLine(entry, desk.tried?.steps[stepOf(desk, index)], () => desk.remove(index))));
    state.textContent = stateWords(desk);
    failure.replaceChildren(...failureNodes(desk, conflictView));
    const keep = document.activeElement?.closest?.(".effect input")?.parentElement.textContent;
    effect.replaceChildren(...(desk.tried ? [effectView(desk.tried.total, { confirmed: desk.confirmed, onConfirm: (key, isAccepted) => desk.confirm(key, isAccepted) }), triedRoutes(desk.plan, desk.tried)] : []));
    if (keep) [...effect.querySelectorAll("label")].find((label) => label.textContent === keep)?.querySelector("input").focus();
    save.disabled = !desk.canSave;
    if (note.value !== desk.note && document.activeElement !== note) note.value = desk.note;
    if (!any) note.value = "";
  };
}

/** Lost changes are not tried, so the steps of the answer skip them. */
const stepOf = (desk, index) => desk.entries.slice(0, index).filter((entry) => !entry.lost).length;

function entryLine({ words, lost }, step, onRemove) {
  return element("li", { class: lost ? "lost" : "" },
    element("div", {}, element("strong", {}, words),
      lost ? element("p", { class: "why" }, "Không áp được nữa: bản mới không còn việc này.") : step ? element("p", {}, effectLine(step)) : null),
    element("button", { type: "button", class: "small", "aria-label": `Bỏ thay đổi: ${words}`, onclick: onRemove }, "Bỏ"));
}

function stateWords(desk) {
  if (desk.saving) return "Đang lưu…";
  if (desk.trying) return "Đang tính thử…";
  if (desk.conflict) return "Chưa lưu: người khác đã lưu trước.";
  if (!desk.entries.length || !desk.tried) return "";
  if (desk.canSave) return `Đã tính thử ${count(desk.entries.length)} thay đổi: lưu được.`;
  return desk.tried.savable ? "Đã tính thử: cần chấp nhận các điểm bên dưới trước khi lưu." : "Đã tính thử: chưa lưu được, xem quy tắc bị phá bên dưới.";
}

function failureNodes(desk, conflictView) {
  if (desk.conflict) return [conflictView()];
  if (!desk.error) return [];
  return [element("p", { class: "why" }, desk.error.message), element("button", { type: "button", class: "small", onclick: () => desk.retry() }, "Tính lại")];
}
