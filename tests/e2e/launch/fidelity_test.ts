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
    # Whatever else sys has or will have: all that is plain data, so that no attribute needs to be thought of.
    "sys": {n: repr(sorted(v) if isinstance(v, frozenset) else v) for n, v in vars(sys).items() if n not in ("path", "argv", "orig_argv", "modules", "meta_path", "path_importer_cache", "flags")
        and isinstance(v, (bool, int, float, str, bytes, tuple, list, dict, frozenset, type(None)))
        and not any(f in repr(v) for f in (" at 0x", "<module"))},
    "path_hooks": [getattr(f, "__qualname__", repr(f)) for f in sys.path_hooks],
    "importers": sorted(type(v).__name__ for v in sys.path_importer_cache.values() if v is None),
    "builtins": sorted(dir(__import__("builtins"))),
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

/** What differs from a virtual environment on the same interpreter with the same files in it, and why. */
const INTENDED: Readonly<Record<string, string>> = {
  executable: "the chosen interpreter is executed as it was found",
  prefixes: "so sys.prefix is the base image's, as without a virtual environment",
  path: "the layers come first; no working directory; the base image's packages behind (isolation)",
  flags: "safe_path, no_user_site and dont_write_bytecode, set by variables that children inherit",
  bytecode: "trees are read-only",
  environ: "PYTHON… as above, EDGEBOOT_CURRENT_…",
  main: "its file is in a tree of the cache",
  argv: "as main",
  orig_argv: "as executable",
  cmdline: "as executable",
  sys: "as executable, prefixes, bytecode",
  modules:
    "the base image's own .pth files and sitecustomize run, as without a virtual environment",
  meta_path: "as modules",
  user_site: "off by a variable in place of pyvenv.cfg",
};

Deno.test("edgeboot run differs from a virtual environment in what is intended, and in nothing else", async () => {
  await using sandbox = await Sandbox.create();
  const { sha256 } = await sandbox.publish("rep", REPORT, { entrypoint: { module: "report" } });
  const tree = `${sandbox.cache}/v1/trees/sha256/${sha256}`;
  const venv = sandbox.path("venv");
  await command(PYTHON.path, ["-I", "-m", "venv", "--without-pip", venv]);
  const packages = `venv/lib/python${PYTHON.version}/site-packages`;
  const installed = await sandbox.write(packages, REPORT);
  const { PATH, HOME, TMPDIR } = sandbox.environment();
  const plain = await command(`${venv}/bin/python3`, ["-m", "report", ...ARGS], {
    env: { PATH: PATH!, HOME: HOME!, TMPDIR: TMPDIR! },
    ...{ clearEnv: true, cwd: sandbox.root },
  });
  for (const start of ["cold", "warm"]) {
    const through = await sandbox.edgeboot(["run", "rep", ...ARGS]);
    const [ours, theirs]: Report[] = [JSON.parse(through.stdout), JSON.parse(plain.stdout)];
    const found = differences(ours!, theirs!);
    const unknown = Object.entries(found).filter(([name]) => INTENDED[name] === undefined);
    assertEquals(unknown, [], start);
    const inside = (name: string) => differences(...found[name] as [Report, Report]);
    const flags = ["safe_path", "no_user_site", "dont_write_bytecode"];
    const set = Object.keys(inside("flags"));
    assertEquals(set.filter((name) => !flags.includes(name)), []);
    const attributes = ["executable", "_base_executable", "_home", "prefix", "exec_prefix"];
    assertEquals(
      Object.keys(inside("sys")).filter((name) => !attributes.includes(name)),
      ["dont_write_bytecode"],
    );
    const variables = Object.keys(inside("environ")).filter((name) => !(name in SET)).sort();
    assertEquals(variables, [
      ...["EDGEBOOT_CURRENT_APP", "EDGEBOOT_CURRENT_DIGEST", "EDGEBOOT_CURRENT_VERSION"],
      "PYTHONPATH",
    ]);
    const normal = (value: unknown) =>
      JSON.parse(
        JSON.stringify(value).replaceAll(tree, "<app>").replaceAll(installed, "<app>")
          .replaceAll(`${venv}/bin/python3`, "<python>").replaceAll(PYTHON.path, "<python>"),
      );
    for (const name of ["main", "argv", "orig_argv", "cmdline", "executable"]) {
      assertEquals(normal(ours![name]), normal(theirs![name]), name);
    }
    assertEquals((ours!.path as string[])[0], tree);
  }
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
