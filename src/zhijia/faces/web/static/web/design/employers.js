// An employer by name, first letters or credit code. A wrong code is told beside the field, with the character that is wrong.
// Where no list may be shown (worker) only the code is checked. Without this it is a plain field.
import { asked, combobox, counted, lined } from "./combobox.js";

for (const field of document.querySelectorAll("[data-employers]")) {
  const said = document.getElementById(`${field.id}-code`);
  const code = field.dataset.code ? document.getElementById(field.dataset.code) : null;
  const tell = (words) => { said.textContent = words ?? ""; said.hidden = !words; };
  const looksLikeCode = () => /^[0-9A-Z\s-]{15,}$/i.test(field.value.normalize("NFKC").trim());

  field.addEventListener("change", async () => {
    if (!looksLikeCode()) { tell(""); return; }
    tell((await asked(field.dataset.check, { code: field.value }).catch(() => null))?.problem);
  });
  if (!field.dataset.employers) continue;

  let shown = [];
  combobox(field, {
    draw: (employer) => lined(employer.name, [employer.uscc, employer.region].filter(Boolean).join("　")),
    told: counted(field),
    async find(q, after) {
      const page = await asked(field.dataset.employers, { q, after });
      shown = after ? [...shown, ...page.items] : page.items;
      return page;
    },
    choose(employer) {
      const alone = shown.filter((other) => other.name === employer.name).length === 1;
      field.value = alone || code || !employer.uscc ? employer.name : employer.uscc;
      if (code) code.value = employer.uscc;
      tell("");
      field.dispatchEvent(new Event("change", { bubbles: true }));
    },
  });
}
