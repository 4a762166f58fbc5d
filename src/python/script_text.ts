/**
 * The texts of scripts in an environment's `bin/`. No path of the environment is in them, so the cache may be
 * anywhere, and none is too long or has a space in it (of a `#!` line the kernel reads 127 bytes, or 255).
 */

/** `$0` is what the kernel was given: a link to the script is followed, to find what lies beside it. */
const FIND_BIN = 'f=$0\n[ -h "$f" ] && f=$(readlink -f -- "$f")\n' +
  "case $f in */*) ;; *) f=./$f ;; esac\n";

/** A script that the shell begins and Python ends: to Python the shell's lines are a string. */
export const SCRIPT_HEADER = `#!/bin/sh\n'''':\n${FIND_BIN}exec "\${f%/*}/python" "$0" "$@"\n'''\n`;

/** A script of this Python text, with options of the interpreter that end with a space. */
export function ownScript(body: string, options = ""): string {
  return SCRIPT_HEADER.replace(' "$0"', () => ` ${options}"$0"`) + body;
}

/** The text without the lines that name the interpreter, but with the options that they give it. */
export function installedScript(text: string): string {
  return ownScript(bodyOf(text), optionsIn(text));
}

/** Without the lines that name the interpreter: one, or for long paths three. */
function bodyOf(text: string): string {
  const lines = text.split("\n");
  const long = lines[1]?.startsWith("'''exec'") && lines[2]?.startsWith("' '''");
  return lines.slice(long ? 3 : 1).join("\n");
}

/** Those of the first line, with a space behind. */
function optionsIn(text: string): string {
  const options = /^#!\s*\S*python[\w.]*((?:[ \t]+-[\w=]+)+)\s*$/.exec(text.split("\n", 1)[0]!);
  return options === null ? "" : `${options[1]!.trim()} `;
}

/**
 * Whether other lines in front would change what a script is: its docstring, which it may show as its usage
 * and behind which alone `from __future__` may stand, or its encoding (PEP 263: the first two lines).
 */
export function beginsWithItsText(text: string): boolean {
  const body = bodyOf(text);
  const encoding = /^#.*?coding[:=][ \t]*([-\w.]+)/.exec(body)?.[1] ?? "utf-8";
  const first = body.split("\n").find((line) => line.trim() !== "" && !line.startsWith("#"));
  return /^[rRuU]?["']/.test(first ?? "") || text.includes("\ufffd") || !/^utf-?8/i.test(encoding);
}

/** How a script begins that only starts another one. */
export const STARTED_HEADER = `#!/bin/sh\n${FIND_BIN}`;

/**
 * A script that starts another one, where that must stay as it is.
 * @param path from `bin/`, or absolute
 * @param text of the script there
 */
export function startedScript(path: string, text: string): string {
  const quoted = path.startsWith("/") ? path : `\${f%/*}/${path}`;
  return `${STARTED_HEADER}exec "\${f%/*}/python" ${optionsIn(text)}"${quoted}" "$@"\n`;
}

/** What installers write is a few lines that import one name and call it. */
export function isInstalled(text: string): boolean {
  return text.length <= 1024 && /^from [\w.]+ import \w+$/m.test(text) &&
    /^ +sys\.exit\(/m.test(text) && text.includes("__main__");
}
