// Numbers, times and words as a Vietnamese dispatcher reads them.
import { element } from "/static/page/element.mjs";

export { element };

const ZONE = "Asia/Ho_Chi_Minh";
const hourMinute = new Intl.DateTimeFormat("vi-VN", { hour: "2-digit", minute: "2-digit", hour12: false, timeZone: ZONE });
const weekday = new Intl.DateTimeFormat("vi-VN", { weekday: "long", day: "2-digit", month: "2-digit", year: "numeric", timeZone: "UTC" });
const localDay = new Intl.DateTimeFormat("sv-SE", { timeZone: ZONE });
const whole = new Intl.NumberFormat("vi-VN", { maximumFractionDigits: 0 });
const oneDigit = new Intl.NumberFormat("vi-VN", { minimumFractionDigits: 1, maximumFractionDigits: 1 });

export const clock = (instant) => hourMinute.format(new Date(instant));
export const count = (n) => whole.format(n);
export const km = (metres) => `${oneDigit.format(metres / 1000)} km`;

/** 2026-11-23 as "Thứ Hai, 23/11/2026". */
export const longDate = (iso) => weekday.format(new Date(`${iso}T00:00:00Z`));
/** 2026-11-23 as 23/11/2026. */
export const shortDate = (iso) => iso.split("-").reverse().join("/");
/** The date in Vietnam of an instant, 2026-11-23. */
export const dayOf = (instant) => localDay.format(new Date(instant));
export const today = () => dayOf(Date.now());

/** Seconds as hours and minutes: 2 giờ 05. */
export function duration(seconds) {
  const minutes = Math.round(seconds / 60);
  return minutes < 60 ? `${minutes} phút` : `${Math.floor(minutes / 60)} giờ ${String(minutes % 60).padStart(2, "0")}`;
}

/** Minutes after local midnight of an instant; the whole country has one zone, UTC+7. */
export const minuteOfDay = (instant) => Math.floor((new Date(instant).getTime() / 60000 + 420) % 1440);

export const VISIT_WORDS = {
  COLLECTION: "Thu gom",
  HAND_OVER: "Bàn giao",
  FETCH: "Nhận kết quả",
  DELIVERY: "Phát kết quả",
  TAKE_FROM_POST_OFFICE: "Lấy tại bưu cục",
  DEPOSIT: "Gửi lại bưu cục",
};

export const STOP_WORDS = { START: "Xuất phát", BREAK: "Nghỉ giữa ca", END: "Kết thúc ca" };

export const PLAN_WORDS = {
  QUEUED: ["Đang chờ", "busy"],
  RUNNING: ["Đang lập", "busy"],
  DRAFT: ["Bản nháp", "busy"],
  PUBLISHED: ["Đã phát hành", "ok"],
  SUPERSEDED: ["Đã thay thế", "old"],
  FAILED: ["Không lập được", "bad"],
  CANCELLED: ["Đã hủy", "old"],
};

export const STAGE_WORDS = {
  QUEUED: "đang chờ tiến trình",
  READING: "đang đọc dữ liệu trong ngày",
  MATRIX: "đang tính thời gian đi",
  SEARCH: "đang tìm phương án",
  CHECK: "đang kiểm tra lại",
  STORE: "đang lưu",
  DONE: "xong",
};

export const STATUS_WORDS = { SAMPLE: "dữ liệu mẫu", UNVERIFIED: "chưa kiểm chứng", VERIFIED: "đã kiểm chứng" };

/** What a place's data are worth; verified ones need no word. */
export const statusTag = (status) => (status && status !== "VERIFIED" ? element("span", { class: `tag ${status.toLowerCase()}` }, STATUS_WORDS[status]) : null);

/** 24 colours far enough apart on the pale map, readable under white digits. */
const HUES = [163, 22, 214, 334, 276, 43, 190, 0, 248, 96, 305, 128];
const LIGHT = { 43: 32, 96: 30, 128: 30, 163: 30, 190: 33 }; // greens and yellows look brighter than they are
export const routeColour = (number) => {
  const hue = HUES[(number - 1) % HUES.length];
  const second = Math.floor((number - 1) / HUES.length) % 2 === 1;
  return second ? `hsl(${hue} 38% ${(LIGHT[hue] ?? 40) - 6}%)` : `hsl(${hue} 74% ${LIGHT[hue] ?? 40}%)`;
};
