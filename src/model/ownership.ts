import type { TrustedUids } from "./trusted_uids.ts";

/** Of what stat(2) says, who it belongs to and who may change it. */
export interface Belonging {
  readonly kind: "file" | "directory" | "symlink" | "other";
  readonly uid: number;
  readonly gid: number;
  /** permission bits, 0o7777 */
  readonly mode: number;
}

/** Who is about to start something, and whom they believe besides root and themselves. */
export interface Believer {
  readonly uid: number;
  readonly trusted: TrustedUids;
}

/** Somebody who is not believed, and could have changed what is there. */
export type Stranger =
  | { readonly kind: "owner"; readonly uid: number }
  | { readonly kind: "group"; readonly gid: number }
  | { readonly kind: "everybody" };

const OTHERS_WRITE = 0o002;
const GROUP_WRITES = 0o020;

/**
 * The one decision who may prepare what is run (CWE-732): the owner is root, the user or a listed one, and
 * nobody else may write. Two kinds of group are no strangers: root's own, to which container platforms with
 * random user IDs give the directories of an image; and one with the number of the owner or of the user, as
 * user private groups have, and an fsGroup that is meant for one user's pods.
 */
export function strangerTo(
  { kind, uid, gid, mode }: Belonging,
  { uid: self, trusted }: Believer,
): Stranger | undefined {
  if (trusted === "any") return undefined;
  if (uid !== 0 && uid !== self && !trusted.has(uid)) return { kind: "owner", uid };
  // The bits of a link say nothing: it can only be replaced, by who may write its directory.
  if (kind === "symlink") return undefined;
  if ((mode & OTHERS_WRITE) !== 0) return { kind: "everybody" };
  const isPrivate = gid === 0 || gid === uid || gid === self;
  return (mode & GROUP_WRITES) !== 0 && !isPrivate ? { kind: "group", gid } : undefined;
}

/** `it belongs to uid 7`: for messages, behind the name of what is there. */
export function describeStranger(stranger: Stranger, { uid }: Believer): string {
  switch (stranger.kind) {
    case "owner":
      return `it belongs to uid ${stranger.uid}, who is neither root nor this user (uid ${uid})`;
    case "group":
      return `all members of group ${stranger.gid} may write to it`;
    case "everybody":
      return "every user may write to it";
  }
}
