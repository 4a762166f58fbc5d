import { assertEquals } from "@std/assert";
import { gzipSync } from "node:zlib";
import { unpack } from "../../src/archive/mod.ts";
import { denoCodecs } from "../../src/host/deno_codecs.ts";
import { denoFs } from "../../src/host/deno_fs.ts";
import { type Errno, type FileSystem, FsError } from "../../src/host/ports.ts";
import { parseSha256 } from "../../src/model/digest.ts";
import { sealVerifiedBlob } from "../../src/model/verified_blob.ts";
import { SMALL_LIMITS } from "./support.ts";
import { entry, tar } from "./tar/build.ts";

const ARCHIVE = new Uint8Array(gzipSync(tar(
  entry({ name: "d/", flag: "5", mode: 0o755 }),
  entry({ name: "d/small", content: "s" }),
  entry({ name: "large", content: new Uint8Array(2_000_000).map((_, i) => i ^ (i >> 7)) }),
  entry({ name: "l", flag: "2", link: "d" }),
  entry({ name: "h", flag: "1", link: "d/small" }),
)));

const failing = (errno: Errno) => () => {
  throw new FsError(errno, "test", "path", new Error(errno));
};

/** Unpacks with some calls replaced; how it ends, and how many files are left open. */
async function outcomeOf(faults: Partial<FileSystem>): Promise<[errno: string, open: number]> {
  const box = Deno.makeTempDirSync({ prefix: "edgeboot-extract-" });
  let open = 0;
  const fs: FileSystem = {
    ...denoFs,
    createFile(path, mode) {
      const file = (faults.createFile ?? denoFs.createFile)(path, mode);
      open++;
      let closed = false;
      return {
        ...file,
        setModified: (time) => file.setModified(time),
        write: faults.createFile === undefined ? (bytes) => file.write(bytes) : file.write,
        close() {
          if (!closed) open--;
          closed = true;
          file.close();
        },
      };
    },
    ...Object.fromEntries(Object.entries(faults).filter(([name]) => name !== "createFile")),
  };
  try {
    Deno.mkdirSync(`${box}/into`);
    Deno.writeFileSync(`${box}/blob`, ARCHIVE);
    const blob = sealVerifiedBlob(`${box}/blob`, parseSha256("0".repeat(64)), ARCHIVE.length);
    await unpack(blob, { into: `${box}/into`, limits: SMALL_LIMITS }, { fs, codecs: denoCodecs });
    return ["accepted", open];
  } catch (error) {
    return [error instanceof FsError ? error.errno : `${error}`, open];
  } finally {
    denoFs.removeTree(box);
  }
}

const brokenFile: FileSystem["createFile"] = (path, mode) => ({
  ...denoFs.createFile(path, mode),
  write: failing("ENOSPC"),
  close() {},
});

for (
  const [what, faults, errno] of [
    ["nothing fails", {}, "accepted"],
    ["a directory cannot be made", { makeDir: failing("EACCES") }, "EACCES"],
    ["a small file cannot be written", { writeNewFile: failing("ENOSPC") }, "ENOSPC"],
    ["a large file cannot be created", { createFile: failing("EMFILE") }, "EMFILE"],
    ["a large file cannot be written", { createFile: brokenFile }, "ENOSPC"],
    ["a symlink cannot be made", { makeSymlink: failing("EPERM") }, "EPERM"],
    ["a hard link cannot be made", { makeHardlink: failing("EPERM") }, "EPERM"],
    ["a directory cannot be sealed", { chmod: failing("EROFS") }, "EROFS"],
  ] as const
) {
  Deno.test(`unpack ends with ${errno} and no open file when ${what}`, async () => {
    assertEquals(await outcomeOf(faults), [errno, 0]);
  });
}

Deno.test("unpack fails with EEXIST, and follows nothing, where `into` was not empty", async () => {
  const box = Deno.makeTempDirSync({ prefix: "edgeboot-extract-" });
  try {
    Deno.mkdirSync(`${box}/into`);
    Deno.writeTextFileSync(`${box}/victim`, "untouched");
    Deno.symlinkSync("../victim", `${box}/into/large`);
    Deno.writeFileSync(`${box}/blob`, ARCHIVE);
    const blob = sealVerifiedBlob(`${box}/blob`, parseSha256("0".repeat(64)), ARCHIVE.length);
    const host = { fs: denoFs, codecs: denoCodecs };
    let errno: unknown;
    try {
      await unpack(blob, { into: `${box}/into`, limits: SMALL_LIMITS }, host);
    } catch (error) {
      errno = error instanceof FsError ? error.errno : error;
    }
    assertEquals([errno, Deno.readTextFileSync(`${box}/victim`)], ["EEXIST", "untouched"]);
  } finally {
    denoFs.removeTree(box);
  }
});
