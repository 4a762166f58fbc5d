/** `./x.ts` as seen from `path`, relative to the project's root. */
export function resolve(path: string, specifier: string): string {
  return new URL(specifier, `file:///${path}`).pathname.slice(1);
}
