# Elman: `make help` lists the targets. Everything is installed on first use.

CORPUS ?= chitchat
# What ends a sentence in your own text: message (the line), sentence (punctuation), line (the line,
# with tokens separated by spaces). By default, it is detected.
SEGMENTATION ?=
# The text column in .jsonl, .csv, .tsv, .parquet and .arrow files.
FIELD ?=
# Processes that prepare the text; one per processor by default.
PROCESSES ?=
# More words to suggest once a letter is typed: english, none, or a file with one word per line, the most
# frequent one first.
WORD_LIST ?=
PRESET ?=
RUN ?=
PORT ?= 8000
# 0.0.0.0 serves the page to the whole network. Assigned with `=`, since the environment may have a HOST.
HOST = 127.0.0.1
PART ?= test
PROMPT ?=
TEXT ?=
FILE ?=
TOKENS ?= 60
RANK ?= total
# More texts to measure on, besides the held-out part: TEXTS="phrases.txt novel.txt". KEEP=1 also
# writes the tables to benchmarks/results.
TEXTS ?=
KEEP ?=
# The file of what the terminal keyboard learned. NO_LEARNING=1 learns nothing, NO_CORRECTION=1 corrects
# nothing, WORDS=1 lists the words, FORGET=word forgets one. Assigned with `=`, since the environment may
# have such variables.
PROFILE =
NO_LEARNING =
NO_CORRECTION =
WORDS =
FORGET =
# More settings for training, such as SET="units=512 epochs=5".
SET ?=
# How many processes of this machine train together. For several machines, see docs/CLUSTER.md.
WORKERS =

# The user's values reach the commands through the environment, so neither make nor the shell changes them.
# The generation settings (TEMPERATURE, TOP_K, ...) are declared only in training/measure/sampling.py, so
# every variable on make's command line is exported.
COMMAND_LINE := $(foreach name,$(.VARIABLES),$(if $(filter command,$(origin $(name))),$(name)))
GIVEN := CORPUS SEGMENTATION FIELD PROCESSES WORD_LIST PRESET RUN HOST PORT PART PROMPT TEXT FILE TOKENS RANK \
  TEXTS SET KEEP WORKERS PROFILE NO_LEARNING NO_CORRECTION WORDS FORGET $(COMMAND_LINE)
$(foreach name,$(GIVEN),$(eval override $(name) := $$(value $(name))))
export $(GIVEN)

VENV := .venv
PY := $(VENV)/bin/python
export PATH := $(CURDIR)/$(VENV)/bin:$(CURDIR)/$(VENV)/node:$(PATH)
export PYTHONUNBUFFERED := 1

SETUP := $(VENV)/.requirements-installed
NODE_MODULES := node_modules/.packages-installed

# The run to use: RUN, or the preset's name, followed by the corpus unless the preset was made for it.
WHICH = --corpus "$$CORPUS" $${SEGMENTATION:+--segmentation "$$SEGMENTATION"} \
  $${FIELD:+--field "$$FIELD"} \
  $${PRESET:+--preset "$$PRESET"} $${RUN:+--run "$$RUN"}

# Variables are checked before anything is installed or built. Without a Python that can do this,
# the commands report mistakes later.
check-%:
	@if command -v python3 >/dev/null; then \
	  python3 scripts/check_variables.py $* || [ $$? -ne 2 ] || exit 2; fi

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

.PHONY: help
help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-16s %s\n", $$1, $$2}' $(MAKEFILE_LIST)
	@echo
	@printf '  CORPUS='
	@sed -n 's/^    "\([a-z-]*\)": BuiltIn(.*/\1/p' training/corpora/__init__.py | tr '\n' '|'
	@echo '<file, folder or glob>  PRESET=keyboard|best|shakespeare|ptb  RUN=<name>'
	@echo '  CORPUS="chats/:3 news.parquet" FIELD=text  several sources with weights, a column of tables'
	@echo '  CORPUS=-  standard input;  WORD_LIST=english|none|<file>  more words to suggest'
	@echo '  RUN=wide SET="units=512 epochs=5"  other settings (docs/SETTINGS.md);  WORKERS=2 PROCESSES=4'
	@echo '  SEGMENTATION=message|sentence|line  for your own text, if the detected one is wrong'
	@printf '  make generate PROMPT="how are" TOKENS=60'
	@sed -n 's/^    \([a-z_]*\): .* = _setting($$/ \1=/p' training/measure/sampling.py | tr -d '\n' | tr a-z A-Z
	@echo
	@echo '  make score TEXT="how are you" (or FILE=sentences.txt, one per line) RANK=total|word'

# -- set-up ------------------------------------------------------------------------------------------

.PHONY: setup
setup: $(SETUP) $(NODE_MODULES) ## install the virtual environment, Node.js and the npm packages

$(SETUP): requirements.txt scripts/setup_python.sh
	@sh scripts/setup_python.sh $(VENV)
	@touch $@

