import type { Environment } from "../../host/ports.ts";
import type { Credentials } from "../../model/location.ts";
import { type IndexAddress, indexAddress } from "./address.ts";
import type { Netrc } from "./netrc.ts";
import type { PipIndexes } from "./pip_conf.ts";

/** An index that a project gives a name, by which its credentials stand in variables. */
export interface NamedIndex {
  readonly name: string;
  readonly url: string;
}

/** Which indexes there are, in order, and who we are at each. */
export interface IndexSettings {
  /** The first one that is stated, and those besides it. */
  readonly indexes: readonly IndexAddress[];
  /** Whether one is stated that stands in place of the tools' own. */
  readonly isReplaced: boolean;
  /** Those that are only known for who we are there. */
  readonly named: readonly IndexAddress[];
  readonly netrc: Netrc;
}

/**
 * Indexes as pip and uv are configured: a flag before variables before `pip.conf`.
 * @param flag `--index-url`
 * @param pipConfs the later ones count more
 * @param others URLs that requirements files name, which the tool asks that resolves them
 */
export function indexSettings(
  flag: string | undefined,
  env: Pick<Environment, "get">,
  pipConfs: readonly PipIndexes[],
  named: readonly NamedIndex[],
  netrc: Netrc,
  others: readonly string[] = [],
): IndexSettings {
  const variable = (name: string) => env.get(name)?.trim() || undefined;
  const primary = flag ?? variable("UV_DEFAULT_INDEX") ?? variable("UV_INDEX_URL") ??
    variable("PIP_INDEX_URL") ?? pipConfs.findLast(({ index }) => index !== undefined)?.index;
  const listed = ["UV_INDEX", "UV_EXTRA_INDEX_URL", "PIP_EXTRA_INDEX_URL"]
    .flatMap((name) => variable(name)?.split(/\s+/) ?? []);
  const extra = [...listed, ...pipConfs.flatMap((conf) => conf.extra)];
  const addressOf = (text: string) => indexAddress(unnamed(text)) ?? [];
  return {
    indexes: [...(primary === undefined ? [] : [primary]), ...extra].flatMap(addressOf),
    isReplaced: primary !== undefined,
    named: [
      ...[...named, ...extra.flatMap(namedIndex)].flatMap((index) => namedAddress(index, env)),
      ...others.flatMap(addressOf),
    ],
    netrc,
  };
}

/**
 * What uv has to be told, as it reads nothing that is meant for pip: pip's indexes, where uv has none of its own.
 * @param flag `--index-url`
 * @returns variables of its environment: arguments are for all users of the machine to see
 */
export function uvEnvironment(
  flag: string | undefined,
  env: Pick<Environment, "get">,
  pipConfs: readonly PipIndexes[],
): Record<string, string> {
  const isStated = (name: string) => Boolean(env.get(name)?.trim());
  const isUvs = UV_INDEXES.some(isStated);
  const primary = flag ?? (isUvs ? undefined : env.get("PIP_INDEX_URL")?.trim() ||
    pipConfs.findLast(({ index }) => index !== undefined)?.index);
  const extra = isUvs ? [] : [
    ...env.get("PIP_EXTRA_INDEX_URL")?.trim().split(/\s+/).filter(Boolean) ?? [],
    ...pipConfs.flatMap((conf) => conf.extra),
  ];
  return {
    ...(primary === undefined ? {} : { UV_DEFAULT_INDEX: primary }),
    ...(extra.length === 0 ? {} : { UV_INDEX: extra.join(" ") }),
  };
}

const UV_INDEXES = ["UV_DEFAULT_INDEX", "UV_INDEX_URL", "UV_INDEX", "UV_EXTRA_INDEX_URL"];

/** uv takes `NAME=URL`. */
function unnamed(text: string): string {
  return text.replace(/^[\w.-]+=(?=\w+:\/\/)/, "");
}

function namedIndex(text: string): NamedIndex[] {
  const match = /^([\w.-]+)=(\w+:\/\/.*)$/.exec(text);
  return match === null ? [] : [{ name: match[1]!, url: match[2]! }];
}

function namedAddress({ name, url }: NamedIndex, env: Pick<Environment, "get">): IndexAddress[] {
  const address = indexAddress(url);
  if (address === undefined) return [];
  const word = name.toUpperCase().replace(/[^A-Z0-9]/g, "_");
  for (const prefix of [`UV_INDEX_${word}`, `POETRY_HTTP_BASIC_${word}`]) {
    const [username, password] = [env.get(`${prefix}_USERNAME`), env.get(`${prefix}_PASSWORD`)];
    if (username === undefined && password === undefined) continue;
    return [{ ...address, credentials: { username: username ?? "", password: password ?? "" } }];
  }
  return [address];
}

/** Who we are at a server: what an index of it was configured with, else what `.netrc` has of the host. */
export function credentialsFor(
  url: string,
  { indexes, named, netrc }: IndexSettings,
): Credentials | undefined {
  const { origin, hostname } = new URL(url);
  const stated = [...named, ...indexes].find((index) =>
    index.credentials !== undefined && new URL(index.url).origin === origin
  );
  return stated?.credentials ?? netrc.get(hostname) ?? netrc.get("");
}
