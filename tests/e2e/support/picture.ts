/**
 * A program that prints everything a process can see of how it was started, as JSON. Started with and
 * without edgeboot by the same parent, the two pictures must be the same but for what is intended.
 */
export const PICTURE = {
  "picture/__init__.py": "",
  "picture/__main__.py": `
import json, os, resource, sys
umask = os.umask(0o22)
os.umask(umask)
def read(path):
    with open(path) as file:
        return file.read().strip()
def limits():
    names = sorted(name for name in dir(resource) if name.startswith("RLIMIT_"))
    return {name: resource.getrlimit(getattr(resource, name)) for name in names}
status = dict(line.split(":\\t", 1) for line in read("/proc/self/status").splitlines())
kept = ["Uid", "Gid", "Groups", "Umask", "SigBlk", "SigIgn", "CapInh", "CapPrm", "CapEff", "CapBnd",
    "CapAmb", "NoNewPrivs", "Seccomp", "Cpus_allowed", "Threads", "ShdPnd", "SigPnd", "TracerPid"]
fds = sorted(int(name) for name in os.listdir("/proc/self/fd"))
print(json.dumps({
    "argv": sys.argv[1:], "pid": os.getpid(), "ppid": os.getppid(), "sid": os.getsid(0), "cwd": os.getcwd(), "umask": umask, "limits": limits(),
    "status": {name: status[name].strip() for name in kept if name in status},
    "fds": {str(fd): os.readlink("/proc/self/fd/%d" % fd) for fd in fds if os.path.exists("/proc/self/fd/%d" % fd)},
    "nice": os.nice(0), "oom": read("/proc/self/oom_score_adj"),
    "executable": os.readlink("/proc/self/exe"), "comm": read("/proc/self/comm"),
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
