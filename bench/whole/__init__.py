"""The whole audit of a month as others would write it (bench/peers_full.py)."""
