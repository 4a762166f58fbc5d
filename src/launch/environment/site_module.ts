/**
 * edgeboot's own part in an environment: a module in its site-packages, and the `.pth` file that imports
 * it before any other is read (site.py sorts them, and "+" comes before digits and letters).
 */
export const PTH_NAME = "+edgeboot.pth";
export const PTH_TEXT = "import _edgeboot\n";
/** Read after all others: what is visible behind the environment's own packages. */
export const BEHIND_PTH_NAME = "~edgeboot.pth";
export const MODULE_NAME = "_edgeboot";

export interface SiteModule {
  /** The directory of all trees, and of bytecode; absolute, or relative to site-packages. */
  readonly trees: string;
  readonly bytecode: string;
  /** Lease files that together keep it and its trees; absolute, or relative to site-packages. */
  readonly leases: readonly string[];
  /** Import roots of app layers, in order, relative to the directory of all trees. */
  readonly roots: readonly string[];
  /** Those of them that have .pth files of their own. */
  readonly sites: readonly string[];
  /** Those of them that have a sitecustomize of their own. */
  readonly customs: readonly string[];
}

/** The text of the module: only what this environment needs, as every start in it reads all. */
export function siteModuleText(module: SiteModule): string {
  const values = [
    ["LEASES", module.leases],
    ["TREES", module.trees],
    ["BYTECODE", module.bytecode],
    ["ROOTS", module.roots],
    ["SITES", module.sites],
    ["CUSTOMS", module.customs],
  ] as const;
  // A JSON text of strings and lists is a Python one, too.
  const constants = values.map(([name, value]) => `${name} = ${JSON.stringify(value)}`).join("\n");
  return [
    LEASES_PART.replace("CONSTANTS", () => constants),
    ...module.roots.length > 0 ? [APP_PART] : [],
    ...module.customs.length > 0 ? [CUSTOMS_PART] : [],
  ].join("\n\n");
}

const LEASES_PART = `# edgeboot's part in this virtual environment, run before all other .pth files.
import os
import sys

CONSTANTS

SITE = os.path.dirname(os.path.abspath(__file__))


# Keeps what a lease is for from every collector until the process ends.
#
# A lock of flock(2) belongs to the open file, and a mapping keeps that open when all descriptors are
# closed, as daemons do. So no descriptor is left open here, either.
def keep_lease(path):
    import fcntl
    import mmap
    import time

    lease = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    try:
        fcntl.flock(lease, fcntl.LOCK_SH | fcntl.LOCK_NB)
        looks = {"flags": mmap.MAP_SHARED, "prot": mmap.PROT_READ}
        if sys.version_info >= (3, 13):
            held = mmap.mmap(lease, 1, trackfd=False, **looks)
        else:
            # mmap() takes the lowest free descriptor for a copy of its own: the one that dup() gets.
            copy = os.dup(lease)
            os.close(copy)
            held = mmap.mmap(lease, 1, **looks)
            if os.path.sameopenfile(lease, copy):
                os.close(copy)
        # Referred to for as long as the interpreter lives: its end would close a number that is another's.
        os.register_at_fork(after_in_child=held.tell)
        if abs(time.time() - os.fstat(lease).st_mtime) > 3600:
            os.utime(path)
    finally:
        os.close(lease)


fresh = {"fcntl", "mmap"}.difference(sys.modules)
for lease in LEASES:
    try:
        keep_lease(os.path.join(SITE, lease))
    except Exception:
        # No file system with locks, no lease, another user's: it runs all the same.
        pass
# An app that asks what is imported sees its own imports.
for name in fresh:
    sys.modules.pop(name, None)
`;

const APP_PART =
  `# A link to the environment does not lead astray: by its name, the trees are not where they are looked for.
BASE = SITE if os.path.exists(os.path.normpath(os.path.join(SITE, TREES))) else os.path.realpath(SITE)


# Below the cache, wherever that is mounted.
def absolute(path):
    return os.path.normpath(os.path.join(BASE, path))


# Trees stay as they are: what Python compiles of an app is kept beside them.
def keep_bytecode_aside():
    import _frozen_importlib_external as machinery

    trees = absolute(TREES) + "/"
    aside = absolute(BYTECODE)

    def bytecode(path):
        if not path.startswith(trees) or not path.endswith(".pyc"):
            return None
        digest, _, inside = path[len(trees) :].partition("/")
        return "/".join((aside, digest, "app", inside.replace("__pycache__/", "")))

    # What an app asks of its modules' loaders, it is answered as ever.
    class SourceFileLoader(machinery.SourceFileLoader):
        __module__ = machinery.__name__
        __qualname__ = "SourceFileLoader"

        def __reduce__(self):
            return machinery.SourceFileLoader, (self.name, self.path)

        def get_data(self, path):
            kept = bytecode(path)
            if kept is not None:
                try:
                    return super().get_data(kept)
                except OSError:
                    pass
            return super().get_data(path)

        def set_data(self, path, data, **options):
            super().set_data(bytecode(path) or path, data, **options)

    loaders = [
        (SourceFileLoader if loader is machinery.SourceFileLoader else loader, suffixes)
        for loader, suffixes in machinery._get_supported_file_loaders()
    ]
    find = machinery.FileFinder.path_hook(*loaders)

    def app_finder(path):
        if not path.startswith(trees):
            raise ImportError("not an app's directory", path=path)
        return find(path)

    sys.path_hooks.insert(0, app_finder)
    for path in [path for path in sys.path_importer_cache if path.startswith(trees)]:
        del sys.path_importer_cache[path]


# App layers are PYTHONPATH; this is for children that have lost it.
def find_app():
    roots = [absolute(os.path.join(TREES, root)) for root in ROOTS]
    place = sys.path.index(SITE) if SITE in sys.path else len(sys.path)
    sys.path[place:place] = [root for root in roots if root not in sys.path]
    if SITES:
        import site

        for root in SITES:
            site.addsitedir(absolute(os.path.join(TREES, root)))


keep_bytecode_aside()
find_app()
`;

const CUSTOMS_PART =
  `# A sitecustomize of an app is found where an installed one is: behind the standard library, which has
# one on some systems. That is where the app is while it is looked for, and in front again afterwards.
def put_customs_behind():
    import site

    roots = [absolute(os.path.join(TREES, root)) for root in CUSTOMS]
    behind = {root: sys.path[sys.path.index(root) + 1] for root in roots if root in sys.path[:-1]}
    inner = site.execsitecustomize

    def execsitecustomize():
        try:
            inner()
        finally:
            for root in reversed(list(behind)):
                if root in sys.path and behind[root] in sys.path:
                    sys.path.remove(root)
                    sys.path.insert(sys.path.index(behind[root]), root)

    for root in behind:
        sys.path.remove(root)
        sys.path.insert(sys.path.index(SITE) if SITE in sys.path else len(sys.path), root)
    site.execsitecustomize = execsitecustomize


put_customs_behind()
`;
