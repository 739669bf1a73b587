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
