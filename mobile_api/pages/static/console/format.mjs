// Numbers, times and words as a Vietnamese dispatcher reads them.

const ZONE = "Asia/Ho_Chi_Minh";
const hourMinute = new Intl.DateTimeFormat("vi-VN", { hour: "2-digit", minute: "2-digit", hour12: false, timeZone: ZONE });
const whole = new Intl.NumberFormat("vi-VN", { maximumFractionDigits: 0 });
const oneDigit = new Intl.NumberFormat("vi-VN", { minimumFractionDigits: 1, maximumFractionDigits: 1 });

export const clock = (instant) => hourMinute.format(new Date(instant));
export const count = (n) => whole.format(n);
export const km = (metres) => `${oneDigit.format(metres / 1000)} km`;

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

export const STOP_WORDS = { START: "Xuất phát", BREAK: "Nghỉ giữa ca", END: "Về bưu cục" };

export const PLAN_WORDS = {
  QUEUED: ["Đang chờ", "busy"],
  RUNNING: ["Đang tính", "busy"],
  DRAFT: ["Bản nháp", "busy"],
  PUBLISHED: ["Đã phát hành", "ok"],
  SUPERSEDED: ["Đã thay thế", "busy"],
  FAILED: ["Không lập được", "bad"],
};

export const STATUS_WORDS = { SAMPLE: "dữ liệu mẫu", UNVERIFIED: "chưa kiểm chứng", VERIFIED: "đã kiểm chứng" };

/** 24 colours far enough apart on the pale map, readable under white digits. */
const HUES = [163, 22, 214, 334, 276, 43, 190, 0, 248, 96, 305, 128];
export const routeColour = (number) => {
  const i = number - 1;
  return `hsl(${HUES[i % HUES.length]} ${Math.floor(i / HUES.length) % 2 ? 45 : 72}% ${Math.floor(i / HUES.length) % 2 ? 30 : 38}%)`;
};

/** Build an element: children are nodes or strings, so text is never parsed as HTML. */
export function element(tag, properties = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (name.startsWith("--")) node.style.setProperty(name, value);
    else if (name === "class") node.className = value;
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.filter((child) => child !== null && child !== undefined));
  return node;
}
