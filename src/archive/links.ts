import { byteLength, checkCharacters } from "./names.ts";
import { hostile, showName } from "./refuse.ts";

/**
 * A symlink target is accepted only as `../` any number of times, then plain names, and no more
 * `..` than the link has directories above it.
 *
 * Why that is enough, whatever other links there are and in whatever order they come: the policy
 * lets no entry lie below a link, so a link's own directory is real, and each leading `..` climbs
 * one real directory, never past the root. After them come only names, which either go down or
 * meet another link, to which the same holds from its own real directory. No step ever leaves.
 * (`a/..` would break this: it is the parent of wherever `a` leads. CVE-2025-4517.)
 *
 * @throws EdgebootError ARCHIVE_HOSTILE
 */
export function checkSymlinkTarget(path: string, target: string, pathBytes: number): void {
  if (target === "") throw hostile("link-empty", path);
  checkCharacters(target, path);
  if (target.charCodeAt(0) === 0x2f) {
    throw hostile("link-absolute", path, `target ${showName(target)}`);
  }
  if (byteLength(target) > pathBytes) throw hostile("path-too-long", path, "in its link target");

  const components = target.split("/");
  if (components.length > 1 && components.at(-1) === "") components.pop(); // `lib/` is `lib`
  if (components.length > 1 && components[0] === ".") components.shift(); // `./lib` is `lib`
  const depth = countSlashes(path);
  let climbs = 0;
  let named = false;
  for (const component of components) {
    if (component === "..") {
      if (named) throw hostile("link-not-plain", path, `target ${showName(target)}`);
      climbs++;
    } else if (component === "" || (component === "." && components.length > 1)) {
      throw hostile("link-not-plain", path, `target ${showName(target)}`);
    } else named = true;
  }
  if (climbs > depth) throw hostile("link-escapes", path, `target ${showName(target)}`);
}

function countSlashes(path: string): number {
  let count = 0;
  for (let i = path.indexOf("/"); i >= 0; i = path.indexOf("/", i + 1)) count++;
  return count;
}
