"""Presses keys, and walks a page with the Tab key."""

# What Tab should reach, in the order of the page; of radio buttons with one name, the browser stops at one. A dialog
# that is open keeps the rest of the page away.
REACHABLE = """
const whole = document.querySelector('dialog:modal') || document.body;
const groups = new Set();
const all = 'a[href], button, input, select, textarea, summary, [tabindex="0"]';
const list = [...whole.querySelectorAll(all)].filter((e) => {
  if (e.matches(':disabled') || e.type === 'hidden' || e.tabIndex < 0) { return false; }
  if (!e.checkVisibility({visibilityProperty: true})) { return false; }
  if (e.type !== 'radio') { return true; }
  const chosen = [...document.getElementsByName(e.name)].find((one) => one.checked && one.form === e.form);
  if (chosen) { return chosen === e; }
  const stands = !groups.has(e.name);
  groups.add(e.name);
  return stands;
});
list.forEach((e, number) => { e.dataset.stop = String(number); });
const first = document.createElement('span');  // where the focus is taken away, Tab goes on: at the page's begin
first.tabIndex = -1;
whole.prepend(first);
first.focus();
first.remove();
window.getSelection().removeAllRanges();
return list.map((e) => e.outerHTML.slice(0, 120));
"""
WHERE = """
const e = document.activeElement;
if (!e || e === document.body) { return null; }
const style = getComputedStyle(e), box = e.getBoundingClientRect();
return {stop: e.dataset.stop === undefined ? null : Number(e.dataset.stop), html: e.outerHTML.slice(0, 120),
  ring: style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0,
  inside: box.width > 0 && box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth};
"""


KEYS = {
    "Tab": {"key": "Tab", "code": "Tab", "windowsVirtualKeyCode": 9},
    "Enter": {"key": "Enter", "code": "Enter", "windowsVirtualKeyCode": 13, "text": "\r"},
    " ": {"key": " ", "code": "Space", "windowsVirtualKeyCode": 32, "text": " "},
    "ArrowDown": {"key": "ArrowDown", "code": "ArrowDown", "windowsVirtualKeyCode": 40},
    "ArrowUp": {"key": "ArrowUp", "code": "ArrowUp", "windowsVirtualKeyCode": 38},
}
SHIFT = 8


def key(browser, name: str) -> None:
    """Press one key of these, or ``shift+`` one."""
    own = {**KEYS[name.removeprefix("shift+")], "modifiers": SHIFT if name.startswith("shift+") else 0}
    browser.cdp("Input.dispatchKeyEvent", type="keyDown", **own)
    own.pop("text", None)
    browser.cdp("Input.dispatchKeyEvent", type="keyUp", **own)


def tab(browser) -> None:
    key(browser, "Tab")


def walk(browser, most: int) -> list[str]:
    """Press Tab through the page; what is wrong with where it led. At most ``most`` stops are visited."""
    wanted, wrong, reached = browser.js(REACHABLE), [], []
    while len(reached) < min(len(wanted), most):
        tab(browser)
        here = browser.js(WHERE)
        if here is None:
            break
        if reached and here["stop"] == reached[-1]:  # the parts of a date field
            continue
        reached.append(here["stop"])
        if not here["ring"]:
            wrong.append(f"no focus ring: {here['html']}")
        if not here["inside"]:
            wrong.append(f"focus out of sight: {here['html']}")
    expected = list(range(len(wanted)))[:most]
    if reached != expected:
        missing = [wanted[number] for number in expected if number not in reached]
        wrong.append(f"order {reached} is not that of the page; not reached: {missing}")
    return wrong
