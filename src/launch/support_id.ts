/** Of the text in sitecustomize.ts, which a start only needs where the cache does not have it yet. */
export const SUPPORT_ID = "0cdedbe9b0055412";
