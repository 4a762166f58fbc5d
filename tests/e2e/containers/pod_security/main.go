// Says what Kubernetes' own evaluator of Pod Security finds wrong with pods: a JSON list of pod
// templates on standard input, one line for each that is not allowed on standard output.
package main

import (
	"encoding/json"
	"fmt"
	"os"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/pod-security-admission/api"
	"k8s.io/pod-security-admission/policy"
)

func main() {
	var pods []corev1.PodTemplateSpec
	decoder := json.NewDecoder(os.Stdin)
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&pods); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	evaluator, err := policy.NewEvaluator(policy.DefaultChecks())
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	restricted := api.LevelVersion{Level: api.LevelRestricted, Version: api.LatestVersion()}
	for i := range pods {
		results := evaluator.EvaluatePod(restricted, &pods[i].ObjectMeta, &pods[i].Spec)
		if aggregate := policy.AggregateCheckResults(results); !aggregate.Allowed {
			fmt.Printf("%d: %s\n", i, aggregate.ForbiddenDetail())
		}
	}
}
