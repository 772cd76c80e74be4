// An office or a zone closes now, or opens again: the server plans anew what leads there and gives it to couriers.
import { clock } from "/static/console/format.mjs";
import { element } from "/static/page/element.mjs";
import { keysOfForm } from "/static/page/keys.mjs";
import { closeNow, listClosings, listOffices, newKey, openAgain } from "./calls.mjs";
import { check, group } from "./choices.mjs";
import { fillLater, openDialog } from "./dialog.mjs";

/** What is closed today, and what closes now; `onAsked(plan)` gets the replan that is being made. */
export function askClosing(plan, onAsked) {
  return openDialog("Đóng cửa một cửa hoặc khu vực", (close) => {
    const failure = element("p", { class: "why", role: "alert" });
    const done = ({ replans }) => { close(); if (replans.length) onAsked(replans[0]); };
    const now = element("div", {});
    fillLater(now, async () => {
      const { closings } = await listClosings(plan.id);
      return closings.length ? closingList(closings, done, failure) : element("p", { class: "more" }, "Hôm đó chưa nơi nào đóng cửa.");
    });
    return element("div", {}, now, closingForm(plan, done, failure));
  });
}

function closingList(closings, done, failure) {
  return element("ul", { class: "ranked closings", "aria-label": "Nơi đã đóng cửa trong ngày" }, ...closings.map((closing) => {
    const key = newKey();
    const button = element("button", { type: "button", class: "small", "data-tool": "reopen", onclick: () => act(button, failure, async () => done(await openAgain(closing.id, key))) }, "Mở lại");
    return element("li", {},
      element("div", {}, element("strong", {}, closing.name), element("p", {}, `${closing.reason} · đóng lúc ${clock(closing.closed_at)}${closing.reopened_at ? `, mở lại lúc ${clock(closing.reopened_at)}` : ""}`)),
      closing.reopened_at ? null : button);
  }));
}

function closingForm(plan, done, failure) {
  const offices = [];
  const list = element("div", {});
  fillLater(list, async () => {
    const visited = new Set(plan.routes.flatMap((route) => route.stops.filter((stop) => stop.place_kind === "OFFICE").map((stop) => stop.name)));
    offices.push(...(await listOffices(plan.service_date)).filter(({ name }) => visited.has(name)).map(({ code, name }) => check(`close-${code}`, code, `${name} · ${code}`)));
    return offices.map((each) => each.node);
  });
  const zones = element("input", { id: "close-zones", autocomplete: "off", placeholder: "Mã vùng, cách nhau bằng dấu phẩy" });
  const reason = element("input", { id: "close-reason", required: true, minlength: 3, maxlength: 200, autocomplete: "off", placeholder: "Ví dụ: mất điện toàn tòa nhà" });
  const go = element("button", { class: "main bad", "data-tool": "close-now" }, "Đóng cửa ngay");
  const keyOf = keysOfForm();
  const form = element("form", {},
    element("p", {}, plan.status === "PUBLISHED"
      ? "Từ lúc này không ai đặt, xếp hay đi tới đó trong ngày. Tuyến được lập lại và gửi thẳng cho bưu tá: hồ sơ nộp ở nơi khác nhận được hoặc gửi lại bưu cục, việc không làm được chuyển sang ngày làm việc sau, người dân được báo."
      : "Từ lúc này không ai đặt hay xếp tới đó trong ngày. Bản nháp được lập lại thành một bản nháp mới."),
    group("Một cửa đóng cửa từ bây giờ tới hết ngày", [list]),
    element("p", {}, element("label", { for: "close-zones" }, "Vùng không đi được"), " ", zones),
    element("p", {}, element("label", { for: "close-reason" }, "Lý do"), " ", reason),
    failure, element("p", { class: "deeds" }, go));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const chosen = offices.filter((each) => each.input.checked).map((each) => each.input.value);
    const body = { offices: chosen, zone_codes: zones.value.split(/[\s,;]+/).filter(Boolean), reason: reason.value };
    act(go, failure, async () => done(await closeNow(plan.id, body, keyOf(body))));
  });
  return form;
}

async function act(button, failure, deed) {
  button.disabled = true;
  failure.textContent = "";
  try {
    await deed();
  } catch (error) {
    failure.textContent = error.message;
    button.disabled = false;
  }
}
