"""A result → results/<claim>.json, and the few pictures that the figures show."""

import json
from pathlib import Path

from sims.data.images import as_shown
from sims.system import files, png


def write(result, pictures, folder):
    """results/<claim>.json below `folder`, and results/<claim>/<name>.png for every picture (C, H, W)."""
    results = Path(folder) / "results"
    for name, picture in pictures.items():
        png.write(results / result.claim / f"{name}.png", as_shown(picture))
    document = json.dumps(result.document(), indent=1, ensure_ascii=False, allow_nan=False)
    files.write(results / f"{result.claim}.json", document + "\n")
