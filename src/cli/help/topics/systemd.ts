export const SYSTEMD = `A unit for an app, and a template whose instances are apps:

  cd /etc/systemd/system
  edgeboot init systemd billing-api > billing-api.service
  edgeboot init systemd --template > edgeboot@.service
  systemctl daemon-reload && systemctl enable --now edgeboot@billing-api

Where more units are asked for (--socket, --prefetch, --collect), each has its path
in the line above it. To put them there:

  edgeboot init systemd --prefetch billing-api | awk '
    /^# \\/etc\\/systemd\\// {
      file = dir = $2; sub("/[^/]*$", "", dir); system("mkdir -p " dir) }
    { print > file }'

Python takes edgeboot's place and PID, so it is \$MAINPID: SIGTERM, ExecReload=,
WatchdogSec=, READY=1 and sockets (LISTEN_FDS) reach the app as if it had been started
itself. \`systemctl restart\` is an update, as each start asks the registry; with
--prefetch a timer asks, and a restart starts what it has fetched.

Slow downloads: with Type=notify the start would fail after TimeoutStartSec=. While
it fetches, edgeboot asks for more time (EXTEND_TIMEOUT_USEC= every 10 s), says in
\`systemctl status\` how far it is, and leaves the app 90 s in the end. How long that
can go on is limited by edgeboot's own limits: 30 s without a byte, --lock-timeout.
With Type=exec the start is done when edgeboot is executed, before anything is
fetched: no time limit applies, and units ordered after it start that early. A
WatchdogSec= is put off in the same way. SIGHUP does nothing while it fetches.

Restarts: RestartPreventExitStatus= has 64, 65, 77, 78, 126 and 127, which no retry
heals. 65, a bad publish, would be downloaded again for ever; it only ends a service
that has never started here, as else the last good release starts. 69, 70, 73, 74
and 75 are tried again, for as long as it takes (StartLimitIntervalSec=0).

Whose cache: DynamicUser= with User=edgeboot is one user for all units that say so,
and one cache, /var/cache/edgeboot. Without User= each unit would have a user of its
own; systemd gives the cache to whoever starts, and edgeboot starts nothing from a
cache of somebody else. The price: apps of one user can change each other's layers;
kept apart they are by a User= and a CacheDirectory= of their own. By hand, as
that user (-E, where no configuration file names the registry):

  systemd-run --pty -p DynamicUser=yes -p User=edgeboot \\
    -p CacheDirectory=edgeboot -E EDGEBOOT_REGISTRY=https://… \\
    edgeboot exec billing-api python

What hardening rules out: MemoryDenyWriteExecute=. V8 writes machine code and
executes it, and ends with SIGTRAP where it cannot; ctypes, cffi and numba do the
same, and a system call filter stays when Python takes over. SystemCallFilter= needs
@pkey besides @system-service (V8's memory protection keys), or an error in place of
a kill. PrivateNetwork= would cut off the registry. What is set can be too much for
an app: ProcSubset=pid for psutil, RestrictAddressFamilies= for AF_NETLINK (interface
lists), @resources for libraries that insist on pinning threads. Take it back in a
drop-in: \`systemctl edit\`. The units need systemd 250 or later (%d).

The journal gets each line with its priority, also as JSON: \`journalctl -p err\`.
`;
