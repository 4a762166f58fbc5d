import type { ReleaseDigest } from "../../model/digest.ts";
import type { AppRef } from "../../model/ref.ts";
import type { RefKey, RefRecord } from "../../store/mod.ts";
import type { Context } from "../context.ts";
import type { ResolvedRelease } from "./resolved_release.ts";

/** A name, and what is known of it here. */
export interface Asked {
  readonly appRef: AppRef;
  readonly key: RefKey;
  /** What it last stood for. */
  readonly record: RefRecord | undefined;
  /** The same as a release that can start here. */
  readonly known: ResolvedRelease | undefined;
}

/** What asking works with. */
export type Asking = Pick<Context, "host" | "config" | "records" | "report">;

/** The release that a document stands for. */
export interface Named {
  readonly text: string;
  readonly digest: ReleaseDigest;
  /** of the newest channel document that was seen */
  readonly sequence: number | undefined;
}
