import { zstdCompressSync } from "node:zlib";
import { output } from "./command.ts";
import { PYTHON } from "./python.ts";

export type Format = "zip" | "tar" | "tar.gz" | "tar.zst";

/** Links stay links and modes stay modes, as `zip -y` and `tar` keep them. */
const PACK = `
import os, stat, sys, tarfile, zipfile
source, target, form = sys.argv[1:4]
def pack_tar(mode, **options):
    with tarfile.open(target, mode, **options) as archive:
        for name in sorted(os.listdir(source)):
            archive.add(os.path.join(source, name), name)
def pack_zip():
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for folder, folders, files in os.walk(source):
            folders.sort()
            for name in sorted(files) + [d for d in folders if os.path.islink(os.path.join(folder, d))]:
                path = os.path.join(folder, name)
                inside = os.path.relpath(path, source)
                mode = os.lstat(path).st_mode
                if stat.S_ISLNK(mode):
                    info = zipfile.ZipInfo(inside)
                    info.create_system, info.external_attr = 3, mode << 16
                    archive.writestr(info, os.readlink(path))
                else:
                    archive.write(path, inside)
if form == "zip":
    pack_zip()
elif form == "tar.gz":
    pack_tar("w:gz", compresslevel=1)
else:
    pack_tar("w")
`;

/** Packs what is in `directory` into the new file `target`. */
export async function pack(directory: string, target: string, format: Format): Promise<string> {
  await output(PYTHON.path, ["-I", "-c", PACK, directory, target, format]);
  if (format === "tar.zst") {
    await Deno.writeFile(target, zstdCompressSync(await Deno.readFile(target)));
  }
  return target;
}

/** One entry of a tar that no packing tool would make. */
export interface TarEntry {
  readonly name: string;
  readonly type?: "file" | "dir" | "symlink" | "hardlink" | "chardev" | "blockdev" | "fifo";
  readonly linkname?: string;
  readonly data?: string;
}

const HANDMADE = `
import io, json, sys, tarfile
types = {"file": tarfile.REGTYPE, "dir": tarfile.DIRTYPE, "symlink": tarfile.SYMTYPE,
    "hardlink": tarfile.LNKTYPE, "chardev": tarfile.CHRTYPE, "blockdev": tarfile.BLKTYPE,
    "fifo": tarfile.FIFOTYPE}
with tarfile.open(sys.argv[1], "w") as archive:
    for entry in json.loads(sys.argv[2]):
        info = tarfile.TarInfo(entry["name"])
        info.type = types[entry.get("type", "file")]
        info.linkname = entry.get("linkname", "")
        info.mode = 0o755
        data = entry.get("data", "").encode()
        info.size = len(data) if info.type == tarfile.REGTYPE else 0
        archive.addfile(info, io.BytesIO(data))
`;

export async function handmadeTar(target: string, entries: readonly TarEntry[]): Promise<string> {
  await output(PYTHON.path, ["-I", "-c", HANDMADE, target, JSON.stringify(entries)]);
  return target;
}

const HANDMADE_ZIP = `
import json, sys, zipfile
with zipfile.ZipFile(sys.argv[1], "w") as archive:
    for name, data, mode in json.loads(sys.argv[2]):
        info = zipfile.ZipInfo(name)
        info.create_system, info.external_attr = 3, mode << 16
        archive.writestr(info, data)
`;

/** Names, contents and st_mode. */
export async function handmadeZip(
  target: string,
  entries: readonly (readonly [string, string, number])[],
): Promise<string> {
  await output(PYTHON.path, ["-I", "-c", HANDMADE_ZIP, target, JSON.stringify(entries)]);
  return target;
}
