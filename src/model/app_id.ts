import { EdgebootError } from "./errors.ts";
import type { JsonObject } from "./json.ts";

declare const brand: unique symbol;

/** The name of an app in a registry; it is also a path component, so its alphabet is narrow. */
export type AppId = string & { readonly [brand]: "AppId" };

const APP_ID = /^[a-z0-9](?:[a-z0-9._-]{0,62}[a-z0-9])?$/;

/** undefined where the text is not an app ID. */
export function tryParseAppId(text: string): AppId | undefined {
  return APP_ID.test(text) && !text.includes("..") ? text as AppId : undefined;
}

/** @throws EdgebootError APP_ID_INVALID (64) */
export function parseAppId(text: string): AppId {
  const id = tryParseAppId(text);
  if (id !== undefined) return id;
  throw new EdgebootError("APP_ID_INVALID", {
    what: `not an app ID: ${JSON.stringify(text)}`,
    why: text === "" ? "it is empty" : "an app ID has 1 to 64 of the characters a-z 0-9 . _ -, " +
      "begins and ends with a letter or digit, and has no '..'",
    next: "use the name under apps/ in the registry, for example: edgeboot run billing-api",
  });
}

/** The field `app` of a document. @throws EdgebootError RELEASE_INVALID (65) */
export function readAppId(json: JsonObject): AppId {
  const text = json.string("app");
  const app = tryParseAppId(text);
  if (app === undefined) throw json.wrong("app", "an app ID ([a-z0-9._-], no '..')", text);
  return app;
}
