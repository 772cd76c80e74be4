// Ways to fit in what has no route: each was tried by the server and has its price; one click takes it.
import { element } from "/static/page/element.mjs";
import { applyRepair, listRepairs, newKey } from "./calls.mjs";
import { fillLater, openDialog } from "./dialog.mjs";
import { roomsLost, roomsQuestion } from "./rooms.mjs";
import { priceWords } from "./words.mjs";

const KIND_WORDS = {
  ROOM: "Có chỗ trong tuyến", LATER: "Nới giờ hẹn muộn hơn", EARLIER: "Nới giờ hẹn sớm hơn", OVERTIME: "Làm thêm giờ", UNPINNED: "Bỏ giữ chỗ cũ",
  OTHER_PLACE: "Một cửa khác nhận được", OTHER_DAY: "Sang ngày khác", SKILL: "Bưu tá khác kỹ năng", ONE_MORE: "Thêm một bưu tá",
};

/** Shows the ways for a leg; `onTaken(plan)` gets the draft in which the one taken is done. */
export function askRepair(plan, leg, title, onTaken) {
  return openDialog(`Cách xếp ${title}`, (close) => {
    const box = element("div", { class: "repairs" });
    const failure = element("p", { class: "why", role: "alert" });
    const rooms = roomsQuestion("repair-rooms", "Vẫn áp dụng, chấp nhận các khung giờ đó mất chỗ");
    let asked = null; // the way that the question is about
    const take = async (way, button) => {
      button.disabled = true;
      failure.textContent = "";
      if (asked !== way.key) rooms.forget();
      asked = way.key;
      try {
        const { plan: draft } = await applyRepair(plan, leg, way.key, rooms.confirmed(), newKey());
        close();
        onTaken(draft);
      } catch (error) {
        failure.textContent = error.message;
        rooms.learn(error);
        button.disabled = false;
      }
    };
    fillLater(box, async () => {
      const { repairs } = await listRepairs(plan.id, leg);
      return repairs.length ? wayList(repairs, take) : element("p", { class: "why" }, "Đã thử mọi cách mà không cách nào xếp được.");
    });
    return element("div", {}, element("p", { class: "more" }, "Mỗi cách đã được tính thử trên kế hoạch này. Áp dụng là đổi giờ hẹn, ca, nơi nộp hoặc ngày; người dân được báo."), failure, rooms.node, box);
  });
}

function wayList(repairs, take) {
  return element("ol", { class: "ranked", "aria-label": "Cách xếp, rẻ nhất trước" }, ...repairs.map((way) => {
    const button = element("button", { type: "button", class: "small", disabled: !way.applicable, onclick: () => take(way, button) }, "Áp dụng");
    return element("li", {},
      element("div", {},
        element("strong", {}, [KIND_WORDS[way.kind] ?? way.kind, way.courier_code].filter(Boolean).join(" · ")),
        element("p", {}, way.detail_vi),
        element("p", {}, way.price === null ? "giá do kế hoạch của ngày đó quyết định" : priceWords(way.price)),
        roomsLost(way.rooms_lost),
        way.applicable ? null : element("p", { class: "why" }, "Chỉ để biết, phải làm ở nơi khác.")),
      button);
  }));
}
