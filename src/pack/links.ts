/**
 * Why a link must not be in a layer, as the rest of a sentence; undefined where it may: it is relative, and leads
 * to something in the same layer.
 * @param path of the link, relative to the layer
 */
export function leadsOutside(path: string, target: string): string | undefined {
  if (target.startsWith("/")) return "has an absolute target";
  let depth = path.split("/").length - 1;
  for (const part of target.split("/")) {
    if (part === "..") depth--;
    else if (part !== "" && part !== ".") depth++;
    if (depth < 0) return "leads out of what is packed";
  }
  return undefined;
}
