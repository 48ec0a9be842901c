// Keeps this one page, with what it is drawn with, so that it can be shown again without a network.
export const NAME = "zhijia.vouchers";

/** True once the page is kept. */
export async function keep(worker) {
  if (!("serviceWorker" in navigator) || !("caches" in window)) return false;
  await navigator.serviceWorker.register(worker);
  const own = performance.getEntriesByType("resource").map((entry) => entry.name).filter((name) => name.startsWith(`${location.origin}/static/`));
  const cache = await caches.open(NAME);
  await Promise.all([location.pathname, ...new Set(own)].map((address) => cache.add(address)));
  return true;
}
