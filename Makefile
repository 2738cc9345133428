# One word for each thing that is done often. PYTHON may name the interpreter of an environment.
PYTHON ?= python3

.PHONY: test test-long lint demo bench bench-full data schemas faults mutants reference

test:
	$(PYTHON) -m pytest

# What is long by nature and the command above leaves out: the other half of what CI runs.
test-long:
	$(PYTHON) -m pytest -m long

lint:
	$(PYTHON) -m ruff check .
	$(PYTHON) -m mypy
	lint-imports

demo:
	$(PYTHON) -m svc audit month 2026-10

bench:
	$(PYTHON) bench/run.py --table --json bench/results.json

bench-full:
	$(PYTHON) bench/run.py --full --table --json bench/results-full.json

data:
	$(PYTHON) scripts/make_demo_data.py

schemas:
	$(PYTHON) scripts/make_schemas.py

# all fault suites at full size (about half an hour); their numbers go into docs/reliability.md
faults:
	$(PYTHON) scripts/run_faults.py

# Every change of one place in the judging code, met by its tests: some minutes; writes docs/mutants.md.
mutants:
	$(PYTHON) scripts/mutate.py

# docs/reference and man, from the help pages
reference:
	$(PYTHON) scripts/make_reference.py
