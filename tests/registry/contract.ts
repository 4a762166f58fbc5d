import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { parseAppId } from "../../src/model/app_id.ts";
import { readAll } from "../../src/model/content.ts";
import type { Layer } from "../../src/model/release.ts";
import type { Registry, Resolution } from "../../src/registry/registry.ts";
import { sha256 } from "../support/bundles.ts";
import { FakeRegistry } from "../support/fake_registry.ts";
import { assertRefused } from "../support/refusal.ts";
import { inTempDir } from "../support/temp.ts";

export interface Subject extends AsyncDisposable {
  readonly registry: Registry;
}

const APP = parseAppId("hello");

function found(resolution: Resolution): Extract<Resolution, { kind: "found" }> {
  if (resolution.kind !== "found") throw new Error(`the release is ${resolution.kind}`);
  return resolution;
}

export function layerOf(fields: Partial<Layer> & Pick<Layer, "sha256">): Layer {
  return {
    kind: "app",
    size: undefined,
    unpackedSize: undefined,
    pythonPaths: undefined,
    url: undefined,
    ...fields,
  };
}

/** What every {@link Registry} promises; `open` serves what {@link FakeRegistry} publishes. */
export function testRegistry(name: string, open: (published: FakeRegistry) => Subject): void {
  const test = (
    behaviour: string,
    act: (registry: Registry, published: FakeRegistry) => Promise<void>,
  ) =>
    Deno.test(`${name} ${behaviour}`, () =>
      inTempDir(async (directory) => {
        const published = new FakeRegistry(directory);
        await using subject = open(published);
        await act(subject.registry, published);
      }));

  test("resolves a channel to the release, byte for byte", async (registry, published) => {
    const text = '{ "app": "hello", "ü": "\\u00e4" }\n';
    published.putRelease("hello", "stable", text);
    const resolution = found(await registry.resolve(APP, "stable"));
    assertEquals(resolution.text, text);
    assert(resolution.location.endsWith("/apps/hello/stable.json"));
  });

  test(
    "keeps a byte order mark, so that the digest stays the same",
    async (registry, published) => {
      published.putRelease("hello", "stable", "\ufeff{}");
      const resolution = found(await registry.resolve(APP, "stable"));
      assertEquals(sha256(resolution.text), sha256("\ufeff{}"));
    },
  );

  test("resolves a version with a local part", async (registry, published) => {
    published.putRelease("hello", "1.0+local.1", "{}");
    assertEquals((await registry.resolve(APP, "1.0+local.1")).kind, "found");
  });

  test("says unchanged while a channel stays the same", async (registry, published) => {
    published.putRelease("hello", "stable", "{}");
    const validator = found(await registry.resolve(APP, "stable")).validator!;
    assertEquals(await registry.resolve(APP, "stable", { validator }), { kind: "unchanged" });
    published.putRelease("hello", "stable", '{"new": true}');
    const second = found(await registry.resolve(APP, "stable", { validator }));
    assertEquals(second.text, '{"new": true}');
  });

  test("refuses an unknown ref with 78 and names the place", async (registry, published) => {
    published.putRelease("hello", "stable", "{}");
    const error = await assertRefused(() => registry.resolve(APP, "9.9"), "REF_UNKNOWN", 78);
    assertStringIncludes(error.message, "hello@9.9");
    assertStringIncludes(error.message, "apps/hello/9.9.json");
  });

  test("refuses an unknown app with 78", async (registry) => {
    const resolve = () => registry.resolve(parseAppId("nobody"), "stable");
    const error = await resolve().then(() => undefined, (error) => error);
    assertEquals(error.exitCode, 78);
    assertStringIncludes(error.message, "nobody");
  });

  test("refuses with 65 what is not text", async (registry, published) => {
    published.putRelease("hello", "stable", "{}");
    Deno.writeFileSync(`${published.root}/apps/hello/stable.json`, new Uint8Array([0x7b, 0xff]));
    await assertRefused(() => registry.resolve(APP, "stable"), "RELEASE_INVALID", 65);
  });

  test("refuses with 65 what is too long for a release", async (registry, published) => {
    published.putRelease("hello", "stable", " ".repeat(4 * 1024 * 1024 + 1));
    await assertRefused(() => registry.resolve(APP, "stable"), "RELEASE_INVALID", 65);
  });

  test("brings a release by its digest", async (registry, published) => {
    const digest = published.putRelease("hello", "stable", '{"a":1}');
    const resolution = found(await registry.release(APP, digest));
    assertEquals(resolution.text, '{"a":1}');
  });

  test("refuses an unknown release digest with 78", async (registry) => {
    await assertRefused(() => registry.release(APP, sha256("nothing")), "REF_UNKNOWN", 78);
  });

  test("brings a layer from the blob store", async (registry, published) => {
    const digest = published.putBlob("layer bytes");
    const { content, origin } = await registry.layer(APP, layerOf({ sha256: digest }));
    assertEquals(new TextDecoder().decode(await readAll(content, 100)), "layer bytes");
    assertEquals(content.size, 11);
    assertStringIncludes(origin, `blobs/sha256/${digest}`);
  });

  test("brings a layer whose url is relative to the release", async (registry, published) => {
    published.putRelease("hello", "stable", "{}");
    Deno.writeTextFileSync(`${published.root}/apps/hello/a b.zip`, "zip");
    for (const url of ["a b.zip", "a%20b.zip", "./a b.zip", "../hello/a b.zip"]) {
      const { content } = await registry.layer(APP, layerOf({ sha256: sha256("zip"), url }));
      assertEquals(new TextDecoder().decode(await readAll(content, 100)), "zip");
    }
  });

  test("refuses a layer that is not there with 69", async (registry) => {
    const layer = layerOf({ sha256: sha256("nothing") });
    const error = await assertRefused(() => registry.layer(APP, layer), "BLOB_MISSING", 69);
    assertStringIncludes(error.message, layer.sha256.slice(0, 12));
  });

  test("refuses a layer's url of another kind with 65", async (registry) => {
    for (const url of ["ftp://h/x", "http://", "data:text/plain,x"]) {
      const layer = layerOf({ sha256: sha256("x"), url });
      await assertRefused(() => registry.layer(APP, layer), "RELEASE_INVALID", 65);
    }
  });
}
