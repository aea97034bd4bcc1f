# Everything here needs make and a Python from 3.11 on, and nothing else. `make` alone explains the targets.
SHELL := /bin/bash
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help

SETTINGS ?= samconfig.toml
CONFIG ?= caretaker.yaml $(wildcard caretaker.*.yaml)
VENV ?= .venv

PY := $(VENV)/bin/python
CARETAKER := $(PY) -m caretaker.cli.main
ON = --settings "$(SETTINGS)" $(addprefix --config ,$(CONFIG)) $(if $(ENV),--environment "$(ENV)")
SHIPPED := $(addprefix requirements/,$(addsuffix .txt,uptime cert_check backup verify cleanup notify layer-postgres))
DEPLOY = $(SAM) deploy --config-file $(abspath $(SETTINGS)) --no-fail-on-empty-changeset
STACK = $$($(CARETAKER) deployment stack $(ON))
export DB REASON TEXT
# Packages are installed without bytecode. Where none may be written, every process compiles what it imports anew: some seconds.
unexport PYTHONDONTWRITEBYTECODE
SAM := SAM_CLI_TELEMETRY=0 .venv-sam/bin/sam
ARTIFACT := $(PY) -m caretaker.build --platform lambda --config $(abspath $(CONFIG)) --into "$(ARTIFACTS_DIR)"
INSTALL := -m pip install -qq --disable-pip-version-check --no-compile --no-deps --require-hashes --only-binary=:all:
LOCK := UV_CUSTOM_COMPILE_COMMAND="make lock" $(abspath $(VENV))/bin/uv pip compile --quiet --upgrade --universal \
	--python-version 3.11 --generate-hashes --only-binary :all: --no-strip-extras --no-emit-index-url --no-emit-find-links

# The first of these that is new enough. Each is tried: a name on the PATH may be a shim of what is not there.
PYTHON ?= $(shell for name in python3.13 python3.12 python3.11 python3 python; do \
	if $$name -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then echo $$name; break; fi; done)

# Two more than there are processors: a part of the tests waits for others.
JOBS ?= $(shell $(PYTHON) -c 'import os; print((os.cpu_count() or 1) + 2)')

.PHONY: help
help: ## this list
	@echo "make TARGET, where TARGET is one of:"; echo
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-10s  %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))
	@echo; echo "CONFIG=FILE builds another file than caretaker.yaml and caretaker.*.yaml; PYTHON=/path/to/python3 sets up with that Python."
	@echo "ENV=staging is about that environment instead of the first; STACK=NAME about another stack."

.PHONY: demo
demo: $(VENV)/.ready ## watch the whole thing on this machine: an outage, its message, a backup, a restore
	@$(CARETAKER) demo

.PHONY: test
test: $(VENV)/.ready ## run all tests but the slow ones
	@$(PY) -m pytest -n $(JOBS) --no-loadscope-reorder -m "not slow and not soak"

.PHONY: slow
slow: $(VENV)/.ready .venv-sam/.ready ## run the slow tests: whole builds, with the SAM CLI
	@$(PY) -m pytest -n $(JOBS) -m slow --timeout 900

.PHONY: soak
soak: $(VENV)/.ready ## live through a simulated month with faults at random; SOAK_DAYS=30 SOAK_SEED=1
	@$(PY) -m pytest -m soak -s tests/soak

