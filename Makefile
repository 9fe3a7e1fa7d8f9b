# Short names for `python3 -m server.bootstrap`, which sets everything up first. Windows has no make: say that instead.
PYTHON ?= python3
BOOTSTRAP = $(PYTHON) -m server.bootstrap
RUNS ?= 300
SEED ?=
JSON ?=
ARGS ?=

.PHONY: run setup check test coverage bench simulate installer lock

run: ## open the desktop on the sample institute
	@$(BOOTSTRAP) run $(ARGS)

setup: ## install everything and stop there
	@$(BOOTSTRAP) setup

check: ## lint, format, types, layers
	@$(BOOTSTRAP) check

test: ## the checks and all tests; ARGS= goes to pytest
	@$(BOOTSTRAP) test $(ARGS)

coverage: ## all tests, and every path of shared/ counted
	@$(BOOTSTRAP) coverage $(ARGS)

bench: ## measure, against the raw limits; JSON=file keeps the table
	@$(BOOTSTRAP) bench $(if $(JSON),--json $(JSON)) $(ARGS)

simulate: ## the sync simulator; RUNS= how many, SEED= to replay
	@$(BOOTSTRAP) simulate --runs $(RUNS) $(if $(SEED),--seed $(SEED)) --database both $(ARGS)

installer: ## build the program that an institute installs, under dist/
	@$(BOOTSTRAP) installer

lock: ## write the lock files anew; ARGS=--upgrade takes newer releases
	@$(BOOTSTRAP) lock $(ARGS)
