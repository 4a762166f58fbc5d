import type { TrustedUids } from "../model/trusted_uids.ts";
import {
  parseCount,
  parseDuration,
  parseRefresh,
  parseSize,
  parseSwitch,
  parseUids,
  type Refresh,
} from "./values.ts";

export type { Refresh };

/** What a setting may be: how its text is read, and what people are told where it cannot be. */
export interface Kind<T> {
  /** undefined for a text that is none */
  parse(text: string): T | undefined;
  readonly expected: string;
  readonly choices?: readonly string[];
  /** A number of the configuration file stands for its digits. */
  readonly digits?: true;
}

export const TEXT: Kind<string> = { parse: (text) => text, expected: "a text" };
/** RFC 6750, 2.1: no token has other characters, and fetch would refuse the header again and again. */
export const TOKEN: Kind<string> = {
  parse: (text) => /^[\x21-\x7e]+$/.test(text) ? text : undefined,
  expected: "one word of printable ASCII",
};
export const SWITCH: Kind<boolean> = { parse: parseSwitch, expected: "yes or no" };
export const REFRESH: Kind<Refresh> = {
  parse: parseRefresh,
  expected: "always, never or a duration such as 30s, 10m, 2h, 1d",
};
/** milliseconds */
export const AGE: Kind<number> = {
  parse: parseDuration,
  expected: "a duration such as 30s, 10m, 2h, 1d",
};
/** bytes */
export const SIZE: Kind<number> = {
  parse: parseSize,
  expected: "a size such as 500MB or 2GiB",
  digits: true,
};
export const COUNT: Kind<number> = {
  parse: parseCount,
  expected: "a whole number from 1",
  digits: true,
};
export const UIDS: Kind<TrustedUids> = {
  parse: parseUids,
  expected: "user IDs such as 1000,1001, or any",
  digits: true,
};

/** One of these words. */
export function choice<const T extends string>(...choices: readonly T[]): Kind<T> {
  return {
    parse: (text) => choices.find((word) => word === text),
    expected: choices.join(" or "),
    choices,
  };
}
