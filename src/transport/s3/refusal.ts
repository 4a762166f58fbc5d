import { EdgebootError } from "../../model/errors.ts";
import type { S3Settings } from "./settings.ts";

/** The same refusal, told to who has keys and policies, and no token. Anything else stays as it is. */
export function s3Refusal(error: unknown, { credentials, region }: S3Settings): unknown {
  if (!(error instanceof EdgebootError)) return error;
  const { status } = error.facts;
  if (error.code === "REGISTRY_DENIED") {
    return new EdgebootError(error.code, {
      what: error.text.what,
      why: credentials === undefined
        ? `the server answered ${status}, and there are no credentials: neither AWS_ACCESS_KEY_ID nor the profile ` +
          "has any"
        : `the server answered ${status}: these keys may not do that, or, where they may not list the bucket, it ` +
          "is not there",
      next:
        "check the keys (`aws sts get-caller-identity`) and their policy: s3:GetObject, s3:PutObject, and " +
        "s3:ListBucket, without which what is missing cannot be told from what is forbidden",
    }, { cause: error.cause, facts: error.facts });
  }
  if (status !== 301) return error;
  return new EdgebootError(error.code, {
    what: error.text.what,
    why: `the bucket is not in the region ${region}`,
    next: "set AWS_REGION to the bucket's (`aws s3api get-bucket-location`)",
  }, { cause: error.cause, facts: error.facts });
}

/** Whether it may as well mean that there is nothing: S3 says so to who may not list the bucket. */
export function maybeAbsent(error: unknown): boolean {
  return error instanceof EdgebootError && error.facts.status === 403;
}
