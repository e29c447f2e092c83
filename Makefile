# Two commands: `make run` and `make test`. The others are for developers.
# Another interpreter: make test PYTHON=python3.12

PYTHON ?= $(shell for p in python3.12 python3.11 python3; do \
	"$$p" -c 'import sys; sys.exit(sys.version_info[:2] not in ((3, 11), (3, 12)))' 2>/dev/null && { echo $$p; break; }; done)
VERSION := $(shell $(PYTHON) -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null)
# The line of Open edX whose releases the environment holds: Teak on 3.11, Verawood on 3.12. Another: make test LINE=ulmo
LINE ?= $(if $(filter 3.11,$(VERSION)),teak,verawood)
PINS := tests/lines/$(LINE).txt
VENV := .venv/$(LINE)
ifeq ($(wildcard $(PINS)),)
$(error LINE=$(LINE) is not known. Take one of: $(notdir $(basename $(wildcard tests/lines/*.txt))))
endif
PY := $(VENV)/bin/python
PORT ?= 8000

.PHONY: run test quick wheel check bench soak courses messages screenshots docs clean python system

run: $(VENV)/host courses
	@$(PY) -m wins_xblocks.workbench demo
	@$(PY) -m wins_xblocks.workbench runserver $(PORT)

# ONLY=--second: for a second Python (see .ci/run and tests/run.py).
test: python system $(VENV)/test check courses wheel
	@WINS_LINE=$(LINE) $(PY) tests/run.py $(ONLY)

# Without browser, databases and races: for the lines between the oldest and the newest that are promised whole.
quick: python $(VENV)/test courses wheel
	@WINS_LINE=$(LINE) $(PY) tests/run.py --quick

# What the suite runs on: the wheel, not this folder. Whatever is started from this folder by hand runs the folder.
wheel: $(VENV)/test
	@rm -rf build var/wheel *.egg-info
	@$(PY) -m build --wheel --no-isolation --outdir var/wheel . >var/wheel.log 2>&1 || { cat var/wheel.log; exit 1; }
	@$(PY) -m pip install -qq --no-deps --no-index --force-reinstall var/wheel/*.whl
	@rm -rf build *.egg-info

check: $(VENV)/test
	@$(PY) -m ruff check .
	@$(PY) -m ruff format --check -q .
	@$(PY) -m mypy
	@PYTHONWARNINGS=ignore $(VENV)/bin/lint-imports --no-cache

bench: $(VENV)/test courses
	@$(PY) -m tests.bench

# The fuzzer is in no other environment: it is large, and made for few systems.
soak: $(VENV)/test
	@$(PY) -m pip install -qq "atheris>=3,<4" || echo "not tried: files that the fuzzer atheris finds"
	@WINS_SOAK=1 $(PY) -m pytest tests -m soak

courses: $(VENV)/host
	@$(PY) -m course_export build --out dist

messages: $(VENV)/test
	@$(PY) translations/update.py

screenshots: $(VENV)/test
	@$(PY) -m tests.browser.screenshots

docs: $(VENV)/test
	@$(PY) -m mkdocs build -q
	@echo "var/site/index.html"

python:
	@case "$(VERSION)" in 3.11|3.12) ;; *) \
		echo "wins-xblocks needs Python 3.11 or 3.12; $(if $(VERSION),$(PYTHON) is $(VERSION),neither was found). Try: make $(or $(MAKECMDGOALS),run) PYTHON=/path/to/python3.12"; exit 1;; esac

system: python
	@sh tests/system_packages.sh $(PYTHON)

# One environment per line; made again when the requirements change. The folder itself comes last on its path.
$(VENV)/made: setup.py $(PINS) | python
	@$(PYTHON) -m venv --clear $(VENV) || { echo "Python's venv module is missing: apt-get install python3-venv"; exit 1; }
	@$(PY) -m pip install -qq -c $(PINS) --upgrade pip setuptools
	@$(PY) -c 'import os, site; open(site.getsitepackages()[0] + "/wins_folder.pth", "w").write(os.getcwd() + "\n")'
	@touch $@

$(VENV)/host: $(VENV)/made
	@echo "Installing into $(VENV) (a minute or two the first time) …"
	@$(PY) -m pip install -qq -c $(PINS) ".[host]"
	@rm -rf build *.egg-info
	@touch $@

$(VENV)/test: $(VENV)/host
	@$(PY) -m pip install -qq -c $(PINS) ".[host,test]"
	@rm -rf build *.egg-info
	@mkdir -p var
	@touch $@

clean:
	rm -rf .venv dist build var tests/js/node_modules *.egg-info
