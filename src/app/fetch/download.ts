import { format as formatBytes } from "@std/fmt/bytes";
import { DEFAULT_PACKED_BYTES } from "../../model/unpack_limits.ts";
import type { Content } from "../../model/content.ts";
import { shortDigest } from "../../model/digest.ts";
import { EdgebootError } from "../../model/errors.ts";
import type { Layer } from "../../model/release.ts";
import type { VerifiedBlob } from "../../model/verified_blob.ts";
import type { LayerSource } from "../../registry/registry.ts";
import type { PartialBlob, Work } from "../../store/mod.ts";
import type { Context } from "../context.ts";
import type { ResolvedRelease } from "../start/resolved_release.ts";
import { openLayer } from "./layer_source.ts";

/**
 * Brings a layer's blob, continuing what an earlier attempt has left where its origin still has the same
 * content. The whole is verified either way; where a continued one is not what was asked for, the fault may
 * lie in what was left, and it is fetched once more from its start.
 * @throws EdgebootError of the registry and the store
 */
export async function downloadLayer(
  release: ResolvedRelease,
  layer: Layer,
  work: Work,
  context: Context,
  onProgress: (bytes: number, total: number | undefined, verifyMs: number) => void,
): Promise<VerifiedBlob> {
  const { partial } = work.download;
  try {
    return await bring(release, layer, work, partial, context, onProgress);
  } catch (error) {
    // Where the whole came after all, ingest has already forgotten the part.
    if (work.download.partial === undefined || !isMismatch(error)) throw error;
    context.report.event({
      kind: "detail",
      text: `layer ${shortDigest(layer.sha256)}: what an earlier attempt has left does not fit: ` +
        "fetching it from the start",
    });
    work.download.restart();
    return await bring(release, layer, work, undefined, context, onProgress);
  }
}

async function bring(
  release: ResolvedRelease,
  layer: Layer,
  work: Work,
  partial: PartialBlob | undefined,
  context: Context,
  onProgress: (bytes: number, total: number | undefined, verifyMs: number) => void,
): Promise<VerifiedBlob> {
  const { report, config } = context;
  const source = partial !== undefined && isComplete(partial, layer)
    ? nothingMissing(partial)
    : await ask(release, layer, work, partial, context);
  const { content, origin } = source;
  if (content.offset !== undefined && content.offset > 0) {
    const text = `layer ${shortDigest(layer.sha256)}: continuing after ${
      formatBytes(content.offset)
    }`;
    report.event({ kind: "detail", text });
  }
  const expected = { sha256: layer.sha256, size: layer.size, origin };
  const total = layer.size ?? content.size;
  return await work.ingest(
    content,
    expected,
    config.limits.packed ?? DEFAULT_PACKED_BYTES,
    (bytes, verifyMs) => onProgress(bytes, total, verifyMs),
  );
}

/** An origin that does not answer says nothing about what is here already. */
async function ask(
  release: ResolvedRelease,
  layer: Layer,
  work: Work,
  partial: PartialBlob | undefined,
  context: Context,
): Promise<LayerSource> {
  try {
    return await openLayer(
      layer,
      release.layersFrom,
      partial === undefined ? {} : { partial },
      context,
    );
  } catch (error) {
    work.download.keep();
    throw error;
  }
}

/** Killed after the last byte: nothing has to be asked for. */
function isComplete({ offset, total }: PartialBlob, layer: Layer): boolean {
  return offset === (layer.size ?? total);
}

function nothingMissing({ offset, validator, url }: PartialBlob): LayerSource {
  const content: Content = {
    kind: "content",
    size: offset,
    offset,
    validator,
    async *chunks() {},
  };
  return { content, origin: url };
}

function isMismatch(error: unknown): boolean {
  return error instanceof EdgebootError &&
    (error.code === "DIGEST_MISMATCH" || error.code === "SIZE_MISMATCH");
}
