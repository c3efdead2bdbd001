# What a person types; the work is in tools/.
PYTHON ?= python3
DATA ?= data
UPSTREAM ?= auto
ARGS ?=
# Most tests wait for processes of their own, so that more of them than there are cores go side by side.
TESTERS ?= 4
BIN := .venv/bin

# A key in the shell must not leave the machine by accident: only `make run UPSTREAM=claude` uses it.
ifneq ($(UPSTREAM),claude)
unexport $(filter ANTHROPIC_% CLAUDE_API_KEY,$(.VARIABLES))
endif

# Where a shell forbids it to keep what was compiled, each of the hundreds of programs that tests start would compile it all anew.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help setup setup-dev setup-test run test coverage check format bench soak reliability fuzz tutorial tour pages docs vendor lock clean

help: ## say what there is
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | awk -F'\t' '{printf "make %-11s %s\n", $$1, $$2}'

setup: ## make .venv/bin/yumen (seconds; a second time at once)
	@$(PYTHON) tools/environment.py run

setup-dev: ## the same, with the tools for tests and checks
	@$(PYTHON) tools/environment.py dev

setup-test: setup-dev ## fetch the real clients that the tests drive; after it `make test` needs no network
	@$(BIN)/python tools/clients.py

run: setup ## serve on 127.0.0.1:8010 (DATA=data; UPSTREAM=claude uses your ANTHROPIC_API_KEY, or a URL)
	@exec $(BIN)/yumen serve --data $(DATA) $(if $(filter-out auto claude,$(UPSTREAM)),--upstream $(UPSTREAM)) $(ARGS)

test: setup-test ## run all tests, or some (ARGS="-k name"); the blocks of README and docs are `make pages`
	@$(BIN)/python -m pytest $(if $(ARGS),$(ARGS),--numprocesses $(TESTERS) --dist loadfile --no-loadscope-reorder)

coverage: setup-test ## the same with coverage and its floor; twice the work
	@$(BIN)/python -m pytest --cov --numprocesses $(TESTERS) --dist loadfile --no-loadscope-reorder

check: setup-dev ## lint, format, types, floors, generated pages
	@$(BIN)/python tools/check.py

format: setup-dev ## put the sources into shape
	@$(BIN)/ruff check --fix-only --quiet . && $(BIN)/ruff format --quiet .

bench: setup-dev ## measure against nginx (PEERS=all: Envoy and LiteLLM too)
	@$(BIN)/python -m bench $(ARGS)

soak: setup-dev ## the storms in full length
	@$(BIN)/python -m bench.soak $(ARGS)

reliability: setup-dev ## play outages and faults in virtual time (ARGS=--page: the figures go into docs/reliability.md)
	@$(BIN)/python -m bench.reliability $(ARGS)

fuzz: setup-dev ## compare the HTTP parser's outcomes with h11's; call the admin API with all that its description allows and forbids
	@$(BIN)/python -m fuzz $(ARGS)
	@YUMEN_TEST_EXAMPLES=50 $(BIN)/python -m pytest -q -p schemathesis.pytest.plugin tests/console/api/described.py

tutorial: setup-test ## run yesterday's and today's programs through the gateway
	@$(BIN)/python examples/tutorial/run.py $(ARGS)

tour: setup-test ## walk through the practices of production, one step each (ARGS=--page writes docs/tutorial.md and its Chinese twin)
	@$(BIN)/python -m examples.tour $(ARGS)

pages: setup-test ## run every block of the README and of the docs
	@$(BIN)/python -m pytest -m pages --numprocesses 3 tests/test_readme.py tests/docs/test_blocks.py $(ARGS)

docs: setup-dev ## print the pages that come from the code
	@$(BIN)/python docs/generate.py

vendor: setup-dev ## fetch the console's browser libraries anew, at the releases that tools/vendor.py names
	@$(BIN)/python tools/vendor.py

lock: setup-dev ## resolve the dependencies anew
	@$(BIN)/python tools/lock.py $(ARGS)

clean: ## remove what can be made again (not the data folder)
	@rm -rf .venv .clients .coverage .hypothesis .mypy_cache .pytest_cache .ruff_cache .import_linter_cache build dist
