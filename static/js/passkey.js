// Makes or shows a passkey, then sends its form. Pages offer other ways to whoever has no script or no passkeys.
(() => {
  "use strict";
  const form = document.querySelector("[data-passkey]");
  if (!form || !window.PublicKeyCredential) return;
  document.querySelectorAll("[data-without-passkeys]").forEach((other) => { other.hidden = true; });
  form.hidden = false;

  const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (letter) => letter.charCodeAt(0));
  const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  const known = (list = []) => list.map((one) => ({ ...one, id: bytes(one.id) }));

  function asked(offer) {
    const publicKey = { ...offer, challenge: bytes(offer.challenge) };
    if (offer.user) publicKey.user = { ...offer.user, id: bytes(offer.user.id) };
    if (offer.allowCredentials) publicKey.allowCredentials = known(offer.allowCredentials);
    if (offer.excludeCredentials) publicKey.excludeCredentials = known(offer.excludeCredentials);
    return { publicKey };
  }

  function told({ id, rawId, type, response }) {
    const parts = ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"];
    const given = parts.filter((part) => response[part]).map((part) => [part, text(response[part])]);
    return JSON.stringify({ id, rawId: text(rawId), type, response: Object.fromEntries(given) });
  }

  form.addEventListener("submit", async (event) => {
    if (form.elements.answer.value) return;
    event.preventDefault();
    try {
      const made = await navigator.credentials[form.dataset.passkey](asked(JSON.parse(form.dataset.offer)));
      form.elements.answer.value = told(made);
    } catch {
      form.elements.answer.value = "none";  // refused or run out of time: the page says so and offers it again
    }
    form.submit();
  });
})();
