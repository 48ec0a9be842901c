// A voucher on the screen: it says when its time has come or is over, reads its digits aloud, and works without a network.
import { keep } from "./keep.js";

const pass = document.querySelector("[data-pass]");
const until = Date.parse(pass.dataset.until);

function look() {
  if (Date.now() < until) return;
  pass.querySelector("[data-over]").hidden = false;
  pass.querySelector("[data-code]").dataset.off = "";
  pass.querySelector("[data-ready]").hidden = true;
}
look();
setInterval(look, 15_000);
// By the server's clock: a phone whose own runs ahead would load the page for ever.
if (pass.dataset.from) {
  const early = Date.parse(pass.dataset.from) - Date.parse(pass.dataset.now);
  setTimeout(() => { if (navigator.onLine) location.reload(); }, Math.max(early, 0) + 1000);
}

for (const button of document.querySelectorAll("[data-say]")) {
  if (!("speechSynthesis" in window)) break;
  button.hidden = false;
  button.addEventListener("click", () => {
    speechSynthesis.cancel();
    const said = new SpeechSynthesisUtterance(button.dataset.say);
    said.lang = document.documentElement.lang;
    said.rate = 0.7;
    speechSynthesis.speak(said);
  });
}

try {
  if (await keep(document.querySelector("script[data-sw]").dataset.sw)) pass.querySelector("[data-kept]").hidden = false;
} catch { /* a private window keeps nothing: the page still works while it stays open */ }
