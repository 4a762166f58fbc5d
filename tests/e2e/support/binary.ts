import { fromFileUrl } from "@std/path/posix";

/** The root of the project. */
export const PROJECT = fromFileUrl(new URL("../../../", import.meta.url)).replace(/\/$/, "");

/** The executable under test: `EDGEBOOT_E2E_BINARY`, else `dist/edgeboot`. */
export const BINARY = findBinary();

/**
 * What the tests build once and keep: wheels, packed layers, packing tools, Debian roots. Every checkout
 * of this user takes it from here, so a name in it says all that its content depends on.
 */
export const CACHED = Deno.env.get("EDGEBOOT_E2E_CACHE") ?? `${userCache()}/edgeboot-tests`;

function userCache(): string {
  const home = Deno.env.get("HOME");
  return Deno.env.get("XDG_CACHE_HOME") || (home ? `${home}/.cache` : `${PROJECT}/.cache`);
}

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
