"""Cores that run chunks of work: one of one's own, and others for as long as they are spare."""

from concurrent.futures import ThreadPoolExecutor, wait


class Cores:
    """Maps work over the thread that asks, and over as many more as the semaphore `spare` has tokens, up to `most`.

    Whoever shares the semaphore, in this process or in others, shares the cores: a token is taken for a thread that
    helps, and given back once nothing is left for it to do.
    """

    def __init__(self, spare, most):
        self._spare, self._helpers = spare, ThreadPoolExecutor(max(1, most))

    def map(self, work, jobs):
        """[work(job) for job in jobs], in any order; what a job raises is raised, and no other begins."""
        jobs = list(enumerate(jobs))
        results, waiting, helpers = [None] * len(jobs), iter(jobs), []  # a list's iterator: one step at a time

        def one(number, job):
            try:
                results[number] = work(job)
            except BaseException:
                list(waiting)  # nothing else begins
                raise

        try:
            for number, job in waiting:
                while self._spare.acquire(False):
                    helpers.append(self._helpers.submit(self._help, one, waiting))
                one(number, job)
        finally:
            wait(helpers)
        for helper in helpers:
            helper.result()
        return results

    def _help(self, one, waiting):
        try:
            for number, job in waiting:
                one(number, job)
        finally:
            self._spare.release()
