import { fromFileUrl } from "@std/path/posix";

/** The root of the project. */
export const PROJECT = fromFileUrl(new URL("../../../", import.meta.url)).replace(/\/$/, "");

/** The executable under test: `EDGEBOOT_E2E_BINARY`, else `dist/edgeboot`. */
export const BINARY = findBinary();

/** What the tests build once and keep: wheels, packed layers, packing tools. Git ignores it. */
export const CACHED = Deno.env.get("EDGEBOOT_E2E_CACHE") ?? `${PROJECT}/.cache/e2e`;

function findBinary(): string {
  const stated = Deno.env.get("EDGEBOOT_E2E_BINARY") ?? `${PROJECT}/dist/edgeboot`;
  const path = stated.startsWith("/") ? stated : `${Deno.cwd()}/${stated}`;
  try {
    Deno.statSync(path);
  } catch {
    throw new Error(`there is no ${path}: run \`deno task compile\`, or set EDGEBOOT_E2E_BINARY`);
  }
  return path;
}
