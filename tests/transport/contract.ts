import { assert, assertEquals } from "@std/assert";
import { type Content, type Fetcher, readAll } from "../../src/model/content.ts";
import { sha256 } from "../support/bundles.ts";
import { inTempDir } from "../support/temp.ts";

/** A fetcher, and the address under which it finds the files of a directory. */
export interface Subject extends AsyncDisposable {
  readonly fetcher: Fetcher;
  url(path: string): string;
}

export async function text(content: Content): Promise<string> {
  return new TextDecoder().decode(await readAll(content, 64 * 1024 ** 2));
}

export function asContent(fetched: { readonly kind: string }): Content {
  assertEquals(fetched.kind, "content");
  return fetched as Content;
}

/** What every {@link Fetcher} promises, whatever it fetches from. */
export function testFetcher(name: string, open: (directory: string) => Subject): void {
  const test = (behaviour: string, act: (subject: Subject, dir: string) => Promise<void>) =>
    Deno.test(`${name} ${behaviour}`, () =>
      inTempDir(async (directory) => {
        await using subject = open(directory);
        await act(subject, directory);
      }));

  test("brings the bytes and their size", async ({ fetcher, url }, dir) => {
    const bytes = crypto.getRandomValues(new Uint8Array(60_000));
    Deno.writeFileSync(`${dir}/a b`, bytes);
    const content = asContent(await fetcher.fetch(url("a b")));
    assertEquals(content.size, bytes.length);
    assertEquals(await readAll(content, bytes.length), bytes);
  });

  test("brings more bytes than fit into one chunk", async ({ fetcher, url }, dir) => {
    const bytes = new Uint8Array(3 * 1024 ** 2 + 17).map((_, index) => index * 7);
    Deno.writeFileSync(`${dir}/large`, bytes);
    const content = asContent(await fetcher.fetch(url("large")));
    assertEquals(content.size, bytes.length);
    assertEquals(sha256(await readAll(content, bytes.length)), sha256(bytes));
  });

  test("brings an empty file as no bytes", async ({ fetcher, url }, dir) => {
    Deno.writeTextFileSync(`${dir}/empty`, "");
    assertEquals(await text(asContent(await fetcher.fetch(url("empty")))), "");
  });

  test("says absent when there is no such thing", async ({ fetcher, url }, dir) => {
    Deno.writeTextFileSync(`${dir}/file`, "");
    assertEquals(await fetcher.fetch(url("missing")), { kind: "absent" });
    assertEquals(await fetcher.fetch(url("no/such/path")), { kind: "absent" });
    assertEquals(await fetcher.fetch(url("file/below")), { kind: "absent" });
  });

  test("says unchanged while the validator holds", async ({ fetcher, url }, dir) => {
    Deno.writeTextFileSync(`${dir}/a`, "one");
    const content = asContent(await fetcher.fetch(url("a")));
    assertEquals(await text(content), "one");
    const validator = content.validator!;
    assertEquals(await fetcher.fetch(url("a"), { validator }), { kind: "unchanged" });
    Deno.writeTextFileSync(`${dir}/b`, "two");
    Deno.renameSync(`${dir}/b`, `${dir}/a`);
    const changed = asContent(await fetcher.fetch(url("a"), { validator }));
    assertEquals(await text(changed), "two");
    assert(changed.validator !== validator);
  });

  test("brings the bytes when the validator is another's", async ({ fetcher, url }, dir) => {
    Deno.writeTextFileSync(`${dir}/a`, "one");
    const fetched = await fetcher.fetch(url("a"), { validator: '"other"', patience: "eager" });
    assertEquals(await text(asContent(fetched)), "one");
  });
}
