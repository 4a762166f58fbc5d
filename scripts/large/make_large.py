"""Archives beyond what 16 and 32 bits can count: make_large.py FORMAT TARGET

FORMAT  zip, tar, tar.gz, tar.zst (the last two through gzip and zstd)

70,000 small files (more than the 65,535 of a zip's first end record), one file of more than 4 GiB, and
in the zip a second one that is stored, so that what follows it begins behind 4 GiB. Nothing of it lies
on the disk but the archive: contents are made as they are written.
"""

import io
import random
import subprocess
import sys
import tarfile
import zipfile

FILES = 70_000
BIG = 4 * 2**30 + 3 * 2**20 + 17
BLOCK = 2**20


def block(seed):
    """1 MiB that packs to about a seventh: the limit of ratios is not what is tried here."""
    generator = random.Random(seed)
    line = b"%08x the quick brown fox jumps over the lazy dog, again\n"
    return b"".join(line % generator.getrandbits(32) for _ in range(BLOCK // 50))[:BLOCK]


class Big(io.RawIOBase):
    """A file of BIG bytes: sixteen blocks in turn, each begun with its number."""

    blocks = [block(seed) for seed in range(16)]

    def __init__(self):
        self.left, self.number, self.rest = BIG, 0, b""

    def readable(self):
        return True

    def read(self, size=-1):
        found = []
        size = self.left if size < 0 else min(size, self.left)
        while size > 0:
            if not self.rest:
                start = b"%016d" % self.number
                self.rest = start + self.blocks[self.number % 16][len(start) :]
                self.number += 1
            piece, self.rest = self.rest[:size], self.rest[size:]
            found.append(piece)
            size -= len(piece)
            self.left -= len(piece)
        return b"".join(found)


def small():
    for number in range(FILES):
        yield "pkg%02d/module_%05d.py" % (number // 1000, number), b"NUMBER = %d\n" % number


def make_zip(target):
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:

        def add_big(name, method):
            info = zipfile.ZipInfo(name)
            info.compress_type, info.external_attr = method, 0o100644 << 16
            with archive.open(info, "w", force_zip64=True) as out:
                source = Big()
                while piece := source.read(BLOCK):
                    out.write(piece)

        add_big("data/stored.bin", zipfile.ZIP_STORED)
        for name, data in small():
            archive.writestr(name, data)
        add_big("data/deflated.bin", zipfile.ZIP_DEFLATED)


def make_tar(stream):
    with tarfile.open(fileobj=stream, mode="w|", bufsize=BLOCK) as archive:

        def add(name, size, source):
            info = tarfile.TarInfo(name)
            info.size, info.mode = size, 0o644
            archive.addfile(info, source)

        for name, data in small():
            add(name, len(data), io.BytesIO(data))
        add("data/big.bin", BIG, Big())
        add("last.py", 5, io.BytesIO(b"pass\n"))


form, target = sys.argv[1:]
if form == "zip":
    make_zip(target)
elif form == "tar":
    with open(target, "wb") as stream:
        make_tar(stream)
else:
    packer = {"tar.gz": "gzip", "tar.zst": "zstd"}[form]
    with open(target, "wb") as stream:
        with subprocess.Popen([packer, "-1", "-c"], stdin=subprocess.PIPE, stdout=stream) as packing:
            make_tar(packing.stdin)
            packing.stdin.close()
    sys.exit(packing.returncode)
