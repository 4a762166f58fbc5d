import { APP_VARIABLE } from "../config/settings.ts";
import type { Operand } from "./command.ts";

export const APP: Operand = { is: ["APP"] };
export const APP_OR_VARIABLE: Operand = { ...APP, variable: APP_VARIABLE };
export const ARGS: Operand = { is: ["ARGS"], optional: true, repeats: true };
/** Where only options come before them. */
export const DASHED_ARGS: Operand = { ...ARGS, dashes: true };
