import type { Fetched, Fetcher, FetchOptions } from "../model/content.ts";
import type { FileSystem } from "../host/ports.ts";
import { FileFetcher } from "./file_fetcher.ts";
import { HttpFetcher, type HttpFetcherOptions } from "./http_fetcher.ts";

/** Chooses by scheme: a release in a directory may name a layer on a web server. */
export class AnyFetcher implements Fetcher {
  readonly #file: FileFetcher;
  readonly #http: HttpFetcher;

  constructor(options: HttpFetcherOptions & { readonly fs: FileSystem }) {
    this.#file = new FileFetcher(options.fs);
    this.#http = new HttpFetcher(options);
  }

  fetch(url: string, options?: FetchOptions): Promise<Fetched> {
    return (url.startsWith("file:") ? this.#file : this.#http).fetch(url, options);
  }
}
