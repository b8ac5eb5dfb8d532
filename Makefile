# Everything that is done with this project. `make help` lists it; all that is needed is Python 3.11 or later, make, and Node for pages and tests.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed
CLIENTS := $(addsuffix /node_modules/.installed,tests/engine tests/contract web)
PAGES := web/node_modules/.pages
SIDE_BY_SIDE := $(addprefix tests/,unit contract engine integration payments messages browser web)
ALONE := $(filter-out $(SIDE_BY_SIDE),$(patsubst %/,%,$(wildcard tests/[a-z]*/)))
# What kills processes, cuts networks, measures, or tries every command in every wrong way would make the suite too long to be run.
APART := $(addprefix tests/,$(addsuffix .py,$(addprefix integration/test_,bad_input canary command_line courses_after_a_death embedded isolation \
	sms_documented) $(addprefix browser/test_kitchen_,offline speed)))
PACKAGES := server handlers models kitchen_display sms_gateway bench comanda_client

.DEFAULT_GOAL := help
.PHONY: help run demo test faults prove bench lint format types imports protocol audit lock clean

help: ## show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-9s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: $(INSTALLED) $(PAGES) ## start the server with its own MongoDB and Redis in ./data (Ctrl-C stops all of it)
	@exec $(BIN)/comanda serve

demo: $(INSTALLED) ## play a whole dinner in the terminal
	@exec $(BIN)/comanda demo

# Most tests wait for sockets and disks, so three run side by side on two cores.
test: $(INSTALLED) $(CLIENTS) ## run the suite on real services
	$(BIN)/python -m pytest -n 3 --dist loadfile -m "not long" $(SIDE_BY_SIDE) $(addprefix --ignore=,$(APART))

faults: $(INSTALLED) $(CLIENTS) ## kill, freeze and flood servers, send nonsense, live through evenings at random: the short version
	$(BIN)/python -m pytest -n 2 --dist loadfile -m "not long" $(ALONE) $(APART)

prove: $(INSTALLED) ## run the fault and random tests in their long sizes
	PROVE=1 $(BIN)/python -m pytest tests/fault tests/fuzz tests/stateful tests/integration tests/browser tests/unit/test_whole.py --timeout=0

bench: $(INSTALLED) ## measure speed against Node and the bare driver, and print the table
	$(BIN)/python -m bench

lint: $(INSTALLED) types imports ## check style, types and who imports whom
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(INSTALLED) web/node_modules/.installed ## check the types
	$(BIN)/mypy $(addprefix -p ,$(PACKAGES))
	web/node_modules/.bin/tsc -p web

imports: $(INSTALLED) ## check who imports whom
	$(BIN)/lint-imports

format: $(INSTALLED) ## bring all code into the one style
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

protocol: $(INSTALLED) ## write docs/protocol.md and the types of the pages' client from the code
	$(BIN)/python -m server.reference > docs/protocol.md.new && mv docs/protocol.md.new docs/protocol.md
	$(BIN)/python -m server.typescript > web/client/protocol.d.ts.new && mv web/client/protocol.d.ts.new web/client/protocol.d.ts

audit: $(INSTALLED) ## look for known holes in what we install
	$(BIN)/pip-audit --require-hashes --disable-pip -r requirements/develop.lock

# Both locks are solved together, so that production runs the versions that were tested. --upgrade takes the newest.
lock: $(INSTALLED) ## solve the dependencies again and write the lock files
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --custom-compile-command "make lock" \
		--extra embedded --extra dev pyproject.toml requirements/build.in -o requirements/develop.lock
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --custom-compile-command "make lock" \
		-c requirements/develop.lock pyproject.toml requirements/build.in -o requirements/runtime.lock

clean: ## remove what was installed and built; ./data stays
	rm -rf $(VENV) tests/*/node_modules web/node_modules bench/node/node_modules dist .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -not -path './node_modules/*' -prune -exec rm -rf {} +

# The stamp makes a second `make run` start at once: pip is asked only when a lock or the project file has changed.
$(INSTALLED): requirements/develop.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "Comanda needs Python 3.11 or later; $(PYTHON) is %d.%d. Try: make PYTHON=python3.11" % sys.version_info[:2])'
	@test -x $(BIN)/python || { echo "Making the virtual environment in $(VENV)"; $(PYTHON) -m venv $(VENV); }
	@echo "Installing what requirements/develop.lock names"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/develop.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

# What comes from npm: for tests the official JavaScript client and the official schemas of the protocol documents, for pages
# what they are made of and what checks their types.
%/node_modules/.installed: %/package-lock.json
	@npm ci --prefix $* --no-audit --no-fund --loglevel=error && touch $@ $(@:.installed=.pages)

# To run the server the pages need less. Without npm it runs, too, and `/kitchen` says what is missing.
$(PAGES): web/package-lock.json
	@if command -v npm >/dev/null; then npm ci --prefix web --omit=dev --no-audit --no-fund --loglevel=error && touch $@; \
		else echo "Without npm (Node 20 or later) there are no pages"; fi
