"""Long runs in pieces that stay on disk: interrupted, they go on where they were."""

import json
import time
from pathlib import Path
from statistics import median


def perform(jobs, folder, minutes, work):
    """{name: {key: found}} of found = work(name, key), a JSON object, for the keys of each name, {name: keys in order}.

    Whatever took least time comes next, until `minutes` are over: where they are too few, each name gets as much time.
    Every piece is in <folder>/<name>/<key>.json, with its "seconds"; those that are there are not done again.
    """
    paths = {name: {key: Path(folder) / name / f"{key}.json" for key in keys} for name, keys in jobs.items()}
    done = {name: {key: read(path) for key, path in own.items() if path.exists()} for name, own in paths.items()}
    end = time.monotonic() + 60 * minutes
    while (left := [name for name in jobs if len(done[name]) < len(jobs[name])]) and time.monotonic() < end:
        name = min(left, key=lambda each: taken(done[each].values()))
        key = next(each for each in jobs[name] if each not in done[name])
        done[name][key] = new(paths[name][key], work, name, key)
    return done


def read(path):
    return json.loads(path.read_text(encoding="utf-8"))


def taken(pieces):
    """The seconds of pieces, were everything compiled before the first."""
    return len(pieces) * median(found["seconds"] for found in pieces) if pieces else 0.0


def new(path, work, name, key):
    """work(name, key) and its seconds, put on disk at `path`."""
    started = time.monotonic()
    found = work(name, key)
    found = {**found, "seconds": round(time.monotonic() - started, 2)}
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(found), encoding="utf-8")
    print(f"{name} {key}: {found['seconds']:.1f} s", flush=True)
    return found
