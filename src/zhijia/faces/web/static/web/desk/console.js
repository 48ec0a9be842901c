// The console by keyboard, times that run by themselves, a title that says when it rings. Without this all forms work.
import { press } from "./keys.js";

const two = (n) => String(n).padStart(2, "0");
const page = document.querySelector("main.console");
const plain = document.title;

function tick() {
  for (const shown of document.querySelectorAll("[data-since]")) {
    const gone = Math.max(0, Math.floor((Date.now() - Date.parse(shown.dataset.since)) / 1000));
    const hours = Math.floor(gone / 3600);
    const text = hours ? `${hours}:${two(Math.floor(gone / 60) % 60)}:${two(gone % 60)}` : `${Math.floor(gone / 60)}:${two(gone % 60)}`;
    if (shown.textContent !== text) shown.textContent = text;
  }
  if (page) document.title = document.querySelector("[data-ringing]") ? `● ${page.dataset.ringingTitle}` : plain;
}
tick();
setInterval(tick, 1000);
document.addEventListener("htmx:afterSwap", tick);

// A poll that arrives while a button is held would take it away from under the finger, and the focus with it.
document.addEventListener("htmx:beforeSwap", (event) => {
  const held = document.activeElement;
  if (event.detail.target.id === "ring" && event.detail.target.contains(held)) held.dataset.key && (event.detail.target.dataset.held = held.dataset.key);
});
document.addEventListener("htmx:afterSwap", (event) => {
  const { held } = event.detail.target.dataset;
  if (held) { event.detail.target.querySelector(`[data-key="${CSS.escape(held)}"]`)?.focus(); delete event.detail.target.dataset.held; }
});

const ticket = document.querySelector("[data-ticket]");
if (ticket) {
  document.querySelector("[data-focus]")?.focus();
  const category = ticket.querySelector("#category");
  const urgent = ticket.querySelector("#urgent");
  let chosen = category.value !== "";
  category.addEventListener("change", () => { chosen = true; });
  document.addEventListener("htmx:afterSwap", (event) => {
    const guess = event.detail.target.querySelector?.("[data-guess]");
    if (!guess) return;
    if (!chosen) category.value = guess.dataset.guess;
    if ("urgent" in guess.dataset) urgent.checked = true;
  });
  ticket.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && event.ctrlKey) { event.preventDefault(); ticket.querySelector('[data-key="1"]').click(); return; }
    if (event.key === "Enter" && event.target.matches("input:not([type=checkbox])")) event.preventDefault(); // files nothing by accident
  });
}

const help = document.querySelector(".keys-help");
if (help) {
  document.querySelector("[data-help]").addEventListener("click", () => help.showModal());
  press({ "?": () => help.showModal() });
}
