import type { Survey } from "../../config/survey.ts";
import { SETTINGS } from "../../config/settings.ts";
import { EdgebootError } from "../../model/errors.ts";
import { nearest } from "../../model/nearest.ts";
import { CONTROL_VARIABLES } from "../../config/settings.ts";
import { type Check, ok, refused, warning } from "./check.ts";

/** The configuration file: the path of one that was read, why it cannot be, or that there is none. */
export type FileUse =
  | { readonly kind: "used" | "none"; readonly path: string; readonly doubt?: string }
  | { readonly kind: "refused"; readonly error: EdgebootError };

/** Every setting that is not at its default, with its origin, and the configuration file. */
export async function checkSettings(survey: Survey, file: FileUse): Promise<Check[]> {
  const { origins } = survey.config;
  const stated = SETTINGS.filter(({ name }) => origins.has(name)).map(({ name }) => {
    const { value, origin } = origins.get(name)!;
    return ok(name, `${value} (${origin})`, { facts: { value, origin } });
  });
  const rest = SETTINGS.length - stated.length - survey.refusals.length;
  const unknown = await Promise.all(survey.unknownVariables.map(unknownVariable));
  return [
    checkFile(file),
    ...stated,
    ...survey.refusals.map((error) => refused("value", error)),
    ...unknown,
    ...plainToken(survey),
    ok("defaults", `${rest} other settings at their defaults (\`edgeboot help settings\`)`),
  ];
}

function checkFile(file: FileUse): Check {
  if (file.kind === "refused") return refused("file", file.error);
  if (file.doubt !== undefined) {
    return warning("file", file.doubt, "make it root's or this user's, and closed to others");
  }
  return ok("file", file.kind === "used" ? file.path : `none (there is no ${file.path})`);
}

async function unknownVariable(name: string): Promise<Check> {
  const near = await nearest(name, CONTROL_VARIABLES);
  return warning(
    "variable",
    `${name} is no setting of edgeboot`,
    near === undefined ? "remove it; `edgeboot help settings` lists all" : `did you mean ${near}?`,
  );
}

/** RFC 6750, 5.3: a bearer token in the clear is anybody's. */
function plainToken({ config: { registry, token } }: Survey): Check[] {
  const remote = /^http:\/\/(?!localhost\b|127\.|\[::1\])/i.test(registry?.value ?? "");
  const carries = token !== undefined || /^http:\/\/[^/]*@/i.test(registry?.value ?? "");
  if (!remote || !carries) return [];
  return [warning(
    "token",
    "credentials are sent to the registry over plain http",
    "use an https:// address for the registry",
  )];
}
