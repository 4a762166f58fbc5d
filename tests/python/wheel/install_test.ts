import { assertEquals, assertStringIncludes } from "@std/assert";
import { installWheel } from "../../../src/python/wheel/install.ts";
import type { WheelSource } from "../../../src/python/wheel/recipe.ts";
import { assertRefused } from "../../support/refusal.ts";
import {
  type Contents,
  madeText,
  placed,
  rawWheel,
  SITE,
  TARGET,
  wheel,
  WHEEL_TEXT,
} from "./support.ts";

const FILE = "My_App-1.0-py3-none-any.whl";
const INFO = "My_App-1.0.dist-info";
const DATA = "My_App-1.0.data";

Deno.test("installWheel puts the files of every scheme where an environment has them", () => {
  const recipe = installWheel(
    wheel(FILE, {
      "my/__init__.py": "",
      [`${DATA}/purelib/pure.py`]: "",
      [`${DATA}/platlib/plat.so`]: "",
      [`${DATA}/data/share/my/a.txt`]: "",
      [`${DATA}/data/etc/my.conf`]: "",
      [`${DATA}/data/lib64/python3.11/site-packages/x.py`]: "",
      [`${DATA}/headers/my.h`]: "",
      [`x:${DATA}/scripts/tool`]: "\x7fELF",
      [`${INFO}/METADATA`]: "",
    }),
    TARGET,
  );
  assertEquals(placed(recipe), {
    "bin/tool": `${DATA}/scripts/tool`,
    "etc/my.conf": `${DATA}/data/etc/my.conf`,
    "include/site/python3.11/My-App/my.h": `${DATA}/headers/my.h`,
    [`${SITE}/My_App-1.0.dist-info/INSTALLER`]: "made",
    [`${SITE}/My_App-1.0.dist-info/METADATA`]: `${INFO}/METADATA`,
    [`${SITE}/My_App-1.0.dist-info/RECORD`]: "made",
    [`${SITE}/My_App-1.0.dist-info/WHEEL`]: `${INFO}/WHEEL`,
    [`${SITE}/my/__init__.py`]: "my/__init__.py",
    [`${SITE}/plat.so`]: `${DATA}/platlib/plat.so`,
    [`${SITE}/pure.py`]: `${DATA}/purelib/pure.py`,
    [`${SITE}/x.py`]: `${DATA}/data/lib64/python3.11/site-packages/x.py`,
    "share/my/a.txt": `${DATA}/data/share/my/a.txt`,
  });
  assertEquals(recipe.warnings, []);
});

Deno.test("installWheel makes a script of each entry point and of each #!python", () => {
  const recipe = installWheel(
    wheel(FILE, {
      [`${INFO}/entry_points.txt`]:
        "[console_scripts]\nmy = my.cli:app.main [fast]\n[gui_scripts]\nmy-window=my.gui:main\n" +
        "[other]\nno = my\n",
      [`x:${DATA}/scripts/run`]: "#!pythonw -u\nprint(1)\n",
      [`${DATA}/scripts/plain`]: "#!python\r\nprint(2)\r\n",
      [`${DATA}/scripts/shell`]: "#!/bin/sh\n",
      // What old builders added for the entry point; the one that is made counts.
      [`${DATA}/scripts/my`]: "#!python\nold\n",
      [`${DATA}/scripts/my-script.py`]: "old",
      [`x:${DATA}/scripts/pythonic`]: "#!pythonic\n",
    }),
    TARGET,
  );
  const scripts = recipe.files.filter(({ target }) => target.startsWith("bin/"));
  assertEquals(scripts.map((file) => [file.target, file.kind === "made" && file.executable]), [
    ...[["bin/my", true], ["bin/my-window", true], ["bin/plain", true]],
    ...[["bin/pythonic", false], ["bin/run", true], ["bin/shell", true]],
  ]);
  assertEquals(madeText(recipe, "bin/run"), "#!/env/bin/python -u\nprint(1)\n");
  assertEquals(madeText(recipe, "bin/plain"), "#!/env/bin/python\nprint(2)\r\n");
  assertEquals(madeText(recipe, "bin/shell"), "#!/bin/sh\n");
  assertStringIncludes(madeText(recipe, "bin/my"), "from my.cli import app\n");
  assertStringIncludes(madeText(recipe, "bin/my"), "sys.exit(app.main())");
});

