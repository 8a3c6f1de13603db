# Every target sets up what it needs: Python packages in .venv, Node packages in labextension.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
EXTRA ?= $(shell command -v nvidia-smi >/dev/null 2>&1 && echo gpu || echo cpu)
# While "make watch" runs, the front end is rebuilt without an installation.
WATCHING := $(shell test -L labextension/build && echo yes)
# Not package-lock.json: each installation writes it anew.
FRONT_END := $(filter-out %/package-lock.json,$(wildcard labextension/*.json)) $(wildcard dlwidgets/locale/*/LC_MESSAGES/*.po) \
  $(shell find labextension/src labextension/style -type f 2>/dev/null)
SOURCES := pyproject.toml $(if $(WATCHING),,$(FRONT_END))

.PHONY: help serve lab watch doctor test lint catalog vitest unit slow fuzz browser bench course docs pictures wheel clean

help:
	@echo "make serve   the gallery of dashboards on http://localhost:8866 (ARGS=\"--port 8867\": another port)"
	@echo "make lab     the notebooks in JupyterLab"
	@echo "make watch   rebuild the front end whenever a file is saved; refresh the page to see it"
	@echo "make doctor  what is installed, found and missing"
	@echo "make catalog the translations, brought up to date with the texts"
	@echo "make test    everything that must pass"
	@echo "make slow    generators that are judged by what they make, a hundred kills, more cases"
	@echo "make fuzz    5,000 random models, for hours"
	@echo "make docs    the documentation site"
	@echo "make course  the figures of the tutorials, measured at full size for hours (ONLY=\"2 8\": some)"
	@echo "make bench   the benchmarks, as a table and as JSON"

comma := ,

# What pip does, a line for each stage: the first time takes minutes.
define install
@{ $(BIN)/python -m pip install --disable-pip-version-check -e '.[$(1)]' || echo FAILED; } | { said=; failed=; \
  say() { [ "$$said" = "$$1" ] || echo "$$1"; said=$$1; }; \
  while IFS= read -r line; do case $$line in \
    Obtaining*) say "preparing the installation of dlwidgets" ;; \
    Collecting*) say "downloading packages, of which TensorFlow is the largest" ;; \
    *"Building editable"*) say "building the front end with npm" ;; \
    "Installing collected"*) say "installing the packages into $(VENV)" ;; \
    FAILED) failed=1 ;; \
  esac; done; [ -z "$$failed" ]; }
endef

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "dlwidgets needs Python 3.11 or newer; PYTHON=python3.12 make … chooses one" >&2; exit 1; }
	@command -v npm >/dev/null && node -e 'process.exit(parseInt(process.versions.node) < 20 ? 1 : 0)' || \
	  { echo "dlwidgets builds its front end with Node 20 or newer: install nodejs and npm" >&2; exit 1; }
	@echo "creating a virtual environment in $(VENV)"
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); \
	  echo "no virtual environment could be made: on Debian, apt install python3-venv" >&2; exit 1; }
	@$(BIN)/python -m pip install --quiet --upgrade pip

# Installed anew when the front end changed: pip builds it and puts it where Jupyter looks.
$(VENV)/.installed: $(BIN)/python $(SOURCES)
	@rm -rf labextension/build
	$(call install,$(EXTRA))
	@touch $@

# At once, because pip builds the front end each time.
$(VENV)/.installed-test: $(BIN)/python $(SOURCES)
	@rm -rf labextension/build
	$(call install,$(EXTRA)$(comma)test)
	@touch $(VENV)/.installed $@

$(VENV)/.installed-docs: $(VENV)/.installed
	$(call install,$(EXTRA)$(comma)docs)
	@touch $@

$(VENV)/.installed-bench: $(VENV)/.installed-test
	$(call install,$(EXTRA)$(comma)test$(comma)bench)
	@touch $@

serve: $(VENV)/.installed
	$(BIN)/dlwidgets serve $(ARGS)

lab: $(VENV)/.installed
	$(BIN)/dlwidgets lab $(ARGS)

# In one terminal this, in another "make serve" or "make lab".
watch: $(VENV)/.installed
	@cd labextension && node scripts/watch.mjs ../$(VENV)

doctor: $(VENV)/.installed
	$(BIN)/dlwidgets doctor

# Chromium and a font with Chinese characters come from the system's packages; the tests drive
# Chromium through Playwright.
.PHONY: chromium
chromium:
	@fc-list :lang=zh 2>/dev/null | grep -q . || ! command -v apt-get >/dev/null || { \
	  echo "installing Chinese fonts for the browser tests"; \
	  if [ "$$(id -u)" = 0 ]; then sudo=; else sudo=sudo; fi; \
	  $$sudo apt-get update -qq && $$sudo apt-get install -y -qq fontconfig fonts-noto-cjk >/dev/null; } || true
	@command -v chromium >/dev/null || command -v chromium-browser >/dev/null || \
	  command -v google-chrome >/dev/null || { \
	  echo "installing Chromium for the browser tests"; \
	  if [ "$$(id -u)" = 0 ]; then sudo=; else sudo=sudo; fi; \
	  { $$sudo apt-get update -qq && $$sudo apt-get install -y -qq chromium >/dev/null; } || \
	  { echo "install Chromium, or name one with CHROMIUM=/path/to/it" >&2; exit 1; }; }

# What leaves cores idle by itself runs beside something else: the front end's tests beside the checks;
# beside the unit tests, which wait for trainings, the browser tests in one process.
test: $(VENV)/.installed-test chromium
	$(MAKE) -j2 lint vitest
	$(MAKE) -j2 unit browser BROWSERS=1

lint: $(VENV)/.installed-test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/codespell dlwidgets docs notebooks tests labextension/src labextension/style labextension/tests \
	  $(wildcard *.md *.py *.toml) Makefile
	$(BIN)/python -m dlwidgets.locale.catalogs check
	cd labextension && npm run --silent lint

# After a change of any text that users read.
catalog: $(VENV)/.installed-test
	$(BIN)/python -m dlwidgets.locale.catalogs update

vitest: $(VENV)/.installed-test
	cd labextension && npm test --silent

# Tests wait for trainings much of the time: two processes share two cores well. More cores take more:
# make unit WORKERS=4. Files run in their order, since the longest have one test: last, they would leave a
# process idle for minutes.
WORKERS ?= 2
unit: $(VENV)/.installed-test chromium
	$(BIN)/python -m pytest tests --ignore=tests/browser --ignore=tests/benchmarks -m "not slow" \
	  -n $(WORKERS) --dist loadfile --no-loadscope-reorder --durations 25

# Generators trained until what they make can be judged, a hundred kills, more cases of other tests.
slow: $(VENV)/.installed-test chromium
	$(BIN)/python -m pytest tests --ignore=tests/benchmarks -m slow

# 50 models a process, because TensorFlow keeps the memory of every graph.
fuzz: $(VENV)/.installed-test
	@for seed in $$(seq 50); do DLWIDGETS_FUZZ_MODELS=100 DLWIDGETS_FUZZ_SEED=$$seed \
	  $(BIN)/python -m pytest -q tests/fuzz -n $(WORKERS) --dist loadfile || failed=1; done; exit $${failed:-0}

BROWSERS ?= $(WORKERS)
browser: $(VENV)/.installed-test chromium
	$(BIN)/python -m pytest tests/browser -m "not slow" -n $(BROWSERS) --dist loadfile --durations 25

# The documentation site, in docs/_build/html; a warning is an error.
docs: $(VENV)/.installed-docs
	$(BIN)/python -m sphinx --fail-on-warning --keep-going --quiet -E -j auto docs docs/_build/html
	@echo "The site is in docs/_build/html/index.html"

# Pictures of all widgets for the site, taken anew; ARGS="chart image-grid" takes only these.
pictures: $(VENV)/.installed-test chromium
	PYTHONPATH=. $(BIN)/python docs/pictures.py $(ARGS)

# The figures of the tutorials at full size, for hours; what is measured already is left. ONLY="2 8": these tutorials.
course: $(VENV)/.installed
	$(BIN)/python -m dlwidgets.course $(if $(ONLY),--only $(ONLY)) --runs runs/course

bench: $(VENV)/.installed-bench chromium
	$(BIN)/python -m tests.benchmarks

# The wheel, installed into an empty environment and tried there.
wheel: $(BIN)/python
	rm -rf dist $(VENV)/clean $(VENV)/reading $(VENV)/recorded
	$(BIN)/python -m pip wheel --quiet --no-deps --wheel-dir dist .
	$(PYTHON) -m venv $(VENV)/clean
	$(VENV)/clean/bin/python -m pip install --quiet "$$(echo dist/dlwidgets-*.whl)[cpu]"
	$(VENV)/clean/bin/python -I tests/check_wheel.py $(VENV)/recorded
	$(PYTHON) -m venv $(VENV)/reading
	$(VENV)/reading/bin/python -m pip install --quiet dist/dlwidgets-*.whl
	$(VENV)/reading/bin/python -I tests/check_reading.py $(VENV)/recorded

clean:
	rm -rf $(VENV) labextension/build labextension/lib labextension/node_modules
