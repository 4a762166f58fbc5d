export function explain(..._: unknown[]): never { throw new Error("later"); }