const STARTED: readonly (readonly [what: string, text: string])[] = [
  ["a docstring", '#!python -u\n"""Usage: x"""\n'],
  [
    "a future import behind a docstring",
    '#!python\n\n# x\n"x"\nfrom __future__ import annotations\n',
  ],
  ["another encoding", "#!python\n# -*- coding: latin-1 -*-\nprint(1)\n"],
];

for (const [what, text] of STARTED) {
  Deno.test(`installWheel starts a script with ${what} from the tree, where other lines are more than one`, () => {
    const source = wheel(FILE, { [`${DATA}/scripts/run`]: text });
    const line = madeText(installWheel(source, TARGET), "bin/run").split("\n", 1)[0]!;
    assertEquals(line.startsWith("#!/env/bin/python"), true, "one line in place of the other");
    const recipe = installWheel(source, { ...TARGET, treeFromScripts: "../trees/abc" });
    const options = text.startsWith("#!python -u") ? "-u " : "";
    assertStringIncludes(
      madeText(recipe, "bin/run"),
      `/python" ${options}"\${f%/*}/../trees/abc/${DATA}/scripts/run" "$@"\n`,
    );
  });
}

Deno.test("installWheel records every file that it installs, from site-packages, and itself last", () => {
  const recipe = installWheel(
    wheel(FILE, {
      "my/a,b.py": "1",
      [`${INFO}/entry_points.txt`]: "[console_scripts]\nmy=my:main\n",
      [`${INFO}/RECORD.jws`]: "{}",
      [`${INFO}/INSTALLER`]: "pip\n",
      [`${DATA}/data/share/x`]: "",
      [`${DATA}/headers/y.h`]: "",
    }),
    TARGET,
  );
  const rows = madeText(recipe, `${SITE}/${INFO}/RECORD`).trimEnd().split("\n");
  const paths = rows.map((row) => row.replace(/,sha256=[\w-]{43},\d+$|,,$/, ""));
  assertEquals(paths, [
    ...["../../../bin/my", "../../../include/site/python3.11/My-App/y.h"],
    ...[`${INFO}/INSTALLER`, `${INFO}/WHEEL`, `${INFO}/entry_points.txt`],
    ...['"my/a,b.py"', "../../../share/x", `${INFO}/RECORD`],
  ]);
  assertEquals(rows.at(-1), `${INFO}/RECORD,,`);
  assertEquals(madeText(recipe, `${SITE}/${INFO}/INSTALLER`), "edgeboot\n");
});

Deno.test("installWheel puts files outside of .data into platlib when the wheel says so", () => {
  const platlib = { ...TARGET, paths: { ...TARGET.paths, platlib: "lib/plat" } };
  const stated = wheel(FILE, { "a.so": "", [`${INFO}/WHEEL`]: "Wheel-Version: 1.0\n" });
  assertEquals(placed(installWheel(stated, platlib))["lib/plat/a.so"], "a.so");
});

const WARNED: [why: string, source: WheelSource, warning: string][] = [
  [
    "its format has a newer minor version",
    wheel(FILE, { [`${INFO}/WHEEL`]: WHEEL_TEXT.replace("1.0", "1.9") }),
    "is of wheel version 1.9",
  ],
  [
    "its RECORD does not mention all files",
    rawWheel(FILE, { [`${INFO}/WHEEL`]: WHEEL_TEXT, [`${INFO}/RECORD`]: "", "b.py": "" }),
    `${INFO}/WHEEL and 1 more`,
  ],
];

for (const [why, source, warning] of WARNED) {
  Deno.test(`installWheel warns when ${why}`, () => {
    const { warnings, files } = installWheel(source, TARGET);
    assertEquals(warnings.length, 1);
    assertStringIncludes(warnings[0]!, warning);
    assertEquals(files.some(({ target }) => target.endsWith("/WHEEL")), true);
  });
}

const record = (row: string): Contents => ({ [`${INFO}/RECORD`]: `${row}\n`, "a.py": "1\n" });
const EMPTY = "sha256=47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU";

