// Tabs by the WAI-ARIA pattern: arrows, Home and End move, one tab stop for all.

/** Wire `[role=tab]` of a tab list; gives a function that opens a tab by its id. */
export function wireTabs(list) {
  const tabs = [...list.querySelectorAll("[role=tab]")];
  const open = (id) => {
    for (const tab of tabs) {
      const chosen = tab.id === id;
      tab.setAttribute("aria-selected", String(chosen));
      tab.tabIndex = chosen ? 0 : -1;
      document.getElementById(tab.getAttribute("aria-controls")).hidden = !chosen;
    }
  };
  const step = (tab, key) => ({ ArrowRight: tabs.indexOf(tab) + 1, ArrowLeft: tabs.indexOf(tab) - 1, Home: 0, End: -1 })[key];
  for (const tab of tabs) {
    tab.addEventListener("click", () => open(tab.id));
    tab.addEventListener("keydown", (event) => {
      const next = tabs.at((step(tab, event.key) ?? Number.NaN) % tabs.length);
      if (step(tab, event.key) === undefined) return;
      event.preventDefault();
      open(next.id);
      next.focus();
    });
  }
  return open;
}
