import { assert, assertEquals } from "@std/assert";
import { EdgebootError, type ErrorCode } from "../../src/model/errors.ts";

/** The EdgebootError that `act` throws or rejects with; anything else is thrown on. */
export async function refusalOf(act: () => unknown): Promise<EdgebootError> {
  try {
    await act();
  } catch (error) {
    if (error instanceof EdgebootError) return error;
    throw error;
  }
  throw new Error("nothing was refused");
}

/** As {@link refusalOf}, and holds the error to its code and to the three parts of a message. */
export async function assertRefused(
  act: () => unknown,
  code: ErrorCode,
  exitCode: number,
): Promise<EdgebootError> {
  const error = await refusalOf(act);
  assertEquals([error.code, error.exitCode], [code, exitCode], error.message);
  const { what, why, next } = error.text;
  assert(what !== "" && why !== "" && next !== "", "a part of the message is empty");
  return error;
}
