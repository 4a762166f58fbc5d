import { pack } from "../../../app/pack/pack.ts";
import type { Outcome } from "../../action.ts";
import type { Invocation } from "../../invocation.ts";
import { say } from "../../say.ts";
import { openSession, readSettings } from "../../session.ts";
import { PACK_RECORD, packedRecord } from "./record.ts";
import { packRequest } from "./request.ts";
import { renderPacked } from "./text.ts";

/** Of a start, where they are settings: here they say what is packed. */
const OWN = ["python", "entry"];

/** `edgeboot pack`. */
export async function packCommand(invocation: Invocation): Promise<Outcome> {
  const { flags, host, useLogger } = invocation;
  const values = new Map([...flags.values].filter(([name]) => !OWN.includes(name)));
  const { config, logger } = await readSettings({ ...flags, values }, host);
  useLogger(logger);
  const request = packRequest(flags);
  const packed = await pack(request, openSession({ config, logger, host }));
  return say(invocation, PACK_RECORD, packedRecord(packed), () => renderPacked(packed));
}
