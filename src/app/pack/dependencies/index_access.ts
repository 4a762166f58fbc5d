import type { Host } from "../../../host/ports.ts";
import type { Fetched, Fetcher, FetchOptions } from "../../../model/content.ts";
import type { Credentials } from "../../../model/location.ts";
import { indexAddress } from "../../../pack/index/address.ts";
import { type Netrc, parseNetrc } from "../../../pack/index/netrc.ts";
import { parsePipConf, type PipIndexes } from "../../../pack/index/pip_conf.ts";
import {
  credentialsFor,
  type IndexSettings,
  indexSettings,
  type NamedIndex,
} from "../../../pack/index/settings.ts";
import { AnyFetcher } from "../../../transport/fetcher.ts";
import { USER_AGENT } from "../../../version.ts";
import type { PackContext } from "../context.ts";
import { toolIndex } from "./tools.ts";

/** Package indexes, as this user reaches them. */
export class IndexAccess {
  readonly #fetchers = new Map<string, Fetcher>();
  #indexes: Promise<readonly string[]> | undefined;

  constructor(
    private readonly settings: IndexSettings,
    private readonly context: PackContext,
  ) {}

  /**
   * As pip and uv are configured.
   * @param named what the project calls its indexes
   * @param others further URLs that may have credentials
   */
  static open(
    indexUrl: string | undefined,
    { named = [], others = [] }: {
      readonly named?: readonly NamedIndex[];
      readonly others?: readonly string[];
    },
    context: PackContext,
  ): IndexAccess {
    const { host } = context;
    const confs = pipConfs(host);
    const settings = indexSettings(indexUrl, host.env, confs, named, netrcOf(host), others);
    return new IndexAccess(settings, context);
  }

  /** Without credentials, in the order in which they are asked; what uv or pip take by default where none is stated. */
  indexes(): Promise<readonly string[]> {
    return this.#indexes ??= this.#findIndexes();
  }

  async #findIndexes(): Promise<readonly string[]> {
    const stated = this.settings.indexes.map(({ url }) => url);
    if (this.settings.isReplaced) return stated;
    const usual = await toolIndex(this.context.host);
    return usual === undefined ? stated : [...stated, usual];
  }

  /**
   * @param url may have credentials, which are sent and not shown
   * @throws EdgebootError as every {@link Fetcher}
   */
  async fetch(url: string, options?: FetchOptions): Promise<Fetched> {
    const address = indexAddress(url);
    if (address === undefined || address.url.startsWith("file:")) {
      return await this.context.fetcher.fetch(url, options);
    }
    const credentials = address.credentials ?? credentialsFor(address.url, this.settings);
    return await this.#fetcherFor(new URL(address.url).origin, credentials)
      .fetch(address.url, options);
  }

  #fetcherFor(origin: string, credentials: Credentials | undefined): Fetcher {
    const key = JSON.stringify([origin, credentials]);
    const known = this.#fetchers.get(key);
    if (known !== undefined) return known;
    const { host: { fs, env, http, clock }, session: { report } } = this.context;
    const fetcher = new AnyFetcher({
      ...{ fs, env, http, clock, userAgent: USER_AGENT },
      authority: credentials && { origin, credentials, token: undefined },
      onRetry: (retry) => report.event({ kind: "retry", ...retry }),
    });
    this.#fetchers.set(key, fetcher);
    return fetcher;
  }
}

/** The places of pip's configuration, those that count less first. */
export function pipConfs({ env, fs }: Host): PipIndexes[] {
  const home = env.get("HOME");
  const config = env.get("XDG_CONFIG_HOME") ?? (home && `${home}/.config`);
  const stated = env.get("PIP_CONFIG_FILE");
  // pip's own word for "none at all".
  if (stated === "/dev/null") return [];
  const paths = [
    "/etc/pip.conf",
    ...(home === undefined ? [] : [`${home}/.pip/pip.conf`]),
    ...(config === undefined ? [] : [`${config}/pip/pip.conf`]),
    ...(stated === undefined ? [] : [stated]),
  ];
  return paths.flatMap((path) => {
    const text = textOf(path, fs);
    return text === undefined ? [] : [parsePipConf(text)];
  });
}

function netrcOf({ env, fs }: Host): Netrc {
  const home = env.get("HOME");
  const path = env.get("NETRC") ?? (home && `${home}/.netrc`);
  return parseNetrc(path === undefined ? "" : textOf(path, fs) ?? "");
}

function textOf(path: string, fs: Host["fs"]): string | undefined {
  try {
    return fs.stat(path)?.kind === "file" ? fs.readText(path) : undefined;
  } catch {
    // What cannot be read configures nothing, for pip neither.
    return undefined;
  }
}
