// Without a network the app still opens: the form to ask for help, and a page that says what is possible. Everything goes to
// the server first; nothing personal is kept: what is kept was fetched without the session.
import { flush } from "/static/web/outbox.js";

const SHELL = "zhijia.shell", ASK = "/ask/", OFFLINE = "/offline/";

async function fill() {
  const cache = await caches.open(SHELL);
  const assets = new Set(["/static/web/outbox.js"]);
  for (const path of [ASK, OFFLINE]) {
    const page = await fetch(path, { credentials: "omit" });
    for (const [, asset] of (await page.clone().text()).matchAll(/(?:href|src)="(\/static\/[^"#]+)/g)) assets.add(asset);
    await cache.put(path, page);
  }
  await cache.addAll(assets);
}

self.addEventListener("install", (event) => event.waitUntil(fill().then(() => self.skipWaiting())));
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
self.addEventListener("sync", (event) => { if (event.tag === "outbox") event.waitUntil(flush()); });
self.addEventListener("fetch", (event) => {
  const { request } = event, { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== self.location.origin) return;
  const kept = request.mode === "navigate" ? (pathname === ASK ? ASK : OFFLINE) : pathname.startsWith("/static/") ? request : null;
  if (kept) event.respondWith(fetch(request).catch(() => caches.match(kept, { ignoreSearch: true, ignoreVary: true })));
});
