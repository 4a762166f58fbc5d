import type { AppId } from "../model/app_id.ts";
import { EdgebootError } from "../model/errors.ts";

/** A version never changes: what is there, and what should have come in its place, differ. */
export function versionTaken(
  app: AppId,
  version: string,
  ours: string,
  theirs: string | undefined,
  where: string,
): EdgebootError {
  const differs = differences(ours, theirs ?? "");
  return new EdgebootError("VERSION_TAKEN", {
    what: `${app} ${version} is published already, with other content`,
    why: `${where} differs ${
      differs.length === 0 ? "in its spelling" : `in ${differs.join(", ")}`
    }`,
    next: "publish under a new version: others may have started the one that is there",
  }, { facts: { app, version, url: where } });
}

const MOST_SHOWN = 6;

/** JSON paths at which two documents differ. */
function differences(one: string, other: string): string[] {
  const found: string[] = [];
  try {
    compare(JSON.parse(one), JSON.parse(other), "", found);
  } catch {
    return ["all: one of them is no JSON"];
  }
  if (found.length <= MOST_SHOWN) return found;
  return [...found.slice(0, MOST_SHOWN), `and ${found.length - MOST_SHOWN} more places`];
}

function compare(one: unknown, other: unknown, path: string, found: string[]): void {
  if (JSON.stringify(one) === JSON.stringify(other)) return;
  if (isNode(one) && isNode(other) && Array.isArray(one) === Array.isArray(other)) {
    for (const key of new Set([...Object.keys(one), ...Object.keys(other)])) {
      const child = Array.isArray(one) ? `${path}[${key}]` : path === "" ? key : `${path}.${key}`;
      compare(one[key], other[key], child, found);
    }
  } else found.push(path);
}

function isNode(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
