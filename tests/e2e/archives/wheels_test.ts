import { assert, assertEquals } from "@std/assert";
import { e2e, firstOf, needsProgram } from "../support/e2e.ts";
import { compare } from "./compare.ts";
import { parallel } from "./parallel.ts";
import { download, filesIn, type Kind, readPackages } from "./pypi.ts";

// The gate takes a part; `deno task wheels` takes all of packages.txt.

const packages = readPackages();

Deno.test("packages.txt lists 100 packages, each once and pinned", () => {
  assertEquals(new Set(packages.map(({ name }) => name)).size, 100);
  assertEquals(packages.length, 100);
  for (const { pin, kinds } of packages) {
    assert(/^[a-z0-9-]+==[0-9a-z.]+$/.test(pin), pin);
    assert(kinds.includes("wheel"), pin);
  }
  assert(packages.filter(({ kinds }) => kinds.includes("sdist")).length >= 30);
});

for (const [kind, tool] of [["wheel", "zip"], ["sdist", "tar"]] as const) {
  const pins = packages.filter(({ gate }) => gate.includes(kind)).map(({ pin }) => pin);
  const got = await tryDownload(kind, pins);
  const missing = firstOf(got.missing, await needsProgram("tar", "--version"));
  const other = tool === "zip" ? "CPython's zipfile" : "GNU tar";
  e2e(
    `edgeboot fetch makes of ${pins.length} ${kind}s what ${other} makes of them`,
    missing,
    async () => {
      const files = filesIn(got.path!);
      assertEquals(files.length, pins.length);
      const compared = await parallel(files, async (file) => {
        const { verdict, differences, entries } = await compare(file, tool);
        const equal = verdict === "accepted" && differences.length === 0 && entries > 3;
        return equal ? [] : [{ file: file.replace(/.*\//, ""), verdict, differences, entries }];
      });
      assertEquals(compared.flat(), []);
    },
  );
}

async function tryDownload(
  kind: Kind,
  pins: readonly string[],
): Promise<{ path?: string; missing?: string }> {
  try {
    return { path: await download(kind, pins) };
  } catch (error) {
    return { missing: `${kind}s cannot be downloaded from PyPI: ${(error as Error).message}` };
  }
}
