"""Where two audits differ: one line for each key path. The product may say more, never less or other."""

from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import datetime
from typing import Any

# dictionaries of counts: a key that the oracle lacks must be lacking in the product too
CLOSED = {
    "by_channel", "by_kind", "by_cause", "missing_items", "mean", "by_product", "by_supplier", "introduced", "breaches",
}  # fmt: skip
# lists whose rows are found by these keys rather than by their place
ROW_KEYS = {
    "findings": ("id",),
    "sanctions": ("subject", "kind"),
    "by_staff": ("staff",),
    "staff": ("staff",),
}
ABSENT = "(absent)"


def differences(oracle: Any, product: Any, path: str = "") -> Iterator[str]:
    """Every place where the product lacks what the oracle says, or says something else."""
    name = path.rsplit(".", 1)[-1]
    if isinstance(oracle, dict) and isinstance(product, dict):
        yield from dict_differences(oracle, product, path)
    elif isinstance(oracle, list) and isinstance(product, list):
        if name in ROW_KEYS:
            yield from row_differences(oracle, product, path, ROW_KEYS[name])
        else:
            yield from list_differences(oracle, product, path)
    elif not same(oracle, product, name):
        yield f"{path}: oracle {oracle!r}, product {product!r}"


def dict_differences(oracle: dict[str, Any], product: dict[str, Any], path: str) -> Iterator[str]:
    name = path.rsplit(".", 1)[-1]
    for key, value in oracle.items():
        yield from differences(value, product.get(key, ABSENT), f"{path}.{key}" if path else key)
    if name in CLOSED:
        for key in product.keys() - oracle.keys():
            yield f"{path}.{key}: oracle {ABSENT!r}, product {product[key]!r}"


def list_differences(oracle: list[Any], product: list[Any], path: str) -> Iterator[str]:
    if len(oracle) != len(product):
        yield f"{path}: oracle has {len(oracle)} rows, product {len(product)}"
    for n, (mine, theirs) in enumerate(zip(oracle, product, strict=False)):
        yield from differences(mine, theirs, f"{path}[{n}]")


def row_differences(oracle: list[Any], product: list[Any], path: str, keys: tuple[str, ...]) -> Iterator[str]:
    """Rows matched by their keys. People without anything to count may be listed or not."""
    mine = {tuple(row.get(k) for k in keys): row for row in oracle}
    theirs = {tuple(row.get(k) for k in keys): row for row in product}
    if len(theirs) != len(product):
        yield f"{path}: product lists a row twice"
    for key, row in mine.items():
        yield from differences(row, theirs.get(key, ABSENT), f"{path}[{'/'.join(map(str, key))}]")
    if path != "staff":
        for key in theirs.keys() - mine.keys():
            yield f"{path}[{'/'.join(map(str, key))}]: oracle {ABSENT!r}, product {theirs[key]!r}"


def same(oracle: Any, product: Any, name: str) -> bool:
    """Equal; floats to the last bits; instants whatever their offset. True is not 1."""
    if isinstance(oracle, bool) or isinstance(product, bool):
        return oracle is product
    if isinstance(oracle, float) and isinstance(product, int | float):
        return math.isclose(oracle, product, rel_tol=1e-12)
    if name == "final_at" and isinstance(oracle, str) and isinstance(product, str) and product != ABSENT:
        return datetime.fromisoformat(oracle) == datetime.fromisoformat(product)
    return type(oracle) is type(product) and oracle == product
