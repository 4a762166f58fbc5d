import type { BuiltLayer } from "../../pack/built_layer.ts";
import type { Dependencies } from "../../pack/dependencies.ts";
import { refused } from "../../pack/refusal.ts";
import { isMachineOnly, portableRecord } from "../../pack/site_packages.ts";
import { findOutsideLinks } from "../../python/editable.ts";
import type { PackContext } from "./context.ts";
import { treeFiles } from "./source_files.ts";
import { FIXED_TIME } from "./source_state.ts";
import { type LayerFile, writeLayer } from "./write_layer.ts";

/**
 * A site-packages as one layer: without what says how and where it was installed, which is something else on
 * every machine.
 * @throws EdgebootError PACK_REFUSED (65) for editable installs, and links that lead out of it
 */
export async function siteLayer(
  { directory, without = new Set(), beside = [] }: Extract<Dependencies, { kind: "tree" }>,
  context: PackContext,
): Promise<BuiltLayer> {
  const { fs } = context.host;
  refuseEditable(directory, context);
  const files = treeFiles(directory, { always: ["__pycache__/"], ruleFiles: [] }, context)
    .filter(({ path }) => !isMachineOnly(path) && !without.has(path.replace(/\/.*/s, "")))
    .map((file): LayerFile => {
      if (file.kind !== "file" || !file.path.endsWith(".dist-info/RECORD")) return file;
      const bytes = new TextEncoder().encode(portableRecord(fs.readText(file.from)));
      return { kind: "made", path: file.path, bytes, executable: false };
    });
  const wish = { kind: "deps", pythonPaths: ["."], modified: FIXED_TIME } as const;
  return await writeLayer([...files, ...beside], wish, context);
}

function refuseEditable(directory: string, { host: { fs } }: PackContext): void {
  const [link] = findOutsideLinks(directory, 0, fs);
  if (link === undefined) return;
  const { file, leadsTo } = link;
  throw refused("editable", {
    what: `${directory} has an editable install`,
    why: `${file} stands for code that lies elsewhere${
      leadsTo === undefined ? "" : `, in ${leadsTo}`
    }`,
    next:
      "install it without -e, or pack that code with --project and its dependencies from a lock",
  }, { path: file });
}
