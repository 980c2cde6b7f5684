// Keeps a module on the phone when a person asks for it, and answers until the network is back.
(() => {
  "use strict";
  const { serviceWorker } = navigator;
  if (!serviceWorker || !window.caches || !window.indexedDB || !crypto.subtle) return;
  const find = (name) => document.querySelector(`[data-${name}]`);
  const kept = async () => (await caches.keys()).filter((name) => name.startsWith("kept-"));
  const make = (name, className) => Object.assign(document.createElement(name), { className });
  const item = (...parts) => { const made = make("li", "above-2"); made.append(...parts); return made; };
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

  const queues = new Map(); // by form
  const OWN = ["csrf_token", "idempotency_key"];

  class Queue {
    id = newKey();
    isIdle = false; // a page that saves by itself needs no seal while it can

    constructor(form, isCopy) {
      Object.assign(this, { form, isCopy, label: form.querySelector(".saved") });
      form.addEventListener("input", () => { if (!this.isIdle) this.changed(); });
      document.addEventListener("visibilitychange", () => { if (this.timer) this.seal(); });
    }

    // Where its words belong: a quiz says it of itself, a reflection stands in its lesson.
    get place() {
      const { form } = this, { lesson, number, revision } = form.closest("[data-lesson]").dataset;
      const table = form.dataset.queue || form.dataset.autosave || "reflections";
      return { table, lesson, block: form.dataset.quiz || form.closest("[data-block]").id, number, revision };
    }

    isTrying(parcel) { return !this.isCopy && !this.isIdle && parcel.id === this.id; }

    // The page itself got through.
    release() {
      this.isIdle = true;
      clearTimeout(this.timer);
      this.timer = null;
      drop(this.id).then(show);
    }

    // What is answered from now on is another parcel.
    sent() {
      this.id = newKey();
      this.say("sent");
    }

    // Of what a page says about its own saving, only that it keeps trying has a better answer.
    say(state) { if (this.isCopy || this.label.textContent === this.label.dataset.retrying) this.label.textContent = this.label.dataset[state]; }

    changed() {
      clearTimeout(this.timer);
      this.say("unsealed");
      this.timer = setTimeout(() => this.seal(), 1000);
    }

    async seal(isDone = false) {
      clearTimeout(this.timer);
      this.timer = null;
      const { table, lesson, block, number, revision } = this.place;
      const fields = Array.from(new FormData(this.form)).filter(([name, value]) => !OWN.includes(name) && (value || !this.isCopy));
      if (!fields.length) return;
      const owner = await done((await shelf("owner")).get("owner")).catch(() => null);
      if (!owner) return this.say("unable");
      const place = [table, `${lesson}/${block}`, owner.owner, Number(revision)];
      const text = JSON.stringify(isDone ? [...fields, ["done", "1"]] : fields);
      const envelope = sealing.toText(await sealing.seal(text, sealing.fromText(owner.key), place));
      const { lang: language } = document.documentElement;
      if (this.isIdle) return;
      await put({
        id: this.id, at: Date.now(), owner: owner.owner, pair: owner.pair, key: newKey(), table, lesson, block, number, revision, language, envelope,
      });
      this.say("sealed");
      show();
    }
  }

  // --- Sending, one after another; what does not arrive stays, with the reason beside it.
  const reasons = new Map(), sent = new Set(); // by parcel; lessons
  let isSending = false;

  async function sendOne(parcel, token) {
    const body = new FormData();
    for (const name of ["lesson", "block", "revision", "language", "pair", "envelope"]) body.set(name, parcel[name]);
    if (parcel.instead) body.set("instead", parcel.instead);
    body.set("idempotency_key", parcel.key);
    const headers = { "X-Autosave": "1", Accept: "application/json", "X-CSRFToken": token };
    const response = await fetch(`/offline/${parcel.table}`, { method: "POST", body, headers });
    const answer = await response.json().catch(() => ({}));
    if (response.ok && answer.saved_at) {
      await drop(parcel.id);
      sent.add(parcel.lesson);
      for (const queue of queues.values()) if (queue.id === parcel.id) queue.sent();
    } else reasons.set(parcel.id, { ...answer, isClosed: response.status === 409 });
  }

  async function sendAll(parcels) {
    const owner = await fetchOwner();
    for (const parcel of parcels) {
      if (!owner) reasons.set(parcel.id, { state: "signedOut" });
      else if (owner.owner !== parcel.owner) reasons.set(parcel.id, { state: "another" });
      else await sendOne(parcel, owner.token);
    }
  }

  // Whether this page shows what was kept of a lesson before, and nobody has written on it since.
  const isShown = (lesson) => saving.isIdle() && document.querySelector(`[data-lesson="${lesson}"] [data-autosave], [data-lesson="${lesson}"][data-autosave]`);

  async function send() {
    const sending = Array.from(queues.values());
    const parcels = (await waiting()).filter((parcel) => !sending.some((queue) => queue.isTrying(parcel)));
    if (isSending || !parcels.length) return;
    isSending = true;
    reasons.clear();
    sent.clear();
    await sendAll(parcels).catch(() => null);
    isSending = false;
    await show();
    if (Array.from(sent).some(isShown)) location.reload();
  }

  // --- What stands on the phone, in sight.
  function choice(words, act) {
    const button = Object.assign(document.createElement("button"), { className: "btn quiet", type: "button", textContent: words });
    button.addEventListener("click", act);
    return button;
  }

  const link = (href, textContent) => Object.assign(document.createElement("a"), { href, textContent });

  function line(parcel, list) {
    const { state = "offline", message, conflict, isClosed } = reasons.get(parcel.id) || {};
    const instead = (words, how) => choice(words, () => put({ ...parcel, instead: how, key: newKey() }).then(send));
    const made = item(`${list.dataset[parcel.table]} ${parcel.number}. `, message || (conflict ? "" : list.dataset[state]));
    if (!conflict && !message) return made;
    const actions = make("p", "actions");
    if (conflict) {
      made.insertAdjacentHTML("beforeend", conflict);
      actions.append(instead(list.dataset.instead, "1"), " ");
      if (parcel.table === "reflections") actions.append(instead(list.dataset.both, "both"), " ");
    } else if (isClosed) actions.append(link(list.dataset.journal, list.dataset.open), " ");
    actions.append(choice(list.dataset.drop, () => drop(parcel.id).then(show)));
    made.append(actions);
    return made;
  }

  async function show() {
    const list = find("kept"), outbox = find("waiting"), parcels = await waiting();
    await noteUnsent(parcels.length);
    if (list) {
      fill(list, (await kept()).map((name) => {
        const code = name.split("-")[1], textContent = `${list.dataset.module} ${code.slice(1)} (${name.split("-")[2]})`;
        return item(link(`/modules/${code}`, textContent));
      }));
    }
    if (outbox) fill(outbox, parcels.map((parcel) => line(parcel, outbox)));
  }

  async function forget(button) {
    const parcels = await waiting(), warning = find("unsent");
    if (parcels.length && !button.dataset.asked) {
      warning.textContent = `${warning.dataset.unsent} ${parcels.map((parcel) => parcel.number).join(", ")}`;
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

  for (const form of document.querySelectorAll("[data-queue]")) {
    const queue = new Queue(form, true);
    queues.set(form, queue);
    form.hidden = false;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      queue.seal(event.submitter?.name === "done").then(send);
    });
  }

  // A page with the network saves by itself; what does not get through is sealed until it has.
  document.addEventListener("unsent", ({ target }) => {
    if (!target.closest("[data-lesson]")) return;
    if (!queues.has(target)) queues.set(target, new Queue(target, false));
    const queue = queues.get(target);
    queue.isIdle = false;
    queue.seal();
  });
  document.addEventListener("autosaved", ({ target }) => queues.get(target)?.release());

  const button = find("keep");
  if (button) {
    button.hidden = false;
    document.querySelector(".head .saved").textContent = "";
  }
  addEventListener("online", send);
  show().then(send).catch(() => null);
})();
