// The command palette (Ctrl K, or / where a page has no search of its own) and the list of keys (?).
const dialog = document.querySelector("[data-palette]");
const field = dialog.querySelector("input");
const found = document.getElementById("palette-found");
const targets = () => [...found.querySelectorAll("a[role=option]")];
const chosen = () => found.querySelector("a[aria-selected=true]");
const typing = (target) => target.closest?.("input:not([type=checkbox]):not([type=radio]), textarea, select, dialog[open]");

function choose(target) {
  chosen()?.setAttribute("aria-selected", "false");
  if (!target) { field.removeAttribute("aria-activedescendant"); return; }
  target.setAttribute("aria-selected", "true");
  field.setAttribute("aria-activedescendant", target.id);
  target.scrollIntoView({ block: "nearest" });
}

function open() {
  if (dialog.open) { dialog.close(); return; }
  dialog.showModal();
  field.value = "";
  field.focus();
  window.htmx.trigger(field, "open");
}

// Enter before the answer to the last letter came must not follow an older one.
let waiting = false;
let go = false;
field.addEventListener("input", () => { waiting = true; });
document.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.target !== found) return;
  waiting = false;
  choose(targets()[0]);
  if (go) { go = false; chosen()?.click(); }
});

field.addEventListener("keydown", (event) => {
  const all = targets();
  const at = all.indexOf(chosen());
  if (event.key === "ArrowDown") choose(all[(at + 1) % all.length]);
  else if (event.key === "ArrowUp") choose(all[(at - 1 + all.length) % all.length]);
  else if (event.key === "Enter" && !event.isComposing) { if (waiting) go = true; else chosen()?.click(); }
  else return;
  if (!event.isComposing) event.preventDefault();
});
dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });

document.addEventListener("keydown", (event) => {
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") { event.preventDefault(); open(); return; }
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
  const help = document.querySelector(".keys-help");
  if (event.key === "/") { event.preventDefault(); open(); }
  if (event.key === "?" && help) { event.preventDefault(); help.showModal(); }
});
document.addEventListener("click", (event) => {
  const help = event.target.closest("[data-help]") && document.querySelector(".keys-help");
  if (help && !help.open) help.showModal();
});
