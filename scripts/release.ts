/**
 * Makes dist/release/: the binaries, what they are made of, and what is installed beside them.
 *
 *   deno run -A scripts/release.ts [--output DIRECTORY]
 *
 * The same commit gives the same SHA256SUMS. A target without a base runtime is left out, and said.
 */
import { parseArgs } from "@std/cli/parse-args";
import { compile } from "./compile.ts";
import { NoBaseRuntime, type Target, TARGETS } from "./compile/base_runtime.ts";
import { DENO_VERSION } from "./compile/deno_command.ts";
import { readEpoch } from "./compile/stamp.ts";
import { checksums, filesBelow } from "./release/checksums.ts";
import { packagesOf, sbomOf } from "./release/sbom.ts";

const root = new URL("..", import.meta.url).pathname.replace(/\/$/, "");

async function release(output: string): Promise<void> {
  await Deno.remove(output, { recursive: true }).catch((error) => {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  });
  await Deno.mkdir(output, { recursive: true });
  const left: string[] = [];
  const made: Target[] = [];
  for (const target of TARGETS) {
    try {
      await makeBinary(target, output);
      made.push(target);
    } catch (error) {
      if (!(error instanceof NoBaseRuntime)) throw error;
      left.push(`release: no binary for ${target}: ${error.message}`);
    }
  }
  const own = made.find((target) => target.startsWith(`${Deno.build.arch}-`));
  if (own === undefined) throw new Error(`no binary for ${Deno.build.arch}, which prints the rest`);
  await writeTexts(`${output}/${nameOf(own)}`, output);
  await Deno.writeTextFile(`${output}/SHA256SUMS`, await checksums(output));
  await setTimes(output);
  console.log(await Deno.readTextFile(`${output}/SHA256SUMS`) + left.join("\n"));
}

/** `edgeboot-linux-x86_64`, as `uname -m` says it. */
function nameOf(target: Target): string {
  return `edgeboot-linux-${target.split("-")[0]}`;
}

async function makeBinary(target: Target, output: string): Promise<void> {
  const path = `${output}/${nameOf(target)}`;
  const { stamp, sha256, baseSha256, modules } = await compile({ target, output: path });
  const lock = JSON.parse(await Deno.readTextFile(`${root}/deno.lock`));
  const sbom = sbomOf({
    ...{ version: stamp.version, commit: stamp.commit, target, sha256 },
    base: { version: DENO_VERSION, v8: Deno.version.v8, sha256: baseSha256 },
    packages: await packagesOf(modules, lock, statedLicense),
    epoch: await readEpoch(root),
  });
  await Deno.writeTextFile(`${path}.cdx.json`, `${JSON.stringify(sbom, undefined, 2)}\n`);
}

async function statedLicense(directory: string): Promise<string> {
  const path = `${directory}/package.json`;
  const { license } = JSON.parse(await Deno.readTextFile(path));
  if (typeof license !== "string") throw new Error(`sbom: ${path} states no license`);
  return license;
}

/** What the binary itself prints, and the licences: that of Deno is also deno-std's. */
async function writeTexts(binary: string, output: string): Promise<void> {
  const printed: Readonly<Record<string, readonly string[]>> = {
    "man/edgeboot.1": ["man"],
    "completions/edgeboot.bash": ["completions", "bash"],
    "completions/_edgeboot": ["completions", "zsh"],
    "completions/edgeboot.fish": ["completions", "fish"],
  };
  for (const [name, args] of Object.entries(printed)) {
    await Deno.mkdir(`${output}/${name.split("/")[0]}`, { recursive: true });
    await Deno.writeTextFile(`${output}/${name}`, await run(binary, args));
  }
  await Deno.copyFile(`${root}/LICENSE`, `${output}/LICENSE`);
  await Deno.copyFile(`${root}/scripts/release/LICENSE.deno`, `${output}/LICENSE.deno`);
}

async function run(program: string, args: readonly string[]): Promise<string> {
  const ended = await new Deno.Command(program, { args: [...args] }).output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  if (!ended.success) throw new Error(`${program} ${args.join(" ")}: ${text(ended.stderr)}`);
  return text(ended.stdout);
}

/** So that an archive of the directory is reproducible, too. */
async function setTimes(output: string): Promise<void> {
  const epoch = await readEpoch(root);
  if (epoch === undefined) return;
  for (const name of await filesBelow(output)) await Deno.utime(`${output}/${name}`, epoch, epoch);
}

if (import.meta.main) {
  const { output = `${root}/dist/release` } = parseArgs(Deno.args, { string: ["output"] });
  try {
    await release(output.startsWith("/") ? output : `${Deno.cwd()}/${output}`);
  } catch (error) {
    console.error(`release: ${error instanceof Error ? error.message : error}`);
    Deno.exit(1);
  }
}
