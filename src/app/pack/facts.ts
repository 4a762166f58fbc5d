import { FsError } from "../../host/ports.ts";
import { loaderLook } from "../../launch/loader_look.ts";
import { elfReader } from "../../elf/read.ts";
import { treeElfs } from "../../elf/tree_elfs.ts";
import { parseCoreMetadata } from "../../pack/core_metadata.ts";
import { FACTS_FORMAT, type LayerFacts, type PackagedProject } from "../../pack/layer_facts.ts";
import { nativeObject } from "../../pack/native.ts";
import type { PackContext } from "./context.ts";
import { readKept, writeKept } from "./kept.ts";
import type { LayerTree } from "./wheel_trees.ts";

/** What is known of a layer, or is found out in its tree and kept. */
export function layerFacts({ layer, path }: LayerTree, context: PackContext): LayerFacts {
  const name = `facts/${FACTS_FORMAT}/${layer.sha256}.json`;
  const kept = readKept<LayerFacts>(name, context);
  if (kept !== undefined) return kept;
  const facts = factsOf(path, context);
  writeKept(name, facts, context);
  return facts;
}

function factsOf(root: string, { host: { fs } }: PackContext): LayerFacts {
  const projects: PackagedProject[] = [];
  let [unpackedSize, files] = [0, 0];
  const visit = (directory: string) => {
    for (const { name, kind } of fs.readDir(directory)) {
      const path = `${directory}/${name}`;
      if (kind === "directory") {
        if (name.endsWith(".dist-info")) projects.push(...projectIn(path, fs));
        visit(path);
      } else if (kind === "file") {
        files++;
        unpackedSize += fs.lstat(path)?.size ?? 0;
      }
    }
  };
  visit(root);
  const look = loaderLook(fs);
  const native = [...treeElfs(root, elfReader(look), look)].flatMap(({ path, elf }) =>
    elf.kind === "elf" ? nativeObject(path, elf) ?? [] : []
  );
  projects.sort((a, b) => (a.name < b.name ? -1 : 1));
  return { unpackedSize, files, projects, native };
}

function projectIn(distInfo: string, fs: PackContext["host"]["fs"]): PackagedProject[] {
  try {
    const { name, version, license } = parseCoreMetadata(fs.readText(`${distInfo}/METADATA`));
    return name === "" ? [] : [{ name, version, license }];
  } catch (error) {
    if (error instanceof FsError && error.errno === "ENOENT") return [];
    throw error;
  }
}
