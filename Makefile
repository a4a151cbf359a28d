# From a voice to a talking face. `make` lists what there is to do.
# What is typed reaches the programs as it stands: make would run what a name like $(shell …) says. What only the
# environment holds was not meant for this study, and is not obeyed.
TYPED := CORPUS DATA PROFILE REAL VOICES SCHEDULER PARAMS ACTORS SPEAKERS WAV TEXT FACE OUT FORMATS VIEW EMOTION INTENSITY \
	VOICE MOTION SEED LABEL SIZE NAME
typed = $(eval override $(1) := $$(if $$(filter command line,$$(origin $(1))),$$(value $(1)),$$(value DEFAULT_$(1))))
DEFAULT_CORPUS := synthetic
DEFAULT_PROFILE := quick
$(foreach name,$(TYPED),$(call typed,$(name)))
export $(TYPED)
MAKEOVERRIDES :=

BIN := .venv/$(if $(filter Windows_NT,$(OS)),Scripts,bin)
RUN := --corpus="$$CORPUS" --data="$$DATA" --profile="$$PROFILE"
export MATPLOTLIBRC := $(CURDIR)/matplotlibrc
# The kernel python3 is this environment's, whatever the user has at home.
export JUPYTER_PREFER_ENV_PATH := 1
unexport PYTHONDONTWRITEBYTECODE  # dozens of processes import the same packages: compiled once, not by each
export KERAS_HOME := $(CURDIR)/data/.settings/keras
unexport PYTHONSTARTUP MPLBACKEND  # what runs here is what lies here

# The environment is ready when it holds a copy of the lock, compared by content, not by clock, and the name of
# this folder: a copy of it elsewhere would run the code that lies here. What only the tests need is a second
# lock, which `make test` adds.
READY := .venv/requirements.lock
TESTED := .venv/requirements-test.lock
SUPPORTED := import sys, venv, ensurepip; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))
PYTHON ?= $(shell for name in python3.11 python3.12 python3.13 python3 python; do \
	"$$name" -c '$(SUPPORTED)' 2>/dev/null && command -v "$$name" && break; done)
fail = { echo "Error: $(1)" >&2; exit 1; }

LOCKED := --universal --fork-strategy fewest --python-version 3.11 --generate-hashes --no-annotate --no-header \
	--no-emit-index-url --no-emit-find-links --quiet

.PHONY: help report verify where test lab student page live animate data bench seeds reference pair lock clean full-clean
.DEFAULT_GOAL := help

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-11s %s\n", $$1, $$2 }' Makefile
	@echo 'Choices: CORPUS=synthetic|ravdess|ravdess-landmarks|grid|folder DATA=<folder> PROFILE=quick|full REAL=<folder> VOICES=<folder> SCHEDULER=tcp://<host>:8786 PARAMS="EPOCHS=3"'
	@echo 'Of a talking face: EMOTION=happy INTENSITY=1.5 VOICE=<another recording of it> MOTION=chance|none SEED=2017 SIZE=720'

report: $(READY) ## the whole study: corpus, seven notebooks, pages, headline numbers
	@$(BIN)/python -m s2f_utils report $(RUN) --real="$$REAL" --voices="$$VOICES" \
		--scheduler="$$SCHEDULER" --params="$$PARAMS"

verify: $(READY) ## the report once more (only what changed runs), its numbers beside the reference
	@$(BIN)/python -m s2f_utils verify $(RUN) --real="$$REAL" --voices="$$VOICES" \
		--scheduler="$$SCHEDULER" --params="$$PARAMS"

where: $(READY) ## who made a figure, table, film or number: NAME=measures
	@$(BIN)/python -m s2f_utils where $(RUN) -- "$$NAME"

test: $(TESTED) ## lint and tests
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/python -m pytest

lab: $(READY) ## JupyterLab, open on the list of notebooks
	@JUPYTER_CONFIG_PATH="$(CURDIR)/.jupyter" $(BIN)/jupyter lab --ServerApp.root_dir=notebooks \
		--LabApp.default_url=/lab/tree/README.md $$(test "$$(id -u)" != 0 || echo --allow-root)

