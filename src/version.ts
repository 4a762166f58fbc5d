/** Who this program is. The literals are replaced when it is compiled (`scripts/compile`). */
export const VERSION = "@edgeboot-version@";
export const COMMIT = "@edgeboot-commit@";
/** Day of the commit, `2026-11-20`: no clock that is right is before it. */
export const COMMIT_DATE = "@edgeboot-date@";

export const USER_AGENT = `edgeboot/${VERSION}`;
