// Which procedure: found while one types, then shown with its papers and fees.
import { ask } from "/static/citizen/ask.mjs";
import { field } from "/static/citizen/forms.mjs";
import { say } from "/static/citizen/language.mjs";
import { checklist, money, pairs, statusTag } from "/static/citizen/show.mjs";
import { element } from "/static/page/element.mjs";
import { draft, keep } from "/static/booking/draft.mjs";

const PAUSE_MS = 220; // between two letters of a quick typist
const EXAMPLES = ["bằng lái xe", "lý lịch tư pháp", "khai sinh"];

export const procedureStep = { id: "procedure", answered: () => Boolean(draft.procedure), show };

async function show(box, turn) {
  const results = element("ul", { class: "plain found", id: "found" });
  const status = element("p", { class: "note", role: "status", id: "found-status" });
  const question = field({ name: "q", label: say("ask_procedure"), note: say("ask_procedure_note"), type: "search", value: draft.query, enterkeyhint: "search", maxlength: 200, spellcheck: "false" });
  const chosen = element("div", { id: "chosen" });
  const examples = element("p", { class: "examples" }, `${say("for_example")} `, ...EXAMPLES.map((words) => element("button", { type: "button", class: "link", onclick: () => set(words) }, words)));
  const form = element("form", { role: "search", onsubmit: (event) => { event.preventDefault(); look(); } }, question);
  box.append(form, examples, status, results, chosen);
  const input = question.querySelector("input");

  let timer = null;
  let asking = null;
  const set = (words) => { input.value = words; input.focus(); look(); };
  async function look() {
    clearTimeout(timer);
    asking?.abort();
    const words = input.value.trim().normalize("NFC");
    keep({ query: words });
    if (words.length < 2) { results.replaceChildren(); status.textContent = ""; return; }
    const mine = asking = new AbortController();
    try {
      const { procedures } = await ask("GET", `/v1/citizen/procedures?limit=8&q=${encodeURIComponent(words)}`, { signal: mine.signal });
      turn.calm();
      status.textContent = procedures.length ? say("found_procedures", procedures.length) : say("found_none");
      results.replaceChildren(...procedures.map((found) => element("li", {}, pick(found, open))));
    } catch (problem) {
      if (problem.name !== "AbortError") turn.fail(problem);
    }
  }
  async function open(code, isAsked = true) {
    try {
      const procedure = await ask("GET", `/v1/citizen/procedures/${encodeURIComponent(code)}`);
      turn.calm();
      results.replaceChildren();
      status.textContent = "";
      chosen.replaceChildren(element("section", { "aria-labelledby": "chosen-title" }, ...details(procedure, turn)));
      if (isAsked) chosen.querySelector("h3").focus();
    } catch (problem) {
      turn.fail(problem);
    }
  }
  input.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(look, PAUSE_MS); });
  if (draft.adding) box.prepend(addingOne(turn));
  else if (draft.procedure) await open(draft.procedure.code, false);
  else if (draft.query) await look();
}

/** Says that the procedure chosen here joins the visit; leads back without one. */
function addingOne(turn) {
  const back = () => { keep({ adding: false }); turn.go("way"); };
  return element("p", { class: "hint" }, say("adding", draft.procedure.name), " ", element("button", { type: "button", class: "link", onclick: back }, say("add_none")));
}

const goes = (procedure) => procedure.eligible_by_post && !procedure.presence_needed;

function pick(found, open) {
  const tag = goes(found) ? null : element("span", { class: "tag bad" }, say("not_by_post"));
  return element("button", { type: "button", class: "pick", onclick: () => open(found.code) },
    element("strong", {}, found.name), element("small", {}, [found.field, found.code].filter(Boolean).join(" · "), " ", tag, " ", statusTag(found.source_status)));
}

function details(procedure, turn) {
  const title = element("h3", { id: "chosen-title", tabindex: "-1" }, procedure.name);
  if (!goes(procedure)) {
    const why = procedure.presence_needed ? say("presence_needed") : say("not_on_list", procedure.decision_no);
    return [title, element("p", { class: "hint" }, why, " ", say("file_in_person"))];
  }
  const days = procedure.same_day_result ? say("same_day") : procedure.processing_days === null ? say("days_unknown") : say("working_days", procedure.processing_days);
  const fees = procedure.fees.length ? procedure.fees.map((fee) => element("div", {}, `${fee.name}: ${money(fee.amount_vnd)}`)) : say("no_fees");
  const chosen = { code: procedure.code, name: procedure.name, papers: procedure.checklist, fees_vnd: procedure.fees.reduce((sum, fee) => sum + fee.amount_vnd, 0) };
  const goOn = () => {
    const isOther = draft.procedure?.code !== chosen.code;
    if (draft.adding) keep({ more: [...draft.more, { ...chosen, dossiers: 1 }], adding: false, hold: null, slot: null });
    else keep({ procedure: chosen, ...(isOther && { hold: null, slot: null, office_code: "" }) });
    turn.next();
  };
  return [
    title,
    element("div", { class: "card" },
      element("h4", {}, say("papers_to_prepare")), checklist(procedure.checklist),
      pairs([say("public_fees"), fees], [say("time_at_office"), days], [say("code"), procedure.code], [say("by_decision"), procedure.decision_no], [say("data_are"), statusTag(procedure.source_status)])),
    element("p", { class: "actions" }, element("button", { type: "button", class: "main", onclick: goOn }, say(draft.adding ? "add_procedure" : "choose_procedure"))),
  ];
}
