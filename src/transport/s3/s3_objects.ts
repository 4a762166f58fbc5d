import { readAll } from "../../model/content.ts";
import { below, type Location } from "../../model/location.ts";
import type { Contents, Kept, Listed, Objects, Outgoing, Stored } from "../../model/objects.ts";
import { HttpObjects } from "../objects/http.ts";
import {
  LARGEST_WHOLE_BYTES,
  type SenderOptions,
  type Sending,
  sendRequest,
} from "../objects/http_request.ts";
import { writeRefusal } from "../objects/write_refusal.ts";
import { placeOf, type S3Place } from "./address.ts";
import { listingQuery, parseListing } from "./listing.ts";
import { type PartAnswer, uploadInParts } from "./multipart.ts";
import { maybeAbsent, s3Refusal } from "./refusal.ts";
import { readS3Settings, type S3Settings } from "./settings.ts";
import { signerFor } from "./sign.ts";

/** Of a page of a listing: a thousand keys. */
const MOST_ANSWER_BYTES = 16 * 1024 * 1024;
/** An object that is older than this is copied onto itself where it is counted on: that is all that makes it new. */
const OLD_MS = 6 * 3_600_000;

/**
 * A bucket, or a prefix of one. Conditional writes as over HTTP: AWS has them, others ignore them. Nothing can be
 * locked; collectors and publishers go by the age of objects.
 */
export class S3Objects implements Objects {
  readonly contents: Contents;
  readonly #settings: S3Settings;
  readonly #place: S3Place;
  readonly #options: SenderOptions;
  readonly #http: HttpObjects;

  constructor(
    readonly location: Location,
    { sign: _, ...options }: SenderOptions,
    source: Parameters<typeof readS3Settings>[0],
  ) {
    this.#settings = readS3Settings(source);
    this.#place = placeOf(location, this.#settings);
    const { address } = this.#place;
    const sign = signerFor(address, this.#settings, options.clock);
    this.#options = {
      ...{ ...options, authority: undefined },
      ...(sign === undefined ? {} : { sign }),
    };
    this.#http = new HttpObjects(address, this.#options, false);
    this.contents = {
      list: (prefix) => this.#list(prefix),
      remove: async (key) => {
        await this.#attempt(() => this.#do("DELETE", below(address, key)));
      },
    };
  }

  get isAtomic(): boolean {
    return this.#http.isAtomic;
  }

  async read(key: string): Promise<Stored | undefined> {
    return await this.#orAbsent(() => this.#http.read(key));
  }

  async keep(key: string): Promise<Kept | undefined> {
    const kept = await this.#orAbsent(() => this.#http.keep(key));
    const age = this.#options.clock.now() - (kept?.modifiedMs ?? Infinity);
    if (kept !== undefined && age > OLD_MS) await this.#copyOntoItself(key);
    return kept && { size: kept.size };
  }

  async put(key: string, content: Outgoing): Promise<void> {
    await this.#attempt(async () => {
      if (content.size <= LARGEST_WHOLE_BYTES) return await this.#http.put(key, content);
      const url = below(this.#place.address, key);
      await uploadInParts(
        content,
        (method, query, part) => this.#do(method, `${url}${query}`, part),
      );
    });
  }

  async create(key: string, text: string): Promise<boolean> {
    return await this.#attempt(() => this.#http.create(key, text));
  }

  async replace(key: string, text: string, was: Stored): Promise<boolean> {
    return await this.#attempt(() => this.#http.replace(key, text, was));
  }

  async learn(key: string, text: string): Promise<void> {
    await this.#attempt(() => this.#http.learn(key, text));
  }

  hold(): Promise<Disposable> {
    return Promise.resolve({ [Symbol.dispose]: () => {} });
  }

  /** Where that is refused, or the object is too large for it, its age stays as it is. */
  async #copyOntoItself(key: string): Promise<void> {
    const { name, prefix, address } = this.#place;
    const headers = {
      "x-amz-copy-source": `/${name}/${encodeURI(`${prefix}${key}`).replaceAll("+", "%2B")}`,
      "x-amz-metadata-directive": "REPLACE",
    };
    const request = { method: "PUT", url: below(address, key), headers } as const;
    await (await sendRequest(request, this.#options)).cancel();
  }

  async *#list(below: string): AsyncGenerator<Listed> {
    const { bucket, prefix } = this.#place;
    let token: string | undefined;
    do {
      const query = listingQuery(`${prefix}${below}`, token);
      const { text } = await this.#attempt(() => this.#do("GET", `${bucket}/${query}`));
      const { entries, next } = parseListing(text, prefix);
      yield* entries;
      token = next;
    } while (token !== undefined);
  }

  /** @throws EdgebootError where it is not done */
  async #do(method: Sending["method"], url: string, content?: Outgoing): Promise<PartAnswer> {
    const sending = { method, url, ...(content === undefined ? {} : { content }) };
    const response = await sendRequest(sending, this.#options);
    const { status } = response;
    if (status >= 300) {
      await response.cancel();
      const act = method === "GET" ? "read" : "write";
      throw writeRefusal(url, status, act, this.#options.sign !== undefined);
    }
    const chunks = () => response.body();
    const bytes = await readAll(
      { kind: "content", size: undefined, validator: undefined, chunks },
      MOST_ANSWER_BYTES,
    );
    return { text: new TextDecoder().decode(bytes), etag: response.header("etag") };
  }

  async #orAbsent<T>(act: () => Promise<T | undefined>): Promise<T | undefined> {
    try {
      return await act();
    } catch (error) {
      if (maybeAbsent(error)) return undefined;
      throw s3Refusal(error, this.#settings);
    }
  }

  async #attempt<T>(act: () => Promise<T>): Promise<T> {
    try {
      return await act();
    } catch (error) {
      throw s3Refusal(error, this.#settings);
    }
  }
}
