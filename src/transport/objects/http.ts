import type { HttpResponse } from "../../host/ports.ts";
import { type Fetcher, readAll } from "../../model/content.ts";
import { EdgebootError } from "../../model/errors.ts";
import { below, display, identity, type Location } from "../../model/location.ts";
import { type Kept, type Objects, outgoingText } from "../../model/objects.ts";
import type { Outgoing, Stored } from "../../model/objects.ts";
import { LARGEST_DOCUMENT_BYTES } from "../../model/patience.ts";
import { HttpFetcher } from "../http_fetcher.ts";
import { type SenderOptions, type Sending, sendRequest } from "./http_request.ts";
import { writeRefusal } from "./write_refusal.ts";

/** How long others who were at it at the same moment may take, milliseconds. */
const SETTLE_MS = 150;
const NOBODYS_ETAG = '"edgeboot-asks-whether-this-is-looked-at"';

/**
 * A server that takes PUT: a WebDAV directory, a raw repository, a bucket's plain interface. Conditional writes
 * (RFC 9110, 13.1) make one step of looking and writing. Where the server does not look at conditions, which
 * `learn` finds out, what was written is read back after a moment: of two who write at the same time, all but
 * the last are told that they were too slow, as long as they are not seconds apart.
 */
export class HttpObjects implements Objects {
  readonly location: Location;
  #atomic = false;
  readonly #fetcher: Fetcher;

  constructor(
    /** with the query that every request carries */
    private readonly base: Location,
    private readonly options: SenderOptions,
    /** Whether 409 may mean that a collection is missing, as WebDAV has it; else it is another writer. */
    private readonly hasCollections = true,
  ) {
    this.location = identity(base);
    this.#fetcher = new HttpFetcher(options);
  }

  get isAtomic(): boolean {
    return this.#atomic;
  }

  async read(key: string): Promise<Stored | undefined> {
    const url = below(this.base, key);
    const fetched = await this.#fetcher.fetch(url, { document: true });
    if (fetched.kind !== "content") return undefined;
    let bytes;
    try {
      bytes = await readAll(fetched, LARGEST_DOCUMENT_BYTES);
    } catch (error) {
      throw error instanceof RangeError ? tooLarge(url, error) : error;
    }
    const { validator } = fetched;
    // A weak one says nothing about bytes, and never holds in If-Match (8.8.3.2).
    const etag = validator?.startsWith("W/") ? undefined : validator;
    return { text: new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes), etag };
  }

  async keep(key: string): Promise<Kept | undefined> {
    const response = await this.#send("HEAD", key);
    await response.cancel();
    if (response.status === 404 || response.status === 410) return undefined;
    if (response.status !== 200) throw this.#refused(key, response.status, "read");
    const length = Number(response.header("content-length") ?? NaN);
    const modifiedMs = Date.parse(response.header("last-modified") ?? "");
    return {
      size: Number.isSafeInteger(length) ? length : undefined,
      ...(Number.isNaN(modifiedMs) ? {} : { modifiedMs }),
    };
  }

  async put(key: string, content: Outgoing): Promise<void> {
    await this.#put(key, content);
  }

  async create(key: string, text: string): Promise<boolean> {
    if (this.#atomic) return await this.#put(key, outgoingText(text), { "if-none-match": "*" });
    if (await this.read(key) !== undefined) return false;
    return await this.#putAndReadBack(key, text, { "if-none-match": "*" });
  }

  async replace(key: string, text: string, was: Stored): Promise<boolean> {
    if (was.etag !== undefined && this.#atomic) {
      return await this.#put(key, outgoingText(text), { "if-match": was.etag });
    }
    if ((await this.read(key))?.text !== was.text) return false;
    const condition = was.etag === undefined ? undefined : { "if-match": was.etag };
    return await this.#putAndReadBack(key, text, condition);
  }

  async learn(key: string, text: string): Promise<void> {
    const content = outgoingText(text);
    const looksAt = async (condition: Record<string, string>) => {
      try {
        return !await this.#put(key, content, condition);
      } catch (error) {
        // It does not take what is there a second time, with a word of its own for that.
        if (error instanceof EdgebootError && error.facts.status !== undefined) return false;
        throw error;
      }
    };
    this.#atomic = await looksAt({ "if-match": NOBODYS_ETAG }) &&
      await looksAt({ "if-none-match": "*" });
  }

  /** No collector comes to a place that cannot be listed. */
  hold(): Promise<Disposable> {
    return Promise.resolve({ [Symbol.dispose]: () => {} });
  }

  async #putAndReadBack(
    key: string,
    text: string,
    condition: Record<string, string> | undefined,
  ): Promise<boolean> {
    if (!await this.#put(key, outgoingText(text), condition)) return false;
    await this.options.clock.sleep(SETTLE_MS * (1 + Math.random()));
    return (await this.read(key))?.text === text;
  }

  /** False where the condition does not hold. Makes the collections of WebDAV that are missing. */
  async #put(key: string, content: Outgoing, condition?: Record<string, string>): Promise<boolean> {
    const headers = { "content-type": typeOf(key), ...condition };
    let response = await this.#send("PUT", key, { headers, content });
    // RFC 4918, 9.7.1: its collection is missing; object stores say the same of two writers at once.
    if (response.status === 409 && this.hasCollections) {
      await response.cancel();
      await this.#makeCollections(key);
      response = await this.#send("PUT", key, { headers, content });
    }
    await response.cancel();
    const { status } = response;
    if (condition !== undefined && (status === 412 || status === 409)) return false;
    if (status === 200 || status === 201 || status === 204) return true;
    throw this.#refused(key, status, "write");
  }

  /** That of the registry, too; those that are there answer 405 (RFC 4918, 9.3.1); what else is wrong, the next PUT will say. */
  async #makeCollections(key: string): Promise<void> {
    const parts = key.split("/").slice(0, -1);
    for (let length = 0; length <= parts.length; length++) {
      const collection = parts.slice(0, length).map((part) => `${part}/`).join("");
      const response = await this.#send("MKCOL", collection);
      await response.cancel();
    }
  }

  async #send(
    method: Sending["method"],
    key: string,
    more: Pick<Sending, "headers" | "content"> = {},
  ): Promise<HttpResponse> {
    return await sendRequest({ method, url: below(this.base, key), ...more }, this.options);
  }

  #refused(key: string, status: number, act: "read" | "write"): EdgebootError {
    const { authority } = this.options;
    const sent = authority?.token !== undefined || authority?.credentials !== undefined;
    return writeRefusal(below(this.base, key), status, act, sent);
  }
}

function tooLarge(url: Location, cause: RangeError): EdgebootError {
  return new EdgebootError("RELEASE_INVALID", {
    what: `${display(url)} is no document of a registry`,
    why: `it has ${cause.message}`,
    next: "look at what lies there, for example with curl",
  }, { cause, facts: { url: display(url) } });
}

function typeOf(key: string): string {
  return key.endsWith(".json") ? "application/json" : "application/octet-stream";
}
