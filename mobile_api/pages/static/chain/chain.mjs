// Recomputes one dossier's custody chain in the reader's own browser and says where it breaks.

import { WORDS, KEEPERS } from "./words.mjs";
import { brokenAt } from "./recompute.mjs";

const when = new Intl.DateTimeFormat("vi-VN", {
  timeZone: "Asia/Ho_Chi_Minh", day: "2-digit", month: "2-digit", year: "numeric",
  hour: "2-digit", minute: "2-digit", second: "2-digit",
});

function element(name, text, className) {
  const made = document.createElement(name);
  if (text) made.textContent = text;
  if (className) made.className = className;
  return made;
}

function say(kind, text) {
  const verdict = document.getElementById("verdict");
  verdict.className = `verdict ${kind}`;
  verdict.textContent = text;
}

function row(link, isBad) {
  const { event } = link;
  const item = element("li", "", isBad ? "bad" : "");
  const where = link.place ? ` · ${link.place}` : "";
  item.append(element("strong", `${event.n}. ${WORDS[event.type] ?? event.type}`), where, element("br"));
  const time = element("time", when.format(new Date(event.at)));
  time.dateTime = event.at;
  item.append(time, ` · người giữ: ${KEEPERS[event.to.kind] ?? event.to.kind}`);
  if (event.seal) item.append(` · niêm phong ${event.seal}`);
  item.append(element("code", link.hash));
  return item;
}

function fact(name, value) {
  document.getElementById("facts").append(element("dt", name), element("dd", value));
}

async function show() {
  const answer = await fetch(`/v1/citizen/chains/${encodeURIComponent(document.body.dataset.token)}`, {
    headers: { "Accept-Language": "vi" },
  });
  const chain = await answer.json();
  if (!answer.ok) return say("bad", `${chain.detail} ${chain.action}`);
  fact("Số hiệu", chain.item_code);
  fact("Số dòng", String(chain.links.length));
  fact("Đọc lúc", when.format(new Date(chain.read_at)));
  document.getElementById("rule").textContent = chain.rule;
  const canCompute = Boolean(globalThis.crypto?.subtle);
  const bad = canCompute ? await brokenAt(chain) : null;
  const list = document.getElementById("events");
  for (const link of chain.links) list.append(row(link, link.event.n === bad));
  if (!canCompute) say("bad", "Trình duyệt này không cho phép tính SHA-256 (cần HTTPS); hãy dùng dữ liệu JSON.");
  else if (bad === null) say("good", `Đúng: đã tính lại ${chain.links.length} dòng trên máy này, không dòng nào bị thay đổi.`);
  else if (bad > chain.links.length) say("bad", `Sai: dòng mới nhất (${bad}) đã bị mất.`);
  else say("bad", `Sai: dòng ${bad} không còn như khi được ghi.`);
}

show()
  .catch(() => say("bad", "Không tải được dữ liệu. Kiểm tra kết nối rồi mở lại trang."))
  .finally(() => { document.body.dataset.ready = "true"; });
