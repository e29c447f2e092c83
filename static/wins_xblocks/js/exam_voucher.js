/* The voucher page: get a voucher, show its code, copy and print it. Without it the page still says where things stand. */
function WinsExamVoucher(runtime, element, args) {
  "use strict";
  var root = element.jquery ? element[0] : element;
  var words = args.words;

  function cookie(name) {
    var found = document.cookie.split("; ").find(function (pair) { return pair.indexOf(name + "=") === 0; });
    return found ? decodeURIComponent(found.slice(name.length + 1)) : "";
  }

  function say(text) {
    var place = root.querySelector("[data-said]");
    if (place) { place.textContent = text; }
  }

  function tell(card, text) {
    card.querySelector("[data-problem]").textContent = text;
  }

  function wordsOf(status, body) {
    if (body && typeof body.error === "string" && status < 500 && status !== 403) { return body.error; }
    return status === 401 || status === 403 ? words.signed_out : words.failed;
  }

  function replace(card, html) {
    var holder = document.createElement("template");
    holder.innerHTML = html.trim();
    var fresh = holder.content.firstElementChild;
    card.replaceWith(fresh);
    return fresh;
  }

  function putCode(card, answer) {
    card.querySelector("[data-grouped]").textContent = answer.grouped;
    card.querySelector("[data-spoken]").textContent = answer.spoken;
    card.querySelector("[data-code-box]").hidden = false;
    card.querySelector("[data-main]").hidden = true;
    card.winsCode = answer.code;
  }

  function hideCodes() {
    root.querySelectorAll("[data-code-box]").forEach(function (box) {
      var card = box.closest("[data-exam]");
      if (!card.winsCode) { return; }
      card.winsCode = "";
      box.hidden = true;
      box.querySelector("[data-grouped]").textContent = "";
      box.querySelector("[data-spoken]").textContent = "";
      card.querySelector("[data-main]").hidden = false;
    });
  }

  function send(card, name) {
    return window.fetch(args.urls[name], {
      method: "POST",
      credentials: "same-origin",
      cache: "no-store",
      headers: { "Content-Type": "application/json", "X-CSRFToken": cookie(args.csrfCookie || "csrftoken") },
      body: JSON.stringify({ exam: card.dataset.exam }),
    }).then(function (response) {
      return response.json().catch(function () { return null; }).then(function (body) {
        if (!response.ok || !body) { throw new Error(wordsOf(response.status, body)); }
        return body;
      });
    }, function () { throw new Error(words.failed); });
  }

  function act(card, button) {
    if (button.disabled) { return Promise.resolve(); }
    button.disabled = true;
    tell(card, "");
    return send(card, button.dataset.do).then(function (answer) {
      var fresh = replace(card, answer.html);
      if (answer.code) { putCode(fresh, answer); }
      fresh.querySelector("[data-heading]").focus();
      say(answer.said);
    }).catch(function (error) {
      button.disabled = false;
      tell(card, error.message);
    });
  }

  function copy(card) {
    var done = navigator.clipboard ? navigator.clipboard.writeText(card.winsCode) : Promise.reject(new Error());
    return done.then(function () {
      card.querySelector("[data-copied]").textContent = words.copied;
      tell(card, "");
    }, function () { tell(card, words.not_copied); });
  }

  function print(card) {
    var page = document.documentElement;
    page.classList.add("wins-printing");
    card.classList.add("wins-printed");
    window.print();
    page.classList.remove("wins-printing");
    card.classList.remove("wins-printed");
  }

  root.addEventListener("click", function (event) {
    var button = event.target.closest("button");
    var card = button && button.closest("[data-exam]");
    if (!card) { return undefined; }
    if (button.dataset.do) { return act(card, button); }
    if (button.dataset.copy !== undefined) { return copy(card); }
    if (button.dataset.print !== undefined) { return print(card); }
    return undefined;
  });

  // A page that the browser keeps must not show the code to whoever presses "back".
  window.addEventListener("pagehide", hideCodes);

  var picker = root.querySelector("[data-sample-picker]");
  if (picker) {
    var pick = function () {
      root.querySelectorAll("[data-sample]").forEach(function (sample, number) { sample.hidden = String(number) !== picker.value; });
    };
    picker.addEventListener("change", pick);
    pick();
  }
}
