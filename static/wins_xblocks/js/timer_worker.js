/* Opens the book timer's page without network. The network is asked first; no entry ever passes through here. */
(function () {
  "use strict";
  const CACHE = "wins-timer", PATIENCE = 5000, page = self.registration.scope;

  /* `known`: what is kept of it. A page that is kept says so, for it may not be the page of whoever sits here now. */
  async function known(request) {
    const how = { cacheName: CACHE, ignoreVary: true };
    const found = await caches.match(request.mode === "navigate" ? page : request.url, how);
    if (!found || request.mode !== "navigate") { return found; }
    const text = (await found.text()).replace('data-cached=""', 'data-cached="yes"');
    return new Response(text, { headers: { "Content-Type": "text/html; charset=utf-8" } });
  }
  async function fresh(request) {
    const response = await fetch(request);
    if (request.mode !== "navigate") { return response; }
    const cache = await caches.open(CACHE);
    if (response.ok) { await cache.put(page, response.clone()); }
    if (response.type === "opaqueredirect") { await cache.delete(page); }  // whoever must sign in online must offline
    return response;
  }
  const late = () => new Promise((resolve) => { setTimeout(resolve, PATIENCE); });
  async function answer(request, asked) {
    const response = await Promise.race([asked.catch(() => null), late()]);
    if (response && response.status < 500) { return response; }
    return (await known(request)) || response || asked;
  }

  self.addEventListener("install", () => { self.skipWaiting(); });
  self.addEventListener("activate", (event) => { event.waitUntil(self.clients.claim()); });
  self.addEventListener("fetch", (event) => {
    const request = event.request;
    if (request.method !== "GET" || (request.mode === "navigate" && request.url.split(/[?#]/)[0] !== page)) { return; }
    const asked = fresh(request);
    event.respondWith(answer(request, asked));
    event.waitUntil(asked.catch(() => null));
  });
}());
