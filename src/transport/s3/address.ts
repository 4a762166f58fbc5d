import { type Location, parseLocation } from "../../model/location.ts";
import type { S3Settings } from "./settings.ts";

/** Where a place in a bucket is. */
export interface S3Place {
  readonly name: string;
  /** HTTP address of the bucket, without a slash at its end. */
  readonly bucket: Location;
  /** What all keys of the place begin with: empty, or with a slash at its end. */
  readonly prefix: string;
  /** HTTP address of the place, without a slash at its end. */
  readonly address: Location;
}

/**
 * At AWS the bucket is part of the host, but where a dot in its name would break the certificate; other servers
 * have it in the path.
 * @throws EdgebootError CONFIG_INVALID (78) for an endpoint that is none
 */
export function placeOf(
  location: string,
  { endpoint, region }: Pick<S3Settings, "endpoint" | "region">,
): S3Place {
  const [, name, written = ""] = /^s3:\/\/([^/]+)(\/.*)?$/.exec(location) ?? [];
  // Signed as %2B, whatever it is sent as.
  const path = written.replaceAll("+", "%2B");
  const aws = `s3.${region}.amazonaws.com${region.startsWith("cn-") ? ".cn" : ""}`;
  const bucket = endpoint !== undefined
    ? `${endpoint}/${name}`
    : name!.includes(".")
    ? `https://${aws}/${name}`
    : `https://${name}.${aws}`;
  const parse = (text: string) =>
    parseLocation(text, "endpoint of S3 (AWS_ENDPOINT_URL)").location.replace(
      /\/$/,
      "",
    ) as Location;
  const prefix = path === "" || path === "/" ? "" : `${decodeURIComponent(path.slice(1))}/`;
  return { name: name!, bucket: parse(bucket), prefix, address: parse(`${bucket}${path}`) };
}