const REFUSED: [why: string, contents: Contents, words: string][] = [
  ["its format has a newer major version", {
    [`${INFO}/WHEEL`]: WHEEL_TEXT.replace("1.0", "2.0"),
  }, "wheel version 2.0"],
  ["its format has no version", { [`${INFO}/WHEEL`]: "Tag: py3-none-any\n" }, "Wheel-Version"],
  ["its WHEEL is no text", { [`l:${INFO}/WHEEL`]: "" }, "it has no My_App-1.0.dist-info/WHEEL"],
  ["it has two dist-info directories", { "other-1.dist-info/METADATA": "" }, "several"],
  ["its RECORD is no CSV", record('a.py,"'), "cannot be read"],
  ["its RECORD has four columns", record("a.py,,,"), "cannot be read"],
  ["its RECORD has another digest", record(`a.py,${EMPTY},2`), "a.py is not the file"],
  ["its RECORD has another size", record("a.py,,3"), "a.py is not the file"],
  ["its RECORD has a weak digest", record("a.py,md5=1B2M2Y8AsgTpgAmY7PhCfg,"), "md5"],
  ["its RECORD mentions what is not there", record("b.py,,"), "mentions b.py"],
  ["its RECORD leads outside", record("../a.py,,"), "mentions ../a.py"],
  ["a file leads outside", { "../a.py": "" }, "../a.py"],
  ["a file of .data leads outside", { [`${DATA}/data/../../x`]: "" }, "x"],
  ["a file is absolute", { "/etc/passwd": "" }, "/etc/passwd"],
  ["a path has a backslash", { "a\\b.py": "" }, "a\\b.py"],
  ["a scheme does not exist", { [`${DATA}/stdlib/a.py`]: "" }, "no scheme"],
  ["a file lies beside the schemes", { [`${DATA}/data`]: "" }, "no scheme"],
  ["it has a link", { "l:a.py": "b.py" }, "a.py is a link"],
  ["two files of other content have one place", {
    ...{ "a.py": "1", [`${DATA}/purelib/a.py`]: "2" },
  }, `two of its files go to ${SITE}/a.py`],
  ["it replaces the interpreter", { [`x:${DATA}/scripts/python`]: "" }, "replace bin/python"],
  ["it replaces the configuration", { [`${DATA}/data/pyvenv.cfg`]: "" }, "replace pyvenv.cfg"],
  ["an entry point replaces the interpreter", {
    [`${INFO}/entry_points.txt`]: "[console_scripts]\npython=my:main\n",
  }, "replace bin/python"],
  ["a script has a path for a name", {
    [`${INFO}/entry_points.txt`]: "[console_scripts]\n../x=my:main\n",
  }, "../x"],
  ["a script calls nothing", {
    [`${INFO}/entry_points.txt`]: "[gui_scripts]\nx=my\n",
  }, "x=my"],
];

for (const [why, contents, words] of REFUSED) {
  Deno.test(`installWheel refuses a wheel with 65 when ${why}`, async () => {
    const source = wheel(FILE, contents);
    const error = await assertRefused(() => installWheel(source, TARGET), "WHEEL_INVALID", 65);
    assertStringIncludes(error.text.why, words);
    assertEquals(error.facts.wheel, FILE);
  });
}

Deno.test("installWheel takes the same file twice in one place for one", () => {
  const twice = wheel(FILE, { "a.py": "1", [`${DATA}/purelib/a.py`]: "1" });
  assertEquals(placed(installWheel(twice, TARGET))[`${SITE}/a.py`], "a.py");
});

const SPELLINGS: [file: string, info: string, isSame: boolean][] = [
  ["My_App-1.0-py3-none-any.whl", "my.app-1.0.dist-info", true],
  ["my_app-1.0.post1-py3-none-any.whl", "My__App-1.0_1.dist-info", true],
  ["a-1.0a1-py3-none-any.whl", "A-1.0.alpha1.dist-info", true],
  ["a-1.0rc1-py3-none-any.whl", "a-1.0.c.1.dist-info", true],
  ["a-1.0+local.1-py3-none-any.whl", "a-1.0+local_1.dist-info", true],
  ["a-01.0-py3-none-any.whl", "a-1.0.dist-info", true],
  ["a-1.0-py3-none-any.whl", "b-1.0.dist-info", false],
  ["a-1.0-py3-none-any.whl", "a-1.1.dist-info", false],
  ["a-1.0.dev1-py3-none-any.whl", "a-1.0.dist-info", false],
  ["a-1.0-py3-none-any.whl", "a.dist-info", false],
];

for (const [file, info, isSame] of SPELLINGS) {
  Deno.test(`installWheel ${isSame ? "takes" : "refuses"} ${info} as that of ${file}`, async () => {
    const contents = { [`${info}/WHEEL`]: WHEEL_TEXT, [`${info}/RECORD`]: `${info}/WHEEL,,\n` };
    const install = () => installWheel(rawWheel(file, contents), TARGET);
    if (isSame) assertEquals(install().warnings, []);
    else await assertRefused(install, "WHEEL_INVALID", 65);
  });
}
