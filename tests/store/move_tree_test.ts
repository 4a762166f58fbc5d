import { assertEquals, assertThrows } from "@std/assert";
import { denoHost } from "../../src/host/deno_host.ts";
import { FsError, type Host } from "../../src/host/ports.ts";
import { moveTree } from "../../src/store/move_tree.ts";
import { inTempDir } from "../support/temp.ts";

/** A host as `uid`, which may not move what is closed for writing. */
function confined(uid: number): Pick<Host, "fs" | "process"> {
  const rename = (from: string, to: string) => {
    if ((Deno.statSync(from).mode! & 0o200) === 0) {
      throw new FsError("EACCES", "rename", from, "Permission denied");
    }
    denoHost.fs.rename(from, to);
  };
  return {
    fs: new Proxy(denoHost.fs, {
      get: (fs, name) => name === "rename" ? rename : Reflect.get(fs, name),
    }),
    process: { ...denoHost.process, uid },
  };
}

const modeOf = (path: string) => Deno.statSync(path).mode! & 0o7777;

for (const uid of [0, 10001]) {
  for (const mode of [0o555, 0o755]) {
    const name = `moves a tree of mode ${mode.toString(8)} and closes it`;
    Deno.test(`moveTree ${name} as uid ${uid} without capabilities`, () =>
      inTempDir((dir) => {
        Deno.mkdirSync(`${dir}/a/tree`, { recursive: true });
        Deno.mkdirSync(`${dir}/b`);
        Deno.chmodSync(`${dir}/a/tree`, mode);
        moveTree(`${dir}/a/tree`, `${dir}/b/tree`, confined(uid));
        assertEquals(modeOf(`${dir}/b/tree`), 0o555);
      }));
  }

  Deno.test(`moveTree leaves a tree closed where it is when the name is taken, as uid ${uid}`, () =>
    inTempDir((dir) => {
      Deno.mkdirSync(`${dir}/tree`);
      Deno.mkdirSync(`${dir}/taken/by`, { recursive: true });
      const move = () => moveTree(`${dir}/tree`, `${dir}/taken`, confined(uid));
      assertEquals(assertThrows(move, FsError).errno, "ENOTEMPTY");
      assertEquals(modeOf(`${dir}/tree`), 0o555);
    }));
}
