# Two commands do everything: `make report`, `make test`. Written for GNU Make 3.81 (macOS) and later.

SHELL := /bin/sh
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.stamp
REMOTE := .venv-remote
BENCH := .venv-bench
RUNS := 3
YEAR := 2025
TESTS :=
DIR := sample_data

# The newest Python from 3.11 on; `make PYTHON=/path/to/python …` overrides it.
PYTHON = $(shell for p in python3.14 python3.13 python3.12 python3.11 python3; do \
  "$$p" -c 'import sys, ctypes, ssl, sqlite3; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo "$$p"; exit; }; done)

# macOS: where Homebrew keeps Pango. In front of each command, since /bin/sh drops such variables.
ifeq ($(shell uname),Darwin)
RUN := DYLD_FALLBACK_LIBRARY_PATH="$${DYLD_FALLBACK_LIBRARY_PATH:+$$DYLD_FALLBACK_LIBRARY_PATH:}/opt/homebrew/lib:/usr/local/lib:/usr/lib"
endif

.PHONY: help setup report pictures browser folder test proof bench bench-scale test-mail test-remote check format update-snapshots lock vega build clean system system-test FORCE
.DEFAULT_GOAL := help

help: ## list the targets
	@sed -n 's/^\([a-z][a-z-]*\):.*## \(.*\)/make \1|\2/p' Makefile | awk -F'|' '{printf "%-14s %s\n", $$1, $$2}'

setup: system $(STAMP) ## install what is missing: system parts, .venv with the tests' parts too

report: setup ## sample_data/ -> out/annual-2025.{pdf,xlsx,html,json}  (YEAR=2024 for another year)
	@$(RUN) $(BIN)/rpt annual $(YEAR) --project sample_data

pictures: setup ## run the sample again and renew the pictures of the READMEs, docs/pictures/
	@$(RUN) $(BIN)/python docs/pictures.py

browser: setup ## show the HTML in out/ to Chromium, where it is installed: charts, tips, widths, no requests
	@$(BIN)/python -m tests.browser.check out/annual-$(YEAR).html

folder: setup ## read every file below a folder and count what came of them  (DIR=/path/to/files)
	@$(BIN)/python tests/intake_folder.py "$(DIR)" --list

test: system-test $(STAMP) ## install and run the tests  (TESTS="tests/intake -k header" for some)
	@$(RUN) $(BIN)/python -m pytest -n auto $(TESTS)

proof: system-test $(STAMP) ## what `make test` tries ten times, hundreds of times, and properties with new examples: some minutes  (TESTS="tests/flows")
	@$(RUN) $(BIN)/python -m pytest -n auto -m "proof or hypothesis" --hypothesis-profile=new $(TESTS)

bench: setup $(BENCH)/.stamp ## time the everyday run against its floor and other ways, out/bench.json; some minutes  (RUNS=3)
	@$(RUN) $(BIN)/python -m tests.benchmarks.everyday --runs $(RUNS) --other $(BENCH)/bin/python

test-mail: $(STAMP) ## send through Postfix, kills included; installs it, and runs an instance of its own on loopback
	@sh .ci/system mail
	@$(BIN)/python -m pytest tests/delivery/with_postfix.py

test-remote: $(STAMP) ## hold PostgreSQL and Spark against the embedded engine; installs both, runs them on loopback
	@sh .ci/system remote
	@[ -x $(REMOTE)/bin/python ] || $(BIN)/python -m venv --without-pip $(REMOTE)
	@$(BIN)/python -m pip --python $(REMOTE)/bin/python install -qq --disable-pip-version-check --no-deps -r requirements-remote.lock
	@PYTHONPATH=. $(REMOTE)/bin/python -m pytest tests/engine/test_*.py tests/engine/with_*.py

bench-scale: setup ## the member metrics at real size against SQL and pandas by hand  (SCALE=10 ARGS="--memory-limit 4GB")
	@$(BIN)/python -m tests.benchmarks.scale --scale $(or $(SCALE),1) $(ARGS)

check: setup ## formatting, lint, types, layers
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: setup ## put the code into shape
	$(BIN)/ruff check --fix-only --quiet .
	$(BIN)/ruff format .

update-snapshots: setup ## renew the kept HTML fragments after a wanted change; read the diff
	@$(RUN) $(BIN)/python -m pytest tests/writing --snapshot-update

lock: $(STAMP) ## renew the two requirements locks to the newest versions that pyproject.toml allows
	@$(BIN)/python -m pip install -qq --disable-pip-version-check uv
	@for lock in 'requirements.lock --extra dev' 'requirements-remote.lock --extra remote'; do \
	  $(BIN)/uv pip compile --quiet --upgrade --universal --python-version 3.11 --fork-strategy fewest --extra test \
	    --no-annotate --custom-compile-command 'make lock' --no-emit-index-url --no-emit-find-links -o $$lock pyproject.toml || exit 1; \
	done

vega: setup ## renew the script that draws charts in the HTML, after another vl-convert or Vega-Lite version
	@$(BIN)/python -c 'from pathlib import Path; from rpt.rendering import screen; Path(screen.__file__).with_name("vega.js").write_text(screen.bundle(), "utf-8", newline="\n")'

build: setup ## the wheel and the source archive, into dist/
	@rm -rf dist
	$(BIN)/python -m hatchling build

clean: ## remove what was built, cached and installed; out/ stays
	rm -rf $(VENV) $(REMOTE) $(BENCH) build dist .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache
	find rpt tests sample_data -name __pycache__ -type d -prune -exec rm -rf {} +

system:
	@sh .ci/system

system-test:
	@sh .ci/system test

# The stamp holds the folder's path: a .venv that was moved, broke off half-made or lost its Python is made anew.
ifneq ($(if $(wildcard $(BIN)/python),$(shell cat $(STAMP) 2>/dev/null)),$(CURDIR))
STALE := FORCE
endif

$(STAMP): requirements.lock pyproject.toml $(STALE)
	@python='$(PYTHON)'; \
	[ -n "$$python" ] || { echo "rpt: Python 3.11 or later is needed; 'python3' here is $$(python3 -V 2>&1). Install one, or name it: make PYTHON=/path/to/python $(MAKECMDGOALS)" >&2; exit 3; }; \
	{ [ "$$(cat $(STAMP) 2>/dev/null || pwd)" = "$$(pwd)" ] && $(BIN)/python -m pip --version >/dev/null 2>&1; } || rm -rf $(VENV); \
	if [ ! -d $(VENV) ]; then \
	  echo "rpt: installing into $(VENV) (once, a minute or two)"; \
	  PYTHON="$$python" sh .ci/system || exit 3; \
	  if "$$python" -c 'import ensurepip' 2>/dev/null; then "$$python" -m venv $(VENV); \
	  else "$$python" -m venv --without-pip $(VENV) && "$$python" -m pip --python $(BIN)/python install -qq pip; fi || exit 1; \
	fi
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --no-deps -r requirements.lock
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --no-deps --no-build-isolation -e .
	@printf '%s\n' '$(CURDIR)' >$@

# What rpt is timed against needs parts of its own: they stay out of the .venv that is tested.
$(BENCH)/.stamp: $(STAMP)
	@rm -rf $(BENCH)
	@$(BIN)/python -m venv --without-pip $(BENCH)
	@$(BIN)/python -m pip --python $(BENCH)/bin/python install -qq --disable-pip-version-check --no-deps -r requirements.lock
	@$(BIN)/python -m pip --python $(BENCH)/bin/python install -qq --disable-pip-version-check --no-build-isolation \
	  -c requirements.lock -e '.[bench]'
	@touch $@

FORCE:
