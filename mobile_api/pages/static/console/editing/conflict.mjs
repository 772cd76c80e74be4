// Somebody saved first: shows what they changed, and carries the own changes over to their version.
import { element } from "/static/page/element.mjs";
import { listVersions } from "./calls.mjs";
import { fillLater } from "./dialog.mjs";
import { diffOf } from "./diff_view.mjs";

const shown = new WeakMap(); // conflict → its view, so that a redraw does not load it again

/** `onFollow(id)` takes the own changes to that version, `onGiveUp(id)` leaves them. */
export function conflictView(desk, handlers) {
  if (!shown.has(desk.conflict)) shown.set(desk.conflict, build(desk, handlers));
  return shown.get(desk.conflict);
}

function build(desk, { onFollow, onGiveUp }) {
  const mine = desk.plan;
  const reason = desk.error?.message ?? "";
  const box = element("div", {});
  fillLater(box, async () => {
    const newest = await newestAfter(mine);
    const deed = (text, act, kind) => element("button", { type: "button", class: kind, onclick: (event) => { event.target.disabled = true; act(newest.id); } }, text);
    return [
      newest.id === mine.id ? element("p", {}, "Dữ liệu của chính bản này đã đổi; tính thử lại trên số liệu mới rồi lưu.") : element("h4", {}, `Bản số ${newest.number} khác bản số ${mine.number} đang sửa:`),
      newest.id === mine.id ? null : await diffOf(mine.id, newest.id),
      element("p", { class: "deeds" },
        deed(`Áp thay đổi của tôi lên bản số ${newest.number}`, onFollow, "main"),
        deed("Bỏ thay đổi của tôi", onGiveUp, "small")),
    ];
  });
  return element("section", { class: "conflict", "aria-label": "Người khác đã lưu trước" },
    element("h3", {}, "Người khác đã lưu trước"),
    element("p", {}, reason),
    element("p", {}, "Thay đổi ở trên vẫn còn nguyên, chưa lưu."),
    box);
}

/** The version to go on from: the newest that grew from this one, else the one in force, else itself. */
async function newestAfter(plan) {
  const grown = new Set([plan.id]);
  const inOrder = (await listVersions(plan)).toSorted((a, b) => a.number - b.number);
  for (const each of inOrder) if (grown.has(each.derived_from_id)) grown.add(each.id);
  const usable = inOrder.filter((each) => each.status !== "SUPERSEDED");
  return usable.findLast((each) => grown.has(each.id) && each.id !== plan.id) ?? usable.find((each) => each.id === plan.id) ?? usable.findLast((each) => each.status === "PUBLISHED") ?? plan;
}
