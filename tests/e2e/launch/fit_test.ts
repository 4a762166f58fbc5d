import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { e2e } from "../support/e2e.ts";
import { anotherPython } from "../support/interpreters.ts";
import { output } from "../support/command.ts";
import { PYTHON } from "../support/python.ts";
import { Sandbox } from "../support/sandbox.ts";
import { StaticServer } from "../support/server.ts";

const FILES = {
  "m.py": "import os, sys; print('%d.%d' % sys.version_info[:2], os.readlink(sys.executable))",
};
const OWN = { python_tag: PYTHON.tag, abi: PYTHON.tag, platform: `linux_${PYTHON.machine}` };
const OTHER_MACHINE = PYTHON.machine === "x86_64" ? "aarch64" : "x86_64";

/** Tags, needs, and what the operator must read. */
const MISFITS: readonly (readonly [string, object, object, RegExp])[] = [
  [
    "another ABI",
    { ...OWN, python_tag: "cp36", abi: "cp36m" },
    {},
    /built for cp36-cp36m, this Pyt/,
  ],
  [
    "another architecture",
    { ...OWN, platform: `manylinux_2_17_${OTHER_MACHINE}` },
    {},
    new RegExp(`built for ${OTHER_MACHINE}, this Python is ${PYTHON.machine}`),
  ],
  [
    "a newer glibc",
    { ...OWN, platform: `manylinux_2_99_${PYTHON.machine}` },
    {},
    /needs glibc 2\.99 or newer, this machine has 2\.\d+/,
  ],
  [
    "musl",
    { ...OWN, platform: `musllinux_1_2_${PYTHON.machine}` },
    {},
    /needs musl, this machine has glibc/,
  ],
  [
    "a missing system library",
    { ...OWN, system_libs: ["libc.so.6", "libodbc.so.2", "libnowhere.so.9"] },
    {},
    /lacks system libraries: libodbc\.so\.2 \(Debian, Ubuntu: apt-get install unixodbc\), libnowhere\.so\.9\n/,
  ],
  ["another Python", OWN, { python: ">=3.99" }, /needs Python >=3\.99, this is 3\./],
];

for (const [name, tags, extra, expected] of MISFITS) {
  Deno.test(`edgeboot run is refused before any layer is fetched when the release is for ${name}`, async () => {
    await using sandbox = await Sandbox.create();
    const layer = await sandbox.blob(await sandbox.archive(FILES));
    await sandbox.release("unfit", "stable", {
      schema: "edgeboot.release/v1",
      ...{ app: "unfit", version: "1", entrypoints: { default: { module: "m" } } },
      ...extra,
      variants: [{ ...tags, layers: [layer] }],
    });
    await using server = new StaticServer(sandbox.registry);
    const ended = await sandbox.edgeboot(["run", "--python", PYTHON.path, "unfit"], {
      registry: server.url,
    });
    assertEquals([ended.code, ended.stdout], [78, ""]);
    assertMatch(ended.stderr, expected);
    assertStringIncludes(ended.stderr, "nothing was downloaded");
    assertEquals(server.paths, ["/apps/unfit/stable.json"]);
    const inspected = await sandbox.edgeboot(["inspect", "--python", PYTHON.path, "unfit"]);
    assertMatch(inspected.stdout, /^variant .*, does not fit: /m);
    assertMatch(inspected.stdout, expected);
  });
}

Deno.test("edgeboot run starts another variant when the closer match lacks a system library", async () => {
  await using sandbox = await Sandbox.create();
  const layer = await sandbox.blob(await sandbox.archive(FILES));
  const variants = [
    { ...OWN, system_libs: ["libnowhere.so.9"], layers: [{ sha256: "0".repeat(64) }] },
    { python_tag: "py3", layers: [layer] },
    { python_tag: "py2", layers: [layer] },
  ];
  const release = { schema: "edgeboot.release/v1", app: "two", version: "1", variants };
  await sandbox.release("two", "stable", { ...release, entrypoints: { default: { module: "m" } } });
  const ended = await sandbox.edgeboot(["run", "two"]);
  assertEquals(ended.stdout, `${PYTHON.version} ${PYTHON.path}\n`, ended.stderr);
  const { stdout } = await sandbox.edgeboot(["inspect", "--json", "two"]);
  const verdicts = JSON.parse(stdout).variants.map((variant: Record<string, unknown>) =>
    [variant.chosen, variant.fits, variant.why] as [boolean, boolean, string]
  );
  assertEquals(verdicts.map(([chosen, fits]: [boolean, boolean]) => [chosen, fits]), [
    [false, false],
    [true, true],
    [false, false],
  ]);
  assertStringIncludes(verdicts[0][2], "libnowhere.so.9");
  assertStringIncludes(verdicts[2][2], "py2-none");
});

