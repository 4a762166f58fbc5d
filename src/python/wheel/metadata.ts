import type { WheelName } from "../../model/wheel_name.ts";
import { invalidWheel } from "./refusal.ts";

/** The version of the format that this is written for. */
const [MAJOR, MINOR] = [1, 0];

export interface WheelMetadata {
  /** Files outside of `.data` belong to purelib; else to platlib. */
  readonly rootIsPurelib: boolean;
  readonly warnings: readonly string[];
}

/**
 * Reads `*.dist-info/WHEEL`, which is in the form of an e-mail's header.
 * @throws EdgebootError WHEEL_INVALID (65) where it has no version, or a major one that is not known
 */
export function parseWheelMetadata(text: string, name: WheelName): WheelMetadata {
  const fields = new Map<string, string>();
  for (const line of text.split(/\r?\n/)) {
    const field = /^([\w-]+):\s*(.*?)\s*$/.exec(line);
    if (field !== null && !fields.has(field[1]!.toLowerCase())) {
      fields.set(field[1]!.toLowerCase(), field[2]!);
    }
  }
  const stated = fields.get("wheel-version");
  const version = /^(\d+)\.(\d+)$/.exec(stated ?? "");
  if (version === null) {
    throw invalidWheel(name, `its WHEEL states the Wheel-Version ${JSON.stringify(stated ?? "")}`);
  }
  const [major, minor] = [Number(version[1]), Number(version[2])];
  if (major > MAJOR) {
    throw invalidWheel(
      name,
      `it is of wheel version ${stated}, and ${MAJOR}.${MINOR} is known here`,
    );
  }
  return {
    rootIsPurelib: fields.get("root-is-purelib")?.toLowerCase() === "true",
    warnings: minor > MINOR
      ? [`${name.file} is of wheel version ${stated}, newer than the ${MAJOR}.${MINOR} known here`]
      : [],
  };
}
