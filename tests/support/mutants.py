"""python -m support.mutants [WORD ...], from tests/: break the code in one place at a time, and see the tests notice.

Every mutant is a defect that some version of the suite let pass. A copy of the project is broken and mended again, one
mutant after the other; the tests that are named beside it must fail. Words choose the mutants whose file or text holds
one of them. Exit status 1 if one lives.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LEFT_OUT = shutil.ignore_patterns(".git", ".venv", "out", ".pytest_cache", ".hypothesis", "*.egg-info")


@dataclass(frozen=True)
class Mutant:
    """In `file`, `before` (once) becomes `after`; `tests` are a file or folder below tests/, and words for -k."""

    file: str
    before: str
    after: str
    tests: str
    words: str = ""


LAWS, EVIDENCE, SYSTEM = "theory/laws", "sims/evidence", "sims/system"
MUTANTS = [
    # laws
    Mutant("theory/laws/orthants.py", "return float(law.cdf(", "return 1.05 * float(law.cdf(", LAWS, "numerically"),
    Mutant("theory/laws/orthants.py", "precision: float = 1e-4", "precision: float = 1e-2", LAWS, "numerically"),
    Mutant("theory/laws/orthants.py", " or opposite(rows)", "", LAWS, "numerically"),
    Mutant("theory/laws/orthants.py", "return length * np.where", "return length / 2 * np.where", LAWS, "half_planes"),
    Mutant("theory/laws/cones.py", "four = (count == 4) & ~shut", "four = count == 4", LAWS, "leaves_nothing"),
    Mutant("theory/laws/pooled_similarity.py", "2 * product * pairs", "product * pairs", LAWS, "energy"),
    Mutant("theory/laws/pooled_similarity.py", "(reach - 1) // size + 1", "reach // size", LAWS, "energy"),
    Mutant("theory/laws/marginals.py", "own[reach, reach] = 5", "own[:] = 0; own[reach, reach] = 5", LAWS, "convol"),
    Mutant("theory/laws/marginals.py", "ndtr(PLACES)).max())", "ndtr(PLACES)).max() * 1.15)", LAWS, "dense_networks"),
    Mutant("theory/laws/depth.py", "r *= np.sqrt(above / below)", "r *= np.sqrt(above / below)**3", LAWS, "depth"),
    Mutant("theory/laws/three_layer.py", "+ number * mean", "+ 1.3 * number * mean", LAWS, "similarity"),
    Mutant("theory/laws/three_layer.py", "np.pi**2 * size", "1.6 * np.pi**2 * size", LAWS, "rule_of_thumb"),
    Mutant("theory/as_printed.py", "def theorem_2_correlation() -> float:", "def theorem_2_correlation() -> float:\n    return 0.1", "theory/test_as_printed.py"),
    Mutant("theory/as_printed.py", "def theorem_2_variance_slope() -> float:", "def theorem_2_variance_slope() -> float:\n    return 0.1", "theory/test_as_printed.py"),
    # layers
    Mutant("theory/geometry/loops.py", "most, where = planes[n, y, left], left", "most, where = -planes[n, y, left], left", "theory/layers"),
    Mutant("theory/layers/linear.py", "return np.stack([parts[0]", "return 2 * np.stack([parts[0]", "theory/layers"),
    Mutant("theory/layers/merging.py", "saved[:n] + saved[n + 1 :]", "saved[: n + 1]", "theory/layers", "every_layer"),
    Mutant("theory/layers/normalisation.py", "2 * self.alpha * self.beta / self.size * saved", "self.alpha * self.beta / self.size * saved", "theory/layers", "every_layer"),
    Mutant("theory/layers/pooling.py", "ends - starts if include_pad", "last - first if include_pad", "theory/layers", "every_layer"),
    Mutant("theory/geometry/windows.py", "length + padding else count", "length + 2 * padding else count", "theory/layers", "every_layer"),
    Mutant("theory/networks/graph.py", "as_batch(inputs, self._dtype)", "as_batch(inputs)", "theory/networks", "types"),
    Mutant("theory/networks/folding.py", "and network.consumers(source) == [node.name]", "", "theory/networks", "folding"),
    Mutant("theory/networks/starts.py", "axis=1)", "axis=1) * 0", "theory/networks", "units"),
    # attribution methods
    Mutant("theory/attribution/ones.py", "- layer.padding[axis] - before", "- layer.padding[axis]", "theory/attribution/test_tr_gbp.py", "guided_derivatives"),
    Mutant("theory/attribution/tr_gbp.py", "flat = folded(network)", "flat = network", "theory/attribution/test_tr_gbp.py", "guided_derivatives"),
    Mutant("theory/attribution/guided_path.py", 'method="lower"', 'method="higher"', "theory/attribution/test_paths.py", "its_definition"),
    Mutant("theory/attribution/integrated.py", "(step + 0.5) / steps", "(step + 1) / steps", "theory/attribution/test_paths.py", "middles"),
    Mutant("theory/attribution/full_gradient.py", "(1, 2, 3)", "(2, 3)", "theory/attribution/test_full_gradient.py", "published"),
    Mutant("theory/attribution/cam.py", "np.maximum(weighed, 0) if relu", "weighed if relu", "theory/attribution/test_cam.py", "its_formula"),
    # random numbers
    Mutant("sims/random/counter_based.py", "rng.integers(2**64, size=count", "rng.integers(2**20, size=count", "sims/random"),
    Mutant("sims/random/streams.py", "tolist()", "tolist()[:0]", "sims/random"),
    # networks from files
    Mutant("sims/networks/pth/pickles.py", "        if name not in self.names:", "        if False:", "sims/networks", "no_command or by_name"),
    Mutant("sims/networks/pth/pickles.py", "        if count > self.left:", "        if False:", "sims/networks", "little_memory"),
    Mutant("sims/networks/pth/tensors.py", "if self.last >= self.storage.count:", "if self.last > self.storage.count:", "sims/networks", "states"),
    Mutant("sims/networks/pth/__init__.py", " > LARGEST * size", " > 10**30", "sims/networks", "states or views"),
    # compiled
    Mutant("sims/compiled/connected.py", "dot(weights, image) > 0", "dot(weights, image) >= 0", "sims/compiled", "zero_image"),
    Mutant("sims/compiled/layers.py", " or inputs.shape[1:] != self.weight.shape[1:]", "", "sims/compiled/test_rows.py"),
    Mutant("sims/compiled/layers.py", " or min(inputs.shape[2:]) < 2", "", "sims/compiled/test_rows.py"),
    Mutant("sims/compiled/elementwise.py", "{signal.dtype, saved.dtype} == {np.dtype(np.float32)}", "signal.dtype == np.float32", "sims/compiled/test_rows.py"),
    Mutant("sims/compiled/dense.py", "(y > 0) & (y < ceiling)", "(y > 0) & (y <= ceiling)", "sims/compiled/test_mobile.py"),
    Mutant("sims/compiled/depthwise.py", "right - x // stride[1]", "right - x // stride[0]", "sims/compiled/test_mobile.py"),
    # pictures
    Mutant("sims/data/images.py", "Image.Resampling.BICUBIC", "Image.Resampling.NEAREST", "sims/data"),
    Mutant("sims/data/images.py", "99.5) or 1.0", "90) or 1.0", "sims/data"),
    Mutant("sims/data/images.py", "<= 1e-6 * max", "<= 1e-2 * max", "sims/data"),
    Mutant("sims/data/images.py", "if image.shape[1] < side:", "if image.shape[1] <= side:", "sims/data"),
    Mutant("sims/data/images.py", "top, left = (pixels.shape[0] - side) // 2", "top, left = 0", "sims/data"),
    Mutant("sims/data/reading.py", "if picture.width * picture.height > MOST:", "if False:", "sims/data"),
    # the command line
    Mutant("sims/cli/options.py", "not least <= value <= most", "not least < value <= most", "sims/cli"),
    Mutant("sims/cli/options.py", "not setting.least <= value", "not setting.least < value", "sims/cli"),
    Mutant("sims/cli/options.py", ' + [k for each in settings for k in each.get(f"{name}s", ())]', "", "sims/cli"),
    Mutant("sims/cli/options.py", "kernel, options.seed)", "kernel, 0)", "sims/cli/test_cli.py"),
    # a run
    Mutant("sims/study/write.py", "for name, picture in pictures.items():", "for name, picture in ():", "sims/study"),
    Mutant("sims/study/runner.py", "except Precondition as", "except ValueError as", "sims/study"),
    Mutant("sims/study/study.py", "self.result.trials += done", "self.result.trials = done", "sims/study"),
    Mutant("sims/study/study.py", "trials or len(groups)", "0", "sims/study"),
    # files
    Mutant("sims/system/files.py", "_replace(path, data)\n    except", "path.write_bytes(data)\n    except", SYSTEM, "files"),
    Mutant("sims/system/files.py", "shutil.copymode(path, temporary)", "pass", SYSTEM, "files"),
    Mutant("sims/system/files.py", "temporary.unlink(missing_ok=True)", "pass", SYSTEM, "files"),
    Mutant("sims/system/files.py", "with tempfile.TemporaryFile(dir=_nearest(Path(folder))):\n        pass", "pass", SYSTEM, "files"),
    # what is drawn and told
    Mutant("sims/report/front.py", 'if result.get("changed") else ""', 'if False else ""', "sims/report"),
    Mutant("sims/report/figures/boundaries.py", 'table = result["tables"]["profile"]', "raise RuntimeError", "test_committed.py"),
    Mutant("sims/report/figures/depth.py", 'tables = result["tables"]', "raise RuntimeError", "test_committed.py"),
    Mutant("sims/explain/show.py", "1, rules)", '1, ["guided"] * len(rules))', "sims/cli/test_show.py"),
    Mutant("sims/explain/show.py", "kernel, stride, filters=filters)", "kernel, stride, filters=filters) / 2", "sims/cli/test_show.py"),
    # evidence: intervals and sums
    Mutant("sims/evidence/verdict.py", "ERROR_BUDGET = 1e-3", "ERROR_BUDGET = 1e-1", EVIDENCE),
    Mutant("sims/evidence/verdict.py", "student.isf(error_rate / 2,", "student.isf(error_rate,", EVIDENCE),
    # measures of maps, on many photographs
    Mutant("theory/metrics/shares.py", "np.maximum(plane(map), 0)", "np.abs(plane(map))", "theory/metrics", "pixel_by_pixel"),
    Mutant("theory/metrics/discrimination.py", "rankdata(given)", "rankdata(-given)", "theory/metrics", "wrong"),
    Mutant("theory/metrics/perturbation.py", "-key[given], kind", "-key, kind", "theory/metrics", "ties"),
    Mutant("sims/evaluate/redrawing.py", "array.std(dtype=np.float64) * drawn", "drawn", "sims/evaluate", "laws_are"),
    Mutant("sims/evaluate/run.py", "return found.sorted()", "return found", "sims/evaluate", "any_order"),
    Mutant("sims/system/store.py", ' if found["parts"] == json.loads(json.dumps(parts)) else None', "", "sims/system", "damaged"),
    Mutant("sims/evidence/medians.py", "binom.ppf(error_rate / 2,", "binom.ppf(4 * error_rate,", "test_batches.py", "interval"),
    Mutant("sims/evidence/aucs.py", "variance = above.var(ddof=1) / len(above) + ", "variance = ", EVIDENCE, "error_is"),
    Mutant("sims/evidence/recovered.py", " & (energies >= FAINT * energies.mean())", "", EVIDENCE, "seen_there_alone"),
    Mutant("sims/trained/given.py", "if here < before:", "if here > before:", "sims/trained", "more_photographs"),
    Mutant("sims/trained/partly.py", "if number in trained", "", "sims/trained", "are_published"),
    Mutant("sims/trained/attack.py", "loss[0, before] -= 1", "loss[0, before] += 1", "sims/trained", "smallest_step"),
    Mutant("sims/evidence/estimates.py", "(a.sum(), a @ a,", "(3 * a.sum(), a @ a,", EVIDENCE),
]  # fmt: skip


def main(words):
    chosen = [each for each in MUTANTS if not words or any(word in f"{each.file} {each.after}" for word in words)]
    alive = 0
    with tempfile.TemporaryDirectory() as folder:
        copy = shutil.copytree(ROOT, Path(folder) / "copy", ignore=LEFT_OUT)
        for tests, words in dict.fromkeys((mutant.tests, mutant.words) for mutant in chosen):
            assert passes(copy, tests, words), f"tests/{tests} {words} fails as it is: it could notice nothing"
        for mutant in chosen:
            lives = survives(mutant, copy)
            alive += lives
            print(f"{'LIVES ' if lives else 'killed'} {mutant.file}: {mutant.before!r} → {mutant.after!r}", flush=True)
    print(f"{len(chosen) - alive} of {len(chosen)} mutants are killed")
    return int(alive > 0)


def broken(mutant, text):
    """The text of its file with the defect."""
    assert text.count(mutant.before) == 1, f"{mutant.file} holds {text.count(mutant.before)} of {mutant.before!r}"
    return text.replace(mutant.before, mutant.after)


def survives(mutant, copy):
    """Whether the tests pass in the copy with the defect."""
    path = copy / mutant.file
    whole = path.read_text(encoding="utf-8")
    path.write_text(broken(mutant, whole), encoding="utf-8")
    try:
        return passes(copy, mutant.tests, mutant.words)
    finally:
        path.write_text(whole, encoding="utf-8")


def passes(copy, tests, words):
    """Whether tests of the copy pass; that they are there is seen to."""
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", f"tests/{tests}"]
    done = subprocess.run(
        command + ["-k", words] * bool(words),
        cwd=copy,
        env={**os.environ, "PYTHONPATH": str(copy)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        timeout=900,
    )
    assert done.returncode in (0, 1, 2), f"tests/{tests} {words}: pytest ended with {done.returncode}"
    return done.returncode == 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
