import type { FileSystem } from "../../host/ports.ts";
import type { FilesOfTree, MadeFile } from "../../model/environment.ts";
import { isPythonScript, scriptsInMetadata } from "../../python/console_scripts.ts";
import type { WheelRecipe } from "../../python/wheel/recipe.ts";
import { callableText } from "../../python/entry_points.ts";
import {
  beginsWithItsText,
  installedScript,
  isInstalled,
  ownScript,
  SCRIPT_HEADER,
  STARTED_HEADER,
  startedScript,
} from "../../python/script_text.ts";
import type { Interpreter } from "../import_roots.ts";
import { interpreterNames } from "./layout.ts";
import type { LayerParts } from "./layer_parts.ts";
import { joined } from "./paths.ts";

type Look = Pick<FileSystem, "stat" | "readDir" | "readText" | "openRead">;

/** What `bin/` of an environment holds besides its interpreter. */
export interface Scripts {
  readonly made: readonly MadeFile[];
  /** Programs that are no Python scripts. */
  readonly programs: readonly FilesOfTree[];
}

/**
 * The scripts that installers left in `bin/` of the layers, whose first line names the machine on which they
 * were built, and those that only metadata declares (wheels that were unzipped), started by the
 * environment's own interpreter. Of two of a name the first layer's counts, files before metadata.
 *
 * Scripts in an app's `bin/` stay where their data may be, as do those that bear no lines in front: here is one
 * that starts them.
 *
 * @param treesFromBin the directory of all trees, from `bin/`
 */
export function scriptsOf(
  parts: readonly LayerParts[],
  python: Interpreter,
  treesFromBin: string,
  fs: Look,
): Scripts {
  const made: MadeFile[] = [];
  const programs: FilesOfTree[] = [];
  const taken = new Set([...interpreterNames(python), ...OF_ENVIRONMENTS]);
  const add = (name: string, content: string | Uint8Array) => {
    taken.add(name);
    made.push({ path: `bin/${name}`, content, mode: 0o755 });
  };
  for (const { layer, tree, prefixes, dependencies, wheel } of parts) {
    for (const { name, bytes } of madeScripts(wheel)) if (!taken.has(name)) add(name, bytes);
    for (const prefix of prefixes) {
      const directory = joined(prefix, "bin");
      const names: string[] = [];
      for (const name of filesIn(joined(tree, directory), fs)) {
        if (taken.has(name) || isInterpreter(name) || !/^[\w.+@ -]+$/.test(name)) continue;
        const path = joined(tree, joined(directory, name));
        const isDependency = dependencies.length > 0;
        const isScript = isPythonScript(path, fs) && fs.stat(path)!.size <= LONGEST_SCRIPT;
        if (!isScript) {
          taken.add(name);
          // A program of an app's own is found on PATH, which has that directory, too.
          if (isDependency) names.push(name);
          continue;
        }
        const text = fs.readText(path);
        const isMovable = isInstalled(text) || isDependency && !beginsWithItsText(text);
        add(
          name,
          isMovable
            ? installedScript(text)
            : startedScript(`${treesFromBin}/${layer.sha256}/${directory}/${name}`, text),
        );
      }
      if (names.length > 0) programs.push({ layer: layer.sha256, directory, names });
    }
  }
  for (const { tree, dependencies, app } of parts) {
    for (const root of [...dependencies, ...app]) {
      for (const [name, { module, attribute }] of scriptsInMetadata(joined(tree, root), fs)) {
        if (taken.has(name) || !/^[\w.-]+$/.test(name)) continue;
        add(name, ownScript(callableText(module, attribute)));
      }
    }
  }
  return { made, programs };
}

function madeScripts(wheel: WheelRecipe | undefined): { name: string; bytes: Uint8Array }[] {
  return (wheel?.files ?? []).flatMap((file) =>
    file.kind === "made" && file.scheme === "scripts"
      ? [{ name: file.target.slice(file.target.lastIndexOf("/") + 1), bytes: file.bytes }]
      : []
  );
}

/** Larger than any script that an installer or a person writes; read whole. */
const LONGEST_SCRIPT = 256 * 1024;
/** Of the environment that was packed: they would lead back to the machine where it was made. */
const OF_ENVIRONMENTS = ["activate", "activate.csh", "activate.fish", "activate.nu", "activate.ps1"]
  .concat("Activate.ps1", "activate_this.py", "deactivate", "pydoc.bat");

function isInterpreter(name: string): boolean {
  return /^(?:python|pypy)[\d.]*t?$/.test(name);
}

function filesIn(path: string, fs: Look): string[] {
  if (fs.stat(path)?.kind !== "directory") return [];
  return fs.readDir(path).filter(({ kind }) => kind !== "directory").map(({ name }) => name)
    .filter((name) => fs.stat(`${path}/${name}`)?.kind === "file").toSorted();
}

/** Whether a file in `bin/` is a Python script that was made here. */
export function isOwnScript(path: string, fs: Pick<FileSystem, "openRead">): boolean {
  return startsWith(path, SCRIPT_HEADER.slice(0, 16), fs);
}

/** The same, where its interpreter has no options: it can be given the file directly, without a shell. */
export function isPlainOwnScript(path: string, fs: Pick<FileSystem, "openRead">): boolean {
  return startsWith(path, SCRIPT_HEADER, fs);
}

/** Whether it only starts a script that lies elsewhere. */
export function isStartedScript(path: string, fs: Pick<FileSystem, "openRead">): boolean {
  return startsWith(path, STARTED_HEADER, fs);
}

function startsWith(path: string, text: string, fs: Pick<FileSystem, "openRead">): boolean {
  const file = fs.openRead(path);
  try {
    const bytes = new Uint8Array(text.length);
    const length = file.read(bytes) ?? 0;
    return new TextDecoder().decode(bytes.subarray(0, length)) === text;
  } finally {
    file.close();
  }
}
