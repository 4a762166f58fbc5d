/** What the two threads of the fuzz share: the seed that is being tried. */
export const slots = { seed: 0, bytes: Float64Array.BYTES_PER_ELEMENT } as const;

/** No seed is being tried. */
export const IDLE = -1;
