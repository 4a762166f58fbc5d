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

/** Names as Python has them; letters beyond ASCII are not told from other signs, which costs a pattern less. */
const ENTRY = /^([^=]+?)\s*=\s*([\w.\u0080-\uffff]+)\s*:\s*([\w.\u0080-\uffff]+)\s*(?:\[.*\])?$/;

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
    const entry = ENTRY.exec(line);
    if (entry === null) wrong.push(line);
    else callables.set(entry[1]!, { module: entry[2]!, attribute: entry[3]! });
  }
  return { callables, wrong };
}

/** The text of such a script, without the line that names an interpreter: import, call, exit with the result. */
export function callableText(module: string, attribute: string): string {
  const [name] = attribute.split(".", 1);
  return `import sys\nfrom ${module} import ${name}\n\n` +
    `if __name__ == "__main__":\n    sys.exit(${attribute}())\n`;
}
