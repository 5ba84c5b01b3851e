"""Rooms: what each folder of the project may import, and what breaks that, read from the files themselves."""

from support.imports import imported, parent, reached, tree, used, within

RANDOM = ["random", "secrets", "numpy.random", "jax.random"]
WRITES = ".read_text", ".write_text", ".read_bytes", ".write_bytes", ".tofile"
ACTS = ["open", "print", "input", "exec", "eval", "np.load", "np.save", "np.fromfile", "np.loadtxt", "np.genfromtxt"]


class Empty(AssertionError):
    """Nothing was selected: what a guard would have looked at has moved."""


def some(selection):
    """The selection, if anything is in it; a guard that looks at nothing must fail."""
    if not selection:
        raise Empty("a guard has nothing to look at")
    return selection


def inside(modules, *rooms):
    """The modules of `modules` that lie in any of these rooms; Empty if a room has none."""
    return [name for room in rooms for name in some([name for name in modules if within(name, room)])]


def room_of(module, may):
    """The room that a module lies in: the longest name of `may` that holds it; None if there is none."""
    return max((room for room in may if within(module, room)), key=len, default=None)


def names_imported(module, modules):
    return imported(tree(modules[module]), parent(module, modules[module]))


def imports_upwards(modules, may):
    """(module, name) for every import, of one of `modules`, from a room that its own room may not import."""
    broken = []
    for module in some(modules):
        room = room_of(module, may)
        for name in names_imported(module, modules) & set(modules):
            other = room_of(name, may)
            if room is None or (other not in (room, None) and other not in may[room]):
                broken.append((module, name))
    return sorted(broken)


def circles(may):
    """Rooms that may reach themselves."""
    reaches = {room: set(others) for room, others in some(may).items()}
    for _ in reaches:
        for found in reaches.values():
            found |= {far for near in list(found) for far in reaches.get(near, ())}
    return sorted(room for room, found in reaches.items() if room in found)


def meetings(modules, one, other):
    """The modules of the rooms `one` that reach a module of the rooms `other`, directly or through others."""
    targets = set(inside(modules, *other))
    return [module for module in inside(modules, *one) if reached(module, modules) & targets]


def outsiders(modules, rooms, forbidden):
    """(module, name) for every import by a module of these rooms of anything within the names `forbidden`."""
    some(forbidden)
    pairs = [(module, name) for module in inside(modules, *rooms) for name in names_imported(module, modules)]
    return sorted((module, name) for module, name in pairs if any(within(name, each) for each in forbidden))


def acts(modules, rooms):
    """(module, name) for everything in these rooms that draws, reads, writes or prints."""
    pairs = [(module, name) for module in inside(modules, *rooms) for name in used(tree(modules[module]))]
    draws = ("np.random", "numpy.random")
    return sorted(
        (module, name)
        for module, name in pairs
        if name in ACTS or name.endswith(WRITES) or any(within(name, each) for each in draws)
    )
