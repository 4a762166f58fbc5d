/** What names begin with under which the binary is only itself: its own, and what it replaces in images. */
const OWN_NAMES = ["edgeboot", "entrypoint", "docker-entrypoint"];

/** What fexecve(3) shows in place of a path: nobody called anything by a name. */
const BY_DESCRIPTOR = /^\/(?:dev|proc\/self)\/fd\/\d+$/;

/**
 * The name of a link that stands for an app or an entry point: `ln -s edgeboot billing-api`. A binary
 * that was renamed is still edgeboot.
 *
 * @param execFile the path that execve(2) was called with
 * @param executable the file behind it, links resolved
 */
export function linkName(
  execFile: string | undefined,
  executable: () => string,
): string | undefined {
  if (execFile === undefined) return undefined;
  const name = execFile.slice(execFile.lastIndexOf("/") + 1);
  if (!name || OWN_NAMES.some((own) => name.startsWith(own))) return undefined;
  if (BY_DESCRIPTOR.test(execFile)) return undefined;
  return executable().endsWith(`/${name}`) ? undefined : name;
}
