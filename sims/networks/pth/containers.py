"""The two files that torch.save writes: a zip archive (since PyTorch 1.6), and a stream of pickles and raw numbers."""

import io
import zipfile

from sims.networks.entries import Refused
from sims.networks.pth import pickles
from sims.networks.pth.tensors import Builder
from sims.system.errors import short

ZIP, PICKLE = b"PK\x03\x04", b"\x80"
MAGIC, PROTOCOL = 0x1950A86A20F9469CFC6C, 1001
PREFIX = 8  # bytes before a storage in a stream: how many numbers follow
BIG = "its numbers are big-endian; accepted: little-endian, as torch.save writes on most machines"


def opened(file, size):
    """(The object that a file holds, raw); raw(storage) is a file that stands before a storage's bytes."""
    first = file.read(len(ZIP))
    file.seek(0)
    return _archive(file, size) if first == ZIP else _stream(file, size)


def _archive(file, size):
    """NAME/data.pkl, NAME/data/KEY for every storage and, lately, NAME/byteorder; none of them compressed."""
    archive = zipfile.ZipFile(file)
    found = [name for name in archive.namelist() if name.count("/") == 1 and name.endswith("/data.pkl")]
    if len(found) != 1:
        raise Refused(f"a zip archive with {len(found)} data.pkl; accepted: one that torch.save wrote, with one")
    folder = found[0].removesuffix("data.pkl")
    if folder + "byteorder" in archive.NameToInfo and _read(archive, folder + "byteorder", 16) != b"little":
        raise Refused(BIG)
    data, builder = _read(archive, folder + "data.pkl", pickles.LONGEST), Builder(size)
    value = pickles.read(io.BytesIO(data), len(data), builder)
    return value, lambda storage: archive.open(_member(archive, f"{folder}data/{storage.key}", storage.nbytes))


def _read(archive, name, most):
    """The bytes of a member."""
    return archive.read(_member(archive, name, min(archive.NameToInfo[name].file_size, most)))


def _member(archive, name, nbytes):
    """The entry of a member that is as large as it should be, lies in the file, and is read without a decoder."""
    entry = archive.NameToInfo.get(name)
    if entry is None:
        raise Refused(f"{short(name, 80)} is missing in the archive")
    if entry.compress_type != zipfile.ZIP_STORED:
        raise Refused(f"{short(name, 80)} is compressed; accepted: archives as torch.save writes them, without")
    if entry.file_size != nbytes or entry.header_offset + nbytes > archive.start_dir:
        raise Refused(f"{short(name, 80)} has {entry.file_size} bytes, where {nbytes} are expected")
    return entry


def _stream(file, size):
    """Pickles: a magic number, the protocol, facts on the machine, the object, the storages' keys; then storages."""
    if pickles.read(file, size) != MAGIC:
        raise Refused("a pickle, but not PyTorch's; accepted: a file that torch.save wrote")
    if pickles.read(file, size) != PROTOCOL:
        raise Refused(f"is of another protocol than torch.save's; accepted: {PROTOCOL}")
    machine = pickles.read(file, size)
    if type(machine) is not dict or machine.get("little_endian") is not True:
        raise Refused(BIG)
    builder = Builder(size)
    value = pickles.read(file, size, builder)
    places = _places(file, size, pickles.read(file, size), builder.storages)

    def raw(storage):
        file.seek(places[storage.key])
        return file

    return value, raw


def _places(file, size, keys, storages):
    """{key: where its storage begins}, as the file says it in passing."""
    if type(keys) is not list or not all(type(key) is str for key in keys) or set(keys) != set(storages):
        raise Refused("the list of its storages is not that of its tensors")
    places = {}
    for key in keys:
        stated, places[key] = int.from_bytes(file.read(PREFIX), "little"), file.tell()
        if stated != storages[key].count or places[key] + storages[key].nbytes > size:
            raise Refused(
                f"storage {short(key)} should have {storages[key].count} numbers; {stated} are stated, or fewer left"
            )
        file.seek(storages[key].nbytes, io.SEEK_CUR)
    return places
