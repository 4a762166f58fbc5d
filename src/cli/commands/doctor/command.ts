import type { Command } from "../../command.ts";
import { APP_OR_VARIABLE } from "../../operands.ts";
import {
  ALL_OF_A_FETCH,
  EVERYWHERE,
  FETCHING,
  JSON_OUTPUT,
  LOOKING,
  STARTING,
} from "../../shared_flags.ts";

export const DOCTOR: Command = {
  name: "doctor",
  summary: "check this machine, and whether an app would start on it",
  forms: [
    { operands: [{ ...APP_OR_VARIABLE, optional: true }], json: "doctor" },
    { needs: ["fetch"], operands: [APP_OR_VARIABLE], json: "doctor" },
  ],
  flags: [
    { name: "fetch", help: "fetch the app first, so that its files can be looked at" },
    JSON_OUTPUT,
    ...LOOKING,
    ...STARTING,
    ...FETCHING,
    ...EVERYWHERE,
  ],
  main: ["fetch", "json", "registry", "cache", "python"],
  examples: ["edgeboot doctor", "edgeboot doctor --fetch billing-api"],
  fails: ALL_OF_A_FETCH,
  records: { doctor: async () => (await import("./record.ts")).DIAGNOSIS },
  load: async () => (await import("./action.ts")).doctorCommand,
};
