/** The file name of a wheel, taken apart; made by {@link parseWheelName} alone. */
export interface WheelName {
  /** as it is written: `numpy-2.4.5-cp311-cp311-manylinux_2_28_x86_64.whl` */
  readonly file: string;
  readonly distribution: string;
  readonly version: string;
  /** `1`, `2local`: among wheels of one version the higher one is meant */
  readonly build: string | undefined;
  /** Each may be a compressed set, `py2.py3`. */
  readonly pythonTag: string;
  readonly abi: string;
  readonly platform: string;
}

/** PEP 508, with `_` in place of `-`. */
const DISTRIBUTION = /^[A-Za-z0-9](?:[A-Za-z0-9._]*[A-Za-z0-9])?$/;
/** PEP 440, appendix B; `-` has become `_` as `-` separates the parts of the name. */
const VERSION =
  /^v?(?:\d+!)?\d+(?:\.\d+)*(?:[_.]?(?:a|b|c|rc|alpha|beta|pre|preview)[_.]?\d*)?(?:_\d+|[_.]?(?:post|rev|r)[_.]?\d*)?(?:[_.]?dev[_.]?\d*)?(?:\+[a-z0-9]+(?:[_.][a-z0-9]+)*)?$/i;
const BUILD = /^\d\w*(?:\.\w+)*$/;
const TAGS = /^\w+(?:\.\w+)*$/;
const NAME_MAX = 255;

/**
 * Parses `{distribution}-{version}(-{build})?-{python}-{abi}-{platform}.whl` (binary distribution format,
 * formerly PEP 427). undefined where the text is no such name.
 */
export function parseWheelName(file: string): WheelName | undefined {
  if (!file.endsWith(".whl") || file.length > NAME_MAX) return undefined;
  const parts = file.slice(0, -".whl".length).split("-");
  if (parts.length !== 5 && parts.length !== 6) return undefined;
  const [distribution, version] = parts as [string, string];
  const build = parts.length === 6 ? parts[2] : undefined;
  const tags = parts.slice(-3);
  if (!DISTRIBUTION.test(distribution) || !VERSION.test(version)) return undefined;
  if ((build !== undefined && !BUILD.test(build)) || !tags.every((tag) => TAGS.test(tag))) {
    return undefined;
  }
  const [pythonTag, abi, platform] = tags as [string, string, string];
  return { file, distribution, version, build, pythonTag, abi, platform };
}
