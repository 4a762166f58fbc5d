import type { Survey } from "../../config/survey.ts";
import { EdgebootError } from "../../model/errors.ts";
import type { Host } from "../../host/ports.ts";
import type { Context } from "../context.ts";
import type { Target } from "../start/request.ts";
import { checkApp } from "./app.ts";
import { checkCacheContent } from "./cache_content.ts";
import { checkCachePlace } from "./cache_place.ts";
import { type Check, diagnose, type Diagnosis, refused, type Section } from "./check.ts";
import { checkClock } from "./clock.ts";
import { type Build, checkEdgeboot, checkMachine } from "./machine.ts";
import { readMounts } from "./mounts.ts";
import { checkPythons } from "./pythons.ts";
import { checkRegistry, type RegistryQuestion } from "./registry.ts";
import { checkSettings, type FileUse } from "./settings.ts";
import type { Surroundings, WithCache } from "./surroundings.ts";

export interface DoctorRequest {
  readonly build: Build;
  readonly survey: Survey;
  readonly file: FileUse;
  readonly registry: RegistryQuestion;
  /** On a host that changes nothing; or why there is no cache to work with. */
  readonly context: Context | EdgebootError;
  readonly target: Target | undefined;
  /** Why the app could not be fetched, where that was asked for. */
  readonly unfetched?: EdgebootError | undefined;
}

/** `edgeboot doctor`: every check, whatever the others found. Writes probe files only, and removes them. */
export async function examine(request: DoctorRequest, host: Host): Promise<Diagnosis> {
  const { survey, context, target, build } = request;
  const machine = await host.machine();
  const surroundings: Surroundings = {
    ...{ config: survey.config, host, machine, mounts: readMounts(host.fs) },
  };
  const opened: WithCache | EdgebootError = context instanceof EdgebootError
    ? context
    : { ...surroundings, context, cacheRoot: context.cacheRoot };
  const [registry, pythons] = await Promise.all([
    checkRegistry(surroundings, request.registry),
    checkPythons(surroundings),
  ]);
  const sections: Section[] = [
    { section: "edgeboot", checks: checkEdgeboot(surroundings, build) },
    { section: "settings", checks: await checkSettings(survey, request.file) },
    { section: "cache", checks: await checkCache(opened) },
    { section: "registry", checks: registry.checks },
    {
      section: "machine",
      checks: [
        checkClock(host.clock.now(), build.date, registry.clock),
        ...checkMachine(surroundings),
      ],
    },
    { section: "python", checks: pythons },
  ];
  if (target !== undefined && !(opened instanceof EdgebootError)) {
    const unfetched = request.unfetched === undefined ? [] : [refused("fetch", request.unfetched)];
    const checks = await checkApp(target, opened);
    sections.push({ section: "app", checks: [...unfetched, ...checks] });
  }
  return diagnose(sections);
}

async function checkCache(opened: WithCache | EdgebootError): Promise<Check[]> {
  if (opened instanceof EdgebootError) return [refused("root", opened)];
  return [...await checkCachePlace(opened), ...await checkCacheContent(opened)];
}
