import type { FileSystem } from "../../host/ports.ts";
import type {
  EnvironmentFolder,
  EnvironmentRecipe,
  MadeFile,
  SymbolicLink,
} from "../../model/environment.ts";
import type { LayerDigest } from "../../model/digest.ts";
import type { Isolation } from "../../model/release.ts";
import type { PythonInfo } from "../../model/python_info.ts";
import { formatVersion } from "../../model/version_spec.ts";
import type { WheelRecipe } from "../../python/wheel/recipe.ts";
import { interpreterNames, sitePackages } from "./layout.ts";
import { type LaidOut, type LayerParts, originsOf, partsOf } from "./layer_parts.ts";
import { mergeOrigins } from "./merge.ts";
import { ownCopies } from "./own_copies.ts";
import { joined, parentOf } from "./paths.ts";
import { scriptsOf } from "./scripts.ts";
import { BEHIND_PTH_NAME, MODULE_NAME, PTH_NAME, PTH_TEXT, siteModuleText } from "./site_module.ts";
import { withoutSuperseded } from "./superseded.ts";

type Look = Pick<
  FileSystem,
  "stat" | "readDir" | "readText" | "readLink" | "openRead" | "readBytes" | "lstat"
>;

export interface RecipeInput {
  readonly key: string;
  readonly layers: readonly LaidOut[];
  readonly python: PythonInfo;
  readonly isolation: Isolation;
  readonly places: { readonly bin: Places; readonly site: Places };
}

/**
 * Directories of the cache, as a file in a folder of the environment finds them: relative to that, so that the
 * cache may lie anywhere, or absolute where the environment is not in it.
 */
export interface Places {
  readonly trees: string;
  readonly bytecode: string;
  /** of environments */
  readonly leases: string;
  /** Of trees, where the collector that would take them away does not know of the environment. */
  readonly treeLeases?: string;
}

/** All that makes the environment of these layers for this interpreter: looks, and makes nothing. */
export function environmentRecipe(input: RecipeInput, fs: Look): EnvironmentRecipe {
  const { key, python, isolation, places } = input;
  const parts = input.layers.map(partsOf);
  const site = sitePackages(python);
  const origins = withoutSuperseded(originsOf(parts, site, fs), fs);
  const merged = mergeOrigins(origins, new Set([site]), fs);
  const scripts = scriptsOf(parts, python, places.bin.trees, fs);
  const made = [
    { path: "pyvenv.cfg", content: configText(python, isolation), mode: 0o644 },
    ...siteTexts(input, parts, site, fs),
    ...scripts.made,
    ...parts.flatMap(({ wheel }) => madeFiles(wheel)),
    ...ownCopies(merged, treeOf(parts), fs),
  ];
  const links = interpreterLinks(python);
  const own: EnvironmentFolder[] = [
    ...["", ...parentsOf(site)].map((path) => ({ path, files: [] })),
    { path: "bin", files: scripts.programs },
    // Of edgeboot's own module, which every start imports.
    { path: site, files: [], bytecode: { kind: "own", parts: [] } },
  ];
  const taken = new Set([...made, ...links].map(({ path }) => path));
  return {
    ...{ key, interpreter: baseOf(python), made, links },
    apps: parts.filter(({ app }) => app.length > 0).map(({ layer }) => layer.sha256),
    layers: [...new Set(input.layers.map(({ layer }) => layer.sha256))],
    folders: union([...own, ...merged], taken),
  };
}

function treeOf(parts: readonly LayerParts[]): (layer: LayerDigest) => string {
  const trees = new Map(parts.map(({ layer, tree }) => [layer.sha256, tree]));
  return (layer) => trees.get(layer)!;
}

