import type { WheelName } from "../../model/wheel_name.ts";
import { callableText, parseScripts } from "../entry_points.ts";
import { invalidWheel } from "./refusal.ts";

/**
 * One script for each entry point of `console_scripts` and `gui_scripts`, by its name in `bin/`.
 * @throws EdgebootError WHEEL_INVALID (65) where one has no callable, or a name that is no file's
 */
export function generateScripts(
  entryPoints: string,
  header: string,
  name: WheelName,
): Map<string, Uint8Array> {
  const { callables, wrong } = parseScripts(entryPoints);
  if (wrong.length > 0) {
    throw invalidWheel(
      name,
      `its entry_points.txt has a script without module:callable: ${wrong[0]}`,
    );
  }
  const encoder = new TextEncoder();
  return new Map([...callables].map(([script, { module, attribute }]) => {
    if (/[/\0]/.test(script) || script === "." || script === "..") {
      throw invalidWheel(name, `its entry_points.txt has a script with the name ${script}`);
    }
    return [script, encoder.encode(header + callableText(module, attribute))];
  }));
}

const PLACEHOLDER = [..."#!python"].map((character) => character.charCodeAt(0));
/** So much of a script tells whether its first line is one to be rewritten. */
export const PLACEHOLDER_BYTES = 512;

/**
 * A script of `.data/scripts` whose first line is `#!python` or `#!pythonw`, options behind it allowed, for
 * the interpreter of the environment. undefined where it stays as it is. Bytes, as the encoding of the
 * rest is the script's own (PEP 263).
 */
export function rewriteScript(bytes: Uint8Array, header: string): Uint8Array | undefined {
  if (!PLACEHOLDER.every((byte, index) => bytes[index] === byte)) return undefined;
  const newline = bytes.indexOf(0x0a);
  const end = newline < 0 ? bytes.length : newline + 1;
  const line = new TextDecoder().decode(bytes.subarray(0, end));
  const options = /^#!pythonw?(?:\s+(.*?))?\s*$/.exec(line);
  if (options === null) return undefined;
  const first = new TextEncoder().encode(withOptions(header, options[1]));
  const rewritten = new Uint8Array(first.length + bytes.length - end);
  rewritten.set(first);
  rewritten.set(bytes.subarray(end), first.length);
  return rewritten;
}

function withOptions(header: string, options: string | undefined): string {
  if (!options) return header;
  return header.startsWith("#!/bin/sh\n")
    ? header.replace(' "$0"', ` ${options} "$0"`)
    : header.replace(/\n$/, ` ${options}\n`);
}

/** What setuptools once wrote into wheels for entry points; their installers make them anew. */
export function isWrapperOf(script: string, generated: ReadonlyMap<string, unknown>): boolean {
  return generated.has(script.replace(/(?:\.exe|-script\.pyw?|\.pya)$/i, ""));
}
