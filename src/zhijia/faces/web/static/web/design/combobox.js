// A field with a list under it (ARIA combobox): arrows, Enter, Escape, mouse; more of a long list as one goes down.
// `find(words, after)` answers {items, after}, `draw(item)` a node, `choose(item)` what is done; `told` counts for ears.
export function combobox(field, { find, draw, choose, told = () => "" }) {
  const list = document.getElementById(field.getAttribute("aria-controls"));
  const status = document.getElementById(`${list.id}-told`);
  let items = [], after = null, at = -1, asked = 0, waiting, loading = false;

  const options = () => [...list.children];
  const isOpen = () => !list.hidden;

  function open(is) {
    list.hidden = !is;
    field.setAttribute("aria-expanded", String(is));
    if (!is) mark(-1);
  }

  function mark(index) {
    options()[at]?.setAttribute("aria-selected", "false");
    at = index;
    const option = options()[at];
    if (!option) { field.removeAttribute("aria-activedescendant"); return; }
    option.setAttribute("aria-selected", "true");
    field.setAttribute("aria-activedescendant", option.id);
    option.scrollIntoView({ block: "nearest" });
  }

  function add(found) {
    for (const item of found) {
      const option = document.createElement("li");
      option.id = `${list.id}-${items.length}`;
      option.setAttribute("role", "option");
      option.setAttribute("aria-selected", "false");
      option.append(draw(item));
      items.push(item);
      list.append(option);
    }
  }

  async function ask(more = false) {
    const mine = ++asked;
    loading = true;
    const found = await find(field.value.trim(), more ? after : null).catch(() => null);
    if (mine !== asked) return;
    loading = false;
    if (!found) { open(false); return; }
    if (!more) { items = []; list.replaceChildren(); at = -1; }
    add(found.items);
    after = found.after;
    if (status) status.textContent = told(items.length, Boolean(after));
    if (!more) { open(items.length > 0 && document.activeElement === field); if (items.length) mark(0); }
  }

  function take(index) {
    const item = items[index];
    if (!item) return;
    clearTimeout(waiting);
    asked += 1; // an answer that is still on its way opens nothing any more
    open(false);
    choose(item);
  }

  field.addEventListener("input", (event) => {
    if (event.isComposing) return;
    clearTimeout(waiting);
    if (!field.value.trim()) { asked += 1; items = []; list.replaceChildren(); open(false); if (status) status.textContent = ""; return; }
    waiting = setTimeout(ask, 160);
  });
  field.addEventListener("compositionend", () => field.dispatchEvent(new Event("input", { bubbles: true })));
  field.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (!isOpen()) { if (items.length) { open(true); mark(0); } else if (field.value.trim()) ask(); return; }
      const next = at + (event.key === "ArrowDown" ? 1 : -1);
      if (next >= items.length && after && !loading) { ask(true).then(() => mark(Math.min(next, items.length - 1))); return; }
      mark((next + items.length) % items.length);
    } else if (event.key === "Enter" && isOpen()) {
      event.preventDefault();
      take(at);
    } else if (event.key === "Escape" && isOpen()) {
      event.preventDefault();
      event.stopPropagation();
      open(false);
    }
  });
  field.addEventListener("blur", () => setTimeout(() => open(false), 120));
  list.addEventListener("pointerdown", (event) => event.preventDefault()); // the field keeps the focus
  list.addEventListener("click", (event) => take(options().indexOf(event.target.closest("[role=option]"))));
  list.addEventListener("scroll", () => {
    if (after && !loading && list.scrollTop + list.clientHeight > list.scrollHeight - 40) ask(true);
  });
}

export const counted = (field) => (n, more) => (n ? (more ? field.dataset.toldMore : field.dataset.told).replace("{n}", n) : field.dataset.toldNone);

export async function asked(url, query) {
  const address = new URL(url, location.href);
  for (const [name, value] of Object.entries(query)) if (value !== null && value !== "") address.searchParams.set(name, value);
  const answer = await fetch(address, { headers: { accept: "application/json" } });
  if (!answer.ok) throw new Error(String(answer.status));
  return answer.json();
}

// Two words on a line: what it is called, and beside it what tells it apart.
export function lined(name, beside) {
  const all = document.createDocumentFragment();
  const strong = document.createElement("b");
  strong.textContent = name;
  all.append(strong);
  if (beside) {
    const more = document.createElement("span");
    more.className = "cap";
    more.textContent = beside;
    all.append(" ", more);
  }
  return all;
}
