// The counter. With a network the platform decides; without one this device does, within the limits it was given.
// Without this script the form works as it stands.
import { keep } from "./keep.js";
import { Queue, fresh } from "./queue.js";
import { canScan, scan } from "./scan.js";
import { canCheck, dayOf, isToken, read } from "./token.js";

const PATIENCE = 6000, REFRESH = 300_000, RETRY = 20_000;
const page = document.querySelector("[data-counter]"), form = page.querySelector("[data-redeem]");
const field = form.elements.shown, button = form.querySelector(".main"), word = button.textContent;
const result = page.querySelector("[data-result]"), notice = page.querySelector("[data-offline]");
const csrf = form.elements.csrfmiddlewaretoken.value;
let known = JSON.parse(document.getElementById("known").textContent), skew = known.now - Date.now();
const queue = new Queue(known.terminal), checks = await canCheck(known.key), store = `${queue.name}.known`;
const reason = (code) => page.querySelector(`[data-reasons] [data-code=${code}]`)?.textContent ?? code;
const now = () => Date.now() + skew;

// A page shown again from this browser's memory is older than what the device learnt since.
try { const last = JSON.parse(localStorage.getItem(store)); if (last && last.known.now > known.now) ({ known, skew } = last); } catch { /* nothing was kept */ }

class Away extends Error {}

/** Ask the platform; raises Away when there is no network, and what it says otherwise. */
async function ask(address, options = {}) {
  const headers = { Accept: "application/json", "X-CSRFToken": csrf, ...options.headers };
  let answer;
  try { answer = await fetch(address, { ...options, headers, signal: AbortSignal.timeout(PATIENCE) }); } catch { throw new Away(); }
  away(false);
  const data = await answer.json().catch(() => ({ code: "trouble" }));
  if (answer.ok || answer.status === 422 && data.html) return data;
  throw new Error(data.words ?? reason(data.code ?? "trouble"));
}

function away(is) {
  notice.hidden = !is;
  notice.querySelector("[data-can]").hidden = !checks;
  notice.querySelector("[data-cannot]").hidden = checks;
}

function say(kind, title) {
  const shown = page.querySelector(`template[data-say=${kind}]`).content.cloneNode(true);
  shown.querySelector("[data-title]").textContent = title;
  result.replaceChildren(shown);
}

async function redeem(shown, key) {
  try {
    const body = new URLSearchParams({ shown, key });
    const data = await ask(form.action, { method: "POST", body });
    result.innerHTML = data.html;
    count(data.counts);
    const token = data.code === "used" && checks ? await read(shown, known.key) : null;
    if (token) queue.note(token.id, now());
  } catch (problem) {
    if (!(problem instanceof Away)) { say("wait", problem.message); return; }
    away(true);
    await alone(shown, key);
  }
}

/** Decide without the platform, as its own rules do: modules/vouchers/offline.py looks at each again. */
async function alone(shown, key) {
  if (!checks) { say("wait", reason("cannot")); return; }
  if (!isToken(shown)) { say("wait", reason("digits")); return; }
  const token = await read(shown, known.key), moment = now();
  const offer = token && known.offers.find((o) => o.programme === token.programme && o.region === token.region && o.day === token.day);
  const code = !token ? "bad_token" : !known.active ? "outlet_inactive" : token.day !== dayOf(moment) ? "wrong_day"
    : moment >= token.ends ? "expired" : !known.places.includes(token.region) ? "wrong_city" : offer?.suspended ? "suspended"
    : offer && moment < offer.from ? "not_yet" : queue.saw(token.id) ? "already_used"
    : known.handed + queue.count >= known.most ? "over_limit" : "";
  if (code) { say("no", reason(code)); return; }
  if (!queue.add({ token: token.token, at: Math.floor(moment), key }, token.id, offer?.title ?? reason("item"))) { say("no", reason("full")); return; }
  say("yes", offer?.title ?? reason("item"));
  draw();
}

function count(counts) {
  for (const [name, number] of Object.entries(counts)) for (const shown of page.querySelectorAll(`[data-count=${name}]`)) shown.textContent = number;
}

function draw() {
  const box = page.querySelector("[data-queue]"), line = box.querySelector("[data-waiting]");
  box.hidden = !queue.count && !queue.kept.answers.length;
  line.textContent = queue.count ? line.dataset.words.replace("{n}", queue.count) : line.dataset.none;
  box.querySelector("[data-send]").hidden = !queue.count;
  box.querySelector("[data-answers]").replaceChildren(...queue.kept.answers.map((answer) => {
    const item = document.createElement("li"), what = document.createElement("span"), came = document.createElement("span");
    what.textContent = `${new Date(answer.at).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" })} ${answer.title}`;
    came.textContent = answer.words;
    if (!["used", "again"].includes(answer.code)) came.className = "bad";
    item.append(what, came);
    return item;
  }));
}

let sending = false;
async function send() {
  if (sending || !queue.count) return;
  sending = true;
  const trouble = page.querySelector("[data-trouble]");
  try {
    await queue.send((batch) => ask(page.dataset.upload, { method: "POST", body: JSON.stringify(batch), headers: { "Content-Type": "application/json" } }));
    trouble.hidden = true;
    await learn();
  } catch (problem) {
    trouble.hidden = false;
    trouble.textContent = problem instanceof Away ? reason("trouble") : problem.message;
    if (problem instanceof Away) away(true);
  } finally { sending = false; draw(); }
}

/** What the platform says now of offers and limits, for the next time without it. */
async function learn() {
  try {
    known = await ask(page.dataset.state);
    skew = known.now - Date.now();
    localStorage.setItem(store, JSON.stringify({ known, skew }));
  } catch (problem) { if (problem instanceof Away) away(true); }
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const shown = field.value.trim();
  if (!shown || button.getAttribute("aria-busy")) return;
  button.setAttribute("aria-busy", "true");
  button.textContent = button.dataset.busy;
  result.replaceChildren(); // the last answer is not taken for this one
  await redeem(shown, form.elements.key.value);
  form.elements.key.value = fresh();
  field.value = "";
  button.textContent = word;
  button.removeAttribute("aria-busy");
  field.focus();
});

const camera = form.querySelector("[data-scan]"), video = form.querySelector("[data-camera]");
canScan().then((can) => { camera.hidden = !can; }, () => {});
let open = null;
camera.addEventListener("click", async () => {
  const label = camera.querySelector("span"), words = label.textContent;
  if (open) { open.stop(); return; }
  label.textContent = camera.dataset.stop;
  open = scan(video);
  const text = await open.found;
  open = null;
  label.textContent = words;
  if (text) { field.value = text; form.requestSubmit(button); }
});

page.querySelector("[data-send]").addEventListener("click", send);
window.addEventListener("online", () => { learn(); send(); });
window.addEventListener("offline", () => away(true));
setInterval(learn, REFRESH);
setInterval(send, RETRY);
draw();
send();
if (!navigator.onLine) away(true);
keep(page.dataset.sw).catch(() => {}); // a private window keeps nothing
