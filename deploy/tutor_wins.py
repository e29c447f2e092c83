"""Tutor plugin for wins-xblocks. Knows Tutor only: our Django code stands in the image, not beside Tutor."""

from __future__ import annotations

import base64
import secrets
import shlex
import shutil
import sys
from collections.abc import Iterable
from pathlib import Path

import click
from tutor import config as tutor_config
from tutor import hooks
from tutor.commands.context import Context
from tutor.types import Config

try:
    from tutormfe.hooks import PLUGIN_SLOTS
except ImportError:  # Tutor without micro-frontends
    PLUGIN_SLOTS = None


def fernet_key() -> str:
    """A new key for WINS_VOUCHER_KEYS, made without the package cryptography, which Tutor does not bring."""
    return base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()


hooks.Filters.ENV_TEMPLATE_VARIABLES.add_item(("wins_fernet_key", fernet_key))

# Made once, see keep_keys; from then on they stand in config.yml.
KEYS = {
    "WINS_VOUCHER_KEYS": ["{{ wins_fernet_key() }}"],
    "WINS_VOUCHER_DIGEST_KEY": "{{ 64|random_string }}",
    "WINS_AUDIT_KEY": "{{ 64|random_string }}",
}
# Empty: what wins-xblocks itself takes.
TEXTS = {
    "WINS_ACADEMY_EMAIL": "{{ CONTACT_EMAIL }}",
    "WINS_ACADEMY_URL": "",
    "WINS_PRIVACY_URL": "",
    "WINS_PEARSON_URL": "",
    "WINS_PROGRAMME": "",
    "WINS_KEEP_HINTS_DAYS": "",
    "WINS_VOUCHER_DIGEST_KEY_OLD": "",  # only while the digest key is changed
}
OTHERS = {
    "WINS_REQUIREMENT": "",  # set by the operator: a name alone could be anybody's on a public index
    "WINS_PERIODIC_SCHEDULE": "*/5 * * * *",
    "WINS_PATH_LINK_TEXT": "My WINS path",  # on the learner home; empty: no link
}

hooks.Filters.CONFIG_UNIQUE.add_items(list(KEYS.items()))
hooks.Filters.CONFIG_DEFAULTS.add_items([*TEXTS.items(), *OTHERS.items()])


@hooks.Actions.CONFIG_LOADED.add()
def keep_keys(config: Config) -> None:
    """Save new keys at once. `tutor plugins enable` alone renders with keys that the next command would not know."""
    context = click.get_current_context(silent=True)
    root = getattr(context and context.obj, "root", None)
    if root is None or not Path(tutor_config.config_path(root)).exists():
        return
    saved = tutor_config.get_yaml_file(tutor_config.config_path(root))
    missing = {name: config[name] for name in KEYS if name not in saved}
    if missing:
        tutor_config.save_config_file(root, {**saved, **missing})


REQUIREMENT = """
{% if WINS_REQUIREMENT %}
RUN --mount=type=cache,target=/openedx/.cache/pip,sharing=shared \\
    ${PIP_COMMAND:-pip} install '{{ WINS_REQUIREMENT }}'
{% endif %}
"""

# pprint writes Python: whatever an operator put into config.yml is quoted. string: YAML reads some keys as numbers.
SETTINGS = "\n".join(
    [
        "# wins-xblocks",
        "WINS_VOUCHER_KEYS = {{ WINS_VOUCHER_KEYS|pprint }}",
        "WINS_VOUCHER_DIGEST_KEY = {{ WINS_VOUCHER_DIGEST_KEY|string|pprint }}",
        "WINS_AUDIT_KEY = {{ WINS_AUDIT_KEY|string|pprint }}",
        *(f"{{% if {name} %}}{name} = {{{{ {name}|string|pprint }}}}{{% endif %}}" for name in TEXTS),
    ]
)

# Its component is not "job": `tutor k8s start` leaves jobs out. Pod and volumes are those of Tutor's lms-job.
# It ends after 15 minutes, as its lease does: `tutor k8s do` waits for each active job, one that hangs included.
CRONJOB = """
---
apiVersion: batch/v1
kind: CronJob
metadata:
  name: wins-periodic
  labels:
    app.kubernetes.io/name: wins-periodic
    app.kubernetes.io/component: cronjob
spec:
  schedule: "{{ WINS_PERIODIC_SCHEDULE }}"
  concurrencyPolicy: Forbid
  startingDeadlineSeconds: 240
  successfulJobsHistoryLimit: 1
  failedJobsHistoryLimit: 3
  jobTemplate:
    metadata:
      labels:
        app.kubernetes.io/name: wins-periodic
    spec:
      backoffLimit: 0
      activeDeadlineSeconds: 900
      template:
        metadata:
          labels:
            app.kubernetes.io/name: wins-periodic
        spec:
          restartPolicy: Never
          containers:
          - name: wins-periodic
            image: {{ DOCKER_IMAGE_OPENEDX }}
            args: ["./manage.py", "lms", "wins_periodic"]
            env:
            - name: SERVICE_VARIANT
              value: lms
            - name: DJANGO_SETTINGS_MODULE
              value: lms.envs.tutor.production
            volumeMounts:
            - mountPath: /openedx/edx-platform/lms/envs/tutor/
              name: settings-lms
            - mountPath: /openedx/edx-platform/cms/envs/tutor/
              name: settings-cms
            - mountPath: /openedx/config
              name: config
            resources:
              requests:
                memory: 512Mi
          volumes:
          - name: settings-lms
            configMap:
              name: openedx-settings-lms
          - name: settings-cms
            configMap:
              name: openedx-settings-cms
          - name: config
            configMap:
              name: openedx-config
"""

