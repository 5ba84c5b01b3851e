"""claims → results/<claim>.json, and the few pictures that the figures show."""

import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from importlib.metadata import version

from threadpoolctl import threadpool_limits

from sims.study.claim import Result
from sims.study.study import Study
from sims.study.write import write
from sims.system.errors import InputError

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
            except ValueError as problem:  # a precondition of the theory that this picture or these settings miss
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
