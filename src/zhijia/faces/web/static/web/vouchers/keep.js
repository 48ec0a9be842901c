// Keeps this one page, with what it is drawn with, so that it can be shown again without a network.
const NAME = "zhijia.vouchers", DAY = 24 * 3600 * 1000;

/** True once the page is kept. */
export async function keep(worker) {
  if (!("serviceWorker" in navigator) || !("caches" in window)) return false;
  await navigator.serviceWorker.register(worker);
  const own = performance.getEntriesByType("resource").map((entry) => entry.name).filter((name) => name.startsWith(`${location.origin}/static/`));
  const cache = await caches.open(NAME);
  for (const page of await cache.keys()) {
    const kept = await cache.match(page);
    if (Date.now() - Date.parse(kept?.headers.get("date")) > DAY) await cache.delete(page);
  }
  await Promise.all([location.pathname, ...new Set(own)].map((address) => cache.add(address)));
  return true;
}
