// What somebody sent without a network waits here, with its files, and is sent once: by the open page, by the next page
// that is opened, or by the service worker. The form's key makes a second sending harmless. Forgotten after three days, on
// signing out, and when it was sent; a form with a pass phrase is never kept.
const NAME = "zhijia", STORE = "outbox", LONGEST = 3 * 24 * 3600 * 1000;

const asked = (request) => new Promise((done, fail) => {
  request.onsuccess = () => done(request.result);
  request.onerror = () => fail(request.error);
});

async function store(mode, act) {
  const opening = indexedDB.open(NAME, 1);
  opening.onupgradeneeded = () => opening.result.createObjectStore(STORE, { keyPath: "key" });
  const base = await asked(opening);
  try { return await asked(act(base.transaction(STORE, mode).objectStore(STORE))); } finally { base.close(); }
}

const drop = (key) => store("readwrite", (box) => box.delete(key));

export async function keep(form) {
  const entries = [...new FormData(form)].filter(([name]) => name !== "csrfmiddlewaretoken");
  if (entries.some(([name, value]) => name === "pass_phrase" && value)) return false;
  await store("readwrite", (box) => box.put({ key: form.elements.key.value, action: new URL(form.action).pathname, at: Date.now(), entries }));
  const worker = await navigator.serviceWorker?.getRegistration("/");
  await worker?.sync?.register("outbox").catch(() => {}); // where a browser cannot, the next page does it
  return true;
}

// Sends what waits, here or in the service worker; what came of it stays until a page has told it.
export async function flush() {
  await navigator.locks.request("zhijia.outbox", async () => {
    for (const one of await store("readonly", (box) => box.getAll())) {
      if (one.told) continue;
      if (Date.now() - one.at > LONGEST) { await drop(one.key); continue; }
      const page = await (await fetch(one.action)).text(); // the token of today; the one in the form may be old
      const body = new FormData();
      for (const [name, value] of one.entries) body.append(name, value);
      body.append("csrfmiddlewaretoken", page.match(/name="csrfmiddlewaretoken" value="([^"]+)"/)?.[1] ?? "");
      const answer = await fetch(one.action, { method: "POST", body });
      if (answer.status >= 500) throw new Error("later");
      const sent = answer.redirected && answer.url.endsWith("/sent/");
      const told = { key: one.key, told: sent ? "sent" : "refused", url: sent ? answer.url : one.action };
      await store("readwrite", (box) => box.put(told));
    }
  });
}

// What came of it, told once: [{told: "sent" | "refused", url}].
export async function results() {
  const told = (await store("readonly", (box) => box.getAll())).filter((one) => one.told);
  for (const one of told) await drop(one.key);
  return told;
}
