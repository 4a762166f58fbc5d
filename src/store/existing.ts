import type { FileSystem } from "../host/ports.ts";

/** The path, or the first directory above it that exists: where it would be made. */
export function nearestExisting(path: string, fs: Pick<FileSystem, "stat">): string {
  let place = path;
  while (place.length > 1 && fs.stat(place) === undefined) {
    place = place.slice(0, place.lastIndexOf("/")) || "/";
  }
  return place;
}
