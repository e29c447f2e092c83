"""Longer scripts of what is done on a page that ``places`` shows."""

# The timer as the device has kept it: running, stopped after an hour, forgotten for a day; an entry that was refused.
TIMED = """
const own = 'wins.timer.' + JSON.parse(document.getElementById('timer-args').textContent).learner + '.';
const now = Date.now(), what = 'הרק', module = 'foundation', told = {running: {what, module, ...RUNNING}};
if (KEPT) {
  const number = {token: 'a'.repeat(32), started: now - 864e7, minutes: 1440, what, module};
  told['kept.' + number.token] = {...number, refused: 'הרק'};
}
localStorage.clear();
for (const name of Object.keys(told)) { localStorage.setItem(own + name, JSON.stringify(told[name])); }
window.dispatchEvent(new StorageEvent('storage', {key: own + 'running'}));
"""
RUNNING = TIMED.replace("RUNNING", "{started: now - 37e5}").replace("KEPT", "0")
STOPPED = TIMED.replace("RUNNING", "{started: now - 36e5, ended: now}").replace("KEPT", "0")
FORGOTTEN = TIMED.replace("RUNNING", "{started: now - 864e5, ended: now}").replace("KEPT", "0")
KEPT = TIMED.replace("RUNNING", "{started: now - 37e5}").replace("KEPT", "1")
OTHER_SAVED = """
const send = window.fetch;
window.fetch = (url, options) => {
  window.fetch = send;
  return send(url, {...options, body: JSON.stringify({...JSON.parse(options.body), loaded: 'another'})});
};
const title = document.querySelector('[data-set=display_name]');
title.value = 'הרק';
title.dispatchEvent(new Event('input', {bubbles: true}));
document.querySelector('[data-do=save]').click();
"""
FOUND = """
document.querySelector('[data-finding]').open = true;
const find = document.querySelector('[data-find=text]');
find.value = document.querySelector('[data-title]').textContent.split(' ')[2];
find.dispatchEvent(new Event('input', {bubbles: true}));
"""
WRITTEN_IN = """
const field = document.querySelector('[data-set=SETTING]');
field.value = 'VALUE';
field.dispatchEvent(new Event('input', {bubbles: true}));
document.querySelector('[data-do=PRESSED]').click();
"""
NOT_SAVED = WRITTEN_IN.replace("SETTING", "display_name").replace("VALUE", "הרק").replace("PRESSED", "cancel")
UNFIT = WRITTEN_IN.replace("SETTING", "max_tries").replace("VALUE", "1000").replace("PRESSED", "save")
SEEN_BY_LEARNERS = "document.querySelector('[data-do=preview-all]').click();"


def file_of(text: str) -> str:
    """Choose a file with this text and have it checked."""
    return (
        f"const kept = new DataTransfer(); kept.items.add(new File([{text!r}], 'codes.csv', {{type: 'text/csv'}}));"
        "const field = document.querySelector('input[type=file]'); field.files = kept.files;"
        "field.form.querySelector('[value=check]').click();"
    )


def bulk_of(text: str) -> str:
    """Have a file of places checked."""
    fields = "document.getElementById('what').value = 'grant'; document.getElementById('reason').value = 'הרק';"
    return f"{fields} {file_of(text)}"
