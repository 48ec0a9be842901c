import { flush, keep, results } from "./outbox.js";

// What is typed for a matter stays on this phone until it is sent: it survives a lost network and a closed page.
// Never the phone number, the name or the pass phrase: a form names the fields that are kept, each service has its own
// draft. Forgotten after three days, on sending, and on signing out.
const DAYS = 3 * 24 * 3600 * 1000;

function store(service) {
  const name = service ? `zhijia.ask.${service}` : "zhijia.ask";
  return {
    read() { try { const kept = JSON.parse(localStorage.getItem(name)); return kept && Date.now() - kept.at < DAYS ? kept : null; } catch { return null; } },
    write(value) { try { localStorage.setItem(name, JSON.stringify(value)); } catch { /* private window: nothing is kept */ } },
    forget() { try { localStorage.removeItem(name); } catch { /* nothing was kept */ } },
  };
}

const sent = document.querySelector("[data-sent]");
if (sent) store(sent.dataset.sent).forget();

const form = document.querySelector("form[data-draft]");
if (form) {
  const draft = store(form.dataset.draft);
  const fields = form.dataset.fields.split(" ").filter((name) => form.elements[name]);
  const ticked = (field) => field.type === "checkbox";
  const get = (field) => (ticked(field) ? field.checked : field.value);
  const kept = draft.read();
  if (kept && fields.every((name) => !get(form.elements[name]))) {
    for (const name of fields) {
      const field = form.elements[name];
      if (ticked(field)) field.checked = kept[name] ?? false;
      else field.value = kept[name] ?? "";
    }
    form.elements.key.value = kept.key; // the same form, so that it is sent once
    form.querySelector("textarea")?.dispatchEvent(new Event("input", { bubbles: true }));
  }
  form.addEventListener("input", () => {
    const value = { at: Date.now(), key: form.elements.key.value };
    for (const name of fields) value[name] = get(form.elements[name]);
    draft.write(value);
  });
  const offline = document.querySelector("[data-offline]");
  form.addEventListener("submit", (event) => {
    if (navigator.onLine) return;
    event.preventDefault();
    offline.hidden = false;
    const kept = keep(form).catch(() => false); // a private window keeps nothing: then this page sends it itself
    window.addEventListener("online", async () => {
      offline.hidden = true;
      if (await kept) await flush().catch(() => {});
      const [sent] = (await kept) ? (await results()).filter((one) => one.told === "sent") : [];
      if (sent) location.assign(sent.url);
      else form.requestSubmit(); // with the answer in front of its sender; what was stored is not stored twice
    }, { once: true });
  });
}
