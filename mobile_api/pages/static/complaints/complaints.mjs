// The register of complaints for dispatchers and managers: what is due first, and its answer.
import { clock, count, dayOf, element, shortDate, today } from "/static/console/format.mjs";
import { newKey, read, send } from "/static/page/api.mjs";
import { showWho } from "/static/page/who.mjs";

const DOOR = "/v1/dispatcher";
const MAY_ANSWER = new Set(["DISPATCHER", "MANAGER"]);
const MOST_CHARS = 2000;
const KIND_WORDS = { LATE: "Chậm", LOST: "Mất", DAMAGED: "Hư hỏng", CONDUCT: "Thái độ phục vụ", FEES: "Tiền thu", DISCLOSURE: "Lộ thông tin", OTHER: "Việc khác" };
const at = (id) => document.getElementById(id);
let who = null;

async function look() {
  const status = at("status").value;
  at("trouble").textContent = "";
  try {
    const { complaints } = await read(`${DOOR}/complaints${status ? `?status=${status}` : ""}`);
    at("list").replaceChildren(...(complaints.length ? complaints.map(one) : [element("p", {}, status === "OPEN" ? "Không có khiếu nại nào chờ trả lời." : "Không có khiếu nại nào.")]));
  } catch (error) {
    at("trouble").textContent = error.message;
  }
}

function one(complaint) {
  const { number, kind, reference, item_code: item, text, made_at: made, inside_province: inside, answer, answered_at: answered, attachments } = complaint;
  const title = `complaint-${complaint.id}`;
  const facts = [`Phiếu ${reference}`, item, `gửi ${clock(made)} ${shortDate(dayOf(made))}`, inside ? "trong tỉnh" : "liên tỉnh"];
  return element("section", { class: "complaint", "aria-labelledby": title },
    element("h2", { id: title }, `${number} · ${KIND_WORDS[kind] ?? kind}`, due(complaint)),
    element("p", { class: "facts" }, facts.filter(Boolean).join(" · ")),
    element("p", { class: "words" }, text),
    attachments.length ? element("p", {}, ...attachments.flatMap((file, index) => [index ? ", " : "", element("a", { href: `${DOOR}/complaint-files/${file.id}` }, `Tệp ${index + 1}`)])) : null,
    answer ? element("div", { class: "answer" }, element("strong", {}, `Đã trả lời ${clock(answered)} ${shortDate(dayOf(answered))}`), element("p", { class: "words" }, answer))
      : complaint.status === "OPEN" && MAY_ANSWER.has(who?.role) ? answerForm(complaint) : null);
}

function due({ status, due_on: day, late }) {
  if (status === "LAPSED") return element("span", { class: "due", "data-tone": "bad" }, "không trả lời; nội dung đã xóa sau năm năm");
  if (status === "ANSWERED") return element("span", { class: "due", "data-tone": late ? "bad" : null }, late ? "trả lời trễ hạn" : "trả lời đúng hạn");
  const tone = late ? "bad" : day === today() ? "warn" : null;
  return element("span", { class: "due", "data-tone": tone }, `${late ? "quá hạn" : "hạn"} ${shortDate(day)}`);
}

function answerForm(complaint) {
  const field = `answer-${complaint.id}`;
  const key = newKey(); // a repeat after a lost answer is the same answer
  const words = element("textarea", { id: field, required: true, maxlength: MOST_CHARS });
  const button = element("button", {}, "Gửi trả lời");
  const trouble = element("p", { class: "trouble", role: "alert" });
  const form = element("form", {}, element("label", { for: field }, `Trả lời khiếu nại ${complaint.number}; người dân được nhắn nơi đọc`), words, trouble, button);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    button.disabled = true;
    trouble.textContent = "";
    try {
      await send("POST", `${DOOR}/complaints/${encodeURIComponent(complaint.id)}/answer`, { body: { answer: words.value }, key });
      await look();
      at("told").textContent = `Đã trả lời khiếu nại ${complaint.number}. Còn ${count(document.querySelectorAll(".complaint form").length)} khiếu nại chờ trả lời.`;
      at("list").focus();
    } catch (error) {
      trouble.textContent = error.message;
      button.disabled = false;
    }
  });
  return form;
}

at("status").addEventListener("change", look);
who = await showWho(at("who")).catch(() => null); // the list tells what is wrong
await look();
document.body.dataset.ready = "true";
