/** What Python sees of itself, with edgeboot and without: every difference is named here. */
import { assertEquals } from "@std/assert";
import { SUPPORT_ID } from "../../../src/launch/sitecustomize.ts";
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
    "meta_path": [getattr(f, "__name__", type(f).__name__) for f in sys.meta_path],
    "main": [main.__name__, getattr(main, "__file__", None), main.__spec__ and main.__spec__.name],
    "environ": dict(os.environ),
}))
`,
};

type Report = Record<string, unknown>;

/** Of the release and the settings of Python, each in the contract of a launch. */
const SET = {
  PYTHONNOUSERSITE: "1",
  PYTHONDONTWRITEBYTECODE: "1",
  PYTHONSAFEPATH: "1",
};

async function both(files: Readonly<Record<string, string>>, args: readonly string[]) {
  await using sandbox = await Sandbox.create();
  const { sha256 } = await sandbox.publish("rep", { ...REPORT, ...files }, {
    ...{ entrypoint: { module: "report" }, python_args: ["-X", "faulthandler", "-W", "once"] },
  });
  const tree = `${sandbox.cache}/v1/trees/sha256/${sha256}`;
  const through = await sandbox.edgeboot(["run", "rep", ...args]);
  const { PATH, HOME, TMPDIR } = sandbox.environment();
  const plain = await command(PYTHON.path, [
    ...["-X", "faulthandler", "-W", "once", "-m", "report", ...args],
  ], {
    env: { PATH: PATH!, HOME: HOME!, TMPDIR: TMPDIR!, PYTHONPATH: tree, ...SET },
    ...{ clearEnv: true, cwd: sandbox.root },
  });
  const found = (text: string): Report => JSON.parse(text);
  return {
    through: found(through.stdout),
    plain: found(plain.stdout),
    tree,
    support: `${sandbox.cache}/v1/support/${SUPPORT_ID}/shared`,
  };
}

function differences(a: Report, b: Report): Record<string, [unknown, unknown]> {
  const names = new Set([...Object.keys(a), ...Object.keys(b)]);
  return Object.fromEntries(
    [...names].filter((name) => JSON.stringify(a[name]) !== JSON.stringify(b[name]))
      .map((name) => [name, [a[name], b[name]]]),
  );
}

const ARGS = ["a b", "", "--", "-v", "\u00e9\u{1f40d}", "x".repeat(100_000)];

Deno.test("edgeboot run shows Python nothing but its own variables when no layer has .pth files", async () => {
  const { through, plain } = await both({}, ARGS);
  const { environ, ...rest } = differences(through, plain);
  assertEquals(rest, {});
  const variables = differences(...environ as [Report, Report]);
  const kept = Object.entries(variables).map(([name, [, without]]) => [name, without]);
  assertEquals(kept, [
    ["EDGEBOOT_CURRENT_APP", undefined],
    ["EDGEBOOT_CURRENT_VERSION", undefined],
    ["EDGEBOOT_CURRENT_DIGEST", undefined],
  ]);
});

Deno.test("edgeboot run shows Python the module sitecustomize and its directory when a layer has .pth files", async () => {
  const { through, plain, tree, support } = await both({ "x.pth": "sub\n", "sub/y.py": "" }, ARGS);
  const { environ, modules, path, ...rest } = differences(through, plain);
  assertEquals(rest, {});
  const [withIt, without] = path as [string[], string[]];
  const expected = without.flatMap((path) => path === tree ? [tree, `${tree}/sub`] : [path]);
  assertEquals(withIt, expected, "and plain Python misses sub");
  // A base image with a sitecustomize of its own (Debian) already has that module.
  const [more, fewer] = (modules ?? [[], []]) as [string[], string[]];
  const added = more.filter((name) => !fewer.includes(name));
  assertEquals(added, modules === undefined ? [] : ["sitecustomize"]);
  assertEquals(fewer.filter((name) => !more.includes(name)), []);
  const variables = differences(...environ as [Report, Report]);
  assertEquals(variables.PYTHONPATH, [`${support}:${tree}`, tree]);
});
