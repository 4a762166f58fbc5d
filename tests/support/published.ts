import { assert, assertEquals } from "@std/assert";
import { parseChannel } from "../../src/model/channel.ts";
import { parseRelease } from "../../src/model/release.ts";
import { parseIndex, type ReleaseIndex } from "../../src/model/release_index.ts";
import { sha256 } from "./bundles.ts";

/** All that a registry has, by key. */
export type Tree = ReadonlyMap<string, Uint8Array>;

/** Of a directory; what is being written is not read. */
export function treeOf(root: string): Tree {
  const found = new Map<string, Uint8Array>();
  const walk = (prefix: string) => {
    for (const { name, isDirectory } of Deno.readDirSync(`${root}/${prefix}`)) {
      if (isDirectory) walk(`${prefix}${name}/`);
      else if (!name.startsWith(".")) {
        found.set(`${prefix}${name}`, Deno.readFileSync(`${root}/${prefix}${name}`));
      }
    }
  };
  try {
    walk("");
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  return found;
}

/**
 * What readers can rely on, wherever a publisher has ended: each blob is what its name says, each version has all
 * of its layers, each channel names a version that is there, and the index nothing that is not.
 * @returns what a channel stands for, by its name
 */
export function assertSound(tree: Tree, app = "hello"): Map<string, string> {
  const text = (key: string) => {
    const bytes = tree.get(key);
    return bytes && new TextDecoder().decode(bytes);
  };
  for (const [key, bytes] of tree) {
    if (key.startsWith("blobs/")) assertEquals(sha256(bytes), key.slice("blobs/sha256/".length));
  }
  const channels = new Map<string, string>();
  const prefix = `apps/${app}/`;
  for (const key of [...tree.keys()].filter((key) => key.startsWith(prefix))) {
    const name = key.slice(prefix.length, -".json".length);
    if (name === "index") assertIndexSound(parseIndex(text(key)!, key), tree);
    else {
      const channel = parseChannel(text(key)!, key);
      const release = text(channel === undefined ? key : `blobs/sha256/${channel.release}`);
      if (release === undefined) throw new Error(`${key} names a release that is not there`);
      const { version, variants } = parseRelease(release, key);
      channels.set(name, version);
      assertEquals(version, channel?.version ?? version);
      assert(tree.has(`${prefix}${version}.json`));
      for (const { sha256 } of variants.flatMap(({ layers }) => layers)) {
        assert(tree.has(`blobs/sha256/${sha256}`), `${key} lacks layer ${sha256}`);
      }
    }
  }
  return channels;
}

function assertIndexSound({ app, versions, channels }: ReleaseIndex, tree: Tree): void {
  for (const { version, release } of [...versions, ...channels]) {
    assert(tree.has(`apps/${app}/${version}.json`), `the index has ${version}`);
    assert(tree.has(`blobs/sha256/${release}`), `the index has ${release}`);
  }
}
