// The booking stands: its reference, what to have ready, and the day for one's own calendar.
import { say } from "/static/citizen/language.mjs";
import { checklist, pairs, visitTime } from "/static/citizen/show.mjs";
import { element } from "/static/page/element.mjs";
import { beginAnew, draft } from "/static/booking/draft.mjs";

export const doneStep = { id: "done", answered: () => Boolean(draft.done), show };

async function show(box) {
  const { done } = draft;
  const again = () => { beginAnew(); location.assign("/dat-lich"); };
  box.append(
    element("p", { class: "reference" }, say("reference"), " ", element("strong", { id: "reference" }, done.reference)),
    element("div", { class: "card" }, pairs(
      [say("review_window"), element("strong", {}, ...visitTime(done.day, done.start, done.end))],
      [say("review_procedure"), done.procedure], [say("review_way"), say(`mode_${done.mode}`)], [say("review_office"), done.office],
      done.visit.length > 1 && [say("all_references"), done.visit.join(", ")], [say("item_codes"), done.item_codes.join(", ")])),
    element("h3", {}, done.mode === "RETURN" ? say("have_ready") : say("papers_to_prepare")),
    done.mode === "RETURN" ? element("p", {}, say("identity_ready")) : checklist(done.papers),
    element("p", { class: "note" }, done.mode === "RETURN" ? say("courier_will_check_identity") : say("courier_will_check")),
    element("p", { class: "actions", id: "deeds" }, followLink(done)),
    element("p", {}, element("button", { type: "button", class: "link", onclick: again }, say("book_another"))));
  const { calendarFile } = await import("/static/booking/calendar_file.mjs").catch(() => ({})); // without a network: no file
  if (!calendarFile) return;
  const file = URL.createObjectURL(new Blob([calendarFile(done)], { type: "text/calendar;charset=utf-8" }));
  document.getElementById("deeds").append(element("a", { class: "button", id: "calendar-file", href: file, download: `${done.reference}.ics` }, say("calendar_file")));
}

function followLink({ follow }) {
  return follow ? element("a", { class: "button main", id: "follow", href: follow }, say("follow")) : element("span", { class: "note" }, say("follow_by_message"));
}
