"""Positioned YAML: text → a tree whose keys and values know their place → values checked by a schema.

`source` mends small mistakes of typing and notes them, `tree` reads, `schema` checks, `values` are money,
days and spans, `problem` is a mistake with its place.
"""
