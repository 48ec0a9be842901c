// Grey rows of the final height where something is loaded, after 300 ms: what comes at once never flickers.
document.addEventListener("htmx:beforeRequest", (event) => {
  const place = event.detail.target;
  const rows = place?.dataset?.skeleton && document.getElementById(place.dataset.skeleton);
  if (!rows) return;
  const waiting = setTimeout(() => { place.setAttribute("aria-busy", "true"); place.replaceChildren(rows.content.cloneNode(true)); }, 300);
  const over = () => { clearTimeout(waiting); place.removeAttribute("aria-busy"); };
  event.detail.xhr.addEventListener("loadend", over, { once: true });
});
