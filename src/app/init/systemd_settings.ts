/** What the units are about: one app, or with the template whatever comes after `edgeboot@`. */
export interface UnitNames {
  /** unit name without its suffix, as others refer to it */
  readonly unit: string;
  /** the same for the file that it comes from: a template's ends with `@` */
  readonly file: string;
  /** of the unit that fetches ahead */
  readonly fetchUnit: string;
  readonly fetchFile: string;
  /** as `edgeboot run` takes it */
  readonly app: string;
  /** of the file with the app's own variables */
  readonly variables: string;
}

export interface UnitSettings {
  readonly names: UnitNames;
  readonly type: "exec" | "notify";
  readonly registry: string | undefined;
  /** ListenStream= of the socket unit */
  readonly socket: string | undefined;
  readonly tokenFile: string | undefined;
}
