// What is typed on the ask page stays on this phone until it is sent: it survives a lost network and a closed page.
// Never the phone number, the name or the pass phrase. Forgotten after three days, on sending, and on signing out.
const KEEP = "zhijia.ask";
const FIELDS = ["story", "employer_name", "people", "wish"];
const DAYS = 3 * 24 * 3600 * 1000;
const store = {
  read() { try { const kept = JSON.parse(localStorage.getItem(KEEP)); return kept && Date.now() - kept.at < DAYS ? kept : null; } catch { return null; } },
  write(value) { try { localStorage.setItem(KEEP, JSON.stringify(value)); } catch { /* private window: nothing is kept */ } },
  forget() { try { localStorage.removeItem(KEEP); } catch { /* nothing was kept */ } },
};

if (document.querySelector("[data-sent]")) store.forget();

const form = document.querySelector("form[data-draft]");
if (form) {
  const kept = store.read();
  const untouched = FIELDS.every((name) => !form.elements[name].value);
  if (kept && untouched) {
    for (const name of FIELDS) form.elements[name].value = kept[name] ?? "";
    form.elements.key.value = kept.key; // the same form, so that it is sent once
    form.elements.story.dispatchEvent(new Event("input", { bubbles: true }));
  }
  form.addEventListener("input", () => {
    const value = { at: Date.now(), key: form.elements.key.value };
    for (const name of FIELDS) value[name] = form.elements[name].value;
    store.write(value);
  });
  const offline = document.querySelector("[data-offline]");
  form.addEventListener("submit", (event) => {
    if (navigator.onLine) return;
    event.preventDefault();
    offline.hidden = false;
    window.addEventListener("online", () => { offline.hidden = true; form.requestSubmit(); }, { once: true });
  });
}
