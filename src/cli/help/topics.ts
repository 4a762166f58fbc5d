import { SYSTEMD } from "./systemd_topic.ts";

export const OVERVIEW =
  `edgeboot fetches a Python app's bundle, checks its SHA-256, unpacks it into a
cache and execs Python with the right PYTHONPATH.

  edgeboot run APP[@REF] [ARGS…]
  edgeboot run --bundle URL --sha256 HEX [--entry E] [-- ARGS…]
`;

export const EXIT_MEANINGS: Readonly<Record<number, string>> = {
  64: "usage: bad flag, bad app ID",
  65: "data: digest mismatch, hostile or broken archive, bad release JSON, damaged cache",
  69: "unavailable: registry or blob not reachable and nothing usable in the cache",
  70: "internal error: a bug, with how to report it",
  73: "the cache cannot be created or written",
  74: "I/O: disk full, read error",
  75: "temporary: lock wait ran out",
  77: "permission denied by the registry (401, 403) or the file system",
  78: "configuration: no registry, no such app or ref, no variant fits this machine",
  126: "Python found but cannot be executed",
  127: "no Python or no entry point found",
};

export const TOPICS: Readonly<Record<string, string>> = {
  registry: `A registry is a directory, or the same behind any web server:

  <registry>/apps/<app>/<ref>.json    the release that a channel or version stands for
  <registry>/blobs/sha256/<hex>       layers, and releases that are started by digest

A registry by hand, for a zip that is on a server today:

  mkdir -p /srv/registry/apps/hello
  cp hello.zip /srv/registry/apps/hello/
  cat > /srv/registry/apps/hello/stable.json <<END
  { "schema": "edgeboot.release/v1", "app": "hello", "version": "1",
    "layers": [ { "url": "hello.zip", "sha256": "<of hello.zip>" } ],
    "entrypoint": { "module": "hello" } }
  END
  edgeboot run --registry /srv/registry hello

\`edgeboot schema\` prints the JSON Schema of a release.
`,
  launch: `Python replaces edgeboot (exec): same PID, arguments, standard streams, working
directory, umask, limits, signals and inherited descriptors.

Set:      PYTHONPATH (the layers' import roots, in order), PYTHONNOUSERSITE=1,
          PYTHONDONTWRITEBYTECODE=1, PYTHONSAFEPATH=1 (not for scripts and zip
          applications, which need their own directory), PATH (the layers' bin first),
          EDGEBOOT_CURRENT_APP, EDGEBOOT_CURRENT_VERSION, EDGEBOOT_CURRENT_DIGEST
Dropped:  PYTHONHOME, PYTHONEXECUTABLE, VIRTUAL_ENV, __PYVENV_LAUNCHER__, an
          inherited PYTHONPATH (kept with --inherit-pythonpath), edgeboot's own
          variables and secrets
Then the release's env: default, set, unset.

.pth files of the layers are processed as in a site-packages directory: where a
layer has some, a directory with edgeboot's sitecustomize comes first on PYTHONPATH;
it takes itself off sys.path and runs the next sitecustomize (the base image's, a
layer's). A sitecustomize that is put in front of it and does not run the next one
(opentelemetry-instrument's) keeps .pth files from being processed in that process.

PATH starts with what the bin of a virtual environment has: python, and the console
scripts of the layers, run by the chosen interpreter whatever their first line
names. Callables, and console scripts that are only declared in metadata, start from
a file, so that servers can start themselves anew (gunicorn on SIGUSR2, reloaders).

"isolation": "hermetic" hides the base image's packages in every process; "shared",
the default, leaves them visible behind the layers. "python_args" (of the release or
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

What an app can see of edgeboot, against a virtual environment; all else is the same,
and a test compares all of /proc/self/status and stat, sys and the environment:

sys.executable:  the interpreter that was found
sys.prefix:  that interpreter's, or the first layer with share/ or etc/, as packages look there
sys.path:  layers before the standard library, the base image's packages behind ("shared"),
      whose .pth files run
sys.flags:  safe_path, no_user_site, dont_write_bytecode
variables:  those above; __file__ is in the cache
sitecustomize:  edgeboot's, where .pth files, share/ or hermetic need it
leases:  one descriptor for each layer, from 40 on
streams:  closed ones are /dev/null: the runtime opens them
SIGPIPE:  at its default action
rusage:  ru_maxrss and CPU times count from edgeboot's start: 42 MB, 30 ms, and on a cold
      start the children that asked for a Python

Import roots of a layer that states no python_paths: its root where that holds
packages, site-packages, lib/python3.X/site-packages (python3.13t, pypy3.10) and
the same in .venv, venv or env. Links bin/python* of a packed virtual environment are
left out.

SIGPIPE starts at its default action, as the runtime's own setting must not be
inherited. Variables that are not UTF-8 are passed on. Limits of the runtime, before
any code of edgeboot runs: an argument that is not UTF-8 ends it with "panicked at
cli/rt/binary.rs" and status 134 (SIGABRT); a deleted working directory with "error:
No such file or directory (os error 2)" and 1.
`,
  python: `Which interpreter starts an app: --python or EDGEBOOT_PYTHON, else the first that the
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
variant why it fits or not.

--compile-bytecode auto (the default) compiles layers of kind "deps" that were
packed without bytecode in \`edgeboot fetch\`; always compiles every layer, and on a
cold start too, where the app waits for it (pandas and scipy: 4 s, and 1.5 s less
on each start after); never leaves it. Layers packed with bytecode need none of it.
`,
  doctor: `Each line is ok, a warning or a problem; what is not ok says what to do. Nothing is
changed: only probe files (.edgeboot-doctor-…) are written, in the cache and in
/tmp, and removed at once. It works without registry, cache or Python, and with a
broken configuration.

  edgeboot  version; whether the kernel lets it exec
  settings  every value and where it came from, secrets hidden; unknown variables
  cache     place and why, owner, file system, locks, room, content, leftovers
  registry  name, connection, TLS, answer, access; through the proxy if one is set
  machine   clock (beside the registry's), system, user, container or systemd, /tmp
  python    every interpreter that a start would consider, in its order
  app       release, variant, layers, room, entry points, and libraries

The registry is asked for apps/edgeboot-doctor/none.json, which none has.

With APP each ELF file of its cached layers is loaded on paper as ld.so(8) would
(DT_RPATH, LD_LIBRARY_PATH, DT_RUNPATH, ld.so.cache, default directories, $ORIGIN;
musl's way on musl): missing libraries with the files that need them and Debian's
package, symbol versions such as GLIBC_2.38 that the system lacks, files for another
machine. What an extension module lacks is a problem, as its import fails; what only
plugins and programs lack, which are opened by their path, is a warning. --fetch
fetches the app first; without it nothing is fetched.

Exit code: 0 without a problem, else that of the first problem, as a start would end:
65, 69, 73, 74, 77, 78, 126, 127 (\`edgeboot help exit-codes\`). Warnings do not count.

--json, of which fields may be added later:

  { "schema": "edgeboot.doctor/v1", "status": "ok|warning|problem", "exit": 0,
    "sections": [ { "section": "cache", "checks": [
      { "name": "locks", "status": "ok|warning|problem", "text": "…",
        "next": "what to do; absent where ok", "code": "of a problem",
        "details": ["…"], "facts": { } } ] } ] }
`,
  cache: `trees/sha256/<hex>/ holds one unpacked layer: complete, synced and read-only, or
absent. It appears by one rename out of a work directory with a random name, so
that a kill at any moment leaves nothing half done that a later start could see.

Root: --cache, EDGEBOOT_CACHE, else the first that can be used of $CACHE_DIRECTORY
(systemd), $XDG_CACHE_HOME/edgeboot, ~/.cache/edgeboot, /var/cache/edgeboot, and
at last a private directory in $TMPDIR.

A running app holds a shared lock on a lease of each of its trees, through
descriptors from 40 on that survive exec. \`edgeboot cache gc\` needs the exclusive
one and never waits for it: what runs is kept, whoever collects, in whatever
container. Trees without a lease (brought by an image), and all trees where locks
do not work (some network file systems; others grant every lock to everybody, which
is tried out first), are kept, too: nobody can tell whether they are in use. Who
knows that nothing runs for longer says so with --unlocked-age.

  edgeboot cache gc                   all that no kept release needs
  edgeboot cache gc --keep 1          … of each app only the last release stays
  edgeboot cache gc --max-size 20GB   the least recently used, until that is met
  edgeboot cache gc --max-age 30d     what was not used for that long
  edgeboot cache gc --keep 0 --max-size 0      all that is not in use or pinned
  edgeboot cache gc --unlocked-age 30d         also what nobody can tell about,
                                               if not started for that long
  edgeboot cache gc --quarantine-age 30d       also what \`verify\` moved that
                                               long ago

Kept are pinned releases, what a channel stands for, and the last N of each app
(2). They go by age alone (pinned ones not at all), never for room. Last use is
recorded to the hour. With EDGEBOOT_CACHE_MAX_SIZE or EDGEBOOT_CACHE_MAX_AGE every
cold start collects; a warm start never does. A fetch that cannot fit collects what
nothing needs, and else ends with 74 before it downloads anything.

Of several starters of one layer one fetches it, the others wait (--lock-timeout).

Nothing is started from a cache, or a tree, of another user, nor from a root that
every user can write: root, this user and --trusted-uids are trusted.

A warm start creates no file, hashes nothing and takes no lock that writes; it runs
from a read-only cache. It asks the registry what a channel or version stands for
(--refresh, --offline change that), and nothing at all for APP@sha256:<hex>. When
the registry does not answer, or what is new there cannot be verified, unpacked or
stored, or does not fit, the last release that started here is started, with a
warning: after at most 3 s of silence, 11 s for a layer's first byte. A registry that
says no (401, 403, 404) is believed.

A download that broke off, by a kill or by the network, is continued by the next
start where its origin still has the same content (a strong ETag; below
blobs/sha256/ the same length), and verified as a whole. File systems without locks
begin anew.

\`edgeboot verify\` compares every file with the record made when it was unpacked:
content, mode, link target, what is missing, what is extra. A damaged tree is moved
to v1/quarantine/ and the next start fetches it anew; while an app runs from it, it
stays, unless --force. \`cache list --quarantine\` shows what is there, and only
\`cache gc --quarantine-age\` removes it: no limit counts it, no cold start does.
Trees without a record, as an image provides them, are listed as such. Exit 65
where something is damaged.
`,
  logging: `edgeboot writes to stderr only, and on a warm start writes nothing. A cold one
shows a bar on a terminal, else one line at its start and one at its end.
NO_COLOR and TERM=dumb are honoured; what is no terminal gets neither colours
nor a bar.

  edgeboot explain APP     what a start would do, step by step; writes nothing
  edgeboot run -v APP      what it does, and how long each step took
  edgeboot run -vv APP     also why: settings and their origin, interpreters, leases
  EDGEBOOT_LOG=json        each line a JSON object, with --log-level debug all of them

The steps: runtime (before edgeboot's own code), settings, release (what the
channel stands for), python (asking interpreters), fit (variant, system
libraries), leases, layers (wait, download, verify, unpack, publish: sums, as
several layers are fetched at once), collect (only with a budget for the cache),
plan (program and environment).

\`edgeboot schema log\` prints the JSON Schema of every line: ts, level, event,
message, app; of errors code, exit, what, why, next. Events and fields that are
not in it do not exist. "message" is for people and may change.

explain, and --dry-run of run, exec and fetch, ask the registry for the release,
unless --offline; interpreters that are not known yet are started and asked.
Nothing else happens: no layer is fetched, no file made or touched, in no cache.
--json prints the same as data. What they name as program, arguments and
environment is what run executes, with two exceptions: values that the release
gives to variables with names of secrets are not shown, and where layers are
missing it shows only once they are unpacked. The exit code is that of the
failure that run would end with, as far as it can be foreseen.
`,
  metrics: `--timings FILE, EDGEBOOT_TIMINGS: one JSON line is appended about each run, exec
and fetch, when Python takes over or when it fails: app, ref, version, digest,
cold or warm, seconds of each step, bytes, result. \`edgeboot schema timings\`
describes it. Processes may share the file: a line is one write(2) (not on NFS).

--metrics FILE, EDGEBOOT_METRICS: the same added up, for node_exporter's
textfile collector; FILE is in its directory and ends with .prom.

  edgeboot_starts_total{app,command,start,result}     cold, warm; exec, failed …
  edgeboot_failures_total{app,command,exit_code,code}
  edgeboot_start_seconds{app,start}                   _sum and _count
  edgeboot_phase_seconds{app,start,phase}             _sum and _count
  edgeboot_downloaded_bytes_total{app}
  edgeboot_unpacked_bytes_total{app}
  edgeboot_release_info{app,ref,version,digest}       1
  edgeboot_last_start_timestamp_seconds{app}
  edgeboot_cache_bytes{cache}                         where it is known

One file for all apps of a machine: processes take turns by a lock on FILE.lock,
and a start that has not had its turn within 5 s goes on uncounted, with a
warning. Users who may not write each other's files need one each; the label
"file" keeps their samples apart, as node_exporter refuses any that occurs
twice. Counters begin anew when the file is removed.

A file that cannot be written is a warning, and the app starts. What is no
regular file is refused, and so is, by --metrics, a file that edgeboot has not
written. Command lines and settings that cannot be read (64, 78) end before
there is anything to count.
`,
  rollback: `What a channel or version has stood for on this machine, and how to go back:

  edgeboot history billing-api            releases, newest first; which are cached
  edgeboot rollback billing-api           start the one before from now on, at once
  edgeboot pin billing-api 1.4.2          start this one, whatever the registry says
  edgeboot pin billing-api                stay with the one that starts now
  edgeboot pin --remove billing-api       follow the registry again

A pin is kept in the cache, for one registry, app and channel. While it holds, \`run\`
asks the registry nothing and says so at -v only. \`rollback\` takes the newest earlier
release whose layers are all cached, and says which it passed over; a second
\`rollback\` goes one further. 20 releases are remembered.
`,
  systemd: SYSTEMD,
};
