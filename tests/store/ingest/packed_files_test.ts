import { assert, assertEquals, assertRejects } from "@std/assert";
import { denoHost } from "../../../src/host/deno_host.ts";
import type { Content } from "../../../src/model/content.ts";
import type { EdgebootError } from "../../../src/model/errors.ts";
import { CacheLayout } from "../../../src/store/layout.ts";
import { PackedFiles } from "../../../src/store/ingest/packed_files.ts";
import { RootDirectories } from "../../../src/store/root_directories.ts";
import { sha256 } from "../../support/bundles.ts";
import { inTempDir, listing } from "../../support/temp.ts";

const DIGEST = sha256("the wheel");
const ORIGIN = "https://files.example/a.whl";

function content(text: string, offset = 0): Content {
  const bytes = new TextEncoder().encode(text);
  return {
    ...{ kind: "content", size: bytes.length, offset, validator: undefined },
    async *chunks() {
      yield bytes.subarray(offset);
    },
  };
}

const EXPECTED = { sha256: DIGEST, size: 9, origin: ORIGIN };
const OPTIONS = { mostBytes: 100 };

function withFiles(
  act: (files: PackedFiles, layout: CacheLayout) => Promise<void>,
): Promise<void> {
  return inTempDir(async (root) => {
    const layout = new CacheLayout(`${root}/cache`);
    await act(new PackedFiles(layout, denoHost, new RootDirectories(layout, denoHost)), layout);
  });
}

Deno.test("PackedFiles has a file when all of it was taken and verified, and not before", () =>
  withFiles(async (files, layout) => {
    assertEquals([files.has(DIGEST), await files.verified(DIGEST)], [false, undefined]);
    const download = files.begin(DIGEST);
    assertEquals(await download.take(content("the wheel"), EXPECTED, OPTIONS), 9);
    download.discard();
    assertEquals(await files.verified(DIGEST), await files.verified(DIGEST));
    assertEquals((await files.verified(DIGEST))?.size, 9);
    assertEquals(Deno.readTextFileSync(files.path(DIGEST)), "the wheel");
    assertEquals(listing(layout.partialsOf(DIGEST)), []);
  }));

Deno.test("PackedFiles keeps nothing of other bytes", () =>
  withFiles(async (files) => {
    const download = files.begin(DIGEST);
    const take = () => download.take(content("the whale"), EXPECTED, OPTIONS);
    const error = await assertRejects(take) as EdgebootError;
    download.discard();
    assertEquals([error.code, files.has(DIGEST)], ["DIGEST_MISMATCH", false]);
  }));

Deno.test("PackedFiles goes on with what a broken download has left", () =>
  withFiles(async (files) => {
    const broken: Content = {
      ...content("the wheel"),
      async *chunks() {
        yield new TextEncoder().encode("the w");
        throw new Error("the line is cut");
      },
    };
    const first = files.begin(DIGEST);
    await assertRejects(() => first.take(broken, EXPECTED, OPTIONS));
    first.discard();
    const second = files.begin(DIGEST);
    assertEquals(second.partial?.offset, 5);
    await second.take(content("the wheel", 5), EXPECTED, OPTIONS);
    second.discard();
    assert(files.has(DIGEST));
  }));

Deno.test("PackedFiles removes a file that is no longer what it was", () =>
  withFiles(async (files) => {
    const download = files.begin(DIGEST);
    await download.take(content("the wheel"), EXPECTED, OPTIONS);
    download.discard();
    Deno.writeTextFileSync(files.path(DIGEST), "the whale");
    assertEquals(await files.verified(DIGEST), undefined);
    assertEquals(files.has(DIGEST), false);
  }));

Deno.test("PackedFiles.verified says that the file was used", () =>
  withFiles(async (files) => {
    const download = files.begin(DIGEST);
    await download.take(content("the wheel"), EXPECTED, OPTIONS);
    download.discard();
    Deno.utimeSync(files.path(DIGEST), 1, 1);
    await files.verified(DIGEST);
    assert(Deno.statSync(files.path(DIGEST)).mtime!.getTime() > 1_000_000);
  }));
