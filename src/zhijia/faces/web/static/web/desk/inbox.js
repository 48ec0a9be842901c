// The inbox by keyboard, and the preview beside it. Without this the list, filters and selection still work.
import { press } from "./keys.js";

const list = document.querySelector("[data-list]");
const pane = document.getElementById("preview");
const rows = () => [...document.querySelectorAll("tr[data-row]")];
const cursor = () => document.querySelector("tr[data-cursor]");
const wide = () => pane && getComputedStyle(pane).display !== "none";
let waiting;

function show(row) {
  if (!wide()) return;
  clearTimeout(waiting);
  waiting = setTimeout(() => window.htmx.ajax("GET", row.dataset.preview, { target: pane, swap: "innerHTML" }), 180);
}

function move(row, focus = true) {
  if (!row) return;
  cursor()?.removeAttribute("data-cursor");
  row.setAttribute("data-cursor", "");
  row.scrollIntoView({ block: "nearest" });
  if (focus) row.querySelector(".what a").focus({ preventScroll: true });
  show(row);
}

function step(by) {
  const all = rows();
  const at = all.indexOf(cursor());
  move(all[at < 0 ? 0 : Math.min(all.length - 1, Math.max(0, at + by))]);
}

function count() {
  const chosen = document.querySelectorAll("tr[data-row] .check:checked");
  const shown = document.querySelector("[data-selected]");
  if (shown) shown.textContent = chosen.length || "";
}

document.addEventListener("click", (event) => {
  const row = event.target.closest("tr[data-row]");
  if (!row || event.target.closest("input") || event.ctrlKey || event.metaKey || event.shiftKey) return;
  if (!wide()) { if (!event.target.closest("a")) location.href = row.dataset.row; return; }
  if (event.target.closest("a") && event.detail === 0) return;  // Enter on the link opens the case
  event.preventDefault();
  move(row);
});
document.addEventListener("dblclick", (event) => {
  const row = event.target.closest("tr[data-row]");
  if (row) location.href = row.dataset.row;
});
list?.addEventListener("change", count);
list?.addEventListener("reset", () => setTimeout(count));
count();

for (const field of document.querySelectorAll("[data-filters] .pick select")) {
  field.addEventListener("change", () => field.form.requestSubmit());
}
document.addEventListener("click", (event) => {
  for (const open of document.querySelectorAll("details.more[open]")) if (!open.contains(event.target)) open.open = false;
});

press({
  j: () => step(1),
  k: () => step(-1),
  x: () => cursor()?.querySelector(".check").click(),
  enter: () => { if (cursor()) location.href = cursor().dataset.row; },
  "/": () => document.querySelector("[data-search]").focus(),
});
