"""claims → results/<claim>.json, and the few pictures that the figures show."""

import io
import json
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path

from PIL import Image
from threadpoolctl import threadpool_limits

from sims.data.images import as_shown
from sims.study.claim import Result
from sims.study.study import Study
from sims.system import files
from sims.system.errors import InputError
from theory.errors import Precondition

PACKAGES = ("numpy", "scipy", "numba", "matplotlib", "pillow")


def run_claims(claims, settings, image, image_name, seed, budget, workers, folder, progress):
    """Run every claim, write its result as soon as it is there, and yield it.

    settings holds each claim's by id; workers threads share the chunks, BLAS runs on one thread in each.
    """
    with threadpool_limits(1, user_api="blas"), _pool(workers) as pool:
        for claim in claims:
            started = time.perf_counter()
            result = Result(
                claim.id,
                claim.group,
                claim.title,
                claim.source,
                claim.statement,
                claim.printed,
                claim.exact,
                seed,
                budget.name,
                image_name,
                {"size": image.shape[1], **settings[claim.id]},
                versions={name: version(name) for name in PACKAGES},
            )
            pictures = {}
            try:
                claim.run(Study(result, image, settings[claim.id], budget, pool, progress, pictures.__setitem__))
            except Precondition as problem:
                raise InputError(f"{claim.id} can't be run on this picture with these settings: {problem}") from problem
            result.seconds = round(time.perf_counter() - started, 3)
            write(result, pictures, folder)
            progress.claim_done()
            yield result


@contextmanager
def _pool(workers):
    pool = ThreadPoolExecutor(workers)
    try:
        yield pool
    finally:
        pool.shutdown(cancel_futures=True)


def write(result, pictures, folder):
    """results/<claim>.json below `folder`, and results/<claim>/<name>.png for every picture."""
    results = Path(folder) / "results"
    for name, picture in pictures.items():
        files.write(results / result.claim / f"{name}.png", as_png(picture))
    files.write(results / f"{result.claim}.json", json.dumps(result.document(), indent=1, ensure_ascii=False) + "\n")


def as_png(picture):
    """A picture (C, H, W) as a PNG file."""
    buffer = io.BytesIO()
    Image.fromarray(as_shown(picture)).save(buffer, "PNG")
    return buffer.getvalue()
