// A place by its name, code or first letters (hzxh). What is found is chosen in the lists beside it, which are the form:
// without this the lists work by themselves.
import { asked, combobox, counted, lined } from "./combobox.js";

const province = (code) => `${code.slice(0, 2)}0000`;
const city = (code) => `${code.slice(0, 4)}00`;

// Three lists that follow from each other (worker): they come anew from the server.
const lists = (url) => (place) => {
  const query = new URLSearchParams(place.level === 3 ? { county: place.code } : place.level === 2 ? { province: province(place.code), city: place.code } : { province: place.code });
  return window.htmx.ajax("GET", `${url}?${query}`, { target: "#place", swap: "outerHTML" });
};

// One list (desk): only what it holds can be found.
const list = (select) => (place) => {
  select.value = place.code;
  select.dispatchEvent(new Event("change", { bubbles: true }));
};

for (const field of document.querySelectorAll("[data-places]")) {
  const { places, within, lists: three, list: one, go } = field.dataset;
  const select = one ? document.getElementById(one) : null;
  const held = select && new Set([...select.options].map((option) => option.value).filter(Boolean));
  const reach = held ? [...new Set([...held].map((code) => code.slice(0, 2)))].join(",") : within ?? "";
  const choose = go ? (place) => location.assign(go + place.code) : select ? list(select) : lists(three);
  combobox(field, {
    draw: (place) => lined(place.name, place.above),
    told: counted(field),
    async find(q, after) {
      const items = [];
      do {
        const page = await asked(places, { q, within: reach, after });
        items.push(...(held ? page.items.filter((place) => held.has(place.code)) : page.items));
        after = page.after;
      } while (held && after && items.length < 8);
      return { items, after };
    },
    choose(place) {
      field.value = place.above + place.name;
      choose(place);
    },
  });
}
