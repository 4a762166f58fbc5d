import { appOf, type InitRequest, initUsage } from "./request.ts";

export function manifests(request: InitRequest): string {
  appOf(request);
  throw initUsage(request.kind, "not there yet");
}
