"""Compares what an executed notebook says and draws with what is committed, for ./check.

    python3 outputs.py COMMITTED EXECUTED             folders with guards.ipynb and figures; exits with 1 at a difference
    python3 outputs.py -update COMMITTED EXECUTED     makes the former of the latter
"""

import difflib
import os
import shutil
import sys

import matplotlib.image
import nbformat
import numpy as np

# Which part of a figure's pixels may differ: releases of matplotlib and FreeType round the edges of letters differently.
PIXELS = 0.005


def read(folder):
    return nbformat.read(os.path.join(folder, "guards.ipynb"), as_version=4)


def outputs(notebook):
    """The lines of all outputs in text, each cell's under its number."""
    lines = []
    for i, cell in enumerate(notebook.cells):
        for output in cell.get("outputs", []):
            text = output.get("text") or output.get("data", {}).get("text/plain", "")
            lines += [f"cell {i}, {output.output_type}:", *text.splitlines()]
    return lines


def different(a, b):
    """Which part of two figures' pixels differ visibly."""
    a, b = matplotlib.image.imread(a), matplotlib.image.imread(b)
    return 1.0 if a.shape != b.shape else float(np.mean(np.abs(a - b).max(axis=2) > 0.1))


def compare(committed, executed):
    wrong = list(difflib.unified_diff(outputs(read(committed)), outputs(read(executed)), "committed", "executed", lineterm=""))
    figures = [set(os.listdir(os.path.join(folder, "figures"))) for folder in (committed, executed)]
    for name in sorted(figures[0] ^ figures[1]):
        wrong.append(f"figures/{name}: there is none in one of the two")
    for name in sorted(figures[0] & figures[1]):
        part = different(*(os.path.join(folder, "figures", name) for folder in (committed, executed)))
        if part > PIXELS:
            wrong.append(f"figures/{name}: {part:.2%} of the pixels differ")
    return wrong


def update(committed, executed):
    """Keeps the executed notebook, without what is different every time."""
    notebook = read(executed)
    for cell in notebook.cells:
        cell.metadata = {}
        for output in cell.get("outputs", []):
            output.pop("metadata", None) if output.output_type == "stream" else None
    notebook.metadata = {"kernelspec": notebook.metadata["kernelspec"], "language_info": {"name": "python"}}
    nbformat.write(notebook, os.path.join(committed, "guards.ipynb"))
    shutil.rmtree(os.path.join(committed, "figures"), ignore_errors=True)
    shutil.copytree(os.path.join(executed, "figures"), os.path.join(committed, "figures"))


if __name__ == "__main__":
    if sys.argv[1] == "-update":
        update(*sys.argv[2:])
    else:
        wrong = compare(*sys.argv[1:])
        print("\n".join(wrong) if wrong else "the notebook says and draws what is committed")
        sys.exit(1 if wrong else 0)
