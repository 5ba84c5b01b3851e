"""A pickle read as data by a stack machine of our own: plain containers, and what a builder makes of names it knows.

Nothing is imported, called by name or given attributes; any other name is refused, and so is every opcode that state
dicts don't need. Python's own Unpickler takes memory for whatever index or length a file states.
"""

import pickletools
from dataclasses import dataclass

from sims.networks.entries import Refused
from sims.system.errors import short

MOST = 10**6  # opcodes of a pickle: some 25 000 tensors
LONGEST = 2**26  # bytes of a pickle
LINE = 2**10  # bytes of a name
KEYS = 2**61 - 1  # an integer below is its own hash: no two keys can be made to meet
MAPPING = "collections OrderedDict"
CONSTANTS = {"NONE": None, "NEWTRUE": True, "NEWFALSE": False}
EMPTY = {"EMPTY_DICT": dict, "EMPTY_LIST": list, "EMPTY_TUPLE": tuple}
FIXED = {"TUPLE1": 1, "TUPLE2": 2, "TUPLE3": 3}
PUT, GET = {"BINPUT", "LONG_BINPUT"}, {"BINGET", "LONG_BINGET"}
IGNORED = {"PROTO", "FRAME"}
LITERALS = {
    *("BININT", "BININT1", "BININT2", "LONG1", "BINFLOAT"),
    *("BINSTRING", "SHORT_BINSTRING", "BINUNICODE", "SHORT_BINUNICODE", "BINUNICODE8"),
    *("BINBYTES", "SHORT_BINBYTES", "BINBYTES8"),
}


@dataclass(frozen=True)
class Named:
    """A name in a pickle that the builder knows; only ever compared."""

    name: str


class Nothing:
    """The builder of pickles without names."""

    calls, names = {}, frozenset()

    def persistent(self, *_):
        raise Refused("a persistent id stands where none belongs")


class Window:
    """A file from where it stands to `end`: what is stated to be longer is refused and takes no memory."""

    def __init__(self, file, end):
        self.file, self.left = file, min(end - file.tell(), LONGEST)

    def read(self, count):
        if count > self.left:
            raise ValueError(f"its pickle states {count} bytes where {self.left} are left")
        self.left -= count
        return self.file.read(count)

    def readline(self):
        line = self.file.readline(min(LINE, self.left))
        self.left -= len(line)
        return line


def read(file, end, builder=None):
    """The object of the pickle at which `file` stands, which lies before `end`; the file then stands behind it.

    Names other than collections.OrderedDict and `builder.names` are Refused, by name. A call builds what
    builder.calls[name](*arguments) returns, a persistent id builder.persistent(*id). ValueError for a damaged pickle.
    """
    machine = Machine(builder or Nothing())
    try:
        for count, (opcode, argument, _) in enumerate(pickletools.genops(Window(file, end))):
            if count >= MOST:
                raise Refused(f"its pickle has more than {MOST} steps; accepted: a state dict alone")
            machine.step(opcode.name, argument)
        return machine.pop()
    except (IndexError, KeyError, TypeError):  # TypeError: as many arguments as the builder knows no call with
        raise ValueError("its pickle is damaged") from None


class Machine:
    """The stack, the stacks below the marks, and the memo of one pickle."""

    def __init__(self, builder):
        self.builder, self.stack, self.below, self.memo = builder, [], [], {}
        self.names = builder.names | {MAPPING}
        self.calls = {MAPPING: self.mapping, **builder.calls}

    def pop(self):
        return self.stack.pop()

    def marked(self):
        """What lies above the last mark, which is taken away."""
        found, self.stack = self.stack, self.below.pop()
        return found

    def step(self, opcode, argument):
        if opcode in LITERALS:
            self.stack.append(argument)
        elif opcode in CONSTANTS:
            self.stack.append(CONSTANTS[opcode])
        elif opcode in EMPTY:
            self.stack.append(EMPTY[opcode]())
        elif opcode in FIXED:
            self.stack.append(tuple([self.pop() for _ in range(FIXED[opcode])][::-1]))
        elif opcode in PUT:
            self.memo[argument] = self.stack[-1]
        elif opcode in GET:
            self.stack.append(self.memo[argument])
        elif opcode not in IGNORED:
            getattr(self, f"on_{opcode}", self.unknown)(argument)

    def unknown(self, _):
        raise Refused("its pickle does what no state dict does; accepted: a state dict that torch.save wrote")

    def on_STOP(self, _):
        """The value is what is left on the stack."""

    def on_MARK(self, _):
        self.below.append(self.stack)
        self.stack = []

    def on_MEMOIZE(self, _):
        self.memo[len(self.memo)] = self.stack[-1]

    def on_TUPLE(self, _):
        found = self.marked()
        self.stack.append(tuple(found))

    def on_APPEND(self, _):
        self.extend([self.pop()])

    def on_APPENDS(self, _):
        self.extend(self.marked())

    def on_SETITEM(self, _):
        value, key = self.pop(), self.pop()
        self.update([(key, value)])

    def on_SETITEMS(self, _):
        found = self.marked()
        self.update(list(zip(found[::2], found[1::2], strict=True)))

    def on_GLOBAL(self, name):
        """ "module name", compared as a whole."""
        if name not in self.names:
            asked = short(name.replace(" ", "."), 80)
            raise Refused(f"its pickle asks for {asked}, which is refused; accepted: tensors and plain containers")
        self.stack.append(Named(name))

    def on_INST(self, name):
        self.on_GLOBAL(name)
        self.unknown(name)

    def on_STACK_GLOBAL(self, _):
        name, module = self.pop(), self.pop()
        self.on_GLOBAL(f"{module} {name}" if type(name) is type(module) is str else "what is no name")

    def on_REDUCE(self, _):
        arguments, function = self.pop(), self.pop()
        if type(function) is not Named or type(arguments) is not tuple or function.name not in self.calls:
            raise Refused("its pickle calls what is no function")
        self.stack.append(self.calls[function.name](*arguments))

    def on_BINPERSID(self, _):
        identity = self.pop()
        if type(identity) is not tuple:
            raise Refused("a persistent id is not that of a whole storage")
        self.stack.append(self.builder.persistent(*identity))

    def on_BUILD(self, _):
        """Attributes of a state dict (its versions) are left out."""
        self.pop()
        if type(self.stack[-1]) is not dict:
            raise Refused("its pickle gives attributes to what is no state dict")

    def mapping(self, items=()):
        self.stack.append({})
        self.update([(key, value) for key, value in items])
        return self.pop()

    def extend(self, items):
        if type(self.stack[-1]) is not list:
            raise Refused("its pickle appends to what is no list")
        self.stack[-1].extend(items)

    def update(self, pairs):
        """Keys are strings and small integers: hashing a deeply nested tuple would end the process."""
        if type(self.stack[-1]) is not dict:
            raise Refused("its pickle puts items into what is no dict")
        for key, value in pairs:
            if type(key) is not str and not (type(key) is int and abs(key) < KEYS):
                raise Refused(f"its pickle has a {type(key).__name__} as a key; accepted: strings and integers")
            self.stack[-1][key] = value
