/**
 * A program that prints everything a process can see of how it was started, as JSON. Started with and
 * without edgeboot by the same parent, the two pictures must be the same but for what is intended. Of
 * /proc/self/status and stat everything is in it, so that a difference that nobody thought of is seen.
 */
export const PICTURE = {
  "picture/__init__.py": "",
  "picture/__main__.py": `
import ctypes, glob, json, os, resource, signal, sys
umask = os.umask(0o22)
os.umask(umask)
def read(path):
    try:
        with open(path, encoding="utf-8", errors="surrogateescape") as file:
            return file.read().strip()
    except OSError as error:
        return "errno %d" % error.errno
def limits():
    names = sorted(name for name in dir(resource) if name.startswith("RLIMIT_"))
    return {name: resource.getrlimit(getattr(resource, name)) for name in names}
libc = ctypes.CDLL(None)
def asked(option):
    value = ctypes.c_int(-1)
    return [libc.prctl(option, ctypes.byref(value)), value.value]
# proc(5): everything but what counts what the process has done so far.
names = """state ppid pgrp session tty_nr tpgid flags minflt cminflt majflt cmajflt utime stime cutime cstime
    priority nice num_threads itrealvalue starttime vsize rss rsslim startcode endcode startstack kstkesp
    kstkeip signal blocked sigignore sigcatch wchan nswap cnswap exit_signal processor rt_priority policy""".split()
line = read("/proc/self/stat")
stat = dict(zip(names, line[line.rindex(")") + 2:].split()))
COUNTS = """state flags minflt cminflt majflt cmajflt utime stime cutime cstime starttime vsize rss startcode
    endcode startstack kstkesp kstkeip wchan processor sigignore""".split()
status = dict(line.split(":\\t", 1) for line in read("/proc/self/status").splitlines())
fds = sorted(int(name) for name in os.listdir("/proc/self/fd"))
fds = [fd for fd in fds if os.path.exists("/proc/self/fd/%d" % fd)]
print(json.dumps({
    "argv": sys.argv[1:], "pid": os.getpid(), "ppid": os.getppid(), "sid": os.getsid(0), "cwd": os.getcwd(), "umask": umask, "limits": limits(),
    "status": {name: value.strip() for name, value in status.items()},
    "stat": {name: value for name, value in stat.items() if name not in COUNTS},
    "fds": {str(fd): os.readlink("/proc/self/fd/%d" % fd) for fd in fds},
    "blocking": {str(fd): os.get_blocking(fd) for fd in fds},
    "nice": os.nice(0), "scheduler": [os.sched_getscheduler(0), os.sched_getparam(0).sched_priority, sorted(os.sched_getaffinity(0))],
    "io_priority": libc.syscall(252, 1, 0) if sys.platform == "linux" and os.uname().machine == "x86_64" else None,
    "proc": {name: read("/proc/self/" + name) for name in ("oom_score_adj", "cgroup", "personality", "timerslack_ns",
        "coredump_filter", "loginuid", "sessionid", "attr/current", "uid_map", "gid_map", "setgroups", "autogroup", "comm")},
    "namespaces": {os.path.basename(path): os.readlink(path) for path in sorted(glob.glob("/proc/self/ns/*"))},
    "links": {name: os.readlink("/proc/self/" + name) for name in ("exe", "root", "cwd")},
    # PR_GET_DUMPABLE, KEEPCAPS, SECUREBITS, NO_NEW_PRIVS, THP_DISABLE; PDEATHSIG, CHILD_SUBREAPER
    "prctl": [[option, libc.prctl(option)] for option in (3, 7, 27, 39, 42)] + [asked(option) for option in (2, 37)],
    "timers": [signal.getitimer(which) for which in range(3)], "alarm": signal.alarm(0),
    "children": read("/proc/self/task/%d/children" % os.getpid()),
    "path": sys.path, "orig_argv": sys.orig_argv if hasattr(sys, "orig_argv") else [],
}))
`,
  // Prints the environment that exec was called with, byte for byte, whatever Python made of it.
  "environ/__init__.py": "",
  "environ/__main__.py": `
import sys
with open("/proc/self/environ", "rb") as file:
    sys.stdout.buffer.write(file.read())
`,
};

/** The environment as pairs, in order; values are Latin-1, so that every byte survives. */
export function parseEnviron(bytes: Uint8Array): [string, string][] {
  const text = [...bytes].map((byte) => String.fromCharCode(byte)).join("");
  return text.split("\0").filter((pair) => pair !== "").map((pair) => {
    const equals = pair.indexOf("=");
    return [pair.slice(0, equals), pair.slice(equals + 1)];
  });
}