# The learner home gets the text with its other settings, when it is opened: as data, and without another image.
LINK_TEXT = """
{% if WINS_PATH_LINK_TEXT %}
MFE_CONFIG["WINS_PATH_LINK_TEXT"] = {{ WINS_PATH_LINK_TEXT|string|pprint }}
{% endif %}
"""

# Plain JavaScript, so that a test can run it. Names of our own, inside the learner home's part: other plugins, too,
# import React at the top of this file, and one name twice breaks all micro-frontends.
LINK = """
const { createElement: winsElement } = await import('react');
const { getConfig: winsConfig } = await import('@edx/frontend-platform');
const WinsPathLink = () => {
  const { LMS_BASE_URL, WINS_PATH_LINK_TEXT } = winsConfig();
  if (!WINS_PATH_LINK_TEXT) {
    return null;
  }
  const link = winsElement('a', { href: `${LMS_BASE_URL}/wins/me/` }, WINS_PATH_LINK_TEXT);
  return winsElement('div', { className: 'card mb-4' }, winsElement('div', { className: 'card-body' }, link));
};
"""

# What the learner home shows there by itself has priority 50 and stays, below.
IN_SIDEBAR = """
{
  op: PLUGIN_OPERATIONS.Insert,
  widget: { id: 'wins_path_link', type: DIRECT_PLUGIN, priority: 40, RenderWidget: WinsPathLink },
}"""

if PLUGIN_SLOTS:
    PLUGIN_SLOTS.add_item(("learner-dashboard", "org.openedx.frontend.learner_dashboard.widget_sidebar.v1", IN_SIDEBAR))

hooks.Filters.ENV_PATCHES.add_items(
    [
        ("openedx-dockerfile-post-python-requirements", REQUIREMENT),
        ("openedx-common-settings", SETTINGS),
        ("k8s-jobs", CRONJOB),
        ("mfe-lms-common-settings", LINK_TEXT),
        ("mfe-env-config-runtime-definitions-learner-dashboard", LINK),
    ]
)

# With `init --limit=wins` these run alone, hence the migrations. A task that fails must not stop other plugins' init.
INIT = """
./manage.py lms migrate wins_xblocks
./manage.py lms wins_periodic || echo "wins_periodic failed, see above. It is tried again on its schedule."
"""

hooks.Filters.CLI_DO_INIT_TASKS.add_item(("lms", INIT))

# A course that exists is left alone: an import would undo what its authors changed.
# manage.py would read the rest of the list from the loop's input.
IMPORT = """
folder=/tmp/wins-courses
overwrite=%(overwrite)s
failed=""
python -m course_export build --out "$folder"
python -m course_export list > "$folder/list"
./manage.py cms shell -c '
from opaque_keys.edx.keys import CourseKey
from xmodule.modulestore.django import modulestore
store = modulestore()
with open("/tmp/wins-courses/list") as rows, open("/tmp/wins-courses/there", "w") as there:
    for row in rows:
        key = row.split()[1]
        if store.has_course(CourseKey.from_string("course-v1:" + key)):
            print(key, file=there)
' < /dev/null
while read -r module key title; do
    if [ "$overwrite" = no ] && grep -qFx "$key" "$folder/there"; then
        echo "$key is there already and was left as it is."
        continue
    fi
    mkdir -p "$folder/$module"
    tar -xzf "$folder/$module.tar.gz" -C "$folder/$module"
    echo "$key: $title"
    ./manage.py cms import "$folder/$module" course < /dev/null || failed="$failed $key"
done < "$folder/list"
if [ -n "$failed" ]; then
    echo "These courses were not imported, see above:$failed" >&2
    exit 1
fi
"""


@click.command(name="import-wins-courses", help="Import the ten sample courses of the WINS Academy")
@click.option("--overwrite", is_flag=True, help="Import also what exists; changes made in Studio are lost")
def import_wins_courses(overwrite: bool) -> Iterable[tuple[str, str]]:
    yield "cms", IMPORT % {"overwrite": "yes" if overwrite else "no"}


hooks.Filters.CLI_DO_COMMANDS.add_item(import_wins_courses)


@click.group(help="WINS Academy")
def wins() -> None:
    pass


@wins.command(help="Print the crontab line that runs the periodic work (not for Kubernetes)")
@click.pass_obj
def cron(context: Context) -> None:
    # exec, not run: cron must not start a platform that was stopped, say to restore a backup.
    tutor = shutil.which(sys.argv[0]) or "tutor"
    command = [str(Path(tutor).absolute()), f"--root={context.root}", "local", "exec", "-T"]
    line = shlex.join([*command, "lms", "./manage.py", "lms", "wins_periodic"]) + " 2>&1 | logger -t wins"
    schedule = tutor_config.load(context.root)["WINS_PERIODIC_SCHEDULE"]
    click.echo(f"{schedule} " + line.replace("%", r"\%"))  # cron reads % as a line's end


hooks.Filters.CLI_COMMANDS.add_item(wins)
