// Saving while one writes, for every form[data-autosave]: 2 s after a pause, so that the words are kept
// before the third; 15 s while typing, and again until the server says that it is kept. What a person
// types is never put in the browser's storage.
const saving = (() => {
  "use strict";
  const TOKEN = "data-hx-headers:inherited";
  const PAUSE = 2000, AT_MOST = 15000, RETRY_AT_MOST = 60000;
  const SIGNED_OUT = [200, 400, 401, 403], LATER = [0, 429]; // 200: the page of the sign-in, after a redirect
  // What may still be under way, in bytes, when a page is closed: browsers allow 65,536 for all of it together.
  const OUTLIVES = 60000, PER_FIELD = 200;
  let outliving = 0;
  const unsaved = new Set(); // forms with words that the server does not have yet
  const savers = new WeakMap();
  const isAnswer = ([name]) => name.startsWith("q-");

  const token = (page = document) => page.body?.getAttribute(TOKEN);
  const newKey = () => Array.from(crypto.getRandomValues(new Uint8Array(16)), (n) => n.toString(16).padStart(2, "0")).join("");

  const encoder = new TextEncoder();
  const size = (body) => Array.from(body.values()).reduce((sum, text) => sum + PER_FIELD + encoder.encode(text).length, 0);

  // The status (0: no answer), the JSON, and the seconds to wait of a quiet post; a small one outlives the page.
  async function post(url, body, more) {
    const bytes = size(body), keepalive = outliving + bytes < OUTLIVES;
    const headers = { ...JSON.parse(token() || "{}"), ...more };
    if (keepalive) outliving += bytes;
    const response = await fetch(url, { method: "POST", body, headers, keepalive }).catch(() => null);
    if (keepalive) outliving -= bytes;
    if (!response) return [0, {}, 0];
    return [response.status, await response.json().catch(() => ({})), Number(response.headers.get("Retry-After")) || 0];
  }

  class Saver {
    state = "kept"; // or unsaved, retrying, signedOut, refused, conflict: each has its words on the label
    changes = 0;
    tries = 0;
    parcels = []; // what is under way, the oldest first

    constructor(form) {
      this.form = form;
      this.label = form.querySelector(".saved");
    }

    typed() {
      if (!unsaved.has(this.form)) this.since = Date.now();
      unsaved.add(this.form);
      this.changes += 1;
      if (this.tries || this.state === "conflict") return; // the next try takes the new words along
      this.say("unsaved");
      this.later(Math.min(PAUSE, this.since + AT_MOST - Date.now()));
    }

    later(ms) {
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.save(), ms);
    }

    // One at a time; what was typed meanwhile goes after it.
    async save() {
      clearTimeout(this.timer);
      while (this.busy) await this.busy;
      if (this.state === "conflict" || !unsaved.has(this.form)) return;
      this.busy = this.send().finally(() => { this.busy = null; });
      await this.busy;
    }

    // The page may never come back: what was typed since the last parcel goes beside it at once.
    flush() {
      const last = this.parcels[this.parcels.length - 1];
      if (last && last.changes !== this.changes && this.state !== "conflict") {
        const parcel = this.wrap();
        parcel.answer = this.post(parcel);
        this.parcels.push(parcel);
      }
      return this.busy || this.save();
    }

    press() {
      this.isPressed = true;
      this.typed();
      this.save();
    }

    // A parcel keeps its words and its key until it is answered, so that one that arrived twice counts once.
    // It names those before it, so that none of them is taken for somebody else's.
    wrap() {
      const body = new FormData(this.form);
      body.set("idempotency_key", newKey());
      for (const { body: before } of this.parcels) {
        body.append("after", before.get("idempotency_key"));
        if (this.form.dataset.autosave === "answers") body.append("sent", JSON.stringify(Array.from(before).filter(isAnswer)));
      }
      return { body, changes: this.changes };
    }

    post({ body }) {
      return post(this.form.getAttribute("action"), body, { "X-Autosave": "1", Accept: "application/json" });
    }

    async send() {
      do await this.sendNext(); while (this.parcels[0]?.answer);
    }

    async sendNext() {
      if (!this.parcels.length) this.parcels.push(this.wrap());
      const [parcel] = this.parcels, answered = parcel.answer || this.post(parcel);
      parcel.answer = null;
      const [status, answer, seconds] = await answered;
      if (status === 200 && answer.saved_at) this.kept(answer);
      else if (this.parcels.length > 1) this.parcels.shift(); // the next one has all its words
      else if (status === 409 && answer.conflict) this.differ(answer.conflict);
      else if (SIGNED_OUT.includes(status)) await this.signedOut();
      else if (LATER.includes(status) || status >= 500) this.retry("retrying", seconds);
      else this.refused(answer.message);
    }

    // Whoever keeps words on the phone meanwhile hears of it.
    tell(name) { this.form.dispatchEvent(new Event(name, { bubbles: true })); }

    kept({ saved_at: words, revision }) {
      const isAll = this.parcels.shift().changes === this.changes;
      const isLoud = this.tries > 0 || this.isPressed;
      Object.assign(this, { tries: 0, isPressed: false, since: Date.now() });
      if (this.form.elements.revision) this.form.elements.revision.value = revision;
      if (isAll) {
        unsaved.delete(this.form);
        this.say("kept", words, isLoud);
        this.tell("autosaved");
      } else {
        this.say("unsaved");
        this.later(PAUSE);
      }
    }

    differ(html) {
      this.form.querySelector(".conflict").innerHTML = html;
      this.say("conflict", "", true);
    }

    // Later and later, and never before the server said.
    retry(state, seconds = 0) {
      this.say(state, "", true);
      this.tell("unsent");
      const wait = Math.min(RETRY_AT_MOST, 1000 * 2 ** this.tries++) * (0.75 + Math.random() / 2);
      this.later(Math.max(wait, seconds * 1000));
    }

    refused(words) {
      this.parcels = [];
      this.say("refused", words, true);
    }

    // Whoever signs in again, in another tab, goes on from here with the new session's token.
    async signedOut() {
      this.retry("signedOut");
      const text = await fetch(location.href, { cache: "no-store" }).then((page) => page.text()).catch(() => "");
      const fresh = token(new DOMParser().parseFromString(text, "text/html"));
      if (!fresh || !this.form.isConnected) return;
      const value = JSON.parse(fresh)["X-CSRFToken"];
      document.body.setAttribute(TOKEN, fresh);
      for (const { body } of this.parcels) body.set("csrf_token", value);
      for (const field of document.getElementsByName("csrf_token")) field.value = value;
    }

    say(state, words, isLoud = false) {
      if (this.state === state && !words) return;
      this.state = state;
      this.label.setAttribute("aria-live", isLoud ? "polite" : "off");
      this.label.textContent = words || this.label.dataset[state];
    }
  }

  function saverOf(form) {
    if (!savers.has(form)) savers.set(form, new Saver(form));
    return savers.get(form);
  }
  const stillUnsaved = () => Array.from(unsaved).filter((form) => form.isConnected);
  const now = () => Promise.all(stillUnsaved().map((form) => savers.get(form)?.flush()));

  document.addEventListener("input", ({ target }) => {
    if (target.form?.matches("[data-autosave]")) saverOf(target.form).typed();
    else if (target.matches("form[method=post] textarea")) unsaved.add(target.form);
  });

  // A form that saves itself does so in place; its named buttons are steps, which wait for a save under way.
  document.addEventListener("submit", (event) => {
    const { target: form, submitter } = event;
    const saver = form.matches("[data-autosave]") && saverOf(form);
    const isWell = saver && ["kept", "unsaved"].includes(saver.state);
    if (saver?.busy || (isWell && !submitter?.name)) {
      event.preventDefault();
      event.stopPropagation();
      if (submitter?.name) saver.busy.then(() => form.requestSubmit(submitter));
      else saver.press();
      return;
    }
    clearTimeout(saver?.timer);
    const isPlain = !window.htmx || !CSS.supports("selector(:not(a b))"); // too old for htmx, which shall not try
    if (isPlain && form.matches("[data-hx-post]")) event.stopPropagation();
    if (isPlain || !form.matches("[data-hx-post]")) unsaved.delete(form);
  }, true);

  addEventListener("online", now);
  addEventListener("pagehide", now);
  addEventListener("beforeunload", (event) => {
    if (stillUnsaved().length) event.preventDefault();
    now();
  });

  return {
    now,
    post,
    isIdle: () => !stillUnsaved().length,
    isSignedIn: () => Boolean(token()),
    sent: (form) => unsaved.delete(form),
    failed: (form) => unsaved.has(form) && savers.get(form)?.later(PAUSE),
  };
})();
