export const LAUNCH =
  `Python replaces edgeboot (exec): same PID, arguments, standard streams, working
directory, umask, limits, signals and inherited descriptors.

An app runs in a virtual environment (PEP 405) that edgeboot composes in the cache, once
for its layers and the interpreter; \`edgeboot env APP\` prints where. What is executed is
its bin/python. Dependencies (layers of kind "deps" and "wheel", and any import root
that is itself a site-packages) are its site-packages; share/ and etc/ of all layers are
merged below sys.prefix, the first layer's file where two have one of a name. App layers
stay in their trees and are PYTHONPATH; children that lose it find them, too.

Set:      PYTHONPATH (import roots of app layers, in order), PATH (the environment's bin,
          then the bin of app layers), EDGEBOOT_CURRENT_APP, EDGEBOOT_CURRENT_VERSION,
          EDGEBOOT_CURRENT_DIGEST
Dropped:  PYTHONHOME, PYTHONEXECUTABLE, VIRTUAL_ENV, __PYVENV_LAUNCHER__, an
          inherited PYTHONPATH (kept with --inherit-pythonpath), edgeboot's own
          variables and secrets
Options:  -P for modules and callables (3.11 and later), so that the working directory
          is not imported from; -s where packages of the base image are visible
Then the release's env: default, set, unset.

.pth files of the layers are processed, before sitecustomize. The environment's bin has
python and the console scripts of all layers, also those that only metadata declares,
and no path in them: \`$(edgeboot env APP)/bin/celery\` starts with nothing in front of
it, and is as safe from every collector as what run started. These scripts need a
/bin/sh; in an image without one \`edgeboot run\` and \`edgeboot exec\` start them, or
bin/python with the script. Callables start from a
file, so that servers can start themselves anew (gunicorn on SIGUSR2, reloaders).

Bytecode that a layer brings is used. What it does not bring, fetch compiles and Python
itself leaves, beside the trees, which never change. Where there is none and a start may
not leave any (another user's cache), -v and \`edgeboot doctor APP\` say so. An app that writes beside its own
modules (Django's db.sqlite3, STATIC_ROOT, MEDIA_ROOT) is warned once: what it writes
belongs to that one release. State belongs in a directory of its own: a volume,
StateDirectory= of a unit, /var/lib/APP. What root changes in a file of a layer is changed
for all releases that share it, and \`verify\` moves it away. Certificates that a hook of
the base image or an entry script adds to those of certifi, botocore or httplib2 are the
exception: that file is the environment's own, until it is made anew. REQUESTS_CA_BUNDLE,
AWS_CA_BUNDLE and SSL_CERT_FILE need no such change.

Where the cache cannot be written and has no environment, one is made in $TMPDIR; where
that cannot be either, PYTHONPATH has to do, and a warning says what is lost. So it is
with interpreters older than 3.8. Root's ~/.cache is closed to others where its home is:
a server that changes its user needs EDGEBOOT_CACHE=/var/cache/edgeboot.

"isolation": "hermetic" hides the base image's packages in every process; "shared"
leaves them visible behind the layers. The default is hermetic where the release has
dependencies of its own, else shared. "python_args" (of the release or
of an entry point) are options of the interpreter: -X, -W, -O, -b, -d, -q, -u, -v.
An entry point's "args" come before those of the command line; its "default_args"
are taken where the command line has none.

A link to edgeboot is a command: \`ln -s edgeboot billing-api\` starts that app, and
with EDGEBOOT_APP set the link names an entry point of it. Every argument is the
app's. Links called edgeboot…, entrypoint… and docker-entrypoint… are edgeboot.

--spawn: Python is a child and edgeboot stays its parent: signals are passed on, its
exit code or the signal that ended it is edgeboot's own. The PID is not the same then
(LISTEN_PID, PIDFile=). It is no way round a sandbox that refuses execve (seccomp), as
a child needs it, too, nor one where the C library cannot be opened.

It is for an app that is no init but PID 1 of a container: edgeboot then takes the
status of the processes that others leave behind (zombies in \`ps\`), and SIGTERM ends
an app that has no handler for it. No second init (tini) is needed. What edgeboot knew,
tokens and the registry's password among it, cannot be read in /proc/1/environ.

What an app can see of edgeboot, against a virtual environment; all else is the same,
and a test compares all of /proc/self/status and stat, sys and the environment:

sys.modules:  _edgeboot, which keeps the lease
sys.path_hooks:  one in front, for bytecode of an app's own modules
sys.flags:  safe_path for modules and callables, no_user_site where isolation is shared
variables:  those above; __file__ of an app's own modules is in the cache
leases:  one descriptor, at 40 or above
streams:  closed ones are /dev/null: the runtime opens them
SIGPIPE:  at its default action
rusage:  ru_maxrss and CPU times count from edgeboot's start: 42 MB, 30 ms, and on a cold
      start the children that asked for a Python

Import roots of a layer that states no python_paths: its root where that holds
packages, site-packages, lib/python3.X/site-packages (python3.13t, pypy3.10) and the same
in .venv, venv or env; local/lib/python3.X/dist-packages (pip install --prefix on Debian);
python/ and the same in it where no modules lie beside it (AWS Lambda); src/ with packages
in it, of a project; of kind "deps" also a folder with distributions in it. An entry point
that is further below is refused, and the folder named. Links bin/python* of a packed
virtual environment are left out. What an editable install leads to is no part of a
layer: fetch and the first start name it.

SIGPIPE starts at its default action, as the runtime's own setting must not be
inherited. Variables that are not UTF-8 are passed on. Limits of the runtime, before
any code of edgeboot runs: an argument that is not UTF-8 ends it with "panicked at
cli/rt/binary.rs" and status 134 (SIGABRT); a deleted working directory with "error:
No such file or directory (os error 2)" and 1: start it with \`cd /\` there; less than 36
GB of address space (\`ulimit -v\`, LimitAS=) with "Fatal process out of memory: Oilpan:
CagedHeap reservation" and 133 (SIGTRAP): limit memory by a control group (MemoryMax=,
docker's --memory), or the app alone, \`edgeboot exec APP sh -c 'ulimit -v …; exec …'\`.
On arm64 also a TMPDIR that is empty or relative, with "Could not convert path to URL"
and 1, and NODE_CHANNEL_FD, which a parent made with Node sets, with "Failed to open IPC
channel" and 1: start it with TMPDIR=/tmp and \`env -u NODE_CHANNEL_FD\`. On x86-64 both
are kept from the runtime, and reach the app as they are.
`;