student: $(READY) ## copies of the notebooks without solutions and outputs → notebooks/student/
	@test ! -e notebooks/student || $(call fail,notebooks/student is there and may hold answers; rename or remove it first.)
	@$(BIN)/jupyter nbconvert --log-level WARN --to notebook --output-dir notebooks/student \
		--ClearOutputPreprocessor.enabled=True --TagRemovePreprocessor.enabled=True \
		--TagRemovePreprocessor.remove_cell_tags=solution notebooks/[0-9]*.ipynb
	@mkdir -p notebooks/student && touch notebooks/student/jupytext.toml  # a copy stands alone: no .py follows it

page: $(READY) ## the panel of notebook 07 as a page of its own, for a class
	@$(BIN)/python -m s2f_utils page --corpus="$$CORPUS" --profile="$$PROFILE"

# The loopback address, said here and left to no settings: a voice that is heard stays on this machine.
live: $(READY) ## speak, and a face speaks with you; only this machine can open the page; for other programs OUT=osc://127.0.0.1:39539 or ws://127.0.0.1:9001
	@$(if $(OUT),$(BIN)/python -m s2f_utils reach -- "$$OUT")
	$(BIN)/voila --Voila.ip=localhost notebooks/live.ipynb

animate: $(READY) ## a talking face: WAV=speech.wav or TEXT="…", and FACE=photo.jpg OUT=talk.mp4 FORMATS="gif csv npz arkit visemes" VIEW=photo|face|both
	@$(BIN)/python -m s2f_utils animate $(if $(WAV),--wav="$$WAV") $(if $(TEXT),--text="$$TEXT") \
		$(if $(FACE),--face="$$FACE") $(if $(OUT),--out="$$OUT") $(if $(FORMATS),--formats="$$FORMATS") \
		$(if $(VIEW),--view="$$VIEW") $(if $(EMOTION),--emotion="$$EMOTION") \
		$(if $(INTENSITY),--intensity="$$INTENSITY") $(if $(VOICE),--voice="$$VOICE") \
		$(if $(MOTION),--motion="$$MOTION") $(if $(SEED),--seed="$$SEED") \
		$(if $(LABEL),--label="$$LABEL") $(if $(SIZE),--size="$$SIZE")

data: $(READY) ## make, fetch or check a corpus: CORPUS=ravdess-landmarks, CORPUS=ravdess-speech, CORPUS=ravdess ACTORS=1,2, CORPUS=grid SPEAKERS=s1,s4
	@$(BIN)/python -m s2f_utils data $(RUN) --people="$(if $(ACTORS),$$ACTORS,$$SPEAKERS)"

bench: $(READY) ## the cost of extraction, side by side with the 2017 way and the least possible
	@$(BIN)/python -m bench

seeds: $(READY) ## how far the numbers scatter when trained from five other seeds, for verify: as long as five trainings
	@$(BIN)/python -m bench.seeds --profile="$$PROFILE" --real="$$REAL" --voices="$$VOICES"

reference: $(READY) ## keep the numbers of a report as the reference, and in the README
	@$(BIN)/python -m s2f_utils reference $(RUN)

pair: $(READY) ## make the .ipynb follow the .py notebooks, without outputs
	@$(BIN)/jupytext --quiet --update --to ipynb notebooks/*.py
	@$(BIN)/jupyter nbconvert --log-level WARN --clear-output --inplace notebooks/*.ipynb

lock: ## choose the versions of all packages anew: both locks and environment.yml
	@"$(PYTHON)" -m venv .venv-lock && .venv-lock/bin/pip install -q uv
	@.venv-lock/bin/uv pip compile pyproject.toml --group install $(LOCKED) -o requirements.lock
	@.venv-lock/bin/uv pip compile pyproject.toml --group test $(LOCKED) --constraint requirements.lock \
		$$(sed -n 's/^\([a-z0-9.-]*\)==.*/--no-emit-package \1/p' requirements.lock) -o requirements-test.lock
	@sed -i.old '/^    - pip:/q' environment.yml && sed -n 's/^\([a-zA-Z0-9].*[^ ]\) *\\$$/        - "\1"/p' \
		requirements.lock >> environment.yml
	@rm -rf .venv-lock environment.yml.old

