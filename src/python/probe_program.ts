/**
 * Run as `python -I -c`: no environment, no user site, no current directory. glibc's version comes
 * from confstr(3); musl has no such call and its loader prints its version (PEP 656).
 */
export const PROBE_PROGRAM = `
import json, os, sys
libc = ""
try:
    libc = os.confstr("CS_GNU_LIBC_VERSION") or ""
except (AttributeError, OSError, ValueError):
    pass
uname = os.uname()
machine = uname.machine
if sys.maxsize <= 2**32:
    machine = {"x86_64": "i686", "aarch64": "armv7l"}.get(machine, machine)
if not libc and uname.sysname == "Linux":
    import glob, re, subprocess
    for loader in glob.glob("/lib/ld-musl-*.so.1"):
        said = subprocess.run([loader], stderr=subprocess.PIPE).stderr.decode("ascii", "replace")
        found = re.search(r"Version (\\d+\\.\\d+)", said)
        libc = "musl " + found.group(1) if found else ""
print(json.dumps({"version": list(sys.version_info[:3]),
    "implementation": sys.implementation.name, "abiflags": getattr(sys, "abiflags", ""),
    "machine": machine, "os": uname.sysname, "libc": libc, "path": sys.path,
    "executable": sys.executable}))
`;
