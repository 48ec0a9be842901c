# Everything a newcomer or a developer needs. `make` alone lists the targets.
SHELL := /bin/sh
PY := .venv/bin/python
UV := $(PY) -m uv
# Tools that import the settings without running anything (mypy, makemigrations) must not make keys.
TOOL := ZHIJIA_TESTING=1 ZHIJIA_DJANGO_SECRET=unused ZHIJIA_VAULT_KEY=unused DJANGO_SETTINGS_MODULE=zhijia.site.settings
COMPILE := $(UV) pip compile --quiet --universal --generate-hashes --no-emit-index-url --python-version 3.11 \
	--custom-compile-command "make lock"

# What was compiled once is compiled: a shell that forbids it would make every process of a run begin with it.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help run test lint audit bench pictures lock fmt clean environment dev
help: ## list these targets
	@sed -n 's/^\([a-z]*\):.*## /  make \1\t/p' Makefile

run: environment ## start Zhijia with a demonstration province (PORT=8000)
	@exec $(PY) -m zhijia.faces.cli.main serve --demo

environment:
	@sh tools/environment.sh run

dev:
	@sh tools/environment.sh dev

lint: dev ## style, types, import contracts, missing migrations
	@$(PY) -m ruff check .
	@$(PY) -m ruff format --check .
	@$(TOOL) $(PY) -m mypy
	@$(PY) -c "from importlinter.cli import lint_imports_command as run; run()"
	@$(TOOL) $(PY) -W ignore -m django makemigrations --check --dry-run

audit: dev ## weak places in our code (bandit) and known ones in our packages (pip-audit asks the public advisories)
	@$(PY) -m bandit -q -r src/zhijia -c pyproject.toml
	@$(PY) -m pip_audit --disable-pip --require-hashes --strict -r requirements.lock

test: lint ## the whole suite (T=path or more arguments narrows pytest)
	@$(PY) -m pytest -n 2 --durations=20 $(T)

bench: dev ## one benchmark: make bench NAME=fire QUICK=1 (SEED=7 for chaos)
	@test -f "benchmarks/$(NAME).py" || { echo "no benchmark '$(NAME)'; there are:" $$(ls benchmarks | sed -n 's/^\([a-z].*\)\.py$$/\1/p') >&2; exit 2; }
	@QUICK=$(QUICK) SEED=$(SEED) $(PY) benchmarks/$(NAME).py

pictures: dev ## draw the pictures of docs/pictures anew, from the demonstration
	@PYTHONPATH=src $(PY) tools/pictures.py

lock: environment ## write both lock files anew (UP=1: take newer versions)
	@$(COMPILE) $(if $(UP),--upgrade) pyproject.toml -o requirements.lock
	@$(COMPILE) $(if $(UP),--upgrade) pyproject.toml --group dev -c requirements.lock -o requirements-dev.lock

fmt: dev ## format the code
	@$(PY) -m ruff check --fix --quiet . || true
	@$(PY) -m ruff format .

clean: ## remove caches and compiled files; the environment and your data (.run) stay
	@rm -rf .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis dist
	@find src tests benchmarks -name __pycache__ -type d -prune -exec rm -rf {} +
	@find src -name '*.mo' -delete
