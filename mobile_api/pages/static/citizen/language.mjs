// Words of the citizens' pages: Vietnamese first, English on request. The choice stays on the device.

const KEPT_AS = "language";
const known = {};

const kept = () => {
  try {
    return localStorage.getItem(KEPT_AS);
  } catch {
    return null; // storage is forbidden: Vietnamese
  }
};

export const language = kept() === "en" ? "en" : "vi";

/** Load the words of these folders (`words_vi.mjs`, `words_en.mjs` in each). */
export async function learn(...folders) {
  const found = await Promise.all(folders.map((folder) => import(`/static/${folder}/words_${language}.mjs`)));
  for (const { WORDS } of found) Object.assign(known, WORDS);
}

/** The sentence of that name; some need values. */
export function say(name, ...values) {
  const word = known[name];
  return typeof word === "function" ? word(...values) : (word ?? name);
}

/** Elements that the server wrote in Vietnamese say in English what `data-say` names. */
export function translatePage() {
  document.documentElement.lang = language;
  if (language === "vi") return;
  for (const node of document.querySelectorAll("[data-say]")) node.textContent = say(node.dataset.say);
  for (const node of document.querySelectorAll("[data-say-label]")) node.setAttribute("aria-label", say(node.dataset.sayLabel));
  document.title = `${say("title")} · Tận Nơi`;
}

/** The button in the head that changes the language; what was typed is kept in the draft. */
export function languageButton(button) {
  const other = language === "vi" ? "en" : "vi";
  button.lang = other;
  button.textContent = other === "en" ? "English" : "Tiếng Việt";
  button.addEventListener("click", () => {
    try {
      localStorage.setItem(KEPT_AS, other);
    } catch {
      return; // nowhere to keep it
    }
    location.reload();
  });
}
