import type { Environment } from "./ports.ts";

export const denoEnvironment: Environment = {
  get: (name) => {
    try {
      return Deno.env.get(name);
    } catch {
      // Set, but not UTF-8.
      return undefined;
    }
  },
  has: (name) => Deno.env.has(name),
  names: () => {
    try {
      return Object.keys(Deno.env.toObject());
    } catch {
      // One value that is not UTF-8 makes the whole listing fail.
      return [];
    }
  },
};
