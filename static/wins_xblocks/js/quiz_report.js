/* "Report this question": a form below the question, sent by itself; the answers of the try are not touched. */
function WinsQuizReport(root, post, failed) {  // eslint-disable-line no-unused-vars
  "use strict";
  var form = root.querySelector("template[data-report-form]");
  var open = null;  // {panel, button}: one at a time
  var heard = {};  // by ref: what was heard of a report, for when the page is shown anew

  function part(panel, name) { return panel.querySelector("[data-report-" + name + "]"); }
  function close(focus) {
    if (!open) { return; }
    open.panel.remove();
    open.button.hidden = false;
    open.button.setAttribute("aria-expanded", "false");
    if (focus) { open.button.focus(); }
    open = null;
  }
  function tell(panel, text) {
    var problem = part(panel, "problem"), field = part(panel, "text");
    problem.hidden = !text;
    problem.textContent = text || "";
    if (text) { field.setAttribute("aria-invalid", "true"); field.focus(); } else { field.removeAttribute("aria-invalid"); }
  }
  function show(button) {
    if (open && open.button === button) { close(true); return; }
    close(false);
    var panel = form.content.firstElementChild.cloneNode(true);
    ["change", "input", "keydown"].forEach(function (name) {  // not an answer of the try
      panel.addEventListener(name, function (event) { event.stopPropagation(); });
    });
    panel.addEventListener("keydown", function (event) { if (event.key === "Escape") { close(true); } });
    button.parentNode.insertBefore(panel, button.nextSibling);
    button.setAttribute("aria-expanded", "true");
    open = {panel: panel, button: button};
    part(panel, "text").focus();
  }
  function lineOf(told) {
    var line = document.createElement("p");
    line.className = "wins-note wins-note--ok";
    line.tabIndex = -1;
    line.setAttribute("role", "status");
    line.textContent = told;
    return line;
  }
  function shown() {
    Array.prototype.forEach.call(root.querySelectorAll("[data-report]"), function (button) {
      var told = heard[button.dataset.report];
      if (told) { button.parentNode.replaceChild(lineOf(told), button); }
    });
  }
  function sent(panel, button, told) {
    var line = lineOf(told);
    heard[button.dataset.report] = told;
    panel.parentNode.replaceChild(line, panel);
    button.remove();
    open = null;
    line.focus();
  }
  function send(go) {
    if (!open || go.getAttribute("aria-disabled")) { return; }
    var panel = open.panel, button = open.button;
    var data = {
      number: Number(button.closest("[data-try]").dataset["try"]), ref: button.dataset.report, text: part(panel, "text").value
    };
    go.setAttribute("aria-disabled", "true");
    tell(panel, "");
    post("report_question", data).then(function (answer) { sent(panel, button, answer.told); }, function (error) {
      go.removeAttribute("aria-disabled");
      tell(panel, error.said || failed);
    });
  }
  root.addEventListener("click", function (event) {
    var button = event.target.closest("button");
    if (!button) { return; }
    if ("report" in button.dataset) { show(button); }
    if ("reportGo" in button.dataset) { send(button); }
    if ("reportClose" in button.dataset) { close(true); }
  });
  return {shown: shown};
}