.PHONY: check
check: $(VENV)/.ready .venv-sam/.ready lint ## everything but the tests that has to be clean: lint, templates, workflows, locks
	@mkdir -p build
	$(PY) -m caretaker.build.translated template.yaml build/template.json
	$(VENV)/bin/cfn-lint template.yaml build/template.json bootstrap.yaml
	$(SAM) validate --lint --region us-east-1 --template template.yaml
	$(VENV)/bin/check-jsonschema --builtin-schema vendor.github-workflows .github/workflows/*.yml
	$(VENV)/bin/check-jsonschema --builtin-schema vendor.github-actions .github/actions/*/action.yml
	$(VENV)/bin/zizmor --offline --quiet .github
	@if grep -nE '://|index-url|find-links' requirements/*.txt; then echo "a lock holds addresses: run make lock" >&2; exit 1; fi

.PHONY: audit
audit: .venv-audit/.ready .venv-checkov/.ready ## good practice of the templates, known weaknesses of what is locked; needs the network
	@mkdir -p build
	$(PY) -m caretaker.build.translated template.yaml build/template.json
	.venv-checkov/bin/checkov --config-file .checkov.yaml
	$(PY) -m caretaker.build.weaknesses .venv-audit/bin/pip-audit $(SHIPPED)

.PHONY: sbom
sbom: .venv-audit/.ready ## list what is shipped, as CycloneDX, in build/sbom: a file for each function and layer
	@mkdir -p build/sbom
	@for lock in $(SHIPPED); do \
		.venv-audit/bin/cyclonedx-py requirements --output-reproducible --of JSON -o "build/sbom/$$(basename "$$lock" .txt).json" "$$lock"; \
	done
	@ls build/sbom/*.json

.PHONY: licences
licences: $(VENV)/.ready ## write the licences of what is shipped into docs/licences.md
	@$(PY) -m caretaker.build.licences docs/licences.md

.PHONY: lint
lint: $(VENV)/.ready ## format, style, types, and the walls between the folders
	$(PY) -m ruff format --check .
	$(PY) -m ruff check .
	$(PY) -m mypy
	$(VENV)/bin/lint-imports

.PHONY: format
format: $(VENV)/.ready ## put the code into the one format
	$(PY) -m ruff format .
	$(PY) -m ruff check --fix .

.PHONY: build
build: $(VENV)/.ready .venv-sam/.ready ## make the functions' artifacts and the layer for Lambda, in .aws-sam/build
	$(SAM) build --template template.yaml

# `sam build` calls these and says in ARTIFACTS_DIR which folder to fill.
.PHONY: build-UptimeFunction
build-UptimeFunction: $(VENV)/.ready
	@$(ARTIFACT) uptime

.PHONY: build-CertCheckFunction
build-CertCheckFunction: $(VENV)/.ready
	@$(ARTIFACT) cert_check

.PHONY: build-BackupFunction
build-BackupFunction: $(VENV)/.ready
	@$(ARTIFACT) backup

.PHONY: build-VerifyFunction
build-VerifyFunction: $(VENV)/.ready
	@$(ARTIFACT) verify

.PHONY: build-CleanupFunction
build-CleanupFunction: $(VENV)/.ready
	@$(ARTIFACT) cleanup

.PHONY: build-NotifyFunction
build-NotifyFunction: $(VENV)/.ready
	@$(ARTIFACT) notify

.PHONY: build-PostgresLayer
build-PostgresLayer: $(VENV)/.ready
	@$(PY) -m layers.postgres --platform lambda --into "$(ARTIFACTS_DIR)"

.PHONY: programs
programs: $(VENV)/.ready ## make PostgreSQL's programs for this machine, in build/layers
	@$(PY) -m layers.postgres

.PHONY: backup-now
backup-now: $(VENV)/.ready ## back a database up now: make backup-now DB=main REASON="before the migration"
	@$(CARETAKER) backup "$$DB" --reason "$$REASON" --stack "$(STACK)"

.PHONY: bundle
bundle: build ## the build in one file, build/release.tar, to deploy the same one to several environments
	@mkdir -p build
	tar --sort=name --mtime=1980-01-01 --owner=0 --group=0 --numeric-owner -cf build/release.tar -C .aws-sam build
	@sha256sum build/release.tar

.PHONY: drill
drill: $(VENV)/.ready ## restore the newest backup of each database for proof, or of one: make drill DB=main
	@$(CARETAKER) verify $(if $(DB),"$$DB") --stack "$(STACK)"

.PHONY: deploy
deploy: $(VENV)/.ready .venv-sam/.ready ## build and deploy; asks two questions the first time: make deploy ENV=staging
	@options="$$($(CARETAKER) deployment settle $(ON) $(if $(EMAIL),--email "$(EMAIL)"))" && \
	$(if $(RELEASE),rm -rf .aws-sam/build && mkdir -p .aws-sam && tar -xf "$(RELEASE)" -C .aws-sam,$(SAM) build --template template.yaml) && \
	eval "$(DEPLOY) --template .aws-sam/build/template.yaml $$options"

.PHONY: smoke
smoke: $(VENV)/.ready ## run every deployed function, and see a test alert delivered
	@$(CARETAKER) smoke --stack "$(STACK)" --config "$$($(CARETAKER) deployment file $(ON))"

.PHONY: good
good: $(VENV)/.ready ## record what is deployed as good: make rollback comes back to it
	@$(CARETAKER) deployment keep --stack "$(STACK)"

.PHONY: rollback
rollback: $(VENV)/.ready .venv-sam/.ready ## deploy the last version again that was recorded as good
	@$(CARETAKER) deployment good --stack "$(STACK)" --into build/good.yaml && \
	options="$$($(CARETAKER) deployment settle $(ON))" && \
	eval "$(DEPLOY) --template build/good.yaml $$options"

.PHONY: tell
tell: $(VENV)/.ready ## post a line to the Slack webhook in SLACK_DEPLOYMENTS: make tell TEXT="deployed"
	@$(CARETAKER) deployment tell "$$TEXT"

.PHONY: secret
secret: $(VENV)/.ready ## store a secret that caretaker.yaml refers to: make secret NAME=alerts/slack-alerts
	@$(CARETAKER) secret set "$(NAME)" --config "$$($(CARETAKER) deployment file $(ON))"

.PHONY: status
status: $(VENV)/.ready ## where every check stands
	@$(CARETAKER) status --stack "$(STACK)"

.PHONY: logs
logs: $(VENV)/.ready .venv-sam/.ready ## follow the functions' logs
	@$(SAM) logs --stack-name "$(STACK)" --tail

.PHONY: destroy
destroy: $(VENV)/.ready ## delete the stack, after asking for its name; backups and history stay
	@$(CARETAKER) destroy --stack "$(STACK)"

.PHONY: cost
cost: $(VENV)/.ready ## measure anew what one run of each function uses, for `caretaker cost`
	@$(PY) -m bench.cost

.PHONY: lock
lock: $(VENV)/.ready ## lock the newest versions of all requirements, with hashes for every platform
	cd requirements && $(LOCK) dev.in -o dev.txt
	cd requirements && $(LOCK) -c dev.txt uptime.in -o uptime.txt
	cd requirements && $(LOCK) -c dev.txt cert_check.in -o cert_check.txt
	cd requirements && $(LOCK) -c dev.txt backup.in -o backup.txt
	cd requirements && $(LOCK) -c dev.txt verify.in -o verify.txt
	cd requirements && $(LOCK) -c dev.txt cleanup.in -o cleanup.txt
	cd requirements && $(LOCK) -c dev.txt notify.in -o notify.txt
	cd requirements && $(LOCK) -c dev.txt --no-deps layer-postgres.in -o layer-postgres.txt
	cd requirements && $(LOCK) sam.in -o sam.txt
	cd requirements && $(LOCK) audit.in -o audit.txt
	cd requirements && $(LOCK) checkov.in -o checkov.txt

.PHONY: clean
clean: ## remove everything that was built or installed here
	rm -rf build .aws-sam .venv .venv-sam .venv-audit .venv-checkov .hypothesis .mypy_cache .pytest_cache .ruff_cache .import_linter_cache

$(VENV)/.ready: requirements/dev.txt
	@if [ -z "$(PYTHON)" ]; then echo "Python 3.11 or newer is needed: install it, or say make PYTHON=/path/to/python3" >&2; exit 2; fi
	@echo "Setting up $(VENV) with $(PYTHON): one or two minutes, once for each lock"
	@$(PY) -c '' 2>/dev/null || $(PYTHON) -m venv --clear $(VENV)
	@$(PY) $(INSTALL) --requirement requirements/dev.txt
	@$(PY) -c 'import pathlib, site; pathlib.Path(site.getsitepackages()[0], "caretaker-checkout.pth").write_text("$(CURDIR)\n")'
	@printf '#!/bin/sh\nexec "%s/python" -m caretaker.cli.main "$$@"\n' "$(abspath $(VENV))/bin" > $(VENV)/bin/caretaker
	@chmod +x $(VENV)/bin/caretaker
	@touch $@

# A tool that pins much of what it needs has an environment of its own: .venv-sam from requirements/sam.txt.
.venv-%/.ready: requirements/%.txt
	@if [ -z "$(PYTHON)" ]; then echo "Python 3.11 or newer is needed: install it, or say make PYTHON=/path/to/python3" >&2; exit 2; fi
	@echo "Setting up .venv-$* with $(PYTHON): one to three minutes, once for each lock"
	@.venv-$*/bin/python -c '' 2>/dev/null || $(PYTHON) -m venv --clear .venv-$*
	@.venv-$*/bin/python $(INSTALL) --requirement requirements/$*.txt
	@touch $@