$(NODE_MODULES): package-lock.json $(SETUP)
	@echo "installing npm packages"
	@npm ci --no-audit --no-fund --loglevel=error
	@$(PY) -m web.core
	@touch $@

.PHONY: lock
lock: requirements.in $(SETUP) ## resolve requirements.in to requirements.txt
	$(PY) -m pip install --quiet uv==0.13.8
	for name in requirements docs/cluster/requirements examples/requirements $(basename $(wildcard tests/runtimes/requirements/*.in)); do \
	  $(VENV)/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	    --no-header $$name.in --output-file $$name.txt || exit 1; done

# -- from text to a page -----------------------------------------------------------------------------

.PHONY: train
train: check-train $(SETUP) $(NODE_MODULES) ## train, evaluate, export, verify and build the page
	@set -f; for setting in $$SET; do set -- "$$@" --set "$$setting"; done; \
	  $(PY) -m training.train $(WHICH) $${PROCESSES:+--processes "$$PROCESSES"} \
	    $${WORD_LIST:+--word-list "$$WORD_LIST"} \
	    $${WORKERS:+--workers "$$WORKERS"} "$$@"
	@if [ -z "$$TF_CONFIG" ]; then \
	  $(PY) -m export $(WHICH) --if-changed && \
	  $(PY) -m export.page $(WHICH) && \
	  $(PY) -m export.verify $(WHICH) && \
	  $(PY) -m export.summary $(WHICH); fi

.PHONY: evaluate
evaluate: check-evaluate $(SETUP) ## measure a run on held-out text (PART=test|valid)
	@$(PY) -m training.evaluate $(WHICH) --part "$$PART"

.PHONY: generate
generate: check-generate $(SETUP) ## generate text: PROMPT="how are"
	@$(PY) -m training.generate $(WHICH) --tokens "$$TOKENS" --environment -- "$$PROMPT"

.PHONY: score
score: check-score $(SETUP) ## score TEXT="how are you" or FILE=sentences.txt (RANK=total|word)
	@$(PY) -m training.score $(WHICH) --rank "$$RANK" $${FILE:+--file "$$FILE"} $${TEXT:+-- "$$TEXT"}

.PHONY: export
export: check-export $(SETUP) ## export a run to SavedModel, TFLite and TensorFlow.js
	@$(PY) -m export $(WHICH)

.PHONY: verify
verify: check-verify $(SETUP) $(NODE_MODULES) ## check every exported copy against the recorded outputs of the model
	@$(PY) -m export.verify $(WHICH)

.PHONY: benchmark
benchmark: benchmark-ngrams benchmark-page ## run benchmark-ngrams and benchmark-page

.PHONY: benchmark-ngrams
benchmark-ngrams: check-benchmark-ngrams $(SETUP) ## compare a run with KenLM's n-grams (TEXTS="phrases.txt novel.txt", PART, KEEP=1)
	@$(PY) -m benchmarks $(WHICH) --part "$$PART" $${KEEP:+--keep} $${TEXTS:+-- $$TEXTS}

.PHONY: benchmark-page
benchmark-page: check-benchmark-page $(SETUP) $(NODE_MODULES) ## measure the speed of the page in Chromium (KEEP=1)
	@sh scripts/setup_browser.sh
	@$(PY) -m benchmarks.page $(WHICH) $${KEEP:+--keep}

.PHONY: pictures
pictures: check-pictures $(SETUP) $(NODE_MODULES) ## take the screenshots of the page in docs/
	@sh scripts/setup_browser.sh
	@$(PY) -m export.page $(WHICH)
	@$(PY) -m export.screenshot $(WHICH) --output docs

.PHONY: keyboard
keyboard: check-keyboard $(SETUP) ## type in the terminal, with three suggestions
	@$(PY) -m export.terminal_keyboard $(WHICH) $${PROFILE:+--profile "$$PROFILE"} \
	  $${NO_LEARNING:+--no-learning} $${NO_CORRECTION:+--no-correction} \
	  $${WORDS:+--words} $${FORGET:+--forget "$$FORGET"}

.PHONY: dist
dist: check-dist $(SETUP) $(NODE_MODULES) ## package a run for phones, the web and Linux desktops, in dist/
	@$(PY) -m export.dist $(WHICH)

.PHONY: demo
demo: check-demo $(SETUP) $(NODE_MODULES) ## serve the page on 127.0.0.1 (PORT=8000, HOST=0.0.0.0 for a phone)
	@$(PY) -m export.page $(WHICH) --also exported --serve --host "$$HOST" --port "$$PORT"

# -- tests -------------------------------------------------------------------------------------------

.PHONY: test-setup
test-setup: setup
	@sh scripts/setup_browser.sh
	@sh scripts/setup_compiler.sh

# A worker with TensorFlow and a browser takes about 2 GB. More workers than cores are slower.
IN_PARALLEL := --numprocesses auto --maxprocesses 4 --dist worksteal

.PHONY: test
test: test-setup ## run the tests, with the real runtimes and Chromium
	@$(PY) -m pytest $(IN_PARALLEL) -m "not rivals"

.PHONY: test-fast
test-fast: test-setup ## run the tests without those that take minutes
	@$(PY) -m pytest $(IN_PARALLEL) -m "not slow and not rivals"

.PHONY: test-benchmarks
test-benchmarks: setup ## install KenLM, Presage, other rivals and CMake, and run the tests that need them
	@sh scripts/setup_compiler.sh
	@$(PY) -m benchmarks.ngrams.kenlm_build
	@$(PY) -m benchmarks.keyboard.presage
	@$(PY) -m benchmarks.learning.typing_booster
	@$(PY) -m benchmarks.correction.rivals.spell_checkers
	@$(PY) -m pytest $(IN_PARALLEL) -m rivals

.PHONY: test-faults
test-faults: test-setup ## run the long form of the fault tests (over an hour)
	@$(PY) -m pytest $(IN_PARALLEL) --long -m "not rivals" -rs -o timeout=5400 \
		tests/faults tests/web/page/test_page_memory.py tests/core/test_library.py

.PHONY: test-browsers
test-browsers: setup ## test the page in Chromium, Firefox and two WebKits (KEEP=1 writes docs/BROWSERS.md)
	@sh scripts/setup_browser.sh
	@sh scripts/setup_browsers.sh
	@$(PY) -m pytest tests/browsers $${KEEP:+--keep}

.PHONY: test-runtimes
test-runtimes: check-test-runtimes setup ## test the .tflite files in older runtimes (RUN=keyboard: those of that run)
	@sh scripts/setup_runtimes.sh
	@$(PY) -m pytest tests/runtimes $${RUN:+--run "$$RUN"}

.PHONY: test-desktop
test-desktop: setup ## test the Debian package of the input method with ibus-daemon, in a headless desktop
	@sh scripts/setup_desktop.sh
	@$(PY) -m pytest tests/desktop/installed

.PHONY: test-mobile
test-mobile: setup ## test the C library on other processors, and the sample keyboard for Android
	@sh scripts/setup_mobile.sh
	@$(PY) -m pytest $(IN_PARALLEL) tests/mobile

CLUSTER := .venv-cluster

$(CLUSTER)/.requirements-installed: docs/cluster/requirements.txt $(SETUP)
	@echo "setting up: Ray in $(CLUSTER) (some minutes, about 3 GB, once)"
	@rm -rf $(CLUSTER)
	@$(PY) -m venv $(CLUSTER)
	@$(CLUSTER)/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes \
	  -r docs/cluster/requirements.txt
	@touch $@

.PHONY: test-cluster
test-cluster: $(CLUSTER)/.requirements-installed ## test training with several workers, started by Ray and by hand
	@$(PY) -m pytest tests/cluster

EXAMPLES := .venv-examples
PACKAGES := -c 'import sysconfig; print(sysconfig.get_path("purelib"))'

# It has the packages of $(VENV), too: Python adds the folders that a .pth file names to its path.
$(EXAMPLES)/.requirements-installed: examples/requirements.txt $(SETUP)
	@echo "setting up: Jupyter's kernel in $(EXAMPLES) (about 90 MB, once)"
	@rm -rf $(EXAMPLES)
	@$(PY) -m venv $(EXAMPLES)
	@$(PY) $(PACKAGES) > "$$($(EXAMPLES)/bin/python $(PACKAGES))/elman.pth"
	@$(EXAMPLES)/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes \
	  -r examples/requirements.txt
	@touch $@

.PHONY: tutorial
tutorial: setup $(EXAMPLES)/.requirements-installed ## install what examples/tutorial.ipynb needs
	@echo "open examples/tutorial.ipynb in an editor for notebooks, with $(EXAMPLES)/bin/python"

APP := examples/react-native

$(APP)/node_modules/.packages-installed: $(APP)/package-lock.json $(SETUP)
	@echo "installing React Native in $(APP)/node_modules (about 220 MB, once)"
	@cd $(APP) && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
	@touch $@

.PHONY: test-examples
test-examples: setup $(EXAMPLES)/.requirements-installed $(APP)/node_modules/.packages-installed ## test the tutorial and the programs in examples/ (KEEP=1 writes the tutorial's outputs)
	@$(EXAMPLES)/bin/python -m pytest tests/examples $${KEEP:+--keep}

.PHONY: lint
lint: setup ## run ruff, pyright, prettier, eslint and tsc
	@ruff format --check .
	@ruff check .
	@npx --no-install pyright
	@npm run --silent lint

.PHONY: format
format: setup ## format Python and JavaScript
	@ruff format .
	@ruff check --fix .
	@npm run --silent format

.PHONY: clean
clean: ## delete the environment, caches and built pages (not runs and exports)
	rm -rf $(VENV) $(CLUSTER) $(EXAMPLES) $(APP)/node_modules $(APP)/build node_modules cache web/dist web/engine/core/core.wasm \
	  core/build .pytest_cache .ruff_cache .hypothesis
