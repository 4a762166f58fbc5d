export { SUPPORT_ID } from "./support_id.ts";

/**
 * The one piece of Python that edgeboot brings along. Published in the cache under a name made of its
 * own digest, so that edgeboots of different age can share a cache; a test holds the two together.
 */
export const SITECUSTOMIZE =
  `"""Placed in front of PYTHONPATH by edgeboot, for the layers of the app that is running.

A directory on PYTHONPATH is searched for modules, but its .pth files are not processed: that is the
privilege of site directories. This module makes the layers site directories, takes itself off sys.path
and then runs whatever sitecustomize would have been found without it.
"""

import os
import sys


def _make_site_directories():
    import site

    # support/<id>/<isolation>/sitecustomize.py lies beside trees/ in the cache.
    here = os.path.dirname(os.path.abspath(__file__))
    trees = os.path.join(os.path.dirname(os.path.dirname(os.path.dirname(here))), "trees", "")
    sys.path[:] = [path for path in sys.path if os.path.abspath(path) != here]
    stated = [os.path.abspath(path) for path in os.environ.get("PYTHONPATH", "").split(os.pathsep)]
    if os.path.basename(here) == "hermetic":
        sys.path[:] = [path for path in sys.path if path in stated or _is_standard(path)]
    known = set(os.path.normcase(os.path.abspath(path)) for path in sys.path)
    for path in list(sys.path):
        if path in stated and path.startswith(trees) and os.path.isdir(path):
            _process(path, site, known)
            _find_data(path, trees)


def _find_data(path, trees):
    # Packages look for their share/ and etc/ below sys.prefix, which in a virtual environment is where they were
    # installed. The first layer that has such directories is that place.
    if sys.prefix.startswith(trees):
        return
    prefix = path.rsplit("/lib/python", 1)[0]
    if os.path.isdir(os.path.join(prefix, "share")) or os.path.isdir(os.path.join(prefix, "etc")):
        sys.prefix = sys.exec_prefix = prefix


def _process(path, site, known):
    before = list(sys.path)
    site.addsitedir(path, known)
    # What .pth lines append belongs behind the layer that it came from, not behind the base image.
    if sys.path[: len(before)] == before:
        added = sys.path[len(before) :]
        del sys.path[len(before) :]
        behind = before.index(path) + 1
        sys.path[behind:behind] = added


def _is_standard(path):
    library = getattr(sys, "_stdlib_dir", None) or os.path.dirname(os.__file__)
    name = os.path.basename(path)
    return path == library or name == "lib-dynload" or name.startswith("python%d" % sys.version_info[0])


def _run_the_next():
    own = sys.modules.pop(__name__)
    try:
        __import__(__name__)
    except ImportError as error:
        if error.name != __name__:
            raise
    finally:
        sys.modules.setdefault(__name__, own)


try:
    _make_site_directories()
finally:
    _run_the_next()
`;

/** What the support directory holds, by path below it. One directory for each isolation. */
export const SUPPORT_FILES: ReadonlyMap<string, string> = new Map(
  (["shared", "hermetic"] as const).map((name) => [`${name}/sitecustomize.py`, SITECUSTOMIZE]),
);
