import { refused } from "./refusal.ts";

/** What no layer may have, as it has two readings, or hides itself in a listing. */
// deno-lint-ignore no-control-regex -- they are what is refused
const ODD = /[\x00-\x1f\x7f\\\u0080-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/u;

/** @throws EdgebootError PACK_REFUSED (65) for a path that no edgeboot would unpack */
export function checkName(path: string): void {
  const isDrive = /^[A-Za-z]:/.test(path);
  // Bytes that are no UTF-8 have become this sign on their way.
  if (!ODD.test(path) && !isDrive && !path.includes("\ufffd")) return;
  throw refused("name", {
    what: `${JSON.stringify(path)} cannot be packed`,
    why:
      "its name has control characters, a backslash, a drive, or is not UTF-8, and no layer may have " +
      "such names",
    next: "rename the file, or leave it out in .edgebootignore",
  }, { path });
}
