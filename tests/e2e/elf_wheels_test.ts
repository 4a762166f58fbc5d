import { assertEquals } from "@std/assert";
import { readElf } from "../../src/elf/read.ts";
import type { Elf } from "../../src/elf/file.ts";
import { isModule } from "../../src/elf/names.ts";
import { isFor } from "../../src/elf/machines.ts";
import { walkElfs } from "../../src/elf/walk.ts";
import { treeElfs } from "../../src/elf/tree_elfs.ts";
import { PROBE_PROGRAM } from "../../src/python/probe_program.ts";
import { parseProbe } from "../../src/python/probe_answer.ts";
import { loaderLook } from "../../src/launch/loader_look.ts";
import { hostFs } from "../../src/host/host_fs.ts";
import { missingOf, wheelsOf } from "./support/apps.ts";
import { command, output } from "./support/command.ts";
import { e2e, firstOf, needsProgram } from "./support/e2e.ts";
import { PYTHON } from "./support/python.ts";

const wheels = await wheelsOf(
  "elf",
  ...["numpy==2.2.6", "psycopg[binary]==3.2.9", "pillow==11.2.1", "cryptography==45.0.4"],
  ...["numba==0.61.2", "debugpy==1.8.14"],
);
const root = "venv" in wheels ? `${wheels.venv}/lib/python${PYTHON.version}/site-packages` : "";
const look = loaderLook(hostFs);
const read = (path: string) => readElf(path, look);
const files = () => [...treeElfs(root, read, look)] as { path: string; elf: Elf }[];

e2e(
  "parseElf reads of every ELF file of real wheels what readelf reads",
  firstOf(missingOf(wheels), await needsProgram("readelf", "--version")),
  async () => {
    const found = files();
    assertEquals(found.length > 50, true, `${found.length} files`);
    for (const { path, elf } of found) {
      const dynamic = await output("readelf", ["-dW", path]);
      const all = (tag: string) =>
        [...dynamic.matchAll(new RegExp(`\\(${tag}\\).*\\[(.*)\\]`, "g"))].map(([, text]) => text);
      assertEquals(
        [elf.needed, elf.soname, elf.rpath, elf.runpath],
        [all("NEEDED"), all("SONAME")[0], all("RPATH")[0], all("RUNPATH")[0]],
        path,
      );
      const versions = await output("readelf", ["-VW", path]);
      const needs = versions.split(/Version needs section/)[1] ?? "";
      const names = [...needs.matchAll(/Name: (\S+) +Flags: (\S+)/g)].map(([, name]) => name);
      assertEquals(elf.versionNeeds.map(({ version }) => version), names, path);
    }
  },
);

e2e(
  "walkElfs misses of real wheels the libraries that ldd misses",
  firstOf(missingOf(wheels), await needsProgram("ldd", "--version")),
  async () => {
    const probed = await output(PYTHON.path, ["-I", "-c", PROBE_PROGRAM]);
    const { info } = parseProbe(PYTHON.path, probed)!;
    const report = walkElfs(info, { python: PYTHON.path, trees: [root] }, look);
    // A library of a `*.libs` directory, looked at alone, lacks what it finds by its module's DT_RPATH.
    const modules = files().filter(({ path, elf }) => isModule(path) && isFor(PYTHON.machine, elf));
    assertEquals(modules.length > 30, true, `${modules.length} modules`);
    const lacking = new Set<string>();
    for (const { path } of modules) {
      const { stdout } = await command("ldd", [path]);
      for (const [, library] of stdout.matchAll(/^\s*(\S+) => not found/gm)) lacking.add(library!);
    }
    const ours = report.missing.map(({ library }) => library).sort();
    assertEquals(ours, [...lacking].sort());
    assertEquals(report.versions, []);
  },
);
