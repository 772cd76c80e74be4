// Questions of a form: each with its label, its note and its own place for what is wrong with it.
import { say } from "/static/citizen/language.mjs";
import { element } from "/static/page/element.mjs";

/** As the server asks: ten or eleven digits of ours, 8 to 15 of another country. */
export const PHONE = /^(0([ .-]*[0-9]){9,10}|\+?[1-9]([ .-]*[0-9]){7,14})$/;

/** One line (or `rows` of them) to type into. Attributes go to the input. */
export function field({ name, label, note, value = "", rows, optional = false, ...attributes }) {
  const described = note ? `${name}-note` : null;
  const properties = { id: name, name, "aria-describedby": described, "aria-required": optional ? null : "true", autocomplete: "off", ...attributes };
  const input = element(rows ? "textarea" : "input", rows ? { ...properties, rows } : { type: "text", ...properties });
  input.value = value;
  const title = element("label", { for: name }, label, optional ? element("span", { class: "optional" }, ` (${say("optional")})`) : null);
  return element("div", { class: "field" }, title, note ? element("p", { class: "note", id: described }, note) : null, input);
}

/** One of several: `options` are [value, label, small print]. */
export function choices({ name, legend, options, value, onchange }) {
  const one = ([key, label, small]) => element("label", { class: "choice" },
    element("input", { type: "radio", name, value: key, checked: key === value }),
    element("span", {}, ...[label].flat(), small ? element("small", {}, ...[small].flat()) : null));
  return element("fieldset", { id: `${name}-choices`, tabindex: "-1", onchange }, element("legend", {}, legend), ...options.map(one));
}

/** Yes or no. */
export function tick({ name, label, small, checked = false, onchange }) {
  return element("label", { class: "choice" }, element("input", { type: "checkbox", id: name, name, checked, onchange }),
    element("span", {}, label, small ? element("small", {}, small) : null));
}

/** One of a list. `options` are [value, label]. */
export function select({ name, label, note, options, value, onchange }) {
  const made = element("select", { id: name, name, "aria-describedby": note ? `${name}-note` : null, onchange },
    ...options.map(([key, text]) => element("option", { value: key, selected: key === value }, text)));
  return element("div", { class: "field" }, element("label", { for: name }, label), note ? element("p", { class: "note", id: `${name}-note` }, note) : null, made);
}

/** What the form holds now: texts trimmed, ticks as booleans. */
export function answers(form) {
  const given = Object.fromEntries([...new FormData(form)].filter(([, value]) => typeof value === "string").map(([name, value]) => [name, value.trim().normalize("NFC")]));
  for (const box of form.querySelectorAll("input[type=checkbox]")) given[box.name] = box.checked;
  return given;
}

/** Take all marks away, then mark these fields. True when the first of them got the focus. */
export function markWrong(form, fields) {
  for (const old of form.querySelectorAll(".wrong")) old.remove();
  for (const input of form.querySelectorAll("[aria-invalid]")) {
    input.removeAttribute("aria-invalid");
    input.setAttribute("aria-describedby", (input.getAttribute("aria-describedby") ?? "").replace(/\S+-wrong/, "").trim());
  }
  const marked = Object.entries(fields).map(([name, message]) => markOne(form, name, message)).filter(Boolean);
  marked[0]?.focus();
  return marked.length > 0;
}

function markOne(form, name, message) {
  const input = form.querySelector(`#${CSS.escape(name)}`) ?? form.querySelector(`#${CSS.escape(name)}-choices`);
  if (!input) return null;
  const wrong = element("p", { class: "wrong", id: `${name}-wrong` }, message);
  if (input.localName === "fieldset") input.append(wrong);
  else input.after(wrong);
  input.setAttribute("aria-invalid", "true");
  input.setAttribute("aria-describedby", `${input.getAttribute("aria-describedby") ?? ""} ${name}-wrong`.trim());
  return input;
}

/** While `deed` runs, the button says so and a second press does nothing. */
export async function busy(button, deed) {
  if (button.getAttribute("aria-disabled") === "true") return;
  const words = button.textContent;
  button.setAttribute("aria-disabled", "true");
  button.textContent = say("working");
  try {
    await deed();
  } finally {
    button.removeAttribute("aria-disabled");
    button.textContent = words;
  }
}

/** The box at the top that tells a failure: read aloud by itself, and the focus goes there. */
export function alertBox(problem, ...more) {
  return element("div", { class: "alert", role: "alert", tabindex: "-1" }, element("strong", {}, problem.detail),
    problem.action ? element("p", {}, problem.action) : null, ...more);
}
