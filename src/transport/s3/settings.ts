import type { Environment, FileSystem } from "../../host/ports.ts";
import { parseProfiles, type Profile } from "./profiles.ts";

export interface S3Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string | undefined;
}

/** How buckets are reached, and as whom. */
export interface S3Settings {
  readonly region: string;
  /** Of a server that is not AWS; undefined: AWS in that region. */
  readonly endpoint: string | undefined;
  /** undefined: requests are not signed, which public buckets allow */
  readonly credentials: S3Credentials | undefined;
}

type Source = { readonly env: Pick<Environment, "get">; readonly fs: Pick<FileSystem, "readText"> };

/**
 * What AWS's own tools take, in their order: variables, then the profile of AWS_PROFILE in the shared files.
 * What cannot be read is not there.
 */
export function readS3Settings({ env, fs }: Source): S3Settings {
  const get = (name: string) => env.get(name) || undefined;
  const profile = readProfile({ env, fs });
  const region = get("AWS_REGION") ?? get("AWS_DEFAULT_REGION") ?? profile.get("region");
  const endpoint = get("AWS_ENDPOINT_URL_S3") ?? get("AWS_ENDPOINT_URL") ??
    profile.get("endpoint_url");
  return {
    region: region ?? "us-east-1",
    endpoint: endpoint?.replace(/\/+$/, ""),
    credentials: credentialsOf(
      get("AWS_ACCESS_KEY_ID"),
      get("AWS_SECRET_ACCESS_KEY"),
      get("AWS_SESSION_TOKEN"),
    ) ?? credentialsOf(
      profile.get("aws_access_key_id"),
      profile.get("aws_secret_access_key"),
      profile.get("aws_session_token"),
    ),
  };
}

function credentialsOf(
  accessKeyId: string | undefined,
  secretAccessKey: string | undefined,
  sessionToken: string | undefined,
): S3Credentials | undefined {
  if (accessKeyId === undefined || secretAccessKey === undefined) return undefined;
  return { accessKeyId, secretAccessKey, sessionToken };
}

/** The same profile of both files; what is secret comes from the second. */
function readProfile({ env, fs }: Source): Profile {
  const home = env.get("HOME");
  const name = env.get("AWS_PROFILE") || "default";
  const files = [
    [env.get("AWS_CONFIG_FILE") || (home && `${home}/.aws/config`), `profile ${name}`],
    [env.get("AWS_SHARED_CREDENTIALS_FILE") || (home && `${home}/.aws/credentials`), name],
  ] as const;
  const entries = files.flatMap(([path, section]) => {
    const profiles = path ? parseProfiles(readQuietly(path, fs)) : new Map<string, Profile>();
    // In the first file the default one is called so, and all others `profile NAME`.
    return [
      ...profiles.get(section) ?? (name === "default" ? profiles.get(name) : undefined) ?? [],
    ];
  });
  return new Map(entries);
}

function readQuietly(path: string, fs: Source["fs"]): string {
  try {
    return fs.readText(path, MOST_BYTES);
  } catch {
    return "";
  }
}

const MOST_BYTES = 1024 ** 2;
