/** Who this program is. The three literals are replaced when it is compiled (`scripts/compile`). */
export const VERSION = "@edgeboot-version@";
export const COMMIT = "@edgeboot-commit@";
/** Day of the commit, `YYYY-MM-DD`: no clock that is right is before it. */
export const COMMIT_DATE = "@edgeboot-date@";

export const USER_AGENT = `edgeboot/${VERSION}`;
