import { assertEquals } from "@std/assert";
import { SITECUSTOMIZE, SUPPORT_ID } from "../../src/launch/sitecustomize.ts";

Deno.test("SUPPORT_ID is the SHA-256 of SITECUSTOMIZE, cut to 16 digits", async () => {
  const bytes = new TextEncoder().encode(SITECUSTOMIZE);
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  const hex = [...digest].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  assertEquals(SUPPORT_ID, hex.slice(0, 16));
});
