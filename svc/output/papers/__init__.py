"""Paper: forms to fill in and sign, slips, quotes, registers to file. One file a paper; `model` says how values look."""
