import type { Deployed } from "./kubernetes_settings.ts";
import {
  containerSecurity,
  edgebootVariables,
  indented,
  mounts,
  podSettings,
  volumes,
} from "./kubernetes_pod.ts";

const EXECUTABLE = "/usr/local/bin/edgeboot";

/** The Deployment of the app, as YAML. */
export function deployment(deployed: Deployed): string {
  const { name, appRef, image } = deployed;
  return `# The app. \`kubectl rollout restart deployment/${name}\` starts what ${appRef} stands for by then.
# Where every replica has to be the same release whatever happens meanwhile, name it: APP@1.4.2 or APP@sha256:<hex>.
apiVersion: apps/v1
kind: Deployment
metadata:
  name: ${name}
  labels: &labels
    app.kubernetes.io/name: ${name}
    app.kubernetes.io/part-of: edgeboot
spec:
  replicas: 2 # one answers while the other is replaced
  selector:
    matchLabels:
      app.kubernetes.io/name: ${name}
  strategy:
    rollingUpdate:
      maxUnavailable: 0 # a release that does not get ready replaces nothing
  template:
    metadata:
      labels: *labels
    spec:
${indented(6, podSettings(deployed, true))}\
      # In seconds: preStop, then SIGTERM, which goes to Python itself, then SIGKILL. Longer than the app's longest request.
      terminationGracePeriodSeconds: 30
      initContainers:
      # Downloads, verifies, unpacks, and ends; at once where the cache has it. So the probes measure the app, a download that
      # fails shows as Init:Error with its reason in the log, and the app needs neither the registry nor to write the cache.
      # Where the registry is down it ends well with the release that the cache has; a new one that is broken holds new pods
      # up until it is corrected, and those that run go on.
      - name: fetch
        image: ${image}
        command: [${EXECUTABLE}, fetch, "${appRef}"]
        env:
${indented(8, edgebootVariables(deployed, true))}\
${indented(8, containerSecurity(true))}\
        resources:
          requests: {cpu: 100m, memory: 128Mi}
          # Layers are unpacked as a stream, whatever their size. No limit on CPU: it would only make starts slow.
          limits: {memory: 512Mi}
${indented(8, mounts(false))}\
      containers:
      - name: app
        image: ${image}
        args: ["${appRef}"] # what follows here is the app's
        env:
        # From the cache alone, which the init container has seen to: a restart at night needs no registry, and waits for none.
        - name: EDGEBOOT_OFFLINE
          value: "yes"
        # Which registry the cached release is from; it is not contacted.
${indented(8, edgebootVariables(deployed, false))}\
${indented(8, probes(deployed))}\
${indented(8, containerSecurity(false))}\
        resources: # CHANGE to what the app needs; edgeboot is gone when it runs
          requests: {cpu: 100m, memory: 256Mi}
          limits: {memory: 512Mi}
${indented(8, mounts(true))}\
${indented(6, volumes(deployed, true))}`;
}

/** What can be known of an app that nothing is known of: whether its port is open. */
function probes({ port, health }: Deployed): string {
  if (port === undefined) {
    return `# No probes: it listens to nothing that could be asked. That it ended, the kubelet sees by itself.
`;
  }
  const open = "tcpSocket: {port: app}";
  const ready = health === undefined ? open : `httpGet: {path: "${health}", port: app}`;
  const askHow = health === undefined
    ? `# All that is known of the app is its port. Servers open it when the app has been imported. (With --health PATH
# the first two ask the app itself.)`
    : `# The app says by itself when it can work; also when it waits for something that it needs.`;
  return `ports:
- name: app
  containerPort: ${port}
${askHow}
startupProbe: # imports only, nothing is fetched here; up to 2 minutes, and ready within a second of being so
  ${ready}
  periodSeconds: 1
  failureThreshold: 120
readinessProbe: # two misses, and no request comes here until it answers again
  ${ready}
  periodSeconds: 5
  timeoutSeconds: 3
  failureThreshold: 2
# Deliberately weak: whether anybody listens. A path that asks the database would restart all when that is slow.
livenessProbe:
  ${open}
  periodSeconds: 20
  timeoutSeconds: 5
  failureThreshold: 3
lifecycle:
  preStop: # SIGTERM comes while proxies still send requests here; meanwhile they learn that it goes
    sleep: {seconds: 5}
`;
}

