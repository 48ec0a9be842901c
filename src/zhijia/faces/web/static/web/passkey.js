// Passkeys: the one thing on these pages that needs script. A form with data-passkey asks the server for a challenge,
// the device answers it, and the answer travels in the form like everything else.
const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (letter) => letter.charCodeAt(0));
const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
const known = (list) => (list ?? []).map((found) => ({ ...found, id: bytes(found.id) }));

async function ask(form) {
  const answer = await fetch(form.dataset.begin, {
    method: "POST",
    headers: { "X-CSRFToken": form.querySelector("[name=csrfmiddlewaretoken]").value },
  });
  // Signed out meanwhile, or a fresh proof is due: sent as it is, the form leads to the page that asks for it.
  if (!answer.ok || !answer.headers.get("content-type")?.includes("json")) return null;
  const { publicKey } = await answer.json();
  publicKey.challenge = bytes(publicKey.challenge);
  if (form.dataset.passkey === "get") return { publicKey: { ...publicKey, allowCredentials: known(publicKey.allowCredentials) } };
  publicKey.user.id = bytes(publicKey.user.id);
  return { publicKey: { ...publicKey, excludeCredentials: known(publicKey.excludeCredentials) } };
}

function written(made) {
  const response = { clientDataJSON: text(made.response.clientDataJSON) };
  for (const part of ["attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (made.response[part]) response[part] = text(made.response[part]);
  }
  return { id: made.id, rawId: text(made.rawId), type: made.type, response, clientExtensionResults: made.getClientExtensionResults() };
}

for (const form of document.querySelectorAll("form[data-passkey]")) {
  if (!window.PublicKeyCredential || !window.isSecureContext) continue;
  form.hidden = false;
  form.querySelector("[data-none]")?.remove();
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    event.stopImmediatePropagation();
    const button = form.querySelector("button");
    button.disabled = true;
    try {
      const options = await ask(form);
      const made = options && (await navigator.credentials[form.dataset.passkey](options));
      form.elements.answer.value = made ? JSON.stringify(written(made)) : "";
      form.submit();
    } catch {
      button.disabled = false; // the person changed their mind, or the device has none
      button.focus();
    }
  });
}
