import type { Narrator } from "./narrator.ts";
import { megabytes } from "./text.ts";

/** What the binary is made of. */
const SOURCES = [
  "main.ts",
  "deno.json",
  "deno.lock",
  "src",
  "scripts/compile.ts",
  "scripts/compile",
];

/** dist/edgeboot, compiled where it is missing or older than what it is made of. */
export async function compiledBinary(root: string, narrator?: Narrator): Promise<string> {
  const path = `${root}/dist/edgeboot`;
  const built = (await statOf(path))?.mtime?.getTime();
  const newest = Math.max(...await Promise.all(SOURCES.map((name) => newestIn(`${root}/${name}`))));
  if (built !== undefined && built >= newest) {
    narrator?.say("dist/edgeboot is there and newer than the sources.");
  } else {
    narrator?.command(["deno", "task", "compile"]);
    await compile(root, narrator);
  }
  const { size } = await Deno.stat(path);
  narrator?.say(`dist/edgeboot: one executable of ${megabytes(size)}, Deno inside, no other file.`);
  return path;
}

async function compile(root: string, narrator: Narrator | undefined): Promise<void> {
  const { code, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--quiet", "scripts/compile.ts"],
    cwd: root,
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  }).output();
  const said = new TextDecoder().decode(stderr).trim();
  if (code !== 0) throw new Error(`compiling dist/edgeboot failed:\n${said}`);
  for (const line of said.split("\n")) narrator?.say(line);
}

/** The newest modification time in a tree, milliseconds. */
async function newestIn(path: string): Promise<number> {
  const stat = await Deno.stat(path);
  let newest = stat.mtime?.getTime() ?? 0;
  if (!stat.isDirectory) return newest;
  for await (const { name } of Deno.readDir(path)) {
    newest = Math.max(newest, await newestIn(`${path}/${name}`));
  }
  return newest;
}

async function statOf(path: string): Promise<Deno.FileInfo | undefined> {
  try {
    return await Deno.stat(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}
