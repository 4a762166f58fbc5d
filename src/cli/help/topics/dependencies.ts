export const DEPENDENCIES = `Where \`edgeboot pack\` takes an app's dependencies from; one of:

  --lock FILE          uv.lock, pylock.toml (PEP 751), poetry.lock (1.1,
                       2.0, 2.1), pdm.lock (4): what the project needs
                       where it runs, without the groups of its
                       developers. --extra NAME and --group NAME add to
                       it. A poetry.lock before 2.1 and a pdm.lock
                       without metadata need the pyproject.toml beside
                       them.
  --requirements FILE  resolved by uv, or by the pip of a Python of the
                       version that is packed for; -r, -c and index
                       options are theirs. Where a hash is stated each
                       project needs one, and nothing else is taken. -e
                       is refused.
  --wheels DIR         all wheels of a directory, of each project the one
                       that fits; beside --lock and --requirements: where
                       to look first
  --venv DIR           what an environment has: its site-packages, and
                       what else its projects have installed; not pip
  --site-packages DIR  a site-packages as it is, as of \`pip install
                       --target\`
  --pyz FILE           a zip application: zipapp, shiv, PEX; it stays one
                       file

Locks and requirements are packed for each --python and each --platform, also
for machines of another kind, as only wheels are taken: the most specific one
that a Python of the target loads. Markers (PEP 508) are those of the target; of
a Python 3.11 that is 3.11.0, so that a backport may come too many and never one
too few. An environment or a zip application is for the Python and the platform
that it was made for; what is in it for others is refused.

A project without a wheel is refused, with what there is of it. --allow-build
NAME builds its source (sdist, git commit, directory) with the target's Python on
this machine: uv or pip, and what its build asks the index for. The wheel is
written anew, in one order and without times, so that equal builds are equal
bytes.

Files are fetched from where the lock says, else from the index by their name,
several at once, and continued where they broke off. Each has to have the
SHA-256 that was locked. They are kept in the cache: a file that is there is
hashed once more and not fetched, also with --offline, which fetches nothing. A
file that no pack has used for 30 days is collected.

Indexes and who you are there: --index-url, UV_DEFAULT_INDEX, UV_INDEX,
PIP_INDEX_URL, PIP_EXTRA_INDEX_URL, pip.conf, ~/.netrc (or NETRC),
UV_INDEX_<NAME>_USERNAME and _PASSWORD, POETRY_HTTP_BASIC_<NAME>_…, or user and
password in a URL. They are in no message, in no release and in no kept file.
`;
