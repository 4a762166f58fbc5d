export const LOGGING =
  `edgeboot writes to stderr only, and on a warm start writes nothing. A cold one
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
several layers are fetched at once), collect (only with limits for the cache),
plan (program and environment).

\`edgeboot schema log\` prints the JSON Schema of every line: ts, level, event,
message, app; of errors code, exit, what, why, next. Events and fields that are
not in it do not exist. "message" is for people and may change.

With --json a command prints one document on stdout, whether it goes well or not:
"schema" (edgeboot.cache-list/v1), "ok", which is true where the exit code is 0, then
what it has found, or "error" with code, exit, what, why, next and facts; what was found
before an error stands beside it. \`edgeboot schema cache-list\` describes it; a name
that is none is answered with all names. People read errors on stderr as ever.

explain, and --dry-run of run, exec and fetch, ask the registry for the release,
unless --offline; interpreters that are not known yet are started and asked.
Nothing else happens: no layer is fetched, no file made or touched, in no cache.
--json prints the same as data. What they name as program, arguments and
environment is what run executes, with two exceptions: values that the release
gives to variables with names of secrets are not shown, and where layers are
missing it shows only once they are unpacked. The exit code is that of the
failure that run would end with, as far as it can be foreseen.
`;

export const METRICS =
  `--timings FILE, EDGEBOOT_TIMINGS: one JSON line is appended about each run, exec
and fetch, when Python takes over or when it fails: app, ref, version, digest,
cold or warm, seconds of each step, bytes, result. \`edgeboot schema timings\`
describes it. Processes may share the file: a line is one write(2) (not on NFS).

--metrics FILE, EDGEBOOT_METRICS: the same added up, for node_exporter's
textfile collector; FILE is in its directory and ends with .prom.

  edgeboot_starts_total{app,command,start,result}      cold, warm; exec, failed…
  edgeboot_failures_total{app,command,exit_code,code}  by error
  edgeboot_start_seconds{app,start}                    _sum and _count
  edgeboot_phase_seconds{app,start,phase}              _sum and _count
  edgeboot_downloaded_bytes_total{app}                 as packed
  edgeboot_unpacked_bytes_total{app}                   of the same layers
  edgeboot_release_info{app,ref,version,digest}        1
  edgeboot_last_start_timestamp_seconds{app}           seconds since 1970
  edgeboot_cache_bytes{cache}                          where it is known

One file for all apps of a machine: processes take turns by a lock on FILE.lock,
and a start that has not had its turn within 5 s goes on uncounted, with a
warning. Users who may not write each other's files need one each; the label
"file" keeps their samples apart, as node_exporter refuses any that occurs
twice. Counters begin anew when the file is removed.

A file that cannot be written is a warning, and the app starts. What is no
regular file is refused, and so is, by --metrics, a file that edgeboot has not
written. Command lines and settings that cannot be read (64, 78) end before
there is anything to count.
`;
