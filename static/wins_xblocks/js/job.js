/* Keeps the page of a job up to date while it runs: the bar and its words, nothing that moves anything else. */
(function () {
  "use strict";
  const EVERY = 4000;
  const box = document.getElementById("job");
  if (!box || !window.fetch || !window.DOMParser) { return; }
  const bar = document.getElementById("bar"), words = document.getElementById("progress");
  function show(html) {
    const fresh = new DOMParser().parseFromString(html, "text/html");
    const now = fresh.getElementById("job");
    if (!now) { return; } // signed out, or the job is gone: the page says so when it is loaded again
    bar.value = fresh.getElementById("bar").value;
    const told = fresh.getElementById("progress").textContent;
    if (told !== words.textContent) { words.textContent = told; }
    if (now.getAttribute("data-job") === "open") { wait(); }
  }
  function look() {
    fetch(window.location.href, {credentials: "same-origin"})
      .then((answer) => (answer.ok ? answer.text().then(show) : wait()))
      .catch(wait);
  }
  function wait() { window.setTimeout(look, EVERY); }
  wait();
}());
