"""What a Python file imports and calls, read from its syntax tree without running it."""

import ast
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def tree(path):
    return parsed(Path(path).read_text(encoding="utf-8"))


@cache
def parsed(text):
    """One tree for a text that is asked for again and again: it is read, never written."""
    return ast.parse(text)


def imported(node, package=""):
    """Every dotted name that the file imports, wherever it does; `from a import b` counts as a and as a.b."""
    names = set()
    for each in ast.walk(node):
        if isinstance(each, ast.Import):
            names |= {alias.name for alias in each.names}
        elif isinstance(each, ast.ImportFrom):
            parents = package.split(".")[: len(package.split(".")) - each.level + 1] if each.level else []
            base = ".".join([*parents, *([each.module] if each.module else [])])
            names |= {base} | {f"{base}.{alias.name}" for alias in each.names}
    return names


def used(node):
    """Every name and attribute chain in the file, like `open` or `np.random.default_rng`."""
    return {ast.unparse(each) for each in ast.walk(node) if isinstance(each, (ast.Name, ast.Attribute))}


def within(name, module):
    """Whether a dotted name is `module` or something in it."""
    return name == module or name.startswith(module + ".")


def files(package):
    """{"theory.layers": path, …}: the package's modules, a package's own name standing for its __init__."""
    paths = sorted((ROOT / package).rglob("*.py"))
    parts = {path: path.relative_to(ROOT).with_suffix("").parts for path in paths}
    return {".".join(p[:-1] if p[-1] == "__init__" else p): path for path, p in parts.items()}


def parent(module, path):
    """The package that relative imports of the file start from."""
    return module if path.name == "__init__.py" else module.rpartition(".")[0]


def reached(module, modules):
    """Every module of `modules` that importing `module` brings in, directly or through others."""
    seen, waiting = set(), [module]
    while waiting:
        current = waiting.pop()
        names = imported(tree(modules[current]), parent(current, modules[current]))
        found = {other for other in modules for name in names if name == other} - seen
        seen |= found
        waiting += found
    return seen
