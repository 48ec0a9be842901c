// Liveliness only: every page works without it. Focus goes to what is wrong, pages read themselves aloud.
document.querySelector("[data-focus]")?.focus();

for (const button of document.querySelectorAll("[data-read]")) {
  if (!("speechSynthesis" in window)) break;
  const label = button.querySelector("span");
  const word = label?.textContent;
  button.hidden = false;
  const quiet = () => { if (label) label.textContent = word; button.removeAttribute("aria-pressed"); };
  button.addEventListener("click", () => {
    if (speechSynthesis.speaking) { speechSynthesis.cancel(); quiet(); return; }
    const said = new SpeechSynthesisUtterance(document.querySelector("main").innerText);
    said.lang = document.documentElement.lang;
    said.rate = 0.9;
    said.onend = quiet;
    if (label) label.textContent = button.dataset.stop;
    button.setAttribute("aria-pressed", "true");
    speechSynthesis.speak(said);
  });
}

for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}

// A form that is being sent is not sent again by a nervous thumb; the server would notice anyway.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.dataset.sending) { if (form.dataset.sending) event.preventDefault(); return; }
  form.dataset.sending = "1";
  const button = event.submitter;
  if (button?.dataset.busy) setTimeout(() => { button.textContent = button.dataset.busy; }, 300);
  window.addEventListener("pageshow", () => { delete form.dataset.sending; }, { once: true });
});

// A draft of a matter is nobody's business after signing out.
document.querySelector("form[data-forget]")?.addEventListener("submit", () => {
  globalThis.caches?.delete("zhijia.vouchers"); // a kept code is not for whoever holds the phone next
  try { indexedDB.deleteDatabase("zhijia"); } catch { /* nothing was kept */ }
  try { for (const key of Object.keys(localStorage)) if (key.startsWith("zhijia.ask")) localStorage.removeItem(key); } catch { /* nothing was kept */ }
});

// The worker's app: it opens without a network, and what waits to be sent is sent by whatever page is opened next.
if (document.documentElement.dataset.face === "worker" && "serviceWorker" in navigator) {
  navigator.serviceWorker.register("/sw.js", { type: "module", scope: "/" }).catch(() => {});
  const told = document.querySelector("[data-outbox]");
  if (told && navigator.onLine) {
    indexedDB.databases?.().then(async (all) => {
      if (!all.some((one) => one.name === "zhijia")) return;
      const { flush, results } = await import("./outbox.js");
      await flush();
      const [one] = await results();
      if (!one) return;
      const line = told.querySelector(`[data-outbox-${one.told}]`);
      line.querySelector("a").href = one.url;
      line.hidden = false;
    }).catch(() => {});
  }
}
