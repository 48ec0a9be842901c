// What hurts is asked once more, in the page's own dialog: a form with data-confirm is sent after the second yes. Without
// this it is sent at once; the page says beside the button what it does.
const dialog = document.querySelector("[data-confirm-dialog]");
const yes = dialog?.querySelector("[value=yes]");
let asked = null;

if (dialog) document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.dataset.confirm || event.defaultPrevented || asked?.sure) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  asked = { form, submitter: event.submitter };
  const act = event.submitter?.textContent.trim() || yes.textContent;
  dialog.querySelector("h2").textContent = form.dataset.confirmTitle || act;
  dialog.querySelector("p").textContent = form.dataset.confirm;
  yes.textContent = act;
  dialog.showModal();
}, true);

dialog?.addEventListener("close", () => {
  const { form, submitter } = asked ?? {};
  if (dialog.returnValue === "yes" && form) {
    asked.sure = true;
    form.requestSubmit(submitter);
  } else submitter?.focus();
  asked = null;
  dialog.returnValue = "";
});
dialog?.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(""); });
