// Makes the pages smoother; every one of them works without it. Saving while one writes: saving.js.
(() => {
  "use strict";
  const root = document.documentElement;
  const wait = (ms) => new Promise((done) => setTimeout(done, ms));

  // --- Leaving at once: blank first, then end the session, then another site in this one's place in the history.
  let isLeaving = false, presses = [];
  const soon = (promise) => Promise.race([promise.catch(() => null), wait(500)]);
  async function leave() {
    if (isLeaving) return;
    isLeaving = true;
    const { href, dataset } = document.querySelector(".exit");
    const last = saving.now();
    root.textContent = ""; // not replaceChildren: leaving works in old browsers too
    await soon(last);
    // Ended before the other site shows, so that the way back is shut; on a slow network it ends on its own.
    await soon(fetch(href, { redirect: "manual", keepalive: true, cache: "no-store" }));
    location.replace(dataset.away);
  }

  // Three presses of Shift: Escape would stop the page from being left.
  addEventListener("keydown", ({ key }) => { if (key !== "Shift") presses = []; });
  addEventListener("keyup", ({ key, timeStamp }) => {
    if (key !== "Shift") return;
    presses = [...presses.filter((earlier) => timeStamp - earlier < 2000), timeStamp];
    if (presses.length === 3) leave();
  });

  // A page that the browser kept alive is shown again only while its session lasts.
  addEventListener("pagehide", ({ persisted }) => { if (persisted && !isLeaving) root.hidden = saving.isSignedIn(); });
  addEventListener("pageshow", async ({ persisted }) => {
    if (!persisted || !root.hidden) return;
    const answer = await fetch(location.href, { method: "HEAD", cache: "no-store", redirect: "manual" }).catch(() => null);
    if (answer?.ok) root.hidden = false;
    else location.reload();
  });

  // --- The place in a lesson, where one's eyes rested: told for the next visit, kept across languages.
  let resting = null, place = null, asked = null;
  const isAbove = (block) => block.getBoundingClientRect().top < innerHeight / 2;
  const inSight = () => Array.from(document.querySelectorAll("[data-block]")).filter(isAbove).pop();

  function notePlace() {
    resting = null;
    const block = inSight();
    if (!block || block === place) return;
    place = block;
    const body = new FormData();
    body.set("block", block.id);
    const book = block.closest("[data-resume]");
    if (book) saving.post(book.dataset.resume, body);
  }
  addEventListener("scroll", () => {
    clearTimeout(resting);
    resting = setTimeout(notePlace, 2000);
  }, { passive: true });

  document.addEventListener("visibilitychange", () => {
    if (isLeaving || document.visibilityState !== "hidden") return;
    saving.now();
    clearTimeout(resting);
    if (resting) notePlace();
  });

  document.addEventListener("click", (event) => {
    // Whoever scrolled up to the languages left off where their eyes had rested before.
    const tongue = event.target.closest(".tongues a"), block = scrollY < innerHeight ? place : inSight();
    if (tongue && block) tongue.href = `${tongue.href.split("%23")[0]}%23${block.id}`;
    const term = event.target.closest("a.term");
    if (term) asked = term;
    if (asked && event.target.closest(".shut")) {  // the keyboard goes on from the term
      event.preventDefault();
      location.hash = "shut";
      asked.focus({ preventScroll: true });
    }
    if (!event.target.closest(".exit")) return;
    event.preventDefault();
    leave();
  });

  // --- What a phone keeps: its script comes only where something is kept, or can be.
  const { offline } = document.currentScript?.dataset || {};
  if (offline && (navigator.serviceWorker?.controller || document.querySelector("[data-keep]"))) {
    document.head.append(Object.assign(document.createElement("script"), { src: offline }));
  }

  // --- htmx: a failure is said in the notices and never takes typed text away.
  const notices = () => document.getElementById("notices");
  function unreachable() {
    const textContent = notices().dataset.unreachable;
    notices().textContent = "";
    notices().append(Object.assign(document.createElement("p"), { className: "notice ask-first", textContent }));
    notices().scrollIntoView({ block: "nearest" });
  }
  const on = (name, listen) => document.addEventListener(`htmx:${name}`, (event) => listen(event.detail.ctx, event));
  on("before:request", ({ request }) => { if (request.method !== "GET") notices().textContent = ""; });
  on("before:response", ({ response, hx }, event) => {
    if (response.status < 400 || response.status === 422 || hx.retarget) return;
    event.preventDefault();
    unreachable();
  });
  on("after:request", ({ response, sourceElement }) => { if (response.status < 400) saving.sent(sourceElement); });
  on("after:swap", ({ hx }) => { if (hx?.retarget === "#notices") notices().scrollIntoView({ block: "nearest" }); });
  on("error", (ctx) => { if (ctx) unreachable(); });
  on("finally:request", ({ sourceElement }) => saving.failed(sourceElement));
})();
