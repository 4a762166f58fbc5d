import type { Clock } from "../../host/ports.ts";
import type { SignRequest } from "../http_fetcher.ts";
import type { S3Settings } from "./settings.ts";

/**
 * Signs requests to one server (AWS Signature Version 4), the body's digest included where it is whole. Others,
 * to which a redirect led, get none. undefined without credentials.
 */
export function signerFor(
  base: string,
  { credentials, region }: S3Settings,
  clock: Pick<Clock, "now">,
): SignRequest | undefined {
  if (credentials === undefined) return undefined;
  const { origin } = new URL(base);
  const { accessKeyId, secretAccessKey, sessionToken } = credentials;
  const keys = {
    ...{ accessKeyId, secretAccessKey },
    ...(sessionToken === undefined ? {} : { sessionToken }),
  };
  return async ({ method, url, headers, body }) => {
    if (new URL(url).origin !== origin) return headers;
    const { AwsV4Signer } = await import("aws4fetch");
    const digest = body === undefined ? {} : { "x-amz-content-sha256": await sha256(body) };
    const signer = new AwsV4Signer({
      ...{ method, url, headers: { ...headers, ...digest } },
      ...{ ...keys, region, service: "s3" },
      datetime: new Date(clock.now()).toISOString().replace(/[:-]|\.\d{3}/g, ""),
    });
    const signed = await signer.sign();
    return Object.fromEntries(signed.headers);
  };
}

async function sha256(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return [...digest].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
