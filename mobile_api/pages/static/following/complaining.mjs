// Complaints of this booking with their answers, and the form for a new one, with pictures or PDFs.
import { ask } from "/static/citizen/ask.mjs";
import { alertBox, answers, busy, field, markWrong, select } from "/static/citizen/forms.mjs";
import { say } from "/static/citizen/language.mjs";
import { longDay, pairs } from "/static/citizen/show.mjs";
import { element } from "/static/page/element.mjs";
import { keysOfForm } from "/static/page/keys.mjs";
import { KINDS_OF_FILES, MOST_FILES, sendFiles } from "/static/following/files.mjs";

const KINDS = ["LATE", "LOST", "DAMAGED", "CONDUCT", "FEES", "DISCLOSURE", "OTHER"];

/** What was complained about, with the answers; the form for a new one (`newComplaint`) stays when these change. */
export const complaintList = (followed) => followed.complaints.map(made);

function made({ number, kind, text, status, due_on: due, answer, attachments: files }) {
  return element("section", { class: "card complaint", tabindex: "-1" }, element("h2", {}, say("complaint_no", number)),
    pairs([say("about"), say(`kind_${kind}`)], [say("your_words"), text], files ? [say("files"), say("files_sent", files)] : null, [say("answer"), answer ?? (status === "LAPSED" ? say("never_answered") : say("answer_by", longDay(due)))]));
}

export function newComplaint({ items }, { link, own }, look) {
  let keyOf = keysOfForm();
  const button = element("button", { class: "main" }, say("send_complaint"));
  const trouble = element("div");
  const kinds = [["", say("choose_kind")], ...KINDS.map((kind) => [kind, say(`kind_${kind}`)])];
  const codes = [["", say("whole_booking")], ...items.map((item) => [item.item_code, item.item_code])];
  const form = element("form", { novalidate: true, onsubmit: (event) => { event.preventDefault(); busy(button, send); } }, trouble,
    select({ name: "kind", label: say("about"), options: kinds, value: "" }),
    items.length > 1 ? select({ name: "item_code", label: say("which_dossier"), options: codes, value: "" }) : null,
    field({ name: "text", label: say("what_happened"), rows: 4, maxlength: 2000 }),
    field({ name: "files", label: say("files"), note: say("files_note", MOST_FILES), type: "file", multiple: true, accept: KINDS_OF_FILES, optional: true }),
    element("p", { class: "actions" }, button));
  async function send() {
    const { kind, text, item_code } = answers(form);
    const files = [...form.querySelector("#files").files];
    const fields = {
      ...(!kind && { kind: say("kind_missing") }), ...(!text && { text: say("text_missing") }),
      ...(files.length > MOST_FILES && { files: say("too_many_files", MOST_FILES) }),
    };
    trouble.replaceChildren();
    markWrong(form, fields);
    if (Object.keys(fields).length) return;
    let attachments;
    try {
      attachments = await sendFiles(files, { link, own });
    } catch (problem) {
      tell(problem.detail ? { ...problem, fields: { files: problem.detail } } : problem);
      return;
    }
    const body = { kind, text, attachments, ...(item_code && { item_code }) };
    try {
      await ask("POST", `${link}/complaints`, { key: keyOf(body), own, body });
      keyOf = keysOfForm();
      form.reset();
      form.parentElement.open = false;
      await look();
      [...document.querySelectorAll(".complaint")].at(-1)?.focus();
    } catch (problem) {
      tell(problem);
    }
  }
  function tell(problem) {
    if (!problem.detail) throw problem;
    const box = alertBox(problem);
    trouble.replaceChildren(box);
    if (!markWrong(form, problem.fields ?? {})) box.focus();
  }
  return element("details", { class: "card", id: "complain" }, element("summary", {}, say("complain")),
    element("p", { class: "note" }, say("complain_note")), form);
}
