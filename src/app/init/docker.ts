import { IMAGE_NAME, type InitRequest, initUsage, optionOf, PLAIN_UID } from "./request.ts";

export function dockerfile(request: InitRequest): string {
  optionOf(request, "base", "debian:bookworm-slim", IMAGE_NAME, "the name of an image");
  optionOf(request, "uid", "10001", PLAIN_UID, "a user ID from 1");
  throw initUsage(request.kind, "not there yet");
}
