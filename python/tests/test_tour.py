"""The notebook of docs/python, run from its first cell to its last: what it shows must be what it says.

    python test_tour.py            writes the outputs anew
"""

import pathlib

import pytest

nbformat = pytest.importorskip("nbformat")
nbclient = pytest.importorskip("nbclient")

ROOT = pathlib.Path(__file__).parents[2]
TOUR = ROOT / "docs" / "python" / "tour.ipynb"


def run():
    """The notebook as it is, and as it is after a run."""
    before = nbformat.read(TOUR, as_version=4)
    after = nbformat.read(TOUR, as_version=4)
    client = nbclient.NotebookClient(
        after, timeout=120, kernel_name="python3", resources={"metadata": {"path": ROOT}}
    )
    client.execute()
    return before, after


def shown(cell):
    """The texts of a cell's outputs, and which other forms there are."""
    said = []
    for output in cell.get("outputs", []):
        data = output.get("data", {})
        said.append((output.output_type, output.get("text", data.get("text/plain")), sorted(data)))
    return said


def test_tour():
    before, after = run()
    cells = [cell for cell in before.cells if cell.cell_type == "code"]
    assert len(cells) >= 8
    for old, new in zip(before.cells, after.cells, strict=True):
        if old.cell_type == "code":
            assert shown(old) == shown(new), old.source


if __name__ == "__main__":
    _, now = run()
    for cell in now.cells:
        cell.metadata.pop("execution", None)
    nbformat.write(now, TOUR)
