import { isStale } from "../gate/files.ts";
import type { Narrator } from "./narrator.ts";
import { megabytes } from "./text.ts";

/** dist/edgeboot, compiled where it is missing or older than what it is made of. */
export async function compiledBinary(root: string, narrator?: Narrator): Promise<string> {
  const path = `${root}/dist/edgeboot`;
  if (!isStale(root, "dist/edgeboot")) {
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
