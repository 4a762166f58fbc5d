import type { Fetched, Fetcher, FetchOptions } from "../model/content.ts";
import type { Environment, FileSystem } from "../host/ports.ts";
import { FileFetcher } from "./file_fetcher.ts";
import type { HttpFetcherOptions } from "./http_fetcher.ts";

/**
 * Chooses by scheme: a release in a directory may name a layer on a web server. What speaks HTTP is
 * loaded when something is asked for over HTTP, which a start from a directory or by digest never does.
 */
export class AnyFetcher implements Fetcher {
  readonly #file: FileFetcher;
  #http: Fetcher | undefined;
  #s3: Fetcher | undefined;

  constructor(
    private readonly options: HttpFetcherOptions & {
      readonly fs: FileSystem;
      readonly env: Pick<Environment, "get">;
    },
  ) {
    this.#file = new FileFetcher(options.fs);
  }

  async fetch(url: string, options?: FetchOptions): Promise<Fetched> {
    if (url.startsWith("file:")) return await this.#file.fetch(url, options);
    if (url.startsWith("s3:")) {
      const { S3Fetcher } = await import("./s3/s3_fetcher.ts");
      this.#s3 ??= new S3Fetcher(this.options, this.options);
      return await this.#s3.fetch(url, options);
    }
    if (this.#http === undefined) {
      const { HttpFetcher } = await import("./http_fetcher.ts");
      this.#http ??= new HttpFetcher(this.options);
    }
    return await this.#http.fetch(url, options);
  }
}
