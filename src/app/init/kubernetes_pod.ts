import type { Deployed } from "./kubernetes_settings.ts";
import { cacheVolume } from "./kubernetes_volumes.ts";

/** `text` with every line moved to the right; templates below are written at column 0. */
export function indented(columns: number, text: string): string {
  return text.replace(/^(?=.)/gm, " ".repeat(columns));
}

/** What all pods here have in common. `explain` at the first of them only. */
export function podSettings(deployed: Deployed, explain: boolean): string {
  const { uid, volume } = deployed;
  const why = (text: string) => explain ? ` # ${text}` : "";
  const group = volume === "node"
    ? ""
    : `  fsGroup: ${uid}${why("volumes are the group's, and can be written")}
${explain ? FS_GROUP_POLICY : ""}  fsGroupChangePolicy: OnRootMismatch
`;
  return `${explain ? NO_TOKEN : ""}automountServiceAccountToken: false
enableServiceLinks: false${
    why("no variables about every service of the namespace in the app's environment")
  }
securityContext:${why('"restricted", the pod\'s half')}
  runAsNonRoot: true${why("refused by the kubelet where an image says otherwise")}
  runAsUser: ${uid}${
    why("the same in all pods: edgeboot starts nothing from a tree of another user")
  }
  runAsGroup: ${uid}
${group}  seccompProfile:
    type: RuntimeDefault${why("edgeboot and Python need no call that it refuses")}
`;
}

const NO_TOKEN = "# Neither edgeboot nor, unless it says so, the app talks to the cluster.\n";
const FS_GROUP_POLICY = `\
  # Only a volume whose top is not the group's yet is gone through. Always, the default, would at every start of a pod
  # make each file of the cache writable: slow, and \`edgeboot verify\` would call every tree damaged.
`;

/** A container's half of "restricted". */
export function containerSecurity(explain: boolean): string {
  const why = (text: string) => explain ? ` # ${text}` : "";
  return `securityContext:
  allowPrivilegeEscalation: false${why("no_new_privs: setuid programs of the image do nothing")}
  readOnlyRootFilesystem: true${
    why("what is started is what the image and the cache have; /tmp is for the rest")
  }
  capabilities:
    drop: [ALL]${why("none are needed, also not to be PID 1 or to exec")}
`;
}

/** @param readOnly as an app has the cache */
export function mounts(readOnly: boolean): string {
  const cache = readOnly
    ? `  readOnly: true # an app that is broken into cannot change what others start; a warm start writes nothing
`
    : "";
  return `volumeMounts:
- name: cache
  mountPath: /var/cache/edgeboot
${cache}- name: tmp
  mountPath: /tmp
`;
}

/** The `volumes:` of a pod, as lines of YAML. */
export function volumes(deployed: Deployed, explain: boolean): string {
  const why = explain
    ? " # for the app: Python's tempfile, uploads; edgeboot writes nothing there"
    : "";
  return `volumes:
${cacheVolume(deployed)}- name: tmp${why}
  emptyDir:
    sizeLimit: 256Mi
`;
}

/** The environment variables of every container with edgeboot, as lines of YAML. */
export function edgebootVariables({ registry, volume }: Deployed, explain: boolean): string {
  const secret = explain
    ? `# Where a token is wanted: mount a Secret, and name its file in EDGEBOOT_TOKEN_FILE. The app does not inherit that.
`
    : "";
  const why = explain
    ? " # the emptyDir can be written by all, and all are this pod's containers"
    : "";
  const open = volume === "pod" ? `- name: EDGEBOOT_TRUSTED_UIDS${why}\n  value: any\n` : "";
  return `${secret}- name: EDGEBOOT_REGISTRY
  value: ${JSON.stringify(registry)}
${open}`;
}
