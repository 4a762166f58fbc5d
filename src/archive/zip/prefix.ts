import type { OpenFile } from "../../host/ports.ts";
import { holdsSignature } from "./bytes.ts";
import { decodeUtf8 } from "./entry_name.ts";
import { refuse } from "./refusal.ts";
import { readExactly } from "./window.ts";

/** PEX's `--sh-boot` puts a shell script of some kilobytes there; zipapp and shiv one line. */
const MAX_PREFIX_BYTES = 256 * 1024;

/**
 * Checks what is in front of the first entry. Offsets may count from the start of the file (zipapp,
 * shiv, PEX; `base` is 0) or from the start of the archive (`cat script zip`; `base` is the length
 * of the script); a mixture of the two leaves bytes that neither explains.
 * @throws EdgebootError ARCHIVE_BROKEN
 */
export function checkStart(
  file: OpenFile,
  start: number,
  base: number,
  allowPrefix: boolean,
): void {
  if (start === 0) return;
  if (!allowPrefix || (base !== 0 && base !== start)) {
    refuse("zip-leading-bytes", {
      detail: `the first entry starts at byte ${start}`,
      next: "if it is a zip application, publish it as a layer of kind `pyz`; else pack it again",
    });
  }
  if (start > MAX_PREFIX_BYTES) notScript(`${start} bytes, allowed are ${MAX_PREFIX_BYTES}`);
  const prefix = readExactly(file, 0, start);
  const text = decodeUtf8(prefix);
  if (text === undefined || !text.startsWith("#!") || !text.endsWith("\n") || text.includes("\0")) {
    notScript("it must be text that starts with `#!` and ends with a line break");
  }
  if (holdsSignature(prefix)) notScript("it holds records of the zip format");
}

function notScript(detail: string): never {
  refuse("zip-prefix-not-script", { detail });
}
