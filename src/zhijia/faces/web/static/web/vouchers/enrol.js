// The link on the union's screen carries the code behind "#": it never reaches a log. It is used at once and forgotten.
const form = document.querySelector("[data-enrol]"), code = decodeURIComponent(location.hash.slice(1));
if (code) {
  history.replaceState(null, "", location.pathname);
  form.elements.code.value = code;
  form.requestSubmit();
}