/** The DaemonSet that fetches releases before a pod asks for them, as YAML. */
export function prefetcher(deployed: Deployed): string {
  const { name, appRef, image, volume } = deployed;
  const why = volume === "node"
    ? `# On every node: the app's layers are in its cache before a pod comes there, and what nothing needs leaves it. A CronJob could
# not collect: it would reach one node.`
    : `# On every node: the base image is there before a pod is, and a new release is in the cache before its rollout. The cache
# is one for all, so of several that fetch at once one downloads and the others wait for it.`;
  const collect = volume === "node"
    ? `            ${EXECUTABLE} cache gc --keep 2 --max-age 90d\n`
    : "";
  return `${why} Not on nodes with taints: add
# tolerations where pods of the app have some.
apiVersion: apps/v1
kind: DaemonSet
metadata:
  name: ${name}-prefetch
  labels: &prefetch
    app.kubernetes.io/name: ${name}-prefetch
    app.kubernetes.io/part-of: edgeboot
spec:
  selector:
    matchLabels:
      app.kubernetes.io/name: ${name}-prefetch
  updateStrategy:
    rollingUpdate:
      maxUnavailable: 100% # nobody depends on it
  template:
    metadata:
      labels: *prefetch
    spec:
${indented(6, podSettings(deployed, false))}\
      terminationGracePeriodSeconds: 5 # a download that is broken off is continued by the next
      containers:
      # No probes: one that failed is tried again in 10 minutes, and a restart would not make it better.
      - name: prefetch
        image: ${image}
        command:
        - /bin/sh
        - -c
        - |
          trap 'exit 0' TERM # as PID 1 the shell would not hear it otherwise
          while :; do
            ${EXECUTABLE} fetch "${appRef}" & wait $!
${collect}\
            sleep 600 & wait $! # a wait ends at a signal, a sleep does not
          done
        env:
        - name: EDGEBOOT_LOG_LEVEL
          value: warn # not every 10 minutes that all is well
${indented(8, edgebootVariables(deployed, false))}\
${indented(8, containerSecurity(false))}\
        resources:
          requests: {cpu: 10m, memory: 128Mi} # idle but for a minute now and then
          limits: {memory: 512Mi}
${indented(8, mounts(false))}\
${indented(6, volumes(deployed, false))}`;
}

/** The CronJob that collects what no kept release needs, as YAML. */
export function collector(deployed: Deployed): string {
  const { image } = deployed;
  return `# The collector, one for all apps of the namespace: removes what is needed neither by the last two releases of each app, nor
# by a pin, nor by a pod that runs (these hold a lock on their trees, on any node, where the file system has locks; where
# it has none, nothing is removed).
apiVersion: batch/v1
kind: CronJob
metadata:
  name: edgeboot-cache-gc
spec:
  schedule: "17 3 * * *" # once a day, and not when everybody else's jobs start
  concurrencyPolicy: Forbid # two at once would do the same work
  startingDeadlineSeconds: 3600 # missed by more: tomorrow is early enough
  successfulJobsHistoryLimit: 1
  failedJobsHistoryLimit: 1
  jobTemplate:
    spec:
      backoffLimit: 1 # once more, then tomorrow
      activeDeadlineSeconds: 1800 # a file system that hangs does not hold the next one up
      template:
        spec:
${indented(10, podSettings(deployed, false))}\
          restartPolicy: Never # each attempt keeps its log
          containers:
          - name: gc
            image: ${image}
            # 90 days unused: an app that has left the cluster leaves the cache, too.
            command: [${EXECUTABLE}, cache, gc, --keep, "2", --max-age, 90d]
${indented(12, containerSecurity(false))}\
            resources:
              requests: {cpu: 50m, memory: 128Mi}
              limits: {memory: 512Mi}
${indented(12, mounts(false))}\
${indented(10, volumes(deployed, false))}`;
}
