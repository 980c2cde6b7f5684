// Answers with the copies that a person keeps on the phone, when the network does not. It keeps nothing by itself.
"use strict";
const LEFT = "left", PATIENCE = 10000;

addEventListener("install", () => skipWaiting());
addEventListener("activate", (event) => event.waitUntil(clients.claim()));

const kept = async () => (await caches.keys()).filter((name) => name.startsWith("kept-")).reverse();
const forget = async () => Promise.all((await kept()).map((name) => caches.delete(name)));
const find = (request) => caches.match(request, { ignoreVary: true, ignoreSearch: true });

// The copy of a page, in the language that was kept last.
async function copyOf(path) {
  for (const name of await kept()) {
    const found = await find(`/offline/${name.split("-")[2]}${path}`);
    if (found) return found;
  }
  return null;
}

// The copies go at once; a session that could not be ended is ended before the next page comes.
async function leave(request) {
  await forget();
  try {
    return await fetch(request);
  } catch {
    await caches.open(LEFT);
    return Response.redirect(AWAY, 303);
  }
}

async function leaveAtLast() {
  await fetch("/leave", { redirect: "manual", cache: "no-store" });
  await caches.delete(LEFT);
}

const tooSlow = () => new Promise((_, fail) => setTimeout(fail, PATIENCE));

async function page(request, path) {
  if (await caches.has(LEFT)) await leaveAtLast();
  const copy = await copyOf(path);
  try {
    return await (copy ? Promise.race([fetch(request), tooSlow()]) : fetch(request));
  } catch {
    return copy || await copyOf("") || Response.error();
  }
}

addEventListener("fetch", (event) => {
  const { request } = event, { origin, pathname } = new URL(request.url);
  if (origin !== location.origin) return;
  if (pathname === "/leave") event.respondWith(leave(request));
  else if (pathname === "/sign-out") event.waitUntil(forget());
  else if (request.method !== "GET") return;
  else if (request.mode === "navigate") event.respondWith(page(request, pathname));
  else if (/^\/(assets|figures)\//.test(pathname)) event.respondWith(find(request).then((copy) => copy || fetch(request)));
});
