import type { LayerDigest } from "../../model/digest.ts";
import type { BytecodePart, EnvironmentFolder, FilesOfTree } from "../../model/environment.ts";
import type { FileSystem } from "../../host/ports.ts";
import { joined } from "./paths.ts";
import type { WheelFolders } from "./wheel_folders.ts";

type Look = Pick<FileSystem, "readDir" | "readLink">;

/** A directory of a tree whose content goes to a directory of the environment. */
export interface Mount {
  readonly kind: "mount";
  readonly layer: LayerDigest;
  /** of the layer, absolute */
  readonly tree: string;
  /** relative to the tree; "" is its top */
  readonly from: string;
  /** relative to the environment */
  readonly to: string;
  /** Paths below it that do not go there. */
  readonly without: ReadonlySet<string>;
  /** Whether Python imports what is there. */
  readonly importable: boolean;
}

export type Origin = Mount | WheelFolders;

/** What one origin has for one directory of the environment. */
interface Found {
  readonly files: readonly FilesOfTree[];
  readonly folders: readonly string[];
  /** Where its bytecode is kept, where that is of use. */
  readonly unit?: Pick<BytecodePart, "unit" | "directory" | "isCompiled">;
}

/**
 * Lays the origins over one another, the first one on top: of two files of the same path the first counts,
 * directories are merged. That is what an installer leaves which does not overwrite, and what Python sees
 * along a path, but for packages of the same name, which are one here, as in any virtual environment.
 *
 * @param own directories in which bytecode is the environment's own
 */
export function mergeOrigins(
  origins: readonly Origin[],
  own: ReadonlySet<string>,
  fs: Look,
): EnvironmentFolder[] {
  const folders: EnvironmentFolder[] = [];
  const visit = (path: string, sources: readonly Origin[]) => {
    const taken = new Set<string>();
    const below = new Map<string, Origin[]>();
    const files: FilesOfTree[] = [];
    const parts: BytecodePart[] = [];
    for (const origin of sources) {
      const found = find(origin, path, fs);
      for (const name of found.folders) {
        if (taken.has(name)) continue;
        below.set(name, [...below.get(name) ?? [], origin]);
      }
      const stems: string[] = [];
      for (const group of found.files) {
        const names = group.names.filter((name) => !taken.has(name) && !below.has(name));
        if (names.length === 0) continue;
        files.push(names.length === group.names.length ? group : { ...group, names });
        for (const name of names) {
          taken.add(name);
          if (name.endsWith(".py")) stems.push(name.slice(0, -3));
        }
      }
      if (stems.length > 0 && found.unit !== undefined) parts.push({ ...found.unit, stems });
    }
    folders.push({ path, files, ...bytecodeOf(parts, own.has(path)) });
    for (const [name, inner] of below) visit(joined(path, name), inner);
  };
  visit("", origins);
  return folders;
}

function bytecodeOf(
  parts: readonly BytecodePart[],
  isOwn: boolean,
): Pick<EnvironmentFolder, "bytecode"> {
  if (parts.length === 0) return {};
  return { bytecode: { kind: isOwn || parts.length > 1 ? "own" : "shared", parts } };
}

function find(origin: Origin, path: string, fs: Look): Found {
  if (origin.kind === "wheel") {
    const { files = [], folders: all = [] } = origin.folders.get(path) ?? {};
    // Some wheels bring bytecode of the machine that built them, by times that no file has any more.
    const folders = all.filter((name) => name !== "__pycache__");
    const { site, layer } = origin;
    if (path !== site && !path.startsWith(`${site}/`)) return { files, folders };
    const directory = path.slice(site.length + 1);
    return { files, folders, unit: { unit: { layer, root: "" }, directory, isCompiled: false } };
  }
  const { to } = origin;
  if (path !== to && (path === "" || to.startsWith(`${path}/`))) {
    const next = to.slice(path === "" ? 0 : path.length + 1).split("/", 1)[0]!;
    return { files: [], folders: [next] };
  }
  return findMounted(origin, path.slice(to === "" ? 0 : to.length + 1), fs);
}

/** @param inside relative to the mount */
function findMounted({ layer, tree, from, without, importable }: Mount, inside: string, fs: Look) {
  const directory = joined(from, inside);
  const names: string[] = [];
  const outward: string[] = [];
  const folders: string[] = [];
  let isCompiled = false;
  for (const { name, kind } of fs.readDir(joined(tree, directory))) {
    if (name === "__pycache__" && kind === "directory") isCompiled = true;
    else if (without.size > 0 && without.has(joined(inside, name))) continue;
    else if (kind === "directory") folders.push(name);
    else if (
      kind === "symlink" &&
      leadsOut(fs.readLink(joined(tree, joined(directory, name))), inside, without)
    ) outward.push(name);
    else names.push(name);
  }
  const files: FilesOfTree[] = [{ layer, directory, names }];
  if (outward.length > 0) files.push({ layer, directory, names: outward, byPath: true });
  const unit = { unit: { layer, root: from }, directory: inside, isCompiled };
  return { files, folders, ...(importable ? { unit } : {}) };
}

/** Whether a link of the tree, in `inside` of a mount, would name something else from the environment. */
function leadsOut(target: string, inside: string, without: ReadonlySet<string>): boolean {
  if (target.startsWith("/")) return true;
  const path = inside === "" ? [] : inside.split("/");
  for (const part of target.split("/")) {
    if (part === "..") {
      if (path.pop() === undefined) return true;
    } else if (part !== "" && part !== ".") path.push(part);
  }
  // What does not go there, goes elsewhere (share/) or nowhere.
  return without.has(path[0] ?? "");
}
