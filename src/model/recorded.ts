import { type Sha256, tryParseSha256 } from "./digest.ts";
import type { JsonObject } from "./json.ts";

/** What was found out when a release was packed, for those who operate it; a start needs none of it. */
export interface Recorded {
  /** of git: where its code was taken from */
  readonly commit?: string;
  /** Files differed from that commit. */
  readonly isDirty?: true;
  /** Of all packages, as they state them; sorted. */
  readonly licenses?: readonly string[];
  /** A CycloneDX document, among the blobs of the registry. */
  readonly sbom?: RecordedBlob;
}

export interface RecordedBlob {
  readonly sha256: Sha256;
  /** bytes */
  readonly size: number;
}

/**
 * The field `packed` of a release.
 * @throws EdgebootError RELEASE_INVALID (65)
 */
export function readRecorded(json: JsonObject, readers: JsonObject[]): Recorded | undefined {
  const packed = json.optionalObject("packed");
  if (packed === undefined) return undefined;
  readers.push(packed);
  const commit = packed.optionalString("commit");
  const isDirty = packed.optionalBoolean("dirty");
  const licenses = packed.optionalStrings("licenses");
  const sbom = packed.optionalObject("sbom");
  return {
    ...(commit === undefined ? {} : { commit }),
    ...(isDirty === true ? { isDirty } : {}),
    ...(licenses === undefined ? {} : { licenses }),
    ...(sbom === undefined ? {} : { sbom: readBlob(sbom, readers) }),
  };
}

function readBlob(blob: JsonObject, readers: JsonObject[]): RecordedBlob {
  readers.push(blob);
  const hex = blob.string("sha256");
  const sha256 = tryParseSha256(hex);
  const size = blob.optionalSize("size");
  if (sha256 === undefined) throw blob.wrong("sha256", "64 hexadecimal characters", hex);
  if (size === undefined) throw blob.wrong("size", "a whole number of bytes", undefined);
  return { sha256, size };
}

/** What a registry must keep of a release besides its layers. */
export function recordedBlobs(
  { recorded }: { readonly recorded?: Recorded },
): readonly RecordedBlob[] {
  return recorded?.sbom === undefined ? [] : [recorded.sbom];
}
