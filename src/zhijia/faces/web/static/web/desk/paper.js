// The file of a case on paper: the button opens the browser's own dialogue.
document.querySelector("[data-print-page]")?.addEventListener("click", (event) => { event.preventDefault(); window.print(); });
