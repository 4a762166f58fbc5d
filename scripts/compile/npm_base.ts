import { restoreBase } from "./elf_base.ts";
import { sha256Hex } from "./digest.ts";

/**
 * The one published package whose executable was made by `deno compile` on the unmodified base of
 * the pinned version. Its own program (AGPL) is the part that is cut away before anything is kept: only
 * Deno's base (MIT) remains, and its hash proves it.
 */
const PACKAGE = {
  spec: "@chelonia/cli-x64-linux@3.4.0",
  executable: "package/chel",
  size: 38_631_831,
  sha256: "c00f92f71095b897a44ed2f52b883c678b2c386a59db633a4c4d017dff8ea628",
} as const;

/**
 * Makes `path` the base runtime with this hash, if it is not there yet.
 * @throws {Error} when npm cannot fetch the package, or a size or hash is not the pinned one.
 */
export async function npmBaseRuntime(path: string, sha256: string): Promise<string> {
  if (await hasDigest(path, sha256)) return path;
  const work = await Deno.makeTempDir({ prefix: "edgeboot-base-" });
  try {
    const tarball = await packTarball(work);
    await run("tar", ["-xzf", tarball, "-C", work, PACKAGE.executable], work);
    const base = restoreBase(await Deno.readFile(`${work}/${PACKAGE.executable}`));
    requireDigest("restored base runtime", await sha256Hex(base), sha256);
    await publish(path, base);
    return path;
  } finally {
    await Deno.remove(work, { recursive: true });
  }
}

/** `npm pack` uses whatever registry, proxy and credentials npm is configured with. */
async function packTarball(work: string): Promise<string> {
  await run("npm", ["pack", "--silent", "--pack-destination", work, PACKAGE.spec], work);
  const names = [...Deno.readDirSync(work)].map((e) => e.name).filter((n) => n.endsWith(".tgz"));
  const [name] = names;
  if (name === undefined || names.length !== 1) {
    throw new Error(`npm pack ${PACKAGE.spec}: expected one tarball, found ${names.length}`);
  }
  const bytes = await Deno.readFile(`${work}/${name}`);
  if (bytes.length !== PACKAGE.size) {
    throw new Error(`${PACKAGE.spec}: ${bytes.length} bytes, pinned are ${PACKAGE.size}`);
  }
  // Before unpacking: tar must never see bytes that nobody vouched for.
  requireDigest(PACKAGE.spec, await sha256Hex(bytes), PACKAGE.sha256);
  return `${work}/${name}`;
}

/** By rename, so that two builds at once or a kill never leave half a file under the final name. */
async function publish(path: string, bytes: Uint8Array): Promise<void> {
  const directory = path.slice(0, path.lastIndexOf("/"));
  await Deno.mkdir(directory, { recursive: true });
  const partial = await Deno.makeTempFile({ dir: directory, prefix: ".partial-" });
  await Deno.writeFile(partial, bytes);
  await Deno.chmod(partial, 0o755);
  await Deno.rename(partial, path);
}

async function hasDigest(path: string, sha256: string): Promise<boolean> {
  try {
    return await sha256Hex(await Deno.readFile(path)) === sha256;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

function requireDigest(what: string, found: string, pinned: string): void {
  if (found !== pinned) throw new Error(`${what}: sha256 ${found}, pinned is ${pinned}`);
}

async function run(program: string, args: readonly string[], cwd: string): Promise<void> {
  try {
    const { success, code } = await new Deno.Command(program, {
      args: [...args],
      cwd,
      stdout: "null",
    }).output().then((output) => {
      if (!output.success) Deno.stderr.writeSync(output.stderr);
      return output;
    });
    if (!success) throw new Error(`${program} ${args[0]}: exit code ${code}; its output is above`);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    throw new Error(`${program} is not installed; install it, or set DENORT_BIN`, { cause: error });
  }
}
