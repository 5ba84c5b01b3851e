"""Jobs in worker processes. The parent only waits, so that an interrupt ends it, and all of them, at any moment.

Workers are spawned, not forked: the parent has threads, BLAS's and Numba's. They leave Ctrl-C to the parent, are killed
whenever it leaves `perform`, and end by themselves should it be killed.
"""

import os
import pickle
import signal
import threading
import traceback
from contextlib import suppress
from functools import partial
from multiprocessing import connection, get_context, parent_process

from sims.system.compiling import take_turns
from sims.system.cores import Cores
from sims.system.interrupts import held

READY, TOLD, DONE, RAISED = "ready", "told", "done", "raised"


class Died(RuntimeError):
    """A worker process ended before its job was done."""


def perform(work, jobs, workers, told):
    """Yield (name, work(job, cores, tell)) for {name: job}, as they are done; they begin in their order.

    Up to `workers` processes run a job each on as many cores in all: `cores` maps chunks over one core and, once jobs
    are fewer than workers, the idle ones (see Cores). tell(message) calls told(name, message) here. What is sent
    must pickle. What a job raises is raised here, with the worker's traceback as a note; Died says what ended a worker.
    """
    context, running = get_context("spawn"), min(workers, len(jobs))
    spare, turns = context.Semaphore(workers - running), context.RLock()
    team = []
    try:
        with held():
            for _ in range(running):
                team.append(_Worker(context, spare, turns, workers - 1))
        yield from _attend(team, work, iter(jobs.items()), spare, told)
    finally:
        for worker in team:
            worker.process.kill()
        for worker in team:
            worker.process.join()


def _attend(team, work, waiting, spare, told):
    """Hand out the jobs and receive what comes back, until nothing is left."""
    busy = {worker.pipe: worker for worker in team}
    while busy:
        for pipe in connection.wait(list(busy)):
            worker = busy[pipe]
            kind, content = worker.receive()
            if kind == TOLD:
                told(worker.name, content)
                continue
            if kind == RAISED:
                raise content
            if kind == DONE:
                yield worker.name, content
            else:
                worker.send(work)
            if not worker.begin(next(waiting, None)):
                del busy[pipe]
                spare.release()


class _Worker:
    """The parent's side of one process; nothing large is sent before it is ready, as that would wait for it."""

    def __init__(self, context, *shared):
        self.name = "a worker"
        self.pipe, other = context.Pipe()
        self.process = context.Process(target=_serve, args=(other, *shared), daemon=True)
        self.process.start()
        other.close()

    def begin(self, job):
        """Send a (name, job), or None to end the process; whether there was one."""
        if job:
            self.name = job[0]
        self.send(job)
        return bool(job)

    def send(self, content):
        try:
            self.pipe.send(content)
        except OSError:
            if content:
                self._bury()

    def receive(self):
        try:
            return self.pipe.recv()
        except (EOFError, OSError):
            self._bury()

    def _bury(self):
        self.process.join()
        code = self.process.exitcode
        how = f"was killed by {signal.Signals(-code).name}" if code < 0 else f"ended with status {code}"
        hint = ", as the system does when memory runs out; try fewer --workers" if code == -signal.SIGKILL else ""
        raise Died(f"{self.name}: its process {how}{hint}")


def _serve(pipe, spare, turns, most):
    """A worker: it is told its work, then one (name, job) after the other, until there is None."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    take_turns(turns)
    cores, one_at_a_time = Cores(spare, most), threading.Lock()

    def send(kind, content):
        with one_at_a_time:
            pipe.send((kind, content))

    with suppress(EOFError):  # the parent has left
        send(READY, None)
        work = pipe.recv()
        for _, job in iter(pipe.recv, None):
            send(*_outcome(partial(work, job, cores, partial(send, TOLD))))


def _outcome(work):
    try:
        return DONE, work()
    except Exception as problem:
        return RAISED, _portable(problem)


def _portable(problem):
    """An exception that another process can raise, and says where it came from."""
    problem.add_note("in a worker process:\n" + traceback.format_exc())
    try:
        pickle.loads(pickle.dumps(problem))
    except Exception:
        return RuntimeError("\n".join(problem.__notes__))
    return problem


def _end_with_parent():
    parent_process().join()
    os._exit(1)
