"""Says in which files two trees differ, by name, kind and content: compare.py DIRECTORY DIRECTORY

Prints the number of entries, of bytes, and of differences; ends with 1 where there is one.
"""

import hashlib
import os
import stat
import sys


def describe(path):
    mode = os.lstat(path).st_mode
    if stat.S_ISLNK(mode):
        return "link to " + os.readlink(path), 0
    if stat.S_ISDIR(mode):
        return "directory", 0
    with open(path, "rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return "%s %s" % ("program" if mode & 0o100 else "file", digest), os.stat(path).st_size


def tree(root):
    found, size = {}, 0
    for folder, folders, files in os.walk(root):
        for name in folders + files:
            path = os.path.join(folder, name)
            found[os.path.relpath(path, root)], more = describe(path)
            size += more
    return found, size


(ours, size), (theirs, _) = tree(sys.argv[1]), tree(sys.argv[2])
different = sorted(name for name in ours.keys() | theirs.keys() if ours.get(name) != theirs.get(name))
for name in different[:10]:
    print("  %s: %s, %s" % (name, ours.get(name, "absent"), theirs.get(name, "absent")))
print("  %d entries, %.2f GB, %d differences" % (len(ours), size / 1e9, len(different)))
sys.exit(1 if different else 0)
