import type { AppId } from "../../model/app_id.ts";
import type { Layer } from "../../model/release.ts";
import type { Publisher } from "../../registry/publisher.ts";
import type { Registry } from "../../registry/registry.ts";
import type { Context } from "../context.ts";
import { outgoingLayer } from "./outgoing_layer.ts";

const MOST_AT_ONCE = 4;

export interface SentLayers {
  readonly sent: readonly Layer[];
  readonly sentBytes: number;
  /** They were there. */
  readonly skipped: readonly Layer[];
}

type Sending = Pick<Context, "host" | "report">;

/**
 * Brings the layers that the registry does not have, several at once. The first failure ends it: what has gone
 * before is skipped the next time.
 * @throws EdgebootError of both registries; DIGEST_MISMATCH, SIZE_MISMATCH (65)
 */
export async function sendLayers(
  app: AppId,
  layers: readonly Layer[],
  from: Registry,
  to: Publisher,
  { host, report }: Sending,
): Promise<SentLayers> {
  const newHasher = await host.codecs.sha256Factory();
  const sent: Layer[] = [];
  const skipped: Layer[] = [];
  let sentBytes = 0;
  let failure: { readonly error: unknown } | undefined;
  const queue = layers[Symbol.iterator]();
  const work = async () => {
    for (const layer of queue) {
      if (failure !== undefined) return;
      if (await isThere(app, layer, to)) {
        skipped.push(layer);
        continue;
      }
      const { sha256: digest } = layer;
      const tell = (bytes: number, total: number) =>
        report.event({ kind: "upload-progress", digest, bytes, total });
      const content = await outgoingLayer(app, layer, from, newHasher, tell);
      await to.putBlob(app, digest, content);
      sent.push(layer);
      sentBytes += content.size;
    }
  };
  const worker = () => work().catch((error) => void (failure ??= { error }));
  await Promise.all(Array.from({ length: Math.min(MOST_AT_ONCE, layers.length) }, worker));
  if (failure !== undefined) throw (failure as { readonly error: unknown }).error;
  return { sent, sentBytes, skipped };
}

/** What has another size was written by halves, by whatever wrote it: it is written again. */
export async function isThere(
  app: AppId,
  { sha256, size }: Layer,
  to: Publisher,
): Promise<boolean> {
  const kept = await to.keepBlob(app, sha256);
  if (kept === undefined) return false;
  return size === undefined || kept.size === undefined || kept.size === size;
}
