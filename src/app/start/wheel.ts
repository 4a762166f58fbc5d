import type { LaidOut } from "../../launch/environment/layer_parts.ts";
import { libraryName } from "../../launch/import_roots.ts";
import { SCRIPT_HEADER } from "../../python/script_text.ts";
import { installWheel } from "../../python/wheel/install.ts";
import type { LayerDigest } from "../../model/digest.ts";
import type { WheelName } from "../../model/wheel_name.ts";
import type { WheelFile, WheelSource } from "../../python/wheel/recipe.ts";
import { environmentPaths } from "../../python/wheel/target.ts";
import type { Hasher } from "../../host/ports.ts";
import type { Context } from "../context.ts";
import type { Environment } from "./surroundings.ts";

/**
 * How a wheel layer is installed, by what was verified when it was unpacked; nothing for any other layer.
 * @param treesFromBin the directory of all trees, from the environment's `bin/`
 * @throws EdgebootError WHEEL_INVALID (65)
 */
export async function installedWheel(
  { layer, paths }: LaidOut,
  { python }: Environment,
  treesFromBin: string,
  context: Context,
): Promise<Pick<LaidOut, "wheel">> {
  const name = layer.wheel;
  if (name === undefined) return {};
  const { source, sha256 } = await wheelSource(name, layer.sha256, paths.root, context);
  const wheel = installWheel(source, {
    ...environmentPaths(libraryName(python)),
    scriptHeader: SCRIPT_HEADER,
    treeFromScripts: `${treesFromBin}/${layer.sha256}`,
    reserved: RESERVED,
    sha256,
  });
  for (const text of wheel.warnings) context.report.event({ kind: "detail", text });
  return { wheel };
}

/** A wheel that is a tree of the cache, as it is installed from, and what hashes the files that are made. */
export async function wheelSource(
  name: WheelName,
  digest: LayerDigest,
  root: string,
  context: Pick<Context, "host" | "store">,
): Promise<{ readonly source: WheelSource; sha256(bytes: Uint8Array): string }> {
  const { host } = context;
  const newHash = await host.codecs.sha256Factory();
  const sha256 = (bytes: Uint8Array) => {
    const hasher: Hasher = newHash();
    hasher.update(bytes);
    return hasher.digestHex();
  };
  const files = await filesOf(digest, root, sha256, context);
  const read = (path: string, most?: number) => {
    const bytes = host.fs.readBytes(`${root}/${path}`);
    return most === undefined ? bytes : bytes.subarray(0, most);
  };
  return { source: { name, files, read }, sha256 };
}

const RESERVED: ReadonlySet<string> = new Set(["pyvenv.cfg", "edgeboot.json", "bin/python"]);

/** By the record of the tree; one that an image brought has none, and is read. */
async function filesOf(
  digest: LayerDigest,
  root: string,
  hash: (bytes: Uint8Array) => string,
  { store, host: { fs } }: Pick<Context, "host" | "store">,
): Promise<Map<string, WheelFile>> {
  const files = new Map<string, WheelFile>();
  const add = (path: string, kind: "file" | "symlink", size: number, mode: number, sha: string) => {
    files.set(path, { kind, size, sha256: sha, executable: (mode & 0o111) !== 0 });
  };
  const record = await store.treeRecord(digest);
  if (record !== undefined) {
    for (const [path, entry] of record) {
      if (entry.kind === "file") add(path, "file", entry.size, entry.mode, entry.sha256);
      if (entry.kind === "symlink") add(path, "symlink", 0, 0, "");
    }
    return files;
  }
  const walk = (inside: string) => {
    for (const { name, kind } of fs.readDir(`${root}/${inside}`)) {
      const path = inside === "" ? name : `${inside}/${name}`;
      if (kind === "directory") walk(path);
      else if (kind === "symlink") add(path, "symlink", 0, 0, "");
      else {
        const bytes = fs.readBytes(`${root}/${path}`);
        add(path, "file", bytes.length, fs.lstat(`${root}/${path}`)?.mode ?? 0, hash(bytes));
      }
    }
  };
  walk("");
  return files;
}
