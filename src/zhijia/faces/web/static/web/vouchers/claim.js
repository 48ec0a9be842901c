// Claiming: the button opens by itself at the server's hour, and the phone solves its small puzzle before it sends.
// Without this the page works by loading it again, as long as the county asks for no puzzle.
const EARLY = 60_000; // milliseconds before the opening in which phones fetch their puzzle, each at its own moment

const skew = Date.parse(document.querySelector("[data-now]")?.dataset.now ?? "") - Date.now();
const now = () => Date.now() + skew;
const wait = (ms) => new Promise((done) => { setTimeout(done, Math.max(0, Math.min(ms, 2 ** 31 - 1))); });

/** The puzzle of one form: solved once, kept until it expires. */
function puzzle(form) {
  let kept = null, running = null;
  async function solve() {
    const answer = await fetch(form.dataset.puzzle, { headers: { Accept: "application/json" } });
    if (!answer.ok) throw new Error(`puzzle: ${answer.status}`);
    const { text, bits, expires } = await answer.json();
    if (bits === 0) return { solution: "", expires };
    const worker = new Worker(form.dataset.worker, { type: "module" });
    try {
      const solution = await new Promise((done, fail) => {
        worker.addEventListener("message", (event) => done(event.data));
        worker.addEventListener("error", () => fail(new Error("worker")));
        worker.postMessage({ text, bits });
      });
      return { solution, expires };
    } finally { worker.terminate(); }
  }
  return {
    ready: () => kept !== null && kept.expires - 5000 > now(),
    get solution() { return kept.solution; },
    async get() {
      if (!this.ready()) {
        running ??= solve().finally(() => { running = null; });
        kept = await running;
      }
      return kept.solution;
    },
  };
}

function countdown(form, opens) {
  const shown = form.querySelector("[data-left]");
  if (!shown) return;
  const fill = (words, parts) => words.replace(/\{(\w)\}/g, (_all, name) => (name === "s" ? String(parts[name]).padStart(2, "0") : parts[name]));
  const timer = setInterval(tick, 1000);
  function tick() {
    const left = Math.ceil((opens - now()) / 1000), [h, m, s] = [Math.floor(left / 3600), Math.floor(left / 60) % 60, left % 60];
    if (left <= 0) { clearInterval(timer); form.querySelector("[data-wait]").hidden = true; return; }
    shown.textContent = h ? fill(shown.dataset.hours, { h, m }) : fill(shown.dataset.minutes, { m, s });
  }
  tick();
}

async function prepare(form) {
  const button = form.querySelector("[data-go]"), failed = form.querySelector("[data-failed]"), mine = puzzle(form);
  const opens = Date.parse(form.dataset.opens), word = button.textContent;
  const help = () => { failed.hidden = false; button.textContent = word; button.removeAttribute("aria-busy"); };

  form.addEventListener("submit", async (event) => {
    if (mine.ready()) { form.elements.solution.value = mine.solution; button.textContent = button.dataset.sending; return; }
    event.preventDefault();
    if (button.getAttribute("aria-busy")) return;
    failed.hidden = true;
    button.setAttribute("aria-busy", "true");
    button.textContent = button.dataset.solving;
    try { await mine.get(); } catch { help(); return; }
    button.removeAttribute("aria-busy");
    form.requestSubmit(button);
  });
  window.addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });

  countdown(form, opens);
  await wait(opens - now() - Math.random() * EARLY);
  mine.get().catch(() => {}); // the tap tries again, and says so if it fails
  await wait(opens - now());
  button.disabled = false;
  button.removeAttribute("aria-disabled");
}

for (const form of document.querySelectorAll("form[data-claim]")) prepare(form);
if (!document.querySelector("form[data-claim], a[href*='mine/']")) globalThis.caches?.delete("zhijia.vouchers"); // nobody is signed in
