/** What an entry point names: `module:attribute`. */
export interface Callable {
  readonly module: string;
  readonly attribute: string;
}

export interface Scripts {
  /** By the script's name, of both kinds, in the order of the file. */
  readonly callables: ReadonlyMap<string, Callable>;
  /** Lines of these sections that name no callable. */
  readonly wrong: readonly string[];
}

/** On Windows they differ by the window of a console; elsewhere both are scripts in `bin/`. */
const SECTIONS: ReadonlySet<string> = new Set(["console_scripts", "gui_scripts"]);

/**
 * The scripts that an `entry_points.txt` asks for (entry points specification, PyPA):
 * `name = package.module:object [extra]`. Extras name what else must be installed, not other scripts.
 */
export function parseScripts(text: string): Scripts {
  const callables = new Map<string, Callable>();
  const wrong: string[] = [];
  let section = "";
  for (const line of text.split(/\r?\n/).map((line) => line.trim())) {
    const header = /^\[(.+)\]$/.exec(line);
    if (header !== null) section = header[1]!.trim();
    if (header !== null || !SECTIONS.has(section) || /^(?:[#;]|$)/.test(line)) continue;
    const entry = /^([^=]*?)\s*=\s*([\p{L}\p{N}_.]+)\s*:\s*([\p{L}\p{N}_.]+)\s*(?:\[.*\])?$/u
      .exec(line);
    if (entry === null || entry[1] === "") wrong.push(line);
    else callables.set(entry[1]!, { module: entry[2]!, attribute: entry[3]! });
  }
  return { callables, wrong };
}
