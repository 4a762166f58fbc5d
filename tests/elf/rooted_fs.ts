import { hostFs } from "../../src/host/host_fs.ts";
import { FsError } from "../../src/host/ports.ts";
import { loaderLook } from "../../src/launch/loader_look.ts";
import { pythonInfo } from "../support/pythons.ts";
import { buildElf, type ElfPlan } from "./elf_build.ts";

export type Contents = Readonly<Record<string, ElfPlan | string>>;

/** Real files below a temporary directory, seen as if that directory were the root. */
export async function withFiles(
  contents: Contents,
  use: (fs: ReturnType<typeof rooted>, root: string) => void | Promise<void>,
): Promise<void> {
  const root = await Deno.realPath(await Deno.makeTempDir({ prefix: "eb-elf-" }));
  try {
    for (const [path, content] of Object.entries(contents)) {
      await Deno.mkdir(`${root}${path.slice(0, path.lastIndexOf("/"))}`, { recursive: true });
      if (typeof content !== "string") await Deno.writeFile(`${root}${path}`, buildElf(content));
      else if (content.startsWith("-> ")) await Deno.symlink(content.slice(3), root + path);
      else await Deno.writeTextFile(`${root}${path}`, content);
    }
    await use(rooted(root), root);
  } finally {
    await Deno.remove(root, { recursive: true });
  }
}

function rooted(root: string) {
  return loaderLook({
    stat: (path: string) => hostFs.stat(root + path),
    readBytes: (path: string) => hostFs.readBytes(root + path),
    readDir: (path: string) => hostFs.readDir(root + path),
    openRead: (path: string) => hostFs.openRead(root + path),
    realPath: (path: string) => {
      const real = hostFs.realPath(root + path);
      if (!real.startsWith(root)) throw new FsError("ENOENT", "resolve", path, "outside");
      return real.slice(root.length) || "/";
    },
  });
}

export const PYTHON = pythonInfo();
export const MUSL_PYTHON = pythonInfo({ libc: { kind: "musl", major: 1, minor: 2 } });
