/** What Python sees of itself, with edgeboot and without: every difference is named here. */
import { assertEquals } from "@std/assert";
import { command } from "../support/command.ts";
import { PYTHON } from "../support/python.ts";
import { Sandbox } from "../support/sandbox.ts";

const REPORT = {
  "report.py": `
import sys
before = sorted(sys.modules)
import gc, json, locale, os, signal, site, threading, time, warnings
def stream(s):
    return s and [s.fileno(), s.isatty(), s.encoding, s.errors, s.line_buffering]
with open("/proc/self/cmdline", "rb") as file:
    cmdline = file.read().decode("utf-8", "surrogateescape").split("\\0")
main = sys.modules["__main__"]
print(json.dumps({
    "modules": before, "path": sys.path, "argv": sys.argv, "orig_argv": getattr(sys, "orig_argv", None),
    "cmdline": cmdline, "flags": {n: getattr(sys.flags, n) for n in dir(sys.flags) if n[0] != "_" and n not in ("count", "index")},
    "xoptions": sys._xoptions, "warnoptions": sys.warnoptions, "filters": repr(warnings.filters),
    "executable": sys.executable, "prefixes": [sys.prefix, sys.base_prefix, sys.exec_prefix],
    "streams": [stream(sys.stdin), stream(sys.stdout), stream(sys.stderr)],
    "encodings": [sys.getfilesystemencoding(), sys.getfilesystemencodeerrors(), sys.getdefaultencoding(), locale.getpreferredencoding()],
    "locale": locale.setlocale(locale.LC_ALL), "tz": time.tzname, "cwd": os.getcwd(),
    "signals": {s.name: str(signal.getsignal(s)) for s in signal.valid_signals() if isinstance(s, signal.Signals)},
    "user_site": site.ENABLE_USER_SITE, "threads": threading.active_count(), "gc": [gc.isenabled(), gc.get_threshold()],
    "limits": [sys.getrecursionlimit(), sys.getswitchinterval()], "bytecode": sys.dont_write_bytecode,
    "hooks": [sys.excepthook is sys.__excepthook__, sys.displayhook is sys.__displayhook__],
    # Whatever else sys has or will have: all that is plain data, so that no attribute needs to be thought of.
    "sys": {n: repr(sorted(v) if isinstance(v, frozenset) else v) for n, v in vars(sys).items() if n not in ("path", "argv", "orig_argv", "modules", "meta_path", "path_importer_cache", "flags")
        and isinstance(v, (bool, int, float, str, bytes, tuple, list, dict, frozenset, type(None)))
        and not any(f in repr(v) for f in (" at 0x", "<module"))},
    "path_hooks": [getattr(f, "__qualname__", repr(f)) for f in sys.path_hooks],
    "importers": sorted(type(v).__name__ for v in sys.path_importer_cache.values() if v is None),
    "builtins": sorted(dir(__import__("builtins"))),
    "loader": [repr(__loader__).split(" object")[0], isinstance(__loader__, type(json.__loader__)), repr(type(__import__("pickle").loads(__import__("pickle").dumps(__loader__))))],
    "meta_path": [getattr(f, "__name__", type(f).__name__) for f in sys.meta_path],
    "main": [main.__name__, getattr(main, "__file__", None), main.__spec__ and main.__spec__.name],
    "environ": dict(os.environ),
}))
`,
};

type Report = Record<string, unknown>;

function differences(a: Report, b: Report): Record<string, [unknown, unknown]> {
  const names = new Set([...Object.keys(a), ...Object.keys(b)]);
  return Object.fromEntries(
    [...names].filter((name) => JSON.stringify(a[name]) !== JSON.stringify(b[name]))
      .map((name) => [name, [a[name], b[name]]]),
  );
}

const ARGS = ["a b", "", "--", "-v", "\u00e9\u{1f40d}", "x".repeat(100_000)];
/** What a module is started with in place of a variable that its children would inherit. */
const OPTIONS = Number(PYTHON.version.split(".")[1]) >= 11 ? ["-P"] : [];

interface Both {
  readonly through: Report;
  readonly plain: Report;
  readonly environment: string;
  readonly venv: string;
}

/** The same files and arguments: by edgeboot, and in a virtual environment of the same interpreter. */
async function both(kind: "app" | "deps", warm: boolean): Promise<Both> {
  await using sandbox = await Sandbox.create();
  const { sha256 } = await sandbox.publish("rep", REPORT, {
    ...{ entrypoint: { module: "report" }, isolation: "hermetic" },
    python_args: ["-X", "faulthandler", "-W", "once"],
  });
  const path = `${sandbox.registry}/apps/rep/stable.json`;
  const release = JSON.parse(Deno.readTextFileSync(path));
  release.layers[0].kind = kind;
  Deno.writeTextFileSync(path, JSON.stringify(release));
  const tree = `${sandbox.cache}/v1/trees/sha256/${sha256}`;
  if (warm) await sandbox.edgeboot(["run", "rep", ...ARGS]);
  const through = await sandbox.edgeboot(["run", "rep", ...ARGS]);
  const venv = sandbox.path("venv");
  await command(PYTHON.path, ["-I", "-m", "venv", "--without-pip", venv]);
  // Reading any .pth file imports an encoding, before 3.10 and from 3.13 on.
  const files = { ...kind === "deps" ? REPORT : {}, "any.pth": "# nothing\n" };
  await sandbox.write(`venv/lib/python${PYTHON.version}/site-packages`, files);
  const { PATH, HOME, TMPDIR } = sandbox.environment();
  const environment = (await sandbox.edgeboot(["env", "rep"])).stdout.trim();
  const plain = await command(`${venv}/bin/python`, [
    ...[...OPTIONS, "-X", "faulthandler", "-W", "once", "-m", "report", ...ARGS],
  ], {
    env: {
      ...{ PATH: `${venv}/bin:${PATH}`, HOME: HOME!, TMPDIR: TMPDIR! },
      ...kind === "app" ? { PYTHONPATH: tree } : {},
    },
    ...{ clearEnv: true, cwd: sandbox.root },
  });
  const found = (text: string): Report => JSON.parse(text.replaceAll(venv, environment));
  return { through: found(through.stdout), plain: found(plain.stdout), environment, venv };
}

const CURRENT = ["EDGEBOOT_CURRENT_APP", "EDGEBOOT_CURRENT_DIGEST", "EDGEBOOT_CURRENT_VERSION"];

/** What an app can see of edgeboot against a virtual environment: all else is the same. */
for (const kind of ["app", "deps"] as const) {
  for (const warm of [false, true]) {
    Deno.test(`edgeboot run shows Python a virtual environment and its own variables (${kind}, ${warm ? "warm" : "cold"})`, async () => {
      const { through, plain } = await both(kind, warm);
      const { environ, modules, path_hooks, ...rest } = differences(through, plain);
      assertEquals(rest, {});
      const variables = differences(...environ as [Report, Report]);
      assertEquals(Object.keys(variables).sort(), CURRENT);
      const [more, fewer] = modules as [string[], string[]];
      const added = more.filter((name) => !fewer.includes(name));
      assertEquals(added, ["_edgeboot"]);
      assertEquals(fewer.filter((name) => !more.includes(name)), []);
      // For an app's own modules, whose tree stays as it is.
      const hooks = path_hooks as [string[], string[]] | undefined;
      assertEquals(hooks?.[0].slice(1), kind === "app" ? hooks?.[1] : undefined);
    });
  }
}
