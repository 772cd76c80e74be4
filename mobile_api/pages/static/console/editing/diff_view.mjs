// How two versions of a day differ, in lines that a dispatcher reads before publishing.
import { count, duration } from "/static/console/format.mjs";
import { element } from "/static/page/element.mjs";
import { readDiff } from "./calls.mjs";
import { promiseWords, touchedWords } from "./words.mjs";

const MOST_LISTED = 60;
const FIGURE_WORDS = { cost: "Chi phí", couriers: "Bưu tá", stops: "Điểm dừng", distance_km: "Quãng đường (km)", ride_h: "Giờ đi đường", work_h: "Giờ làm", unassigned_legs: "Chưa xếp", promises_kept: "Đúng hạn", promises_at_risk: "Sang ngày sau", promises_broken: "Trễ hạn" };
const KINDS = [
  ["Đổi bưu tá", (each) => each.courier_before && each.courier_after && each.courier_before !== each.courier_after],
  ["Thêm vào", (each) => !each.courier_before],
  ["Bỏ ra", (each) => !each.courier_after],
  ["Dời giờ, có báo người dân", (each) => each.told],
  ["Dời giờ, không phải báo ai", () => true],
];

/** The difference from one version to another, loaded and drawn. */
export const diffOf = async (beforeId, afterId) => diffView(await readDiff(beforeId, afterId));

function diffView({ figures, visits, promises }) {
  const changed = figures.filter((each) => each.before !== each.after);
  const groups = new Map(KINDS.map(([name]) => [name, []]));
  for (const each of visits) groups.get(KINDS.find(([, fits]) => fits(each))[0]).push(each);
  const lists = [...groups].filter(([, all]) => all.length).map(([name, all], index) => element("details", { open: index === 0 || all.length <= 6 },
    element("summary", {}, `${name} · ${count(all.length)}`),
    element("ul", { class: "diff" }, ...all.slice(0, MOST_LISTED).map((each) => element("li", {}, touchedWords(each))), all.length > MOST_LISTED ? element("li", {}, `… và ${count(all.length - MOST_LISTED)} lượt nữa`) : null)));
  return element("div", { class: "difference" },
    changed.length ? element("dl", { class: "sums" }, ...changed.map(({ name, before, after }) => element("div", {}, element("dt", {}, FIGURE_WORDS[name] ?? name), element("dd", {}, `${figure(name, before)} → ${figure(name, after)}`)))) : null,
    promises.length ? element("details", { open: true }, element("summary", {}, `Thời hạn phát thay đổi · ${count(promises.length)}`), element("ul", { class: "diff" }, ...promises.map((each) => element("li", {}, promiseWords(each))))) : element("p", { class: "fine" }, "Không đổi thời hạn phát nào."),
    ...lists,
    visits.length ? null : element("p", { class: "fine" }, "Mọi lượt đi giữ nguyên bưu tá và giờ."));
}

/** Hours as on the board: 22 giờ 37, not 22,6. */
const figure = (name, value) => (name.endsWith("_h") ? duration(value * 3600) : short(value));
const short = (value) => new Intl.NumberFormat("vi-VN", { maximumFractionDigits: 1 }).format(value);