clean: ## remove the reports that were made
	@find reports -mindepth 1 -maxdepth 1 ! -name README.md ! -name reference -exec rm -rf {} +

full-clean: clean ## also features, models, corpora and the environment
	@find data -mindepth 1 -maxdepth 1 ! -name README.md -exec rm -rf {} +
	@rm -rf .venv

ready = { cat $(notdir $(1)); pwd -P; }
same = $(shell $(call ready,$(1)) 2>/dev/null | cmp -s - $(1) 2>/dev/null && echo same)
.PHONY: $(if $(call same,$(READY)),$(if $(call same,$(TESTED)),,$(TESTED)),$(READY) $(TESTED))

# uv takes a fifth of pip's time. Where it cannot be had, or cannot reach what pip is told to reach, pip does it.
# Where packages go is decided here and not by the user's settings; where they come from, those may say.
export PIP_USER := 0
export PIP_REQUIRE_VIRTUALENV := 0
export UV_NO_CONFIG := 1
unexport PIP_TARGET PIP_PREFIX PIP_ROOT UV_SYSTEM_PYTHON UV_BREAK_SYSTEM_PACKAGES UV_PYTHON UV_PROJECT_ENVIRONMENT
LOG := .venv/install.log
pip = { $(3) $(BIN)/python -m pip install --no-deps --no-compile --require-hashes -r $(1) && \
	$(BIN)/python -c "import $(2)"; } >>$(LOG) 2>&1
define install
	@$(BIN)/uv pip install --python $(BIN)/python --no-deps --require-hashes -r $(1) >>$(LOG) 2>&1 || { \
		echo "uv cannot install here; pip does, in a few minutes"; \
		$(call pip,$(1),$(2)) || $(call pip,$(1),$(2),PIP_CONFIG_FILE=/dev/null); } || \
		$(call fail,the packages could not be installed; check the network and the free space$(comma) then try again (details: $(LOG)).)
endef

$(READY):
	@test -n "$(PYTHON)" || $(call fail,this study needs Python 3.11$(comma) 3.12 or 3.13 with venv; install one or name it with PYTHON=/path/to/python.)
	@"$(PYTHON)" -c '$(SUPPORTED)' 2>/dev/null || $(call fail,$(PYTHON) is no Python 3.11$(comma) 3.12 or 3.13 with venv; install one or name another with PYTHON=/path/to/python.)
	@case "$$(pwd -P)" in *:*) $(call fail,the path of this folder has a colon$(comma) with which Python makes no environment; rename or move it.);; esac
	@df -Pk . | awk 'NR == 2 && $$4 < 4000000 { exit 1 }' || $(call fail,less than 4 GB are free here; make room and try again.)
	@echo "Installing the packages into .venv (once; about a minute)"
	@rm -rf .venv && "$(PYTHON)" -m venv .venv || $(call fail,no environment could be made in .venv; is this folder writable?)
	@sed -n '/^uv==/,/[^\]$$/p' requirements.lock >.venv/uv.lock
	@$(BIN)/python -m pip install --no-deps --only-binary :all: --require-hashes -r .venv/uv.lock >$(LOG) 2>&1 || true
	$(call install,requirements.lock,papermill)
	@rm -rf .venv/lib/python*/site-packages/tensorflow/include  # for who compiles operations: a tenth of all
	@$(BIN)/uv pip install --python $(BIN)/python --no-deps --no-build-isolation -e . >>$(LOG) 2>&1 || \
		$(BIN)/python -m pip install --no-deps --no-build-isolation -e . >>$(LOG) 2>&1 || \
		$(call fail,this project could not be installed into .venv (details: $(LOG)).)
	@$(call ready,$@) >$@

$(TESTED): | $(READY)
	@echo "Adding what the tests need (once)"
	$(call install,requirements-test.lock,pytest)
	@$(call ready,$@) >$@

comma := ,
