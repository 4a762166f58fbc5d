import { assert, assertEquals, assertMatch } from "@std/assert";
import { PROJECT } from "./support/binary.ts";
import { command, output } from "./support/command.ts";
import { e2e, firstOf, needsProgram } from "./support/e2e.ts";
import { kept } from "./support/kept.ts";
import { pip, PYTHON } from "./support/python.ts";

interface Released extends AsyncDisposable {
  readonly path: string;
  readonly said: string;
}

async function release(): Promise<Released> {
  const path = await Deno.makeTempDir({ prefix: "eb-e2e-release-" });
  const args = ["run", "-A", `${PROJECT}/scripts/release.ts`, "--output", path];
  // From elsewhere: nothing may depend on the working directory.
  const ended = await command(Deno.execPath(), args, { cwd: "/" });
  assertEquals(ended.code, 0, ended.stderr);
  const remove = () => Deno.remove(path, { recursive: true });
  return { path, said: ended.stdout, [Symbol.asyncDispose]: remove };
}

async function validator(): Promise<string> {
  return await kept(`cyclonedx-11.12.0-${PYTHON.tag}`, async (target) => {
    await pip("install", "--target", target, "cyclonedx-python-lib[json-validation]==11.12.0");
  });
}

const missing = firstOf(
  await needsProgram("sha256sum", "--version"),
  await validator().then(
    () => undefined,
    (error: Error) => `no CycloneDX validator: ${error.message}`,
  ),
);

e2e(
  "deno task release makes the same files twice, with sums and a valid SBOM",
  missing,
  async () => {
    await using first = await release();
    await using second = await release();
    const sums = await Deno.readTextFile(`${first.path}/SHA256SUMS`);
    assertEquals(await Deno.readTextFile(`${second.path}/SHA256SUMS`), sums);
    await output("sha256sum", ["--check", "--strict", "--quiet", "SHA256SUMS"], {
      cwd: first.path,
    });
    const names = sums.trimEnd().split("\n").map((line) => line.slice(66));
    for (
      const name of [
        ...["LICENSE", "LICENSE.deno", `edgeboot-linux-${Deno.build.arch}`],
        `edgeboot-linux-${Deno.build.arch}.cdx.json`,
        ...["completions/_edgeboot", "completions/edgeboot.bash", "completions/edgeboot.fish"],
        "man/edgeboot.1",
      ]
    ) assert(names.includes(name), `${name} is not among ${names}`);
    // Both architectures, or one line that says why not.
    for (const arch of ["x86_64", "aarch64"]) {
      if (names.includes(`edgeboot-linux-${arch}`)) continue;
      assertMatch(
        first.said,
        new RegExp(`^release: no binary for ${arch}-unknown-linux-gnu: .+$`, "m"),
      );
    }
    const binary = `${first.path}/edgeboot-linux-${Deno.build.arch}`;
    assertMatch(await output(binary, ["version"]), /^edgeboot \d/);
    await validate(`${binary}.cdx.json`);
    await checkSbom(binary, JSON.parse(await Deno.readTextFile(`${binary}.cdx.json`)));
  },
);

/** With the validator of the CycloneDX project, against the schema that it brings. */
async function validate(sbom: string): Promise<void> {
  const packages = await validator();
  const program = "import sys\n" +
    "from cyclonedx.validation.json import JsonStrictValidator\n" +
    "from cyclonedx.schema import SchemaVersion\n" +
    "error = JsonStrictValidator(SchemaVersion.V1_5).validate_str(open(sys.argv[1]).read())\n" +
    "sys.exit(None if error is None else str(error))\n";
  const ended = await command(PYTHON.path, ["-c", program, sbom], {
    env: { PYTHONPATH: packages },
  });
  assertEquals([ended.code, ended.stderr], [0, ""]);
}

/** What is listed is in the binary. */
async function checkSbom(binary: string, sbom: {
  metadata: { component: { hashes: { content: string }[] } };
  components: { name: string; version: string; properties?: { value: string }[] }[];
}): Promise<void> {
  const sum = (await output("sha256sum", [binary])).slice(0, 64);
  assertEquals(sbom.metadata.component.hashes[0]!.content, sum);
  const named = sbom.components.map(({ name, version }) => `${name} ${version}`);
  const packages = ["aws4fetch 1.0.20", "deno-std 1.4.0", "ignore 7.0.5"];
  assertEquals(named, [`denort ${Deno.version.deno}`, `v8 ${Deno.version.v8}`, ...packages]);
  const modules = sbom.components.find(({ name }) => name === "deno-std")!.properties!.map((
    { value },
  ) => value);
  assert(modules.includes("toml/parse.js"), `${modules}`);
  assert(!modules.some((name) => name.startsWith("assert/")), "what only tests use is not in it");
  // The base says of itself which version it is.
  await output("grep", ["-q", "-a", "-F", Deno.version.v8, binary]);
}
