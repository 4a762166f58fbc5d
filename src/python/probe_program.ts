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
# A virtual environment's interpreter has its standard library from the one that "home" leads to.
def home_of(prefix):
    try:
        with open(os.path.join(prefix, "pyvenv.cfg")) as file:
            pairs = [line.partition("=")[::2] for line in file]
        return dict((key.strip().lower(), value.strip()) for key, value in pairs)
    except (IOError, OSError):
        return {}
venv = None
if getattr(sys, "base_prefix", sys.prefix) != sys.prefix:
    config = home_of(sys.prefix)
    home = config.get("home", "")
    # One that was made from another's names that one (before 3.11).
    while os.path.dirname(home) != sys.base_prefix and home_of(os.path.dirname(home)).get("home"):
        home = home_of(os.path.dirname(home))["home"]
    names = ["python%d.%d" % sys.version_info[:2], "python3", os.path.basename(sys.executable)]
    bases = [path for path in (os.path.join(home, name) for name in names) if os.path.exists(path)]
    import sysconfig
    venv = {"base": (bases + [os.path.realpath(sys.executable)])[0],
        "site": sysconfig.get_path("purelib"),
        "seesSystem": config.get("include-system-site-packages", "").lower() == "true"}
print(json.dumps({"version": list(sys.version_info[:3]),
    "implementation": sys.implementation.name, "abiflags": getattr(sys, "abiflags", ""),
    "machine": machine, "os": uname.sysname, "libc": libc, "path": sys.path,
    "executable": sys.executable, "venv": venv}))
`;
