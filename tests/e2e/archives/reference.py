"""What other tools make of archives, as JSON: path -> "dir", "link -> TARGET" or "file x SHA256".

  reference.py list DIRECTORY            a tree that is there
  reference.py zip ARCHIVE DIRECTORY     unpacked by CPython's zipfile
  reference.py tar ARCHIVE DIRECTORY     unpacked by GNU tar

zipfile restores no permissions and makes plain files of symlinks; both are taken from the entry's
attributes afterwards, as installers (pip, PEP 427) and unzip do. Other permission bits than
"executable by anyone" are not compared: edgeboot makes every file 0444 or 0555.
"""
import hashlib
import json
import os
import stat
import subprocess
import sys
import zipfile


def unpack_zip(archive, directory):
    with zipfile.ZipFile(archive) as source:
        source.extractall(directory)
        for info in source.infolist():
            path = os.path.join(directory, info.filename)
            mode = info.external_attr >> 16 if info.create_system in (3, 19) else 0
            if stat.S_ISLNK(mode):
                target = source.read(info).decode()
                os.unlink(path)
                os.symlink(target, path)
            elif not info.is_dir() and mode & 0o111:
                os.chmod(path, 0o755)


def unpack_tar(archive, directory):
    os.mkdir(directory)
    subprocess.run(["tar", "--no-same-owner", "-xf", archive, "-C", directory], check=True)


def describe(path):
    mode = os.lstat(path).st_mode
    if stat.S_ISLNK(mode):
        return "link -> " + os.readlink(path)
    if stat.S_ISDIR(mode):
        return "dir"
    with open(path, "rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return f"file {'x' if mode & 0o111 else '-'} {digest}"


def tree(root):
    found = {}
    for folder, folders, files in os.walk(root):
        for name in folders + files:
            path = os.path.join(folder, name)
            found[os.path.relpath(path, root)] = describe(path)
    return found


kind, path, *rest = sys.argv[1:]
if kind == "zip":
    unpack_zip(path, rest[0])
elif kind == "tar":
    unpack_tar(path, rest[0])
json.dump(tree(rest[0] if rest else path), sys.stdout, sort_keys=True)
