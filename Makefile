# Warrant.  `make demo` and `make test` make all that they need and re-use what is there; `make help` lists the targets.

JOBS  ?= $(shell nproc 2>/dev/null || echo 2)
COQ    = tools/toolchain.sh run
PY     = .venv/bin/python

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help demo test docs toolchain venv theories checker hygiene audit coqchk audit-update pytest wheel lint format install-theories clean distclean

help:
	@echo "make demo       prove and refute a claim about a small network, from nothing"
	@echo "make test       everything that must hold: proofs, checker, assumptions, Python tests"
	@echo "make theories   compile the Coq library"
	@echo "make checker    compile the native checker, build/warrant-check"
	@echo "make coqchk     have the independent checker coqchk look at the library (minutes)"
	@echo "make audit      compare the assumptions of the headline theorems with audit/"
	@echo "make wheel      the Python package, with the native checker inside, in dist/"
	@echo "make docs       the documentation as a site, build/site: pages, tutorials, Python interface, the Coq library"
	@echo "make lint       formatting and types of the Python code;  make format mends the formatting"
	@echo "make toolchain, make venv     only what the others need: Coq and OCaml; Python packages in .venv"
	@echo "make clean      remove what was compiled;  make distclean removes .venv too"

demo: venv theories checker
	@examples/demo.sh

test: venv theories checker hygiene audit wheel pytest

# ---- what the rest needs -------------------------------------------------------------------------------------------

toolchain:
	@tools/toolchain.sh make

venv:
	@tools/venv.sh

# ---- Coq and the native checker -------------------------------------------------------------------------------------

theories: toolchain
	@$(COQ) tools/theories.sh $(JOBS)

checker: theories
	@$(COQ) tools/checker.sh

hygiene: toolchain
	@$(COQ) tools/hygiene.sh

audit: theories
	@$(COQ) audit/run

# after a change that is meant: write audit/expected.txt anew
audit-update: theories
	@$(COQ) audit/run --update

coqchk: theories
	@$(COQ) tools/coqchk.sh

# for opam: put the compiled library where Coq finds it
install-theories: theories
	@$(COQ) $(MAKE) --no-print-directory -f CoqMakefile install

# ---- Python ---------------------------------------------------------------------------------------------------------

pytest: venv
	@$(PY) -m pytest

wheel: venv checker
	@tools/wheel.sh

docs: venv theories
	@$(COQ) tools/site.sh build/site

lint: venv
	@$(PY) -m ruff format --check
	@$(PY) -m ruff check
	@$(PY) -m mypy

format: venv
	@$(PY) -m ruff format
	@$(PY) -m ruff check --fix-only

# ---- tidying --------------------------------------------------------------------------------------------------------

clean:
	@rm -rf build dist CoqMakefile CoqMakefile.conf .CoqMakefile.d .lia.cache .nra.cache .nia.cache
	@find theories audit -name '*.vo' -o -name '*.vos' -o -name '*.vok' -o -name '*.glob' -o -name '.*.aux' | xargs rm -f

distclean: clean
	@rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis
