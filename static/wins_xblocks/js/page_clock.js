/* Starts the study clock that the server put on a page itself: no block's runtime starts that one. */
(function () {
  "use strict";
  function start() {
    document.querySelectorAll("[data-wins-page-clock]").forEach((place) => {
      const args = place.querySelector("script[type='application/json']");
      if (args) { window.WinsStudyTime(null, place, JSON.parse(args.textContent)); }
    });
  }
  if (window.WinsStudyTime) { start(); } else { window.addEventListener("load", start); }
}());
