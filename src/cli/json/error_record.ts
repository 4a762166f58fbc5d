import type { EdgebootError } from "../../model/errors.ts";
import type { ErrorRecord } from "./error.ts";
import { digestText } from "./words.ts";

/** An error for machines, in the log and in `--json` alike. */
export function errorRecord(error: EdgebootError): ErrorRecord {
  const { digest, ...facts } = error.facts;
  return {
    code: error.code,
    exit: error.exitCode,
    ...error.text,
    ...facts,
    ...digest === undefined ? {} : { digest: digestText(digest) },
    causes: causeChain(error),
  };
}

/** What led to it, outermost first, for people and machines. */
export function causeChain(error: Error): string[] {
  const chain: string[] = [];
  for (let cause = error.cause; cause instanceof Error && chain.length < 8; cause = cause.cause) {
    chain.push(`${cause.name}: ${cause.message}`);
  }
  return chain;
}
