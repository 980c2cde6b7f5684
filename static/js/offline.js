// Keeps a module on the phone when a person asks for it, and answers until the network is back.
(() => {
  "use strict";
  const { serviceWorker } = navigator;
  if (!serviceWorker || !window.caches || !window.indexedDB || !crypto.subtle) return;
  const find = (name) => document.querySelector(`[data-${name}]`);
  const kept = async () => (await caches.keys()).filter((name) => name.startsWith("kept-"));
  const item = (...parts) => { const made = document.createElement("li"); made.append(...parts); return made; };
  const fill = (list, parts) => { list.textContent = ""; list.append(...(parts.length ? parts : [item(list.dataset.empty)])); };

  // --- What waits, and whom it is sealed to: no word of it can be read here.
  const done = (request) => new Promise((tell, fail) => {
    request.onsuccess = () => tell(request.result);
    request.onerror = () => fail(request.error);
  });
  async function shelf(name, mode = "readonly") {
    const opening = indexedDB.open("offline", 1);
    opening.onupgradeneeded = () => {
      opening.result.createObjectStore("waiting", { keyPath: "id" });
      opening.result.createObjectStore("owner");
    };
    const base = await done(opening);
    base.onversionchange = () => base.close();
    const move = base.transaction(name, mode);
    move.oncomplete = () => base.close();
    return move.objectStore(name);
  }
  const waiting = async () => (await done((await shelf("waiting")).getAll())).sort((one, other) => one.at - other.at);
  const put = async (parcel) => done((await shelf("waiting", "readwrite")).put(parcel));
  const drop = async (id) => done((await shelf("waiting", "readwrite")).delete(id));

  async function fetchOwner() {
    const response = await fetch("/offline/owner", { cache: "no-store" });
    if (response.redirected || !response.ok) return null;
    return response.json();
  }

  // --- Keeping: file after file, so that a poor link can go on where it stopped.
  async function fetchInto(cache, address) {
    if (await cache.match(address, { ignoreVary: true })) return;
    const response = await fetch(address);
    if (!response.ok || response.redirected) throw new Error(address); // not the page of the sign-in
    await cache.put(address, response);
  }

  async function keep(button, label) {
    const { keep: name, files, worker, words } = button.dataset, addresses = JSON.parse(files);
    button.disabled = true;
    try {
      const { token, ...owner } = await fetchOwner();
      await done((await shelf("owner", "readwrite")).put({ ...owner, words }, "owner"));
      await serviceWorker.register(worker, { scope: "/" });
      const cache = await caches.open(name);
      for (const [place, address] of addresses.entries()) {
        label.textContent = `${label.dataset.fetching} ${place} / ${addresses.length}`;
        await fetchInto(cache, address);
      }
      const older = (await kept()).filter((other) => other !== name && other.startsWith(name.slice(0, -8)));
      await Promise.all(older.map((other) => caches.delete(other)));
      label.textContent = label.dataset.done;
    } catch {
      label.textContent = label.dataset.stopped;
    }
    button.disabled = false;
    show();
  }

  // --- Answering: the whole form is sealed after each pause; a parcel's key makes it count once.
  const newKey = () => Array.from(crypto.getRandomValues(new Uint8Array(16)), (n) => n.toString(16).padStart(2, "0")).join("");

  class Queue {
    constructor(form) {
      this.form = form;
      this.id = newKey();
      this.label = form.querySelector(".saved");
      form.hidden = false;
      form.addEventListener("input", () => this.changed());
      form.addEventListener("submit", (event) => {
        event.preventDefault();
        this.seal(event.submitter?.name === "done").then(send);
      });
      document.addEventListener("visibilitychange", () => { if (this.timer) this.seal(); });
    }

    // What is answered from now on is another parcel.
    sent() {
      this.id = newKey();
      this.say("sent");
    }

    say(state) { this.label.textContent = this.label.dataset[state]; }

    changed() {
      clearTimeout(this.timer);
      this.say("unsealed");
      this.timer = setTimeout(() => this.seal(), 1000);
    }

    async seal(isDone = false) {
      clearTimeout(this.timer);
      this.timer = null;
      const { lesson, block, revision } = this.form.dataset;
      const fields = Array.from(new FormData(this.form)).filter(([, value]) => value);
      const owner = await done((await shelf("owner")).get("owner")).catch(() => null);
      if (!owner) return this.say("unable");
      const place = ["answers", `${lesson}/${block}`, owner.owner, Number(revision)];
      const text = JSON.stringify(isDone ? [...fields, ["done", "1"]] : fields);
      const envelope = sealing.toText(await sealing.seal(text, sealing.fromText(owner.key), place));
      const { lang: language } = document.documentElement;
      await put({
        id: this.id, at: Date.now(), owner: owner.owner, pair: owner.pair, key: newKey(), lesson, block, revision, language, envelope,
      });
      this.say("sealed");
      show();
    }
  }

  // --- Sending, one after another; what does not arrive stays, with the reason beside it.
  const reasons = new Map();
  let isSending = false, queue = null;

  async function sendOne(parcel, token) {
    const body = new FormData();
    for (const name of ["lesson", "block", "revision", "language", "pair", "envelope"]) body.set(name, parcel[name]);
    if (parcel.instead) body.set("instead", "1");
    body.set("idempotency_key", parcel.key);
    const headers = { "X-Autosave": "1", Accept: "application/json", "X-CSRFToken": token };
    const response = await fetch("/offline/answers", { method: "POST", body, headers });
    const answer = await response.json().catch(() => ({}));
    if (response.ok && answer.saved_at) {
      await drop(parcel.id);
      if (queue?.id === parcel.id) queue.sent();
    } else reasons.set(parcel.id, answer);
  }

  async function sendAll(parcels) {
    const owner = await fetchOwner();
    for (const parcel of parcels) {
      if (!owner) reasons.set(parcel.id, { state: "signedOut" });
      else if (owner.owner !== parcel.owner) reasons.set(parcel.id, { state: "another" });
      else await sendOne(parcel, owner.token);
    }
  }

  async function send() {
    const parcels = await waiting();
    if (isSending || !parcels.length) return;
    isSending = true;
    reasons.clear();
    await sendAll(parcels).catch(() => null);
    isSending = false;
    show();
  }

  // --- What stands on the phone, in sight.
  function choice(words, act) {
    const button = Object.assign(document.createElement("button"), { className: "btn quiet", type: "button", textContent: words });
    button.addEventListener("click", act);
    return button;
  }

  function line(parcel, list) {
    const { state = "offline", message, conflict } = reasons.get(parcel.id) || {};
    const made = item(`${list.dataset.quiz} ${parcel.lesson}. `, message || (conflict ? "" : list.dataset[state]));
    if (!conflict && !message) return made;
    if (conflict) made.insertAdjacentHTML("beforeend", conflict);
    if (conflict) made.append(choice(list.dataset.instead, () => put({ ...parcel, instead: true, key: newKey() }).then(send)), " ");
    made.append(choice(list.dataset.drop, () => drop(parcel.id).then(show)));
    return made;
  }

  async function show() {
    const list = find("kept"), outbox = find("waiting"), parcels = await waiting();
    await noteUnsent(parcels.length);
    if (list) {
      fill(list, (await kept()).map((name) => {
        const code = name.split("-")[1], textContent = `${list.dataset.module} ${code.slice(1)} (${name.split("-")[2]})`;
        return item(Object.assign(document.createElement("a"), { href: `/modules/${code}`, textContent }));
      }));
    }
    if (outbox) fill(outbox, parcels.map((parcel) => line(parcel, outbox)));
  }

  async function forget(button) {
    const parcels = await waiting(), warning = find("unsent");
    if (parcels.length && !button.dataset.asked) {
      warning.textContent = `${warning.dataset.unsent} ${parcels.map((parcel) => parcel.lesson).join(", ")}`;
      warning.hidden = false;
      button.textContent = button.dataset.asked = button.dataset.sure;
      return;
    }
    for (const name of await caches.keys()) await caches.delete(name);
    for (const worker of await serviceWorker.getRegistrations()) await worker.unregister();
    await done(indexedDB.deleteDatabase("offline"));
    find("forgotten").hidden = false;
    if (warning) warning.hidden = true;
    for (const list of [find("kept"), find("waiting")]) fill(list, []);
  }

  document.addEventListener("click", ({ target }) => {
    const button = target.closest("button");
    if (button?.matches("[data-forget]")) forget(button);
    if (button?.matches("[data-keep]")) keep(button, document.querySelector(".head .saved"));
  });

  // Whoever signs out is told what is not sent, and that it stays sealed.
  let words = "";
  async function noteUnsent(count) {
    const owner = await done((await shelf("owner")).get("owner"));
    words = count ? owner?.words : "";
  }
  document.addEventListener("submit", (event) => {
    if (words && event.target.matches("form[action$='/sign-out']") && !confirm(words)) event.preventDefault();
  });

  const button = find("keep"), form = find("queue");
  if (button) {
    button.hidden = false;
    document.querySelector(".head .saved").textContent = "";
  }
  if (form) queue = new Queue(form);
  addEventListener("online", send);
  show().then(send).catch(() => null);
})();
