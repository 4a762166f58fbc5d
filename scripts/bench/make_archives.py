"""Packs a tree in the formats of the benchmark: make_archives.py TREE OUTPUT_DIRECTORY

Writes bundle.tar, bundle.tar.gz (level 6, gzip's own) and bundle.zip (deflate).
"""

import gzip
import os
import shutil
import sys
import tarfile
import zipfile


def main(tree, output):
    plain = os.path.join(output, "bundle.tar")
    with tarfile.open(plain, "w", format=tarfile.PAX_FORMAT) as tar:
        for name in sorted(os.listdir(tree)):
            tar.add(os.path.join(tree, name), name)
    with open(plain, "rb") as source, gzip.open(plain + ".gz", "wb", 6) as packed:
        shutil.copyfileobj(source, packed, 1 << 20)
    with zipfile.ZipFile(os.path.join(output, "bundle.zip"), "w", zipfile.ZIP_DEFLATED) as zipped:
        for directory, names, files in os.walk(tree):
            names.sort()
            for file in sorted(files):
                path = os.path.join(directory, file)
                zipped.write(path, os.path.relpath(path, tree))


main(*sys.argv[1:])
