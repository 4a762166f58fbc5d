import { EdgebootError } from "../../model/errors.ts";
import type { WheelName } from "../../model/wheel_name.ts";

/** @param why what in the wheel contradicts the specification of its format */
export function invalidWheel({ file }: WheelName, why: string): EdgebootError {
  return new EdgebootError("WHEEL_INVALID", {
    what: `${file} cannot be installed`,
    why,
    next: "build the wheel again, or take it from the index where others take it",
  }, { facts: { wheel: file } });
}
