/* Answers on the device until the server has them. `who` stands for one learner at one quiz and says neither. */
function WinsQuizKept(who) {
  "use strict";
  var OWN = "wins.quiz." + who + ".";
  function stored(use) {  // private windows and full disks refuse
    try { return who ? use(window.localStorage) : null; } catch (error) { return null; }
  }
  return {
    read: function (number) { return stored(function (store) { return JSON.parse(store.getItem(OWN + number)); }); },
    write: function (number, record) {  // was it kept?
      return !!stored(function (store) { store.setItem(OWN + number, JSON.stringify(record)); return true; });
    },
    only: function (number) {  // forget every other try
      stored(function (store) {
        Object.keys(store).forEach(function (key) {
          if (key.indexOf(OWN) === 0 && key !== OWN + number) { store.removeItem(key); }
        });
      });
    },
    drop: function (number) { stored(function (store) { store.removeItem(OWN + number); }); }
  };
}
