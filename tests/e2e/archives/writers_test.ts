import { assert, assertEquals } from "@std/assert";
import { CACHED } from "../support/binary.ts";
import { e2e } from "../support/e2e.ts";
import { output } from "../support/command.ts";
import { attempt } from "./attempt.ts";
import { difference, listing } from "./compare.ts";
import { type Feature, type Writer, WRITERS } from "./writers.ts";

for (const writer of WRITERS) {
  const missing = await isInstalled(writer.tool) ? undefined : `${writer.tool} is not installed`;
  e2e(
    `edgeboot fetch makes of an archive by ${writer.name} the tree that it packed`,
    missing,
    () => comeBack(writer),
  );
}

async function comeBack({ command, without = [] }: Writer): Promise<void> {
  const box = await Deno.makeTempDir({ prefix: "eb-writers-" });
  try {
    const [tree, archive] = [`${box}/tree`, `${box}/archive`];
    makeTree(tree, new Set(without));
    await output("sh", ["-c", command], {
      cwd: tree,
      env: { OUT: archive, GOCACHE: `${CACHED}/go` },
    });
    const packed = await listing(tree);
    assert(Object.keys(packed).length > 10);
    await attempt(archive, async (made) => {
      assertEquals(made.verdict, "accepted", made.stderr);
      assertEquals(difference(await listing(made.tree!), packed), []);
    });
  } finally {
    await Deno.remove(box, { recursive: true });
  }
}

function makeTree(root: string, without: ReadonlySet<Feature>): void {
  const write = (path: string, content: string) =>
    Deno.writeTextFileSync(`${root}/${path}`, content);
  Deno.mkdirSync(`${root}/pkg/sub`, { recursive: true });
  Deno.mkdirSync(`${root}/bin`);
  write("pkg/__init__.py", "x = 1\n");
  write("pkg/empty", "");
  write("pkg/na\u00efve_\u00e9_\u{1f31f}.py", "\u00e9");
  write("pkg/Mixed Case.TXT", "spaces");
  write("pkg/setuptools-1.0.dist-info", "no directory");
  write("pkg/sub/big", Array.from({ length: 150_000 }, (_, i) => i * i).join(" "));
  write("pkg/sub/blank", "\0".repeat(20_000));
  write("bin/tool", "#!/bin/sh\n");
  Deno.chmodSync(`${root}/bin/tool`, 0o755);
  Deno.chmodSync(`${root}/pkg/sub`, 0o2775);
  if (!without.has("empty directories")) Deno.mkdirSync(`${root}/pkg/nothing`);
  if (!without.has("links")) {
    Deno.symlinkSync("pkg", `${root}/link`);
    Deno.symlinkSync("../pkg/sub/big", `${root}/bin/big`);
    Deno.symlinkSync("/usr/bin/python3", `${root}/bin/python`); // left out, and only this
    if (!without.has("hard links")) Deno.linkSync(`${root}/pkg/__init__.py`, `${root}/pkg/hard.py`);
  }
  // Around the border of 100 bytes, where PAX, ustar and GNU begin to differ.
  for (const length of [97, 98, 99, 100, 101]) {
    if (length > 97 && without.has("long names")) break;
    write(String(length).padStart(length, "n"), `${length}`);
  }
  if (without.has("long names")) return;
  const long = `${root}/pkg/${"d".repeat(60)}/${"e".repeat(60)}/${"f".repeat(120)}`;
  Deno.mkdirSync(long, { recursive: true });
  Deno.writeTextFileSync(`${long}/${"\u00e9".repeat(60)}.py`, "deep");
  if (!without.has("links")) Deno.symlinkSync("t".repeat(140), `${root}/pkg/dangling`);
}

async function isInstalled(tool: string): Promise<boolean> {
  const command = new Deno.Command("sh", { args: ["-c", `command -v ${tool}`], stdout: "null" });
  return (await command.output()).success;
}
