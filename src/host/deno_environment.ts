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
  has: (name) => {
    try {
      return Deno.env.has(name);
    } catch {
      return true;
    }
  },
  names: () => {
    try {
      return Object.keys(Deno.env.toObject());
    } catch {
      // One value that is not UTF-8 makes the whole listing fail.
      return [];
    }
  },
};
