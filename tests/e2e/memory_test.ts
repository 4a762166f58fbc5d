import { assertEquals } from "@std/assert";
import { BINARY } from "./support/binary.ts";
import { command, output } from "./support/command.ts";
import { e2e } from "./support/e2e.ts";
import { MemoryCgroup, needsMemoryCgroup } from "./support/memory_cgroup.ts";
import { PYTHON } from "./support/python.ts";
import { Sandbox } from "./support/sandbox.ts";
import { StaticServer } from "./support/server.ts";

/** As dependencies are: many modules without bytecode, and libraries that hardly pack. */
const MAKE = `
import os, random, sys
noise = random.Random(7)
for n in range(2500):
    folder = "%s/package%d/sub%d" % (sys.argv[1], n % 40, n % 7)
    os.makedirs(folder, exist_ok=True)
    with open("%s/module%d.py" % (folder, n), "w") as file:
        for m in range(40 if n % 10 else 800):
            file.write("def f%d(x, y=%d):\\n    return [x + %d, {'a': y}]\\n" % (m, m, n))
for n in range(150):
    with open("%s/package%d/lib%d.so" % (sys.argv[1], n % 40, n), "wb") as file:
        file.write(noise.randbytes(1 << 20))
`;
const MODULES = 2500;
/** What is promised is 96. */
const MEBIBYTES = 88;

e2e(
  `edgeboot fetch unpacks and compiles 170 MB when it has ${MEBIBYTES} MB of memory`,
  needsMemoryCgroup,
  async () => {
    await using sandbox = await Sandbox.create();
    const source = sandbox.path("files", "deps");
    await output(PYTHON.path, ["-I", "-c", MAKE, source]);
    const tar = sandbox.path("files", "deps.tar.gz");
    await output("tar", ["-C", source, "-czf", tar, "."]);
    const { sha256 } = await sandbox.blob(tar);
    await sandbox.release("web", "stable", {
      ...{ schema: "edgeboot.release/v1", app: "web", version: "1" },
      layers: [{ sha256, kind: "deps" }],
    });
    await using server = new StaticServer(sandbox.registry);
    using memory = new MemoryCgroup(MEBIBYTES);
    const [program, ...args] = memory.within([BINARY, "fetch", "web"]);
    const { code, stderr } = await command(program, args, {
      ...{ env: sandbox.environment({ registry: server.url }), clearEnv: true },
    });
    assertEquals(code, 0, stderr);
    const compiled = await output("find", [`${sandbox.cache}/v1/bytecode`, "-name", "*.pyc"]);
    assertEquals(compiled.trim().split("\n").length, MODULES);
  },
);
