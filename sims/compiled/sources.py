"""What a compiled function is made of.

Numba keeps compiled functions on disk, and asks whether their own file has changed; not the files of what they call. A
function that closes over a digest of those is compiled again when one of them changes.
"""

from hashlib import sha256
from pathlib import Path


def digest(*modules):
    """A digest of the modules' sources."""
    return sha256(b"".join(Path(module.__file__).read_bytes() for module in modules)).hexdigest()
