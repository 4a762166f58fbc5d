import { knownApps, knownRefs } from "../../app/cache/known_names.ts";
import type { Context } from "../../app/context.ts";
import type { Command } from "../command.ts";
import { TOPIC_NAMES } from "../help/documents.ts";
import { schemaNames } from "../commands/schema/schemas.ts";
import type { Candidate, Names, Typed } from "./candidates.ts";

/** What the machine knows by the names that operands have for it. Contacts nothing. */
export function namesOf(
  commands: readonly Command[],
  open: (typed: Typed) => Promise<Context>,
): Names {
  const plain = (values: readonly string[]): Candidate[] => values.map((value) => ({ value }));
  return async (kind, word, typed) => {
    if (kind === "TOPIC") {
      const about = commands.map(({ name, summary }) => ({ value: name, about: summary }));
      const topics = TOPIC_NAMES.filter((name) => about.every(({ value }) => value !== name));
      return [...plain(topics), ...about];
    }
    if (kind === "SCHEMA") return plain(schemaNames(commands));
    if (kind !== "APP" && kind !== "DIGEST") return [];
    try {
      const context = await open(typed);
      if (kind === "DIGEST") return plain((await context.store.manager()).trees());
      const [app, ref] = word.split("@", 2);
      if (ref === undefined) return plain(await knownApps(context));
      return plain((await knownRefs(app!, context)).map((name) => `${app}@${name}`));
    } catch {
      // A settings file that cannot be read: the command will say so, a completion has no place to.
      return [];
    }
  };
}
