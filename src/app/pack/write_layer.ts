import { Changed, writeTarZst } from "../../archive/tar/write.ts";
import { EdgebootError } from "../../model/errors.ts";
import { parseLayerDigest } from "../../model/digest.ts";
import type { LayerKind } from "../../model/layer.ts";
import type { BuiltLayer } from "../../pack/built_layer.ts";
import type { PackContext } from "./context.ts";

/** One file or link of a layer: of a file on disk, or made of bytes. */
export type LayerFile =
  & { /** relative to the layer */ readonly path: string }
  & (
    | {
      readonly kind: "file";
      readonly from: string;
      readonly size: number;
      readonly executable: boolean;
    }
    | { readonly kind: "made"; readonly bytes: Uint8Array; readonly executable: boolean }
    | { readonly kind: "symlink"; readonly target: string }
  );

export interface LayerWish {
  readonly kind: LayerKind;
  readonly pythonPaths?: readonly string[];
  /** of all its files, whole seconds since the epoch */
  readonly modified: number;
}

const CHUNK_BYTES = 256 * 1024;

/**
 * Writes files as a layer into the work directory, sorted by path.
 * @throws EdgebootError SOURCE_INVALID (65) where one is written to at the same time
 */
export async function writeLayer(
  files: readonly LayerFile[],
  { kind, pythonPaths, modified }: LayerWish,
  { host, work }: PackContext,
): Promise<BuiltLayer> {
  const path = `${work}/layer-${host.process.randomId()}`;
  const output = host.fs.createFile(path, 0o644);
  const members = files.toSorted((a, b) => (a.path < b.path ? -1 : 1)).map((file) => ({
    member: memberOf(file),
    content: () => contentOf(file, host.fs),
  }));
  try {
    const { sha256, size, unpackedSize } = await writeTarZst(
      members,
      modified,
      output,
      host.codecs,
    );
    const layer = { kind, sha256: parseLayerDigest(sha256), size, unpackedSize, pythonPaths };
    return { path, layer: { ...layer, url: undefined } };
  } catch (error) {
    if (!(error instanceof Changed)) throw error;
    throw new EdgebootError("SOURCE_INVALID", {
      what: `${error.path} has changed while it was packed`,
      why: `it had ${error.expected} bytes, and then ${error.found}`,
      next: "pack again when nobody writes to it",
    }, { facts: { path: error.path }, cause: error });
  } finally {
    output.close();
  }
}

function memberOf(file: LayerFile) {
  const { path } = file;
  if (file.kind === "symlink") return { kind: file.kind, path, target: file.target } as const;
  const size = file.kind === "made" ? file.bytes.length : file.size;
  return { kind: "file", path, size, executable: file.executable } as const;
}

function* contentOf(file: LayerFile, fs: PackContext["host"]["fs"]): Generator<Uint8Array> {
  if (file.kind === "symlink") return;
  if (file.kind === "made") return yield file.bytes;
  const source = fs.openRead(file.from);
  try {
    const chunk = new Uint8Array(CHUNK_BYTES);
    for (let count = source.read(chunk); count !== null; count = source.read(chunk)) {
      yield chunk.subarray(0, count);
    }
  } finally {
    source.close();
  }
}
