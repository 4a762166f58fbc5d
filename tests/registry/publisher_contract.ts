import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { parseAppId } from "../../src/model/app_id.ts";
import type { ChannelDocument } from "../../src/model/channel.ts";
import { EdgebootError } from "../../src/model/errors.ts";
import { outgoingText } from "../../src/model/objects.ts";
import type { IndexedVersion } from "../../src/model/release_index.ts";
import type { Publisher } from "../../src/registry/publisher.ts";
import { noise, sha256 } from "../support/bundles.ts";
import { assertRefused } from "../support/refusal.ts";

const APP = parseAppId("hello");
const RELEASE = sha256("{}");

export interface PublisherSubject extends AsyncDisposable {
  /** A new one each time, on the same registry: another process. */
  open(): Publisher;
}

export interface PublisherContract {
  readonly name: string;
  /** Why it cannot be tried here. */
  readonly missing?: string | undefined;
  /** Whether it never happens that one overwrites another; else it is only unlikely. */
  readonly atomic: boolean;
  start(): Promise<PublisherSubject> | PublisherSubject;
}

function document(version: string, sequence: number): ChannelDocument {
  return {
    ...{ app: APP, channel: "stable", version, release: RELEASE, sequence },
    ...{ published: undefined, expires: undefined },
  };
}

function indexed(version: string): IndexedVersion {
  return { version, release: RELEASE, published: undefined, size: 1 };
}

/** What every {@link Publisher} promises. */
export function testPublisher({ name, missing, atomic, start }: PublisherContract): void {
  const test = (behaviour: string, act: (open: () => Publisher) => Promise<void>) =>
    Deno.test({
      name: `${name} ${behaviour}${missing === undefined ? "" : ` (${missing})`}`,
      ignore: missing !== undefined,
      fn: async () => {
        await using subject = await start();
        await act(() => subject.open());
      },
    });

  test("keeps a blob byte for byte, and says that it is there", async (open) => {
    const text = noise(3_000_000, 1);
    const digest = sha256(text);
    assertEquals(await open().keepBlob(APP, digest), undefined);
    await open().putBlob(APP, digest, outgoingText(text));
    assertEquals((await open().keepBlob(APP, digest))?.size, text.length);
    await open().putBlob(APP, digest, outgoingText(text));
  });

  test("takes a blob that is too large to be sent at once", async (open) => {
    const chunk = new TextEncoder().encode(noise(1024 * 1024, 2));
    const size = 20 * chunk.length;
    const chunks = async function* () {
      for (let at = 0; at < size; at += chunk.length) yield await Promise.resolve(chunk);
    };
    await open().putBlob(APP, sha256("large"), { size, chunks });
    assertEquals((await open().keepBlob(APP, sha256("large")))?.size, size);
  });

  test("shows nothing of a blob whose bytes end with an error", async (open) => {
    for (const size of [10, 20 * 1024 * 1024]) {
      const digest = sha256(`broken ${size}`);
      const chunks = async function* () {
        yield await Promise.resolve(new Uint8Array(10));
        const text = { what: "not what it should be", why: "its digest differs", next: "-" };
        throw new EdgebootError("DIGEST_MISMATCH", text);
      };
      const put = () => open().putBlob(APP, digest, { size, chunks });
      await assertRefused(put, "DIGEST_MISMATCH", 65);
      assertEquals(await open().keepBlob(APP, digest), undefined);
    }
  });

  test("takes a version once, and the same again, and no other", async (open) => {
    const text = '{"a":1,"layers":[{"sha256":"x"}]}';
    await open().putRelease(APP, sha256(text), text);
    assertEquals((await open().keepBlob(APP, sha256(text)))?.size, text.length);
    assertEquals(await open().version(APP, "1.0+local.1"), undefined);
    assert(await open().putVersion(APP, "1.0+local.1", text));
    assertEquals(await open().putVersion(APP, "1.0+local.1", text), false);
    assertEquals(await open().version(APP, "1.0+local.1"), text);
    const other = '{"a":1,"layers":[{"sha256":"y"}]}';
    const put = () => open().putVersion(APP, "1.0+local.1", other);
    const error = await assertRefused(put, "VERSION_TAKEN", 65);
    assertStringIncludes(error.text.why, "layers[0].sha256");
    assertEquals(await open().version(APP, "1.0+local.1"), text);
  });

  test("moves a channel only from what it was read as", async (open) => {
    const none = await open().channel(APP, "stable");
    assertEquals([none.document, none.text], [undefined, undefined]);
    const publisher = open();
    await publisher.putRelease(APP, RELEASE, "{}");
    assert(await publisher.putChannel(document("1", 1), none));
    assertEquals(await publisher.putChannel(document("9", 1), none), false);
    const first = await open().channel(APP, "stable");
    assertEquals(first.document, document("1", 1));
    assert(await publisher.putChannel(document("2", 2), first));
    assertEquals(await publisher.putChannel(document("3", 2), first), false);
    assertEquals((await open().channel(APP, "stable")).document, document("2", 2));
  });

  test("has an index once somebody has published", async (open) => {
    assertEquals(await open().index(APP), undefined);
    await open().updateIndex(APP, { version: indexed("1") });
    const { channel, version, release, sequence, published } = document("1", 1);
    const stable = { channel, version, release, sequence, published };
    await open().updateIndex(APP, { version: indexed("2"), channel: stable });
    const index = await open().index(APP);
    assertEquals(index?.versions.map(({ version }) => version).sort(), ["1", "2"]);
    assertEquals(index?.channels, [stable]);
  });

  test("says whether overwriting is out of the question", async (open) => {
    const publisher = open();
    await publisher.putRelease(APP, RELEASE, "{}");
    assertEquals(publisher.isAtomic, atomic);
  });

  if (!atomic) return;
  test("loses nothing where twenty publish at once", async (open) => {
    const versions = Array.from({ length: 20 }, (_, index) => `1.${index}`);
    await Promise.all(versions.map(async (version) => {
      const publisher = open();
      using _writer = await publisher.begin();
      await publisher.putRelease(APP, RELEASE, "{}");
      await publisher.putVersion(APP, version, `{"version":"${version}"}`);
      for (;;) {
        const was = await publisher.channel(APP, "stable");
        const sequence = (was.document?.sequence ?? 0) + 1;
        if (await publisher.putChannel(document(version, sequence), was)) break;
      }
      await publisher.updateIndex(APP, { version: indexed(version) });
    }));
    const index = await open().index(APP);
    assertEquals(index?.versions.map(({ version }) => version).sort(), versions.sort());
    // Each has moved it once: no move was lost, and none was counted twice.
    assertEquals((await open().channel(APP, "stable")).document?.sequence, 20);
  });

  test("takes one of two releases that race for a version", async (open) => {
    const texts = Array.from({ length: 8 }, (_, index) => `{"a":${index}}`);
    const publisher = open();
    await publisher.putRelease(APP, RELEASE, "{}");
    const results = await Promise.allSettled(
      texts.map((text) => publisher.putVersion(APP, "1", text)),
    );
    const won = results.flatMap((result, at) => result.status === "fulfilled" ? [texts[at]] : []);
    assertEquals(won.length, 1);
    assertEquals(await open().version(APP, "1"), won[0]);
  });
}
