/** When a channel or version is looked up again. */
export type Refresh =
  | { readonly kind: "always" }
  | { readonly kind: "never" }
  /** milliseconds since the registry last confirmed it */
  | { readonly kind: "after"; readonly ms: number };

const UNIT_MS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/** `always`, `never`, or a number with a unit; undefined for anything else. */
export function parseRefresh(text: string): Refresh | undefined {
  if (text === "always" || text === "never") return { kind: text };
  const match = /^(\d{1,9})(ms|s|m|h|d)$/.exec(text);
  if (match === null) return undefined;
  return { kind: "after", ms: Number(match[1]) * UNIT_MS[match[2]!]! };
}

/** The spellings that systemd and YAML accept, so that a value can be moved from either. */
export function parseSwitch(text: string): boolean | undefined {
  switch (text.toLowerCase()) {
    case "1":
    case "yes":
    case "true":
    case "on":
      return true;
    case "0":
    case "no":
    case "false":
    case "off":
      return false;
    default:
      return undefined;
  }
}

const SIZE_UNITS: Readonly<Record<string, number>> = {
  "": 1,
  k: 1e3,
  m: 1e6,
  g: 1e9,
  t: 1e12,
  ki: 2 ** 10,
  mi: 2 ** 20,
  gi: 2 ** 30,
  ti: 2 ** 40,
};

/** Bytes: `1048576`, `500MB`, `2GiB`, `2Gi` (as Kubernetes writes it); undefined for anything else. */
export function parseSize(text: string): number | undefined {
  const match = /^(\d{1,15}(?:\.\d{1,3})?)\s*([kmgt]i?)?b?$/i.exec(text);
  if (match === null) return undefined;
  const bytes = Math.floor(Number(match[1]) * SIZE_UNITS[(match[2] ?? "").toLowerCase()]!);
  return Number.isSafeInteger(bytes) ? bytes : undefined;
}

/** A whole number from 1. */
export function parseCount(text: string): number | undefined {
  return /^[1-9]\d{0,14}$/.test(text) ? Number(text) : undefined;
}
