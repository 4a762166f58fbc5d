import type { CacheLayout } from "../layout.ts";

/** Where environments are made, and where the trees are that they are made of: mostly the same cache. */
export interface Places {
  readonly home: CacheLayout;
  readonly cache: CacheLayout;
}

/** A directory that is being made, and the name under which it will be seen. */
export interface Making {
  readonly made: string;
  readonly final: string;
}

/** A link's text: relative within one cache, which may then lie anywhere, else absolute. */
export function linkText(final: string, target: string, { home }: Places): string {
  if (!target.startsWith(`${home.versionRoot}/`)) return target;
  const depth = final.slice(home.versionRoot.length + 1).split("/").length;
  return `${"../".repeat(depth)}${target.slice(home.versionRoot.length + 1)}`;
}
