// The versions of a day: which one is shown, how it differs from another, and making it the couriers' own.
import { PLAN_WORDS, clock } from "/static/console/format.mjs";
import { element } from "/static/page/element.mjs";
import { listVersions, newKey, publish, undo } from "./calls.mjs";
import { askClosing } from "./closing_dialog.mjs";
import { diffOf } from "./diff_view.mjs";
import { fillLater, openDialog } from "./dialog.mjs";
import { askReplan } from "./replan_dialog.mjs";
import { roomKeys, roomsQuestion } from "./rooms.mjs";
import { effectLine } from "./words.mjs";

const ORIGIN_WORDS = { SEARCH: "lập mới", EDIT: "sửa tay", REPAIR: "xếp thêm việc còn lại", REPLAN: "lập lại giữa ngày", UNDO: "hoàn tác" };
const versionWords = ({ number, status, origin }) => `Bản số ${number} · ${ORIGIN_WORDS[origin] ?? origin} · ${(PLAN_WORDS[status]?.[0] ?? status).toLocaleLowerCase("vi")}`;

/** Fills `place` for a plan; `canAct` decides about publishing. `openPlan(id)` shows another version. */
export function versionsPanel(place, { openPlan }) {
  let turn = 0;
  return async function draw(plan, canAct) {
    const mine = ++turn;
    place.replaceChildren();
    if (!plan?.finished) return;
    const others = (await listVersions(plan)).filter((each) => each.id !== plan.id);
    if (mine !== turn) return;
    const parent = others.find((each) => each.id === plan.derived_from_id);
    const grown = others.filter((each) => each.derived_from_id === plan.id);
    const newer = grown.find((each) => each.status === "DRAFT" && each.request?.not_published) ?? grown.at(0);
    const live = others.find((each) => each.status === "PUBLISHED");
    place.replaceChildren(element("section", { class: "versions", "aria-labelledby": "versions-title" },
      element("h2", { id: "versions-title" }, versionWords(plan)),
      element("p", { class: "more" }, [parent && `Sửa từ bản số ${parent.number}`, `lúc ${clock(plan.finished_at ?? plan.requested_at)}`].filter(Boolean).join(" · ")),
      outcomeWords(plan.request?.outcome),
      notPublishedWords(plan),
      plan.request?.closed_again ? element("p", { class: "why" }, `Chưa đưa hết việc trở lại: ${plan.request.closed_again.detail_vi}`) : null,
      newer ? element("p", { class: "newer" }, `Đã có bản mới hơn sửa từ bản này: số ${newer.number}. `, notPublishedWords(newer), element("button", { type: "button", class: "small", onclick: () => openPlan(newer.id) }, `Mở bản số ${newer.number}`)) : null,
      others.length ? compareRow(plan, others, live ?? parent ?? others[0]) : null,
      canAct ? deeds(plan, live, plan.status === "PUBLISHED" ? riddenBefore(others) : parent, openPlan) : null));
  };
}

/** Why couriers do not ride by a version that was to be sent to them at once. */
function notPublishedWords({ status, request }) {
  const refused = status === "DRAFT" && request?.not_published;
  return refused ? element("span", { class: "why" }, `Chưa gửi được cho bưu tá: ${refused.detail_vi} ${refused.action_vi} `) : null;
}

/** What couriers rode by before the version in force. */
const riddenBefore = (others) => others.filter((each) => each.status === "SUPERSEDED" && each.published_at).toSorted((a, b) => new Date(a.published_at) - new Date(b.published_at)).at(-1);

function deeds(plan, live, former, openPlan) {
  const button = (text, tool, act, kind = "small") => element("button", { type: "button", class: kind, "data-tool": tool, onclick: act }, text);
  return element("p", { class: "deeds" },
    plan.status === "DRAFT" ? button(`Phát hành bản số ${plan.number}…`, "publish", () => askPublish(plan, live, openPlan), "main") : null,
    former && plan.status !== "SUPERSEDED" ? button("Hoàn tác bản này…", "undo", () => askUndo(plan, former, openPlan)) : null,
    plan.status === "PUBLISHED" ? button("Lập lại phần còn lại…", "replan", () => askReplan(plan, (draft) => openPlan(draft.id))) : null,
    ["PUBLISHED", "DRAFT"].includes(plan.status) ? button("Đóng cửa một nơi…", "closing", () => askClosing(plan, (next) => openPlan(next.id))) : null);
}

