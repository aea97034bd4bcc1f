# Everything here needs Python 3.11 or newer and make, and nothing else. `make` alone explains the targets.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help

CONFIG ?= caretaker.yaml
VENV ?= .venv
PY := $(VENV)/bin/python
SAM := .venv-sam/bin/sam
JOBS ?= 2

# The first Python of these that runs and is new enough. A name on the PATH may be a shim that does not.
PYTHON ?= $(shell for name in python3.13 python3.12 python3.11 python3 python; do \
	if $$name -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then echo $$name; break; fi; done)

.PHONY: help
help: ## explain the targets
	@echo "Caretaker: make TARGET"; echo
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  \033[1m%-10s\033[0m %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: demo
demo: $(VENV)/.ready ## the whole thing on this machine: an outage, its message, its recovery
	@$(VENV)/bin/caretaker demo

.PHONY: test
test: $(VENV)/.ready ## all tests but the slow ones
	$(PY) -m pytest -n $(JOBS) --dist loadfile -m "not slow"

.PHONY: slow
slow: $(VENV)/.ready ## the slow tests: whole builds
	$(PY) -m pytest -m slow --timeout=600

.PHONY: check
check: $(VENV)/.ready .venv-sam/.ready ## format, lint, types, walls between the folders, templates
	$(PY) -m ruff format --check .
	$(PY) -m ruff check .
	$(PY) -m mypy
	$(VENV)/bin/lint-imports
	$(PY) -m caretaker.build.translated template.yaml build/template.translated.json
	$(VENV)/bin/cfn-lint template.yaml build/template.translated.json
	$(SAM) validate --lint --region eu-central-1 --template template.yaml
	$(VENV)/bin/actionlint
	@! grep -nE '(https?://|--(extra-)?index-url|--find-links)' requirements/*.txt || { echo "locks hold no addresses"; exit 1; }

.PHONY: format
format: $(VENV)/.ready ## format the code
	$(PY) -m ruff format .
	$(PY) -m ruff check --fix .

.PHONY: build
build: $(VENV)/.ready .venv-sam/.ready ## the artifacts for Lambda (CONFIG=caretaker.yaml), in .aws-sam/build
	$(SAM) build --template template.yaml --no-use-container

# sam build calls these, with the folder to fill.
build-UptimeFunction: $(VENV)/.ready
	$(PY) -m caretaker.build uptime --platform lambda --config "$(CONFIG)" --into "$(ARTIFACTS_DIR)"

build-NotifyFunction: $(VENV)/.ready
	$(PY) -m caretaker.build notify --platform lambda --config "$(CONFIG)" --into "$(ARTIFACTS_DIR)"

.PHONY: deploy
deploy: build ## put it into the AWS account of your credentials (asks before it changes something)
	$(SAM) deploy

.PHONY: lock
lock: $(VENV)/.ready ## take up the newest versions of the requirements, with hashes for all platforms
	cd requirements && for name in dev "uptime -c dev.txt" "notify -c dev.txt" sam; do set -- $$name; \
		../$(VENV)/bin/uv pip compile --quiet --upgrade --universal --generate-hashes --python-version 3.11 \
		--no-emit-index-url --no-header --no-annotate $${2:-} $${3:-} --output-file $$1.txt $$1.in; done

.PHONY: clean
clean: ## remove what was built and installed
	rm -rf build .aws-sam .venv .venv-sam

$(VENV)/.ready: requirements/dev.txt pyproject.toml
	@if [ -z "$(PYTHON)" ]; then echo "Python 3.11 or newer is needed: install it, or say make PYTHON=/path/to/python3" >&2; exit 2; fi
	@echo "Setting up $(VENV) with $(PYTHON): once, about a minute"
	@$(PYTHON) -m venv --clear $(VENV)
	@$(PY) -m pip install --quiet --disable-pip-version-check --require-hashes --only-binary=:all: --requirement requirements/dev.txt
	@$(PY) -c 'import pathlib, site; pathlib.Path(site.getsitepackages()[0], "caretaker-checkout.pth").write_text(str(pathlib.Path.cwd()) + "\n")'
	@printf '#!%s\nimport sys\nfrom caretaker.cli.main import main\nsys.exit(main())\n' "$(CURDIR)/$(PY)" > $(VENV)/bin/caretaker
	@chmod +x $(VENV)/bin/caretaker
	@touch $@

.venv-sam/.ready: requirements/sam.txt
	@if [ -z "$(PYTHON)" ]; then echo "Python 3.11 or newer is needed: install it, or say make PYTHON=/path/to/python3" >&2; exit 2; fi
	@echo "Setting up .venv-sam with the SAM CLI: once, about a minute"
	@$(PYTHON) -m venv --clear .venv-sam
	@.venv-sam/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements/sam.txt
	@touch $@
