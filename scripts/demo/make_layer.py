"""Packs a directory as a layer: make_layer.py DIRECTORY OUTPUT.tar.gz

The same files give the same bytes, and so the same digest, whoever packs them and when: names are
sorted, owners and times are zero, modes are 0644 or 0755, and the gzip header has no name and no time.
"""

import gzip
import os
import sys
import tarfile


def normalized(member: tarfile.TarInfo) -> tarfile.TarInfo:
    member.uid = member.gid = 0
    member.uname = member.gname = ""
    member.mtime = 0
    member.mode = 0o755 if member.isdir() or member.mode & 0o100 else 0o644
    return member


def main(directory: str, output: str) -> None:
    with open(output, "wb") as raw, gzip.GzipFile("", "wb", 6, raw, mtime=0) as packed:
        with tarfile.open(fileobj=packed, mode="w", format=tarfile.PAX_FORMAT) as tar:
            for name in sorted(os.listdir(directory)):
                # Directories are added with what is below them, in sorted order.
                tar.add(os.path.join(directory, name), name, filter=normalized)


main(*sys.argv[1:])
