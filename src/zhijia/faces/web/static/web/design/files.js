// Files by choosing, dragging or pasting: what cannot be taken is said before anything is sent, each file shows how far it
// is, and a form that must be mended keeps them. The files stand in the form's own field, so whatever sends the form (the
// outbox of a phone without a network too) sends them. Without this it is a plain file field.
const MB = 2 ** 20;
const size = (bytes) => (bytes < MB ? `${Math.max(1, Math.round(bytes / 1024))} KB` : `${(bytes / MB).toFixed(1)} MB`);
const drops = new Map(); // form -> its boxes

const made = (tag, className, text = "") => {
  const node = document.createElement(tag);
  node.className = className;
  node.textContent = text;
  return node;
};

class Box {
  constructor(root) {
    this.root = root;
    this.words = root.dataset;
    this.field = root.querySelector("input[type=file]");
    this.list = root.querySelector("[data-files-list]");
    this.said = root.querySelector("[data-files-said]");
    this.kinds = this.field.accept.split(",").map((kind) => kind.trim().toLowerCase()).filter(Boolean);
    this.files = [];
    this.field.addEventListener("change", () => this.add([...this.field.files], !this.field.multiple));
    root.querySelector("[data-files-how]")?.removeAttribute("aria-hidden"); // its place was kept: nothing jumps
    this.draw();
  }

  problem(file, kept) {
    const ending = `.${file.name.split(".").pop().toLowerCase()}`;
    const fits = !this.kinds.length || this.kinds.includes(ending) || this.kinds.includes(file.type);
    if (!fits) return this.words.kind;
    if (file.size > Number(this.words.most) * MB) return this.words.large;
    if (file.size === 0) return this.words.empty;
    if (kept >= Number(this.words.count)) return this.words.many;
    return "";
  }

  add(chosen, instead = false) {
    const refused = [];
    if (instead) this.files = [];
    for (const file of chosen) {
      if (this.files.some((one) => one.name === file.name && one.size === file.size && one.lastModified === file.lastModified)) continue;
      if (!this.field.multiple) this.files = [];
      const problem = this.problem(file, this.files.length);
      if (problem) refused.push([file, problem]); else this.files.push(file);
    }
    this.keep(refused);
  }

  keep(refused = []) {
    const kept = new DataTransfer();
    for (const file of this.files) kept.items.add(file);
    this.field.files = kept.files;
    this.draw(refused);
  }

  draw(refused = []) {
    this.list.replaceChildren(
      ...this.files.map((file, index) => this.line(file, index)),
      ...refused.map(([file, problem]) => {
        const line = made("li", "file refused");
        line.append(made("span", "name", file.name), made("span", "field-error", problem));
        return line;
      }),
    );
    const whole = this.files.reduce((sum, file) => sum + file.size, 0);
    this.tell(this.files.length ? this.words.chosen.replace("{n}", this.files.length).replace("{size}", size(whole)) : "");
  }

  line(file, index) {
    const line = made("li", "file");
    const bar = made("progress", "");
    Object.assign(bar, { max: 100, value: 0, hidden: true });
    bar.setAttribute("aria-label", file.name);
    const away = made("button", "icon-btn");
    away.type = "button";
    away.setAttribute("aria-label", this.words.remove.replace("{name}", file.name));
    away.append(this.root.querySelector("template").content.cloneNode(true));
    away.addEventListener("click", () => {
      this.files.splice(index, 1);
      this.keep();
      (this.list.querySelectorAll("button")[Math.min(index, this.files.length - 1)] ?? this.field).focus();
    });
    const name = made("span", "name", file.name);
    line.append(name, made("span", "cap dim num", size(file.size)), away, bar);
    return line;
  }

  tell(words) { this.said.textContent = words; }

  show(sent) { // bytes of this box's files that are gone, or -1: nothing is on its way
    for (const [index, bar] of [...this.list.querySelectorAll("progress")].entries()) {
      const whole = this.files[index].size;
      bar.hidden = sent < 0;
      bar.value = sent < 0 ? 0 : Math.min(100, (100 * sent) / whole);
      sent = sent < 0 ? -1 : Math.max(0, sent - whole);
    }
    for (const button of this.list.querySelectorAll("button")) button.hidden = sent >= 0;
  }
}

function post(form, submitter, moved) {
  return new Promise((done, fail) => {
    const request = new XMLHttpRequest();
    request.open("POST", submitter?.hasAttribute("formaction") ? submitter.formAction : form.action);
    request.setRequestHeader("Zhijia-Sending", "1"); // a redirect comes back as a header, so that its page is asked for once
    request.upload.addEventListener("progress", (event) => moved(event.loaded, event.total));
    request.upload.addEventListener("load", () => moved(1, 0));
    request.addEventListener("load", () => done(request));
    request.addEventListener("error", fail);
    request.addEventListener("abort", fail);
    request.send(new FormData(form, submitter));
  });
}

