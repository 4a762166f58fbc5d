/** Who this program is. The two literals are replaced when it is compiled (`scripts/compile`). */
export const VERSION = "@edgeboot-version@";
export const COMMIT = "@edgeboot-commit@";

export const USER_AGENT = `edgeboot/${VERSION}`;
