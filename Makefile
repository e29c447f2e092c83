# Two commands: `make run` and `make test`. The others are for developers.
# Another interpreter: make test PYTHON=python3.12

PYTHON ?= $(shell for p in python3.12 python3.11 python3; do \
	"$$p" -c 'import sys; sys.exit(sys.version_info[:2] not in ((3, 11), (3, 12)))' 2>/dev/null && { echo $$p; break; }; done)
VERSION := $(shell $(PYTHON) -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null)
VENV := .venv/$(VERSION)
PY := $(VENV)/bin/python
PORT ?= 8000

.PHONY: run test check bench soak courses messages screenshots docs clean python system

run: $(VENV)/host courses
	@$(PY) -m wins_xblocks.workbench demo
	@$(PY) -m wins_xblocks.workbench runserver $(PORT)

test: python system $(VENV)/test check courses
	@$(PY) tests/run.py

check: $(VENV)/test
	@$(PY) -m ruff check .
	@$(PY) -m ruff format --check -q .
	@$(PY) -m mypy
	@PYTHONWARNINGS=ignore $(VENV)/bin/lint-imports --no-cache

bench: $(VENV)/test courses
	@$(PY) -m tests.bench

soak: $(VENV)/test
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

# One environment per interpreter; made again when the requirements change.
$(VENV)/made: setup.py | python
	@$(PYTHON) -m venv --clear $(VENV) || { echo "Python's venv module is missing: apt-get install python3-venv"; exit 1; }
	@$(PY) -m pip install -qq --upgrade pip setuptools
	@touch $@

$(VENV)/host: $(VENV)/made
	@echo "Installing into $(VENV) (a minute or two the first time) …"
	@$(PY) -m pip install -qq -e ".[host]"
	@touch $@

$(VENV)/test: $(VENV)/host
	@$(PY) -m pip install -qq -e ".[host,test]"
	@touch $@

clean:
	rm -rf .venv dist build var tests/js/node_modules *.egg-info
