/* The time that is left of a try, as the server told it when the page was made; the server alone decides when it is
   over. A quiet line in minutes, which the learner may hide; spoken at ten, five and one minutes. */
function WinsQuizClock(body, words, over) {
  "use strict";
  var SPOKEN = [10, 5, 1], MINUTE = 60000, TICK = 1000;
  var end = 0, spoken = 0, timer = null, hidden = false;
  function part(name) { return body.querySelector("[data-" + name + "]"); }
  function put(place, text) { if (place.textContent !== text) { place.textContent = text; } }
  function told(minutes) {
    return minutes < 1 ? words.last_minute : (minutes === 1 ? words.minute_left : words.minutes_left).replace("{n}", minutes);
  }
  function speak(left) {
    var next = SPOKEN.filter(function (minutes) { return left <= minutes * MINUTE && minutes < spoken; }).pop();
    if (next) {
      spoken = next;
      put(part("clock-said"), told(next));
    }
  }
  function tick() {
    clearTimeout(timer);
    var line = part("clock"), left = end - Date.now();
    if (!line) { return; }
    put(part("time"), hidden ? "" : told(Math.max(0, Math.floor(left / MINUTE))));
    if (left <= 0) { over(); return; }
    speak(left);
    timer = setTimeout(tick, TICK);
  }
  function label() { put(part("hide"), hidden ? words.show_time : words.hide_time); }
  document.addEventListener("visibilitychange", tick);  // a device that slept
  return {
    open: function () {  // a page that was just shown
      clearTimeout(timer);
      var line = part("clock");
      if (!line) { return; }
      end = Date.now() + Number(line.dataset.left) * 1000;
      spoken = Number(line.dataset.left) / 60;
      line.hidden = false;
      label();
      tick();
    },
    hide: function () {
      hidden = !hidden;
      label();
      tick();
    }
  };
}
