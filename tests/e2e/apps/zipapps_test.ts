/** shiv, PEX and zipapp of one app: what they see under edgeboot is what they see when Python starts them. */
import { assertEquals } from "@std/assert";
import * as bundles from "../support/bundles.ts";
import { command } from "../support/command.ts";
import { e2e } from "../support/e2e.ts";
import { PYTHON } from "../support/python.ts";
import { Sandbox } from "../support/sandbox.ts";

const ZIPAPP = {
  "tiny.py": "import json, sys, __main__\ndef main():\n" +
    "    print(json.dumps([sys.argv[1:], sys.path[0], __name__, __main__.__file__, sys.flags.safe_path]))\n",
};

const FORMS:
  readonly (readonly [string, string | undefined, (sandbox: Sandbox) => Promise<string>])[] = [
    ["shiv", bundles.needsPackers, () => bundles.shivFile()],
    ["PEX", bundles.needsPackers, () => bundles.pexFile()],
    ["zipapp", undefined, async (sandbox) => {
      const source = await sandbox.write("files/tiny", ZIPAPP);
      return await bundles.zipapp(source, sandbox.path("tiny.pyz"), "tiny:main", true);
    }],
  ];

for (const [name, missing, make] of FORMS) {
  e2e(`edgeboot run shows a ${name} file what plain Python shows it`, missing, async () => {
    await using sandbox = await Sandbox.create();
    const file = await make(sandbox);
    const { sha256 } = await sandbox.blob(file);
    await sandbox.release("shop", "stable", {
      ...{ schema: "edgeboot.release/v1", app: "shop", version: "1" },
      layers: [{ kind: "pyz", sha256 }],
    });
    const extra = { PEX_ROOT: sandbox.path("tmp/pex"), SHIV_ROOT: sandbox.path("tmp/shiv") };
    const { PATH, HOME, TMPDIR } = sandbox.environment();
    const args = ["-x", "b c", "", "--"];
    const plain = await command(PYTHON.path, [file, ...args], {
      ...{ env: { PATH: PATH!, HOME: HOME!, TMPDIR: TMPDIR!, ...extra }, clearEnv: true },
      cwd: sandbox.root,
    });
    assertEquals(plain.code, 0, plain.stderr);
    for (const start of ["cold", "warm"]) {
      const through = await sandbox.edgeboot(["run", "shop", ...args], { env: extra });
      assertEquals(through.code, 0, through.stderr);
      const tree = `${sandbox.cache}/v1/trees/sha256/${sha256}/app.pyz`;
      assertEquals(through.stdout.replaceAll(tree, file), plain.stdout, start);
    }
  });
}
