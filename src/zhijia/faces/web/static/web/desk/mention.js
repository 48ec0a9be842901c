// "@" in a note suggests colleagues who may read the case. Without this a login or a name is typed in full.
const field = document.querySelector("[data-mention]");
const list = document.getElementById("note-colleagues");
const status = document.querySelector("[data-mention-status]");
const OPEN = /(?:^|[^A-Za-z0-9._@-])[@＠]([^\s@＠，。；：、,;:!?！？()（）]{0,32})$/;
const options = () => [...list.querySelectorAll("[role=option]:not([aria-disabled])")];
let asked = 0;

if (field && list) {
  field.setAttribute("aria-autocomplete", "list");
  field.setAttribute("aria-controls", list.id);

  const typed = () => OPEN.exec(field.value.slice(0, field.selectionStart))?.[1];

  const choose = (option) => {
    list.querySelector("[aria-selected=true]")?.setAttribute("aria-selected", "false");
    if (!option) { field.removeAttribute("aria-activedescendant"); return; }
    option.setAttribute("aria-selected", "true");
    field.setAttribute("aria-activedescendant", option.id);
    option.scrollIntoView({ block: "nearest" });
  };

  const close = () => {
    asked += 1;
    list.hidden = true;
    choose(null);
    status.textContent = "";
  };

  const take = (option) => {
    const end = field.selectionStart;
    const start = end - typed().length;
    field.setRangeText(`${option.dataset.name} `, start, end, "end");
    close();
    field.focus();
  };

  const ask = async () => {
    const words = typed();
    if (words === undefined) { close(); return; }
    const mine = asked += 1;
    const answer = await fetch(`${field.dataset.mention}?q=${encodeURIComponent(words)}`, { headers: { "HX-Request": "true" } });
    if (mine !== asked || !answer.ok) return;
    list.innerHTML = await answer.text();
    if (mine !== asked) return;
    list.hidden = false;
    choose(options()[0]);
    status.textContent = `${options().length} ${status.dataset.found}`;
  };

  let waiting;
  field.addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(ask, typed() === undefined ? 0 : 120); });
  field.addEventListener("keydown", (event) => {
    if (list.hidden || event.isComposing) return;
    const all = options();
    const at = all.findIndex((option) => option.getAttribute("aria-selected") === "true");
    if (event.key === "ArrowDown") choose(all[(at + 1) % all.length]);
    else if (event.key === "ArrowUp") choose(all[(at - 1 + all.length) % all.length]);
    else if ((event.key === "Enter" || event.key === "Tab") && all[at]) take(all[at]);
    else if (event.key === "Escape") close();
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  field.addEventListener("blur", () => setTimeout(close, 150));
  list.addEventListener("mousedown", (event) => {
    const option = event.target.closest("[role=option]:not([aria-disabled])");
    event.preventDefault();
    if (option) take(option);
  });
}
