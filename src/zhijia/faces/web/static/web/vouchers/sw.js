// Without a network, or with one that says nothing for four seconds, a kept page is shown again; for a day at most.
// Everything goes to the server first: nothing is ever shown old while it can be had fresh.
const NAME = "zhijia.vouchers", DAY = 24 * 3600 * 1000, PATIENCE = 4000;

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
self.addEventListener("fetch", (event) => {
  if (event.request.method === "GET") event.respondWith(answer(event.request));
});

async function answer(request) {
  const kept = await caches.match(request, { cacheName: NAME, ignoreVary: true });
  if (!kept || Date.now() - Date.parse(kept.headers.get("date")) > DAY) return fetch(request);
  const fresh = fetch(request);
  if (request.mode !== "navigate") return fresh.catch(() => kept);
  fresh.catch(() => {}); // whoever waits for it hears of it below
  const silence = new Promise((_done, fail) => { setTimeout(() => fail(new Error("silence")), PATIENCE); });
  return Promise.race([fresh, silence]).catch(() => kept);
}
