// Figures, notes and tables of a plan in words; only this file knows how a summary is built.
import { STAGE_WORDS, STATUS_WORDS, count, duration } from "./format.mjs";

const ESTIMATED = "GREAT_CIRCLE";
const SHARE_WORDS = { SAMPLE: "Có dữ liệu mẫu (người và phiếu giả định)", UNVERIFIED: "Có địa điểm chưa kiểm chứng" };
const hours = (value) => duration(value * 3600);

/** The header's figures: [label, value, bad?]. */
export function figuresOf({ summary, finished }) {
  if (!finished || !summary?.couriers) return [];
  const left = summary.unassigned.legs;
  return [
    ["Bưu tá", `${count(summary.couriers.used)}/${count(summary.couriers.available)}`],
    ["Lượt tại nhà", count(summary.visits.homes)],
    ["Điểm dừng", count(summary.stops)],
    ["Quãng đường", `${count(summary.distance_km)} km`],
    ["Giờ đi đường", hours(summary.ride_h)],
    ["Đúng hẹn", `${count(summary.promises.kept)}/${count(summary.legs.asked)}`],
    ["Chưa xếp", count(left), left > 0],
  ];
}

/** What a person must know before trusting the plan: {text, tone, progress?}, or null. */
export function noticeOf(plan) {
  if (plan.status === "FAILED") return { text: `${plan.failure.detail_vi} ${plan.failure.action_vi}`, tone: "bad" };
  if (plan.status === "CANCELLED") return { text: "Kế hoạch này đã bị hủy trước khi có phương án nào.", tone: "busy" };
  if (plan.status === "QUEUED") return { text: "Kế hoạch đang chờ tiến trình lập tuyến. Nếu chờ lâu, kiểm tra `tannoi worker` có đang chạy.", tone: "busy" };
  if (plan.status === "RUNNING") return runningNotice(plan);
  const notes = [];
  if (plan.staleness?.stale) notes.push(`Dữ liệu đã đổi sau khi lập: ${plan.staleness.detail_vi}. Lập lại trước khi phát hành.`);
  if (plan.travel_source === ESTIMATED) notes.push(`Thời gian đi là ước lượng theo đường chim bay, không phải đường thật. ${plan.travel_note ?? ""}`);
  for (const courier of plan.summary?.stranded_shifts ?? []) notes.push(`Ca của ${courier} không xếp được: bưu cục chưa có vị trí trên đường.`);
  return notes.length ? { text: notes.join(" "), tone: "busy" } : null;
}

function runningNotice({ stage, seconds_left: left, best_cost: best, time_limit_s: limit, cancel_requested: cancelled, request }) {
  const parts = [`Đang lập tuyến: ${STAGE_WORDS[stage] ?? stage}`];
  if (left !== null) parts.push(`còn khoảng ${Math.ceil(left)} giây`);
  if (best !== null) parts.push(`phương án tốt nhất: ${count(best)}`);
  if (cancelled) parts.push("đã yêu cầu dừng");
  const again = request?.begun_again?.at(-1);
  if (again) parts.push(`làm lại từ bản đang chạy, vì: ${again.detail_vi}`);
  return { text: parts.join(" · "), tone: "busy", progress: left === null ? null : Math.min(1, Math.max(0, 1 - left / limit)) };
}

/** Short labels beside the state: what the times and rows of this plan are worth. */
export function labelsOf({ finished, travel_source: source, summary, routes }) {
  if (!finished) return [];
  const rough = summary?.travel?.estimated_places ?? 0;
  const labels = [source === ESTIMATED ? ["Thời gian đi: ước lượng", "warn"] : [`Thời gian đi: theo mạng đường${rough ? `, ${count(rough)} điểm xa đường ước lượng` : ""}`, ""]];
  const statuses = new Set(routes.flatMap((route) => route.stops.map((stop) => stop.source_status)));
  for (const status of Object.keys(SHARE_WORDS)) if (statuses.has(status)) labels.push([SHARE_WORDS[status], "warn"]);
  return labels;
}

/** Tables of the third tab: {title, head, rows, note}. */
export function aboutSections({ summary, baseline, finished, ...plan }) {
  if (!finished || !summary?.couriers) return [];
  const compared = Boolean(baseline?.couriers);
  const row = (label, value) => [label, value(summary), ...(compared ? [value(baseline)] : [])];
  const sections = [{
    title: compared ? "Đối chiếu với chia theo khu vực" : "Kế hoạch này",
    head: compared ? ["", "Kế hoạch", "Chia khu vực"] : null,
    rows: [
      row("Bưu tá", (of) => count(of.couriers.used)),
      row("Điểm dừng", (of) => count(of.stops)),
      row("Quãng đường", (of) => `${count(of.distance_km)} km`),
      row("Đi đường", (of) => hours(of.ride_h)),
      row("Chờ", (of) => hours(of.wait_h)),
      ["Hồ sơ chưa xếp", count(summary.unassigned.legs), ...(compared ? [count(baseline.unassigned_legs)] : [])],
      ["Chi phí (quy ra giây đi)", count(summary.search.cost), ...(compared ? [count(baseline.cost)] : [])],
    ],
    note: compared ? `Không phải mức tiết kiệm đã đo: chỉ là cùng một ngày chia theo một quy tắc đơn giản. ${baseline.rule_vi}` : null,
  }];
  const { promises, visits, search } = summary;
  sections.push({
    title: "Việc trong ngày",
    rows: [
      ["Thu gom tại nhà", count(visits.collection)],
      ["Phát kết quả tại nhà", count(visits.delivery)],
      ["Bàn giao một cửa", count(visits.hand_over)],
      ["Nhận kết quả một cửa", count(visits.fetch)],
      ["Đúng hạn trong ngày", count(promises.kept)],
      ["Còn kịp ngày sau", count(promises.at_risk)],
      ["Trễ hạn", count(promises.broken)],
      ["Nghỉ đêm ở bưu cục", count(promises.overnight)],
    ],
  });
  sections.push({
    title: "Cách lập",
    rows: [
      ["Khu vực điều phối", plan.planning_area_name],
      ["Bộ giải", `${search.engine} · hạt giống ${search.seed}`],
      ["Thời gian tìm", `${count(search.seconds)} giây${search.stopped ? " (đã dừng)" : ""}`],
      ["Thời gian đi", plan.travel_source === ESTIMATED ? "ước lượng" : "xe máy, theo mạng đường"],
    ],
  });
  return sections;
}

/** Where the map's layers come from, and what they are worth. */
export function sourcesOf({ roads, units, places }) {
  const worth = (features) => Object.entries(Object.groupBy(features, (f) => f.properties.source_status)).map(([status, all]) => `${all.length} ${STATUS_WORDS[status]}`).join(", ");
  const of = (kind) => (places?.features ?? []).filter((f) => f.properties.kind === kind);
  const lines = [roads ? `Đường: ${roads.attribution ?? "không ghi nguồn"}` : "Chưa có lớp đường: dựng bằng lệnh tannoi roads build FILE"];
  for (const [name, features] of [["Bộ phận một cửa", of("OFFICE")], ["Bưu cục", of("POST_OFFICE")], ["Phường, xã", units?.features ?? []]]) if (features.length) lines.push(`${name}: ${worth(features)}`);
  return lines;
}
