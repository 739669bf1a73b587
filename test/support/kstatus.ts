/*
 * What tools that wait for objects read in them: the rules of kstatus, which Flux, kpt and others use, as its README
 * states them for kinds that it does not know by name.
 *
 * https://github.com/kubernetes-sigs/cli-utils/blob/master/pkg/kstatus/README.md
 */

interface Watched {
  readonly metadata?: { readonly generation?: number; readonly deletionTimestamp?: string };
  readonly status?: {
    readonly observedGeneration?: number;
    readonly conditions?: readonly { readonly type: string; readonly status: string }[];
  };
}

export type Progress = 'Terminating' | 'InProgress' | 'Failed' | 'Current';

export function progressOf({ metadata = {}, status = {} }: Watched): Progress {
  if (metadata.deletionTimestamp !== undefined) return 'Terminating';
  const { observedGeneration, conditions = [] } = status;
  if (observedGeneration !== undefined && observedGeneration !== metadata.generation) return 'InProgress';
  const valueOf = (type: string) => conditions.find((condition) => condition.type === type)?.status;
  if (valueOf('Reconciling') === 'True') return 'InProgress';
  if (valueOf('Stalled') === 'True') return 'Failed';
  // Without any of these conditions an object counts as done: there is nothing to wait for.
  return (valueOf('Ready') ?? 'True') === 'True' ? 'Current' : 'InProgress';
}