/** One of each path, parents before their children, and without the files that are made from text. */
function union(
  folders: readonly EnvironmentFolder[],
  taken: ReadonlySet<string>,
): EnvironmentFolder[] {
  const parents = new Set([...taken].map(parentOf));
  const byPath = new Map<string, EnvironmentFolder>();
  for (const folder of folders) {
    const { path } = folder;
    const before = byPath.get(path);
    const files = parents.has(path)
      ? folder.files.map((part) => ({
        ...part,
        names: part.names.filter((name) => !taken.has(joined(path, name))),
      }))
      : folder.files;
    byPath.set(path, { ...before, ...folder, files: [...before?.files ?? [], ...files] });
  }
  return [...byPath.values()].toSorted((a, b) => a.path < b.path ? -1 : a.path > b.path ? 1 : 0);
}

/** RECORD and INSTALLER; scripts are settled among all layers. */
function madeFiles(wheel: WheelRecipe | undefined): MadeFile[] {
  return (wheel?.files ?? []).flatMap((file) =>
    file.kind === "made" && file.scheme !== "scripts"
      ? [{ path: file.target, content: file.bytes, mode: 0o444 }]
      : []
  );
}

/** What `python -m venv` writes, but for the command that made it. */
function configText(python: PythonInfo, isolation: Isolation): string {
  const base = baseOf(python);
  const behind = isolation === "shared" && (python.venv?.seesSystem ?? true);
  return [
    `home = ${base.slice(0, base.lastIndexOf("/"))}`,
    `include-system-site-packages = ${behind}`,
    `version = ${formatVersion(python.version)}`,
    "",
  ].join("\n");
}

function siteTexts(
  { key, python, isolation, places }: RecipeInput,
  parts: readonly LayerParts[],
  site: string,
  fs: Look,
): MadeFile[] {
  const roots = parts.flatMap(({ layer, tree, app }) =>
    app.map((root) => ({ path: joined(tree, root), root: joined(layer.sha256, root) }))
  );
  const sites = roots.filter(({ path }) => hasPth(path, fs));
  const customs = roots.filter(({ path }) => hasCustom(path, fs));
  const { leases, treeLeases } = places.site;
  const ofTrees = treeLeases === undefined
    ? []
    : parts.map(({ layer }) => `${treeLeases}/${layer.sha256}`);
  const text = siteModuleText({
    ...places.site,
    leases: [`${leases}/${key}`, ...new Set(ofTrees)],
    roots: roots.map(({ root }) => root),
    sites: sites.map(({ root }) => root),
    customs: customs.map(({ root }) => root),
  });
  const files: MadeFile[] = [
    { path: `${site}/${PTH_NAME}`, content: PTH_TEXT, mode: 0o444 },
    { path: `${site}/${MODULE_NAME}.py`, content: text, mode: 0o444 },
  ];
  if (isolation === "shared" && python.venv !== undefined) {
    const line = `import site; site.addsitedir(${JSON.stringify(python.venv.site)})\n`;
    files.push({ path: `${site}/${BEHIND_PTH_NAME}`, content: line, mode: 0o444 });
  }
  return files;
}

/** A virtual environment of a virtual environment has the standard library of neither. */
function baseOf(python: PythonInfo): string {
  return python.venv?.base ?? python.path;
}

function hasPth(path: string, fs: Look): boolean {
  if (fs.stat(path)?.kind !== "directory") return false;
  return fs.readDir(path).some(({ name }) => name.endsWith(".pth") && !name.startsWith("."));
}

function hasCustom(path: string, fs: Look): boolean {
  return ["sitecustomize.py", "sitecustomize"].some((name) =>
    fs.stat(`${path}/${name}`) !== undefined
  );
}

function interpreterLinks(python: PythonInfo): SymbolicLink[] {
  const [first, ...others] = interpreterNames(python);
  return [
    { path: `bin/${first}`, target: baseOf(python) },
    ...others.map((name) => ({ path: `bin/${name}`, target: first! })),
    { path: "lib64", target: "lib" },
  ];
}

/** `lib`, `lib/python3.12`, `lib/python3.12/site-packages` */
function parentsOf(path: string): string[] {
  const names = path.split("/");
  return names.map((_, depth) => names.slice(0, depth + 1).join("/"));
}
