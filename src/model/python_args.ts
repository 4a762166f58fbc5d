import type { JsonObject } from "./json.ts";

/**
 * Options that change how the interpreter behaves and not what it starts or where it looks: -c and -m
 * are the entry point's, and -E, -I, -s, -S and -P would take the layers off the path.
 */
const ALONE = /^-(?:O{1,2}|b{1,2}|[dqu]|v{1,3})$/;
const WITH_VALUE = /^-[XW]$/;
const JOINED = /^-[XW]./s;

/** Reads `python_args`; undefined where it is not stated. */
export function readPythonArgs(json: JsonObject): readonly string[] | undefined {
  const args = json.optionalStrings("python_args");
  if (args === undefined) return undefined;
  for (let index = 0; index < args.length; index++) {
    const arg = args[index]!;
    if (ALONE.test(arg) || JOINED.test(arg) && isValue(arg.slice(2))) continue;
    const value = args[index + 1];
    if (WITH_VALUE.test(arg) && value !== undefined && isValue(value)) {
      index++;
      continue;
    }
    throw json.wrong(`python_args[${index}]`, EXPECTED, arg);
  }
  return args;
}

const EXPECTED = "-X OPTION, -W FILTER, -O, -OO, -b, -bb, -d, -q, -u or -v";

/** What starts with a dash is an option that lacks its value. */
function isValue(text: string): boolean {
  return text !== "" && !text.startsWith("-") && !text.includes("\0");
}
