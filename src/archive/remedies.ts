import type { FormatRuleName } from "./format_rules.ts";
import type { RuleName } from "./rules.ts";
import type { ZipRuleName } from "./zip/rules.ts";

/** What makes an archive that is accepted, where nothing about the files themselves has to change. */
const REPACK = "`tar --zstd -cf layer.tar.zst -C DIR .`";

const RENAME = "rename the file, or leave it out with `tar --exclude`";
const FOLLOW = "`tar -h` packs what links point to, `ln -sr` makes them relative";
const EXCLUDE = "leave it out with `tar --exclude`";
const CLEAR = "`tar --mode=u+rwX,go+rX,a-st`";
const ONCE = "pack into a new archive: `tar -r`, `tar -u` and `zip -u` keep old entries";

const REMEDIES: Partial<Record<RuleName | FormatRuleName | ZipRuleName, string>> = {
  "path-absolute": "`tar -C DIR .` packs relative names",
  "path-parent": "`tar -C DIR .` packs relative names",
  "path-control-character": RENAME,
  "path-backslash": RENAME,
  "path-drive": RENAME,
  "path-not-utf8": "`convmv -f latin1 -t utf-8 -r --notest DIR` renames the files",
  "path-component-too-long": RENAME,
  "path-too-long": RENAME,
  "entry-duplicate": ONCE,
  "zip-entry-duplicate": ONCE,
  "entry-collides": "rename one of the two, or leave it out with `tar --exclude`",
  "link-absolute": FOLLOW,
  "link-escapes": FOLLOW,
  "link-not-plain": FOLLOW,
  "device": EXCLUDE,
  "fifo": EXCLUDE,
  "socket": EXCLUDE,
  "sparse-file": "`tar` without --sparse, `bsdtar --no-read-sparse`",
  "mode-setuid": CLEAR,
  "mode-setgid": CLEAR,
  "mode-sticky": CLEAR,
  "tar-gnu-prefix": "`tar --format=pax`, without -g and -G",
  "tar-dialects-mixed": "one `tar --format=pax` for all files, in place of joined archives",
  "tar-after-end": "one `tar` for all files, in place of joined archives",
  "zstd-dictionary": "`tar --zstd`, or `zstd` without -D",
  "zstd-window": "`zstd -19`, or at most `--ultra -22 --long=27`",
  "zip-entry-encrypted": "`zip` without -e and -P",
  "zip-method-unsupported": "`zip -Z deflate`, or `tar --zstd`, which is smaller and faster",
  "zip-multi-disk": "`zip -s 0 SPLIT.zip --out ONE.zip` joins the parts",
  "zip-leading-bytes":
    "`zip -J` strips what is in front; a zip application is a layer of kind `pyz`",
};

/** What whoever made an archive can do, for the rule that refuses it: a command or an option. */
export function remedyFor(rule: RuleName | FormatRuleName | ZipRuleName): string {
  const stated = REMEDIES[rule];
  if (stated !== undefined) return stated;
  if (rule.startsWith("gzip-")) return "`zcat FILE | gzip -n`, or `tar -czf layer.tar.gz -C DIR .`";
  if (rule.startsWith("zstd-")) return "`zstd -dc FILE | zstd -19`, or " + REPACK;
  if (rule.startsWith("zip-")) return "`zip -qry layer.zip .`, or Python's zipfile";
  return REPACK;
}
