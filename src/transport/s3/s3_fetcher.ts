import type { Fetched, Fetcher, FetchOptions } from "../../model/content.ts";
import { HttpFetcher, type HttpFetcherOptions } from "../http_fetcher.ts";
import { placeOf } from "./address.ts";
import { s3Refusal } from "./refusal.ts";
import { readS3Settings, type S3Settings } from "./settings.ts";
import { signerFor } from "./sign.ts";

type Source = Parameters<typeof readS3Settings>[0];

/** GET of `s3://bucket/key`, signed, with all that {@link HttpFetcher} knows of broken transfers. */
export class S3Fetcher implements Fetcher {
  readonly #settings: S3Settings;

  constructor(private readonly options: HttpFetcherOptions, source: Source) {
    this.#settings = readS3Settings(source);
  }

  async fetch(url: string, options?: FetchOptions): Promise<Fetched> {
    const { address } = placeOf(url, this.#settings);
    const { http, clock, userAgent, onRetry } = this.options;
    const sign = signerFor(address, this.#settings, clock);
    const fetcher = new HttpFetcher({
      ...{ http, clock, userAgent, authority: undefined },
      ...(onRetry === undefined ? {} : { onRetry }),
      ...(sign === undefined ? {} : { sign }),
    });
    try {
      return await fetcher.fetch(address, options);
    } catch (error) {
      throw s3Refusal(error, this.#settings);
    }
  }
}
