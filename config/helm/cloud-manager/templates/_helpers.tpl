{{- define "cloud-manager.name" -}}
{{- if contains "cloud-manager" .Release.Name -}}
{{- .Release.Name | trunc 63 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-cloud-manager" .Release.Name | trunc 63 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{- define "cloud-manager.serviceAccountName" -}}
{{- default (include "cloud-manager.name" .) .Values.serviceAccount.name -}}
{{- end -}}

{{/* What selects the pods: never changes, because nobody may change the selector of a Deployment. */}}
{{- define "cloud-manager.selectorLabels" -}}
app.kubernetes.io/name: cloud-manager
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "cloud-manager.labels" -}}
{{ include "cloud-manager.selectorLabels" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{- end -}}

{{/* The option shutdown-timeout, such as 1h30m, and 30 s to let leases go and to close all. */}}
{{- define "cloud-manager.terminationGraceSeconds" -}}
{{- $unitMs := dict "ms" 1 "s" 1000 "m" 60000 "h" 3600000 -}}
{{- $ms := 0 -}}
{{- range regexFindAll "[0-9]+(ms|s|m|h)" (default "30s" (get .Values.options "shutdown-timeout")) -1 -}}
{{- $ms = add $ms (mul (atoi (regexFind "^[0-9]+" .)) (get $unitMs (regexFind "[a-z]+$" .))) -}}
{{- end -}}
{{- add 30 (div (add $ms 999) 1000) -}}
{{- end -}}

{{/* Where users write their objects: in this cluster, or in clusters of their own. */}}
{{- define "cloud-manager.clusters" -}}
{{- get .Values.options "clusters" | default "single" -}}
{{- end -}}
