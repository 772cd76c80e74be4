// The day goes otherwise: somebody drops out, something is urgent; the rest is planned again as a draft.
import { element } from "/static/page/element.mjs";
import { keysOfForm } from "/static/page/keys.mjs";
import { listOffices, replan } from "./calls.mjs";
import { check, group } from "./choices.mjs";
import { fillLater, openDialog } from "./dialog.mjs";

/** Asks what happened and how much may change; `onAsked(plan)` gets the draft that is being made. */
export function askReplan(plan, onAsked) {
  return openDialog("Lập lại phần còn lại của ngày", (close) => {
    const who = plan.routes.map((route) => check(`drop-${route.courier_code}`, route.courier_code, `${route.courier_name} · ${route.courier_code}`));
    const urgent = plan.unassigned.flatMap((item) => item.legs.map((leg) => check(`urgent-${leg.leg_id}`, leg.leg_id, `${leg.booking_reference} · ${leg.item_code} · ${leg.applicant}`)));
    const closed = [];
    const offices = element("div", {});
    fillLater(offices, async () => {
      const visited = new Set(plan.routes.flatMap((route) => route.stops.filter((stop) => stop.place_kind === "OFFICE").map((stop) => stop.name)));
      closed.push(...(await listOffices(plan.service_date)).filter(({ name }) => visited.has(name)).map(({ code, name }) => check(`closed-${code}`, code, `${name} · ${code}`)));
      return closed.map((each) => each.node);
    });
    const zones = element("input", { id: "closed-zones", autocomplete: "off", placeholder: "Mã vùng, cách nhau bằng dấu phẩy" });
    const moved = number("most-moved", "Nhiều nhất bao nhiêu việc được đổi bưu tá", 5);
    const touched = number("most-touched", "Nhiều nhất bao nhiêu lời hẹn bị đụng (bỏ trống: không giới hạn)", "");
    const improve = check("improve", "improve", "Tìm cách tốt hơn cả khi mọi việc đã có tuyến");
    const failure = element("p", { class: "why", role: "alert" });
    const go = element("button", { class: "main", "data-tool": "replan-now" }, "Lập lại thành bản nháp");
    const form = element("form", {},
      element("p", {}, "Việc đã làm và hồ sơ đang trên tay bưu tá được giữ nguyên. Kết quả là một bản nháp: xem khác biệt rồi mới phát hành."),
      group("Bưu tá nghỉ giữa chừng (hồ sơ trong túi được chuyển cho người khác)", who),
      urgent.length ? group("Việc gấp phải đi trong ngày", urgent) : null,
      group("Thử đóng từ bây giờ tới hết ngày (bản nháp cho thấy hậu quả, chưa đóng thật)", [offices, element("label", { for: "closed-zones" }, "Vùng không đi được"), zones]),
      group("Được thay đổi tới đâu", [moved.node, touched.node, improve.node]),
      failure, element("p", { class: "deeds" }, go, element("button", { type: "button", class: "small", onclick: close }, "Thôi")));
    const keyOf = keysOfForm();
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      go.disabled = true;
      failure.textContent = "";
      const chosen = (all) => all.filter((each) => each.input.checked).map((each) => each.input.value);
      const most = (field) => (field.input.value === "" ? null : Number(field.input.value));
      try {
        const body = { dropped: chosen(who), urgent: chosen(urgent), closed_offices: chosen(closed), closed_zones: zones.value.split(/[\s,;]+/).filter(Boolean), most_moved: most(moved), most_touched: most(touched), improve: improve.input.checked };
        const asked = await replan(plan.id, body, keyOf(body));
        close();
        onAsked(asked);
      } catch (error) {
        failure.textContent = error.message;
        go.disabled = false;
      }
    });
    return form;
  });
}

function number(id, text, value) {
  const input = element("input", { type: "number", id, min: 0, max: 10000, value, inputmode: "numeric" });
  return { input, node: element("p", {}, element("label", { for: id }, text), " ", input) };
}
