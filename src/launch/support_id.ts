/** Of the text in sitecustomize.ts, which a start only needs where the cache does not have it yet. */
export const SUPPORT_ID = "92ea88f387d3775e";