Deno.test("edgeboot run does not look libraries up again when the layers are in the cache", async () => {
  await using sandbox = await Sandbox.create();
  const layer = await sandbox.blob(await sandbox.archive(FILES));
  const library = await sandbox.write("lib", {});
  await Deno.mkdir(library, { recursive: true });
  const real = (await output("/sbin/ldconfig", ["-p"])).match(/libc\.so\.6 .*=> (.*)/)![1]!;
  await Deno.copyFile(real, `${library}/libmine.so.1`);
  const variants = [{ ...OWN, system_libs: ["libmine.so.1"], layers: [layer] }];
  const release = { schema: "edgeboot.release/v1", app: "mine", version: "1", variants };
  await sandbox.release("mine", "stable", {
    ...release,
    entrypoints: { default: { module: "m" } },
  });
  assertEquals((await sandbox.edgeboot(["fetch", "mine"])).code, 78);
  const env = { LD_LIBRARY_PATH: library };
  assertEquals((await sandbox.edgeboot(["fetch", "mine"], { env })).code, 0);
  assertEquals((await sandbox.edgeboot(["run", "mine"])).code, 0);
});

Deno.test("edgeboot run refuses a release that is new here when all its layers came with another", async () => {
  await using sandbox = await Sandbox.create();
  const layer = await sandbox.blob(await sandbox.archive(FILES));
  const entrypoints = { default: { module: "m" } };
  const release = { schema: "edgeboot.release/v1", version: "1", entrypoints };
  const plain = [{ ...OWN, layers: [layer] }];
  await sandbox.release("plain", "stable", { ...release, app: "plain", variants: plain });
  const needy = [{ ...OWN, system_libs: ["libnowhere.so.9"], layers: [layer] }];
  await sandbox.release("needy", "stable", { ...release, app: "needy", variants: needy });
  assertEquals((await sandbox.edgeboot(["run", "plain"])).code, 0);
  for (const command of ["run", "fetch"]) {
    const ended = await sandbox.edgeboot([command, "needy"]);
    assertEquals(ended.code, 78);
    assertStringIncludes(ended.stderr, "lacks system libraries: libnowhere.so.9");
  }
});

e2e(
  "edgeboot run gives each app the Python that it needs when several are installed",
  anotherPython === undefined ? "there is only one Python here" : undefined,
  async () => {
    await using sandbox = await Sandbox.create();
    const version = await output(anotherPython!, [
      "-c",
      "import sys; print('%d.%d' % sys.version_info[:2])",
    ]);
    const other = version.trim();
    await sandbox.publish("ours", FILES, {
      ...{ entrypoint: { module: "m" }, python: `==${PYTHON.version}.*` },
    });
    await sandbox.publish("other", FILES, {
      ...{ entrypoint: { module: "m" }, python: `==${other}.*` },
    });
    // As pyenv keeps them, found by HOME alone.
    const versions = `${sandbox.path("home")}/.pyenv/versions`;
    await Deno.mkdir(versions, { recursive: true });
    await Deno.mkdir(`${versions}/${other}.1`);
    await Deno.symlink(anotherPython!.replace(/\/python3$/, ""), `${versions}/${other}.1/bin`);
    for (const _ of ["cold", "warm"]) {
      const ours = await sandbox.edgeboot(["run", "ours"]);
      assertEquals(ours.stdout, `${PYTHON.version} ${PYTHON.path}\n`, ours.stderr);
      const second = await sandbox.edgeboot(["run", "other"]);
      const path = `${versions}/${other}.1/bin/python3`;
      assertEquals(second.stdout, `${other} ${path}\n`, second.stderr);
    }
  },
);