/** The state before this version again; of the plan in force couriers get it at once. */
function askUndo(plan, former, openPlan) {
  return openDialog(`Hoàn tác bản số ${plan.number}`, (close) => {
    const changes = element("div", {});
    const failure = element("p", { class: "why", role: "alert" });
    const rooms = roomsQuestion("undo-rooms", "Vẫn hoàn tác, chấp nhận các khung giờ đó mất chỗ");
    const key = newKey();
    const go = button("Hoàn tác", async () => {
      go.disabled = true;
      failure.textContent = "";
      try {
        const done = await undo(plan, rooms.confirmed(), key);
        rooms.learn({});
        go.parentElement.hidden = true;
        changes.replaceChildren(element("div", {},
          element("p", { class: "fine" }, `Đã khôi phục thành bản số ${done.plan.number}${done.published ? ", bưu tá nhận ngay" : ", còn là bản nháp"}: ${effectLine(done.effect)}.`),
          done.not_undone.length ? element("p", { class: "why" }, `Không khôi phục được ${done.not_undone.length} lượt vì đã làm hoặc hồ sơ đã trên tay: ${done.not_undone.map((each) => `${each.booking_reference} vẫn do ${each.courier_now}`).join("; ")}.`) : null,
          element("p", { class: "deeds" }, button("Xem bản đã khôi phục", close))));
        openPlan(done.plan.id);
      } catch (error) {
        failure.textContent = error.message;
        rooms.learn(error);
        go.disabled = false;
      }
    }, "main");
    function button(text, act, kind = "small") {
      return element("button", { type: "button", class: kind, "data-tool": kind === "main" ? "undo-now" : null, onclick: act }, text);
    }
    fillLater(changes, async () => [element("p", {}, plan.status === "PUBLISHED" ? "Bản này đang được thực hiện; hoàn tác gửi ngay cho bưu tá. Sẽ thay đổi:" : "Sẽ thay đổi:"), await diffOf(plan.id, former.id)]);
    return element("div", {}, changes, failure, rooms.node, element("p", { class: "deeds" }, go, button("Thôi", close)));
  });
}

/** What a replan does, in one look; the diff names every visit. */
function outcomeWords(outcome) {
  if (!outcome) return null;
  const parts = [`${outcome.moved.length} việc đổi bưu tá`, `${outcome.touched} lời hẹn bị đụng`, outcome.bags?.length ? `${outcome.bags.length} túi hồ sơ được chuyển tay` : "", outcome.lost?.length ? `${outcome.lost.length} việc không còn tuyến` : "", outcome.cancelled ? "đã dừng sớm, giữ phương án tốt nhất lúc đó" : ""];
  return element("p", { class: outcome.within_budget ? "fine" : "why" }, `${parts.filter(Boolean).join(" · ")}${outcome.within_budget ? "" : " · vượt mức thay đổi cho phép"}`);
}

function compareRow(plan, others, first) {
  const choice = element("select", { id: "compare-with" }, ...others.map((each) => element("option", { value: each.id, selected: each.id === first.id }, versionWords(each))));
  const box = element("div", {});
  const look = element("button", { type: "button", class: "small", "data-tool": "compare", onclick: () => fillLater(box, () => diffOf(choice.value, plan.id)) }, "Xem khác biệt");
  return element("div", { class: "compare" }, element("label", { for: "compare-with" }, "So với"), choice, look, box);
}

const FORCE_WORDS = {
  plan_stale: "Vẫn phát hành, chấp nhận phần chưa được lập",
  plan_overtaken: "Vẫn phát hành, bỏ các thay đổi của bản đang chạy",
  room_sold: "Vẫn phát hành, chấp nhận các khung giờ đó mất chỗ",
};

/** What couriers will get other than now, then the deed itself. */
function askPublish(plan, live, openPlan) {
  return openDialog(`Phát hành bản số ${plan.number}`, (close) => {
    const changes = element("div", {});
    const failure = element("p", { class: "why", role: "alert" });
    const force = element("input", { type: "checkbox", id: "publish-force" });
    const accepted = new Set(), rooms = new Set(); // sold windows: given up, named last
    let isForced = false;
    const forceWords = element("span", {});
    const anyway = element("p", { hidden: true }, element("label", { for: "publish-force" }, force, " ", forceWords));
    const go = element("button", { class: "main", "data-tool": "publish-now" }, live ? `Phát hành thay bản số ${live.number}` : "Phát hành cho bưu tá");
    const form = element("form", {}, changes, failure, anyway, element("p", { class: "deeds" }, go, element("button", { type: "button", class: "small", onclick: close }, "Chưa phát hành")));
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      go.disabled = true;
      failure.textContent = "";
      try {
        if (force.checked && rooms.size) rooms.forEach((key) => accepted.add(key));
        else isForced ||= force.checked;
        await publish(plan, isForced, [...accepted]);
        close();
        openPlan(plan.id);
      } catch (error) {
        failure.textContent = error.message;
        rooms.clear();
        roomKeys(error).forEach((key) => rooms.add(key));
        anyway.hidden = !(error.code in FORCE_WORDS);
        force.checked = false; // what was accepted stays accepted, the next one is asked anew
        forceWords.textContent = FORCE_WORDS[error.code] ?? "";
        if (error.status === 412) go.after(element("button", { type: "button", class: "small", onclick: () => { close(); openPlan(plan.id); } }, "Xem bản vừa đổi"));
        go.disabled = error.status === 412;
      }
    });
    if (live) fillLater(changes, async () => [element("p", {}, `Bưu tá đang theo bản số ${live.number}. Bản này làm khác:`), await diffOf(live.id, plan.id)]);
    else changes.replaceChildren(element("p", {}, "Ngày này chưa có bản nào được phát hành. Mọi bưu tá sẽ nhận tuyến của mình ngay."));
    return form;
  });
}
