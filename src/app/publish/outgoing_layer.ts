import type { Hasher } from "../../host/ports.ts";
import type { AppId } from "../../model/app_id.ts";
import { ANEW, type Content } from "../../model/content.ts";
import { type LayerDigest, shortDigest } from "../../model/digest.ts";
import { EdgebootError } from "../../model/errors.ts";
import type { Outgoing } from "../../model/objects.ts";
import type { Layer } from "../../model/release.ts";
import type { Registry } from "../../registry/registry.ts";

/**
 * A layer of a registry on its way to another one. It is hashed while it goes, and its last piece is only let go
 * when the digest is right: what is broken is never whole on the other side.
 * @param sent told how many bytes have gone
 * @throws EdgebootError of the registry; SIZE_MISMATCH (65). Reading it: DIGEST_MISMATCH (65)
 */
export async function outgoingLayer(
  app: AppId,
  layer: Layer,
  from: Registry,
  newHasher: () => Hasher,
  sent: (bytes: number, total: number) => void,
): Promise<Outgoing> {
  const first = await from.layer(app, layer);
  let source: Content | undefined = first.content;
  const { origin } = first;
  const size = source.size ?? layer.size;
  if (size === undefined) throw sizeUnknown(layer, origin);
  if (layer.size !== undefined && size !== layer.size) throw sizeDiffers(layer, size, origin);
  return {
    size,
    async *chunks() {
      const content: Content = source ?? (await from.layer(app, layer)).content;
      source = undefined;
      const hash = newHasher();
      let held: Uint8Array | undefined;
      let bytes = 0;
      for await (const chunk of content.chunks()) {
        // The other side has the old bytes: what begins anew here has to begin anew there.
        if (chunk === ANEW) throw new Error(`${origin} began anew`);
        if (held !== undefined) yield held;
        hash.update(chunk);
        held = chunk.slice();
        bytes += chunk.length;
        sent(bytes, size);
      }
      const found = hash.digestHex();
      if (bytes !== size) throw sizeDiffers(layer, bytes, origin);
      if (found !== layer.sha256) throw digestDiffers(layer.sha256, found, origin);
      if (held !== undefined) yield held;
    },
  };
}

function digestDiffers(digest: LayerDigest, found: string, origin: string): EdgebootError {
  return new EdgebootError("DIGEST_MISMATCH", {
    what: `layer ${shortDigest(digest)} is not what its release says, and is not published`,
    why: `expected sha256 ${digest}, found ${found} at ${origin}`,
    next: "pack the release anew, or bring the layer that it names",
  }, { facts: { digest, found, url: origin } });
}

function sizeDiffers(
  { sha256: digest, size }: Pick<Layer, "sha256" | "size">,
  found: number,
  origin: string,
): EdgebootError {
  return new EdgebootError("SIZE_MISMATCH", {
    what: `layer ${shortDigest(digest)} is not what its release says, and is not published`,
    why: `expected ${size ?? "another number of"} bytes, found ${found} at ${origin}`,
    next: "pack the release anew, or bring the layer that it names",
  }, { facts: { digest, url: origin } });
}

function sizeUnknown({ sha256: digest }: Layer, origin: string): EdgebootError {
  return new EdgebootError("RELEASE_INVALID", {
    what: `layer ${shortDigest(digest)} cannot be copied`,
    why: `neither the release nor ${origin} says how large it is`,
    next: "state its size in the release, or leave it where it is with --keep-urls",
  }, { facts: { digest, url: origin } });
}