export const PYTHON =
  `Which interpreter starts an app: --python or EDGEBOOT_PYTHON, else the first that the
release's "python" and a variant's tags fit, of

  python3, python, python3.N along PATH
  the same in /usr/local/bin, /usr/bin, /opt/python/bin, /opt/venv/bin
  pyenv's versions ($PYENV_ROOT, ~/.pyenv), uv's ($UV_PYTHON_INSTALL_DIR,
  ~/.local/share/uv/python), and /opt/*/bin, the newest first

An interpreter is asked once for version, ABI, machine and libc; the answer is kept
while its file is the same. Tags are matched as pip matches them (PEP 425, 600, 656).
A variant's "system_libs" are looked up as the loader would (the interpreter's own
rpath and libraries, LD_LIBRARY_PATH, ld.so.cache, default directories; musl's) before
anything is fetched, and in the rpaths of layers that are cached already; what a
layer brings along itself is no system library and need not be listed. What does not
fit is refused with 78, nothing is downloaded, and \`edgeboot inspect\` says for each
variant why it fits or not. Once a release has started here its libraries are not
looked up again: after a change of the base image \`edgeboot doctor APP\` or
\`edgeboot fetch APP\` does.

--compile-bytecode auto (the default) compiles in \`edgeboot fetch\` what came without
bytecode, or with one that does not fit; always on a cold start, too, where the app waits
for it; never leaves it to Python, which keeps what it imports. Layers packed with bytecode need none of it.
`;
