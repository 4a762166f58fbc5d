import { assert, assertEquals } from "@std/assert";
import { denoHost } from "../../../src/host/deno_host.ts";
import type { Host } from "../../../src/host/ports.ts";
import { Download } from "../../../src/store/ingest/download.ts";
import { CacheLayout } from "../../../src/store/layout.ts";
import { sha256 } from "../../support/bundles.ts";
import { GRANTING } from "../../support/locks.ts";
import { inTempDir, listing } from "../../support/temp.ts";

const DIGEST = sha256("blob");
const ORIGIN = { url: "https://h/blob", validator: '"v"', total: 10 };

/** A file system on which locks do nothing. */
const LOCKLESS: Host = {
  ...denoHost,
  locks: { ...denoHost.locks, tryLock: () => "unsupported" },
};

function withCache(
  act: (begin: (host?: Host) => Download, layout: CacheLayout) => void,
): Promise<void> {
  return inTempDir((root) => {
    const layout = new CacheLayout(root);
    act((host = denoHost) => Download.begin(DIGEST, layout, host), layout);
  });
}

function write(download: Download, text: string, origin = ORIGIN): Download {
  download.comesFrom(origin);
  Deno.writeTextFileSync(download.path, text);
  return download;
}

Deno.test("Download.begin continues what another one has kept, under another name", () =>
  withCache((begin) => {
    const first = write(begin(), "01234");
    first.keep();
    const second = begin();
    assertEquals(second.partial, { ...ORIGIN, offset: 5 });
    assert(second.path !== first.path);
    assertEquals(Deno.readTextFileSync(second.path), "01234");
    second.discard();
  }));

Deno.test("Download.begin leaves alone what somebody else is writing", () =>
  withCache((begin) => {
    const first = write(begin(), "01234");
    const second = begin();
    assertEquals(second.partial, undefined);
    assertEquals(Deno.readTextFileSync(first.path), "01234");
    second.discard();
    assertEquals(Deno.readTextFileSync(first.path), "01234");
    first.discard();
  }));

Deno.test("Download.begin keeps one of a digest, the longest, when several were kept", () =>
  withCache((begin, layout) => {
    const all = ["012", "0123456", "01234"].map((text) => write(begin(), text));
    for (const download of all) download.keep();
    const next = begin();
    assertEquals(next.partial?.offset, 7);
    assertEquals(Deno.readDirSync(layout.partialsOf(DIGEST)).toArray().length, 1);
    next.discard();
  }));

const UNUSABLE: [string, (download: Download) => void][] = [
  ["has no origin", (download) => Deno.writeTextFileSync(download.path, "01234")],
  ["has no bytes", (download) => void write(download, "")],
  ["has an origin that is not JSON", (download) => {
    write(download, "01234");
    Deno.writeTextFileSync(download.path.replace(/blob$/, "origin.json"), "\0\0");
  }],
  ["has an origin of another form", (download) => {
    write(download, "01234");
    Deno.writeTextFileSync(download.path.replace(/blob$/, "origin.json"), "null");
  }],
];

for (const [name, prepare] of UNUSABLE) {
  Deno.test(`Download.begin removes what ${name}`, () =>
    withCache((begin, layout) => {
      const first = begin();
      prepare(first);
      first.keep();
      const second = begin();
      assertEquals(second.partial, undefined);
      second.discard();
      assertEquals(listing(layout.partials), []);
    }));
}

Deno.test("Download.discard leaves nothing, and may come after keep or twice", () =>
  withCache((begin, layout) => {
    const kept = write(begin(), "01");
    kept.keep();
    kept.discard();
    const next = begin();
    assertEquals(next.partial?.offset, 2);
    next.discard();
    next.discard();
    assertEquals(listing(layout.partials), []);
  }));

Deno.test("Download.restart forgets the bytes", () =>
  withCache((begin) => {
    write(begin(), "01234").keep();
    const next = begin();
    next.restart();
    next.restart();
    assertEquals([next.partial, denoHost.fs.lstat(next.path)], [undefined, undefined]);
    next.discard();
  }));

Deno.test("Download continues and keeps nothing where locks do nothing", () =>
  withCache((begin, layout) => {
    write(begin(), "01234").keep();
    const next = write(begin(LOCKLESS), "01");
    assertEquals(next.partial, undefined);
    next.keep();
    assertEquals(Deno.readDirSync(layout.partialsOf(DIGEST)).toArray().length, 1);
  }));

Deno.test("Download.begin leaves alone what somebody writes where every lock is granted to everybody", () =>
  withCache((begin) => {
    const first = write(begin(GRANTING), "01234");
    const second = write(begin(GRANTING), "01");
    assertEquals(second.partial, undefined);
    assertEquals(Deno.readTextFileSync(first.path), "01234");
  }));

Deno.test("Download.begin removes after a day what nobody can lock", () =>
  withCache((begin, layout) => {
    write(begin(), "01234").keep();
    const later: Host = {
      ...LOCKLESS,
      clock: { ...denoHost.clock, now: () => Date.now() + 25 * 3_600_000 },
    };
    const next = begin(later);
    assertEquals(next.partial, undefined);
    assertEquals(Deno.readDirSync(layout.partialsOf(DIGEST)).toArray().length, 1);
    next.discard();
  }));

Deno.test("Download.begin gives each of many at once a file of its own", () =>
  withCache((begin, layout) => {
    write(begin(), "01234").keep();
    const all = Array.from({ length: 20 }, () => begin());
    assertEquals(all.filter(({ partial }) => partial !== undefined).length, 1);
    assertEquals(new Set(all.map(({ path }) => path)).size, 20);
    for (const download of all) download.discard();
    assertEquals(listing(layout.partials), []);
  }));
