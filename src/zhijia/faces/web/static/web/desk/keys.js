// Single keys for what a page offers: those given, then whatever carries data-key, and U for what can be taken back.
const typing = (target) => target.closest("input:not([type=checkbox]):not([type=radio]), textarea, select, dialog[open]");

export function press(known = {}) {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    if (typing(event.target)) { if (event.key === "Escape") event.target.blur?.(); return; }
    const key = event.key.toLowerCase();
    if (key === "enter" && event.target.closest("a, button, summary")) return;
    const act = known[key] ?? (() => {
      const found = document.querySelector(key === "u" ? "[data-undo]" : `[data-key="${CSS.escape(key)}"]`);
      if (!found || !found.checkVisibility()) return false;
      found.click();
      return true;
    });
    if (act() !== false) event.preventDefault();
  });
}
