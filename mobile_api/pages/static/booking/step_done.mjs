// The booking stands: its reference, what to have ready, and the day for one's own calendar.
import { say } from "/static/citizen/language.mjs";
import { checklist, hours, longDay, pairs } from "/static/citizen/show.mjs";
import { element } from "/static/page/element.mjs";
import { calendarFile } from "/static/booking/calendar_file.mjs";
import { beginAnew, draft } from "/static/booking/draft.mjs";

export const doneStep = { id: "done", answered: () => Boolean(draft.done), show };

async function show(box) {
  const { done } = draft;
  const file = URL.createObjectURL(new Blob([calendarFile(done)], { type: "text/calendar;charset=utf-8" }));
  const again = () => { beginAnew(); location.assign("/dat-lich"); };
  box.append(
    element("p", { class: "reference" }, say("reference"), " ", element("strong", { id: "reference" }, done.reference)),
    element("div", { class: "card" }, pairs(
      [say("review_window"), element("strong", {}, `${longDay(done.day)}, ${hours(done.start, done.end)}`)],
      [say("review_procedure"), done.procedure], [say("review_way"), say(`mode_${done.mode}`)], [say("review_office"), done.office],
      [say("item_codes"), done.item_codes.join(", ")])),
    element("h3", {}, done.mode === "RETURN" ? say("have_ready") : say("papers_to_prepare")),
    done.mode === "RETURN" ? element("p", {}, say("identity_ready")) : checklist(done.papers),
    element("p", { class: "note" }, done.mode === "RETURN" ? say("courier_will_check_identity") : say("courier_will_check")),
    element("p", { class: "actions" }, followLink(done),
      element("a", { class: "button", id: "calendar-file", href: file, download: `${done.reference}.ics` }, say("calendar_file"))),
    element("p", {}, element("button", { type: "button", class: "link", onclick: again }, say("book_another"))));
}

function followLink({ follow }) {
  return follow ? element("a", { class: "button main", id: "follow", href: follow }, say("follow")) : element("span", { class: "note" }, say("follow_by_message"));
}