// What the server found wrong is put beside the fields of the page that is open: no word and no file has to be given again.
function mend(form, answer, again) {
  const page = new DOMParser().parseFromString(answer, "text/html");
  document.querySelector(".problems")?.remove();
  for (const old of form.querySelectorAll(".field-error:not(.file *)")) old.remove();
  for (const field of form.querySelectorAll("[aria-invalid]")) field.removeAttribute("aria-invalid");
  const problems = page.querySelector(".problems");
  for (const line of problems?.querySelectorAll("li") ?? []) if (line.textContent.trim().endsWith(again)) line.remove();
  let found = 0, first = null;
  for (const wrong of page.querySelectorAll(".field-error[id]")) {
    const id = wrong.id.replace(/-(error|problem)$/, "");
    const field = document.getElementById(id);
    if (!field || !form.contains(field) || wrong.textContent.trim() === again) continue;
    (field.closest(".files, .field, fieldset") ?? field.parentElement).append(document.importNode(wrong, true));
    field.setAttribute("aria-invalid", "true");
    field.setAttribute("aria-describedby", wrong.id);
    for (let up = field.closest("details"); up; up = up.parentElement.closest("details")) up.open = true;
    first ??= field;
    found += 1;
  }
  if (problems?.querySelector("li, p")) {
    form.before(document.importNode(problems, true));
    document.querySelector(".problems").focus();
  } else first?.focus();
  return found > 0 || Boolean(problems);
}

async function send(event) {
  const form = event.currentTarget, boxes = drops.get(form);
  if (event.defaultPrevented) return;
  if (form.dataset.sending) { event.preventDefault(); return; }
  if (!navigator.onLine || !boxes.some((box) => box.files.length)) return;
  event.preventDefault();
  form.dataset.sending = "1";
  const { submitter } = event, label = submitter?.innerHTML, first = boxes.find((box) => box.files.length);
  const whole = boxes.reduce((sum, box) => sum + box.files.reduce((all, file) => all + file.size, 0), 0);
  const moved = (loaded, total) => {
    let sent = total ? Math.max(0, loaded - (total - whole)) : whole;
    for (const box of boxes) { box.show(sent); sent = Math.max(0, sent - box.files.reduce((all, file) => all + file.size, 0)); }
    first.tell(total ? first.words.going.replace("{part}", `${Math.min(100, Math.round((100 * loaded) / total))}%`) : first.words.checking);
  };
  if (submitter?.dataset.busy) submitter.textContent = submitter.dataset.busy;
  moved(0, whole + 1);
  try {
    const answer = await post(form, submitter, moved);
    const place = answer.getResponseHeader("Zhijia-Location");
    if (place) { location.assign(place); return; }
    if (!mend(form, answer.responseText, first.words.again)) {
      const page = new DOMParser().parseFromString(answer.responseText, "text/html");
      first.tell(page.querySelector("main p")?.textContent.trim() || first.words.broken);
    } else first.tell("");
  } catch {
    first.tell(first.words.broken);
  }
  for (const box of boxes) box.show(-1);
  delete form.dataset.sending;
  if (submitter) submitter.innerHTML = label;
}

const carries = (transfer) => [...(transfer?.types ?? [])].includes("Files");

for (const root of document.querySelectorAll("[data-files]")) {
  const form = root.closest("form");
  if (!form) continue;
  const box = new Box(root);
  if (!drops.has(form)) { drops.set(form, []); form.addEventListener("submit", send); }
  drops.get(form).push(box);
  let inside = 0;
  const over = (is) => root.toggleAttribute("data-over", is);
  form.addEventListener("dragenter", (event) => { if (carries(event.dataTransfer)) { inside += 1; over(true); } });
  form.addEventListener("dragleave", (event) => { if (carries(event.dataTransfer) && --inside <= 0) { inside = 0; over(false); } });
  form.addEventListener("dragover", (event) => { if (carries(event.dataTransfer)) event.preventDefault(); });
  form.addEventListener("drop", (event) => {
    if (!carries(event.dataTransfer)) return;
    event.preventDefault();
    inside = 0;
    over(false);
    box.add([...event.dataTransfer.files]);
  });
  form.addEventListener("paste", (event) => {
    const files = [...(event.clipboardData?.files ?? [])];
    if (!files.length) return;
    event.preventDefault();
    box.add(files);
  });
}
