import { findBaseRuntime, type Target } from "../compile/base_runtime.ts";
import { runDeno } from "../compile/deno_command.ts";
import { permissions } from "../compile/permissions.ts";

/**
 * The floor under every program made by `deno compile`: one that does nothing, on the same base runtime
 * and with the same permissions and flags as scripts/compile.ts.
 */
export async function compileEmptyProgram(work: string): Promise<string> {
  const source = `${work}/empty-program`;
  const output = `${work}/empty`;
  await Deno.mkdir(source, { recursive: true });
  await Deno.writeTextFile(`${source}/main.js`, "Deno.exit(0);\n");
  const target = Deno.build.target as Target;
  const base = await findBaseRuntime(target);
  await runDeno(source, [
    ...["compile", "--quiet", "--target", target, "--output", output],
    ...["--no-config", "--no-lock", "--no-npm", "--no-remote", "--no-check", "--no-code-cache"],
    ...permissions(target).map(({ flag }) => flag),
    "main.js",
  ], { ...(base.path === undefined ? {} : { DENORT_BIN: base.path }) });
  return output;
}

/**
 * Copies made one after the other: where a binary of 100 MB lies in the page cache alone moves its start
 * by 2 ms, so an older and a newer file cannot be compared.
 */
export async function freshCopy(path: string, work: string): Promise<string> {
  const copy = `${work}/fresh-${path.slice(path.lastIndexOf("/") + 1)}`;
  const { success } = await new Deno.Command("cp", { args: ["--reflink=never", path, copy] })
    .output();
  if (!success) await Deno.copyFile(path, copy);
  return copy;
}
