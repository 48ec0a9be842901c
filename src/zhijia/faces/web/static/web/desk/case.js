// The case page by keyboard; focus goes to what must be mended.
import { press } from "./keys.js";

document.querySelector("[data-focus]")?.focus();

for (const link of document.querySelectorAll("[data-print-page]")) {
  link.addEventListener("click", (event) => { event.preventDefault(); window.print(); });
}

// An opened form is ready to be typed into.
for (const form of document.querySelectorAll("details[name=act]")) {
  form.addEventListener("toggle", () => {
    if (form.open) form.querySelector("textarea, select, input:not([type=hidden])")?.focus({ preventScroll: true });
  });
}

// A refusal of htmx's request comes with the same fragment, problem included: show it.
document.addEventListener("htmx:beforeSwap", (event) => {
  if (event.detail.xhr.status === 422) { event.detail.shouldSwap = true; event.detail.isError = false; }
});
press();
