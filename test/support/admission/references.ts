import type { Manifest } from '../manifests.ts';
import { type Acceptance, acceptedIn, type Refusal, refusedIn, refusedUpdatesOf } from './case.ts';

/** What every kind that belongs to a Scope refuses. */
export function scopeRefRefusals(base: Manifest): Refusal[] {
  return [
    ...refusedIn(base, [
      ['no scope', 'spec.scope', undefined, 'spec.scope', 'Required value'],
      ['a scope without a name', 'spec.scope', {}, 'spec.scope.name', 'Required value'],
      ['an empty scope', 'spec.scope.name', '', 'Scope is required'],
    ]),
    ...refusedUpdatesOf(base, [['another scope', 'spec.scope.name', 'demo', 'other', 'Scope is immutable']]),
  ];
}

/** What every kind that exists on behalf of an object elsewhere refuses. */
export function remoteRefRefusals(base: Manifest): Refusal[] {
  return [
    ...refusedIn(base, [
      ['no remoteRef', 'spec.remoteRef', undefined, 'spec.remoteRef', 'Required value'],
      ['an empty remote name', 'spec.remoteRef.name', '', 'RemoteRef name must not be empty'],
      ['no remote namespace', 'spec.remoteRef.namespace', undefined, 'spec.remoteRef.namespace', 'Required value'],
      ['a remote name too long for a tag', 'spec.remoteRef.name', 'x'.repeat(250), 'at most 254 characters'],
      ['a remote name that is no tag', 'spec.remoteRef.name', 'caché', 'RemoteRef name must consist of', 'AWS tag'],
      ['a remote namespace that is no tag', 'spec.remoteRef.namespace', 'a#b', 'RemoteRef namespace must consist of'],
    ]),
    ...refusedUpdatesOf(base, [
      ['another remote name', 'spec.remoteRef.name', 'demo', 'other', 'RemoteRef is immutable'],
      ['another remote namespace', 'spec.remoteRef.namespace', 'default', 'other', 'RemoteRef is immutable'],
      ['a remote namespace later', 'spec.remoteRef.namespace', '', 'other', 'RemoteRef is immutable'],
    ]),
  ];
}

/** What the same kinds take. */
export function remoteRefAcceptances(base: Manifest): Acceptance[] {
  return acceptedIn(base, [
    ['an object of a whole cluster', 'spec.remoteRef.namespace', ''],
    ['the longest name of such an object', 'spec.remoteRef', { namespace: '', name: 'x'.repeat(253) }],
  ]);
}

/** What the kinds refuse whose name stands with its namespace in a tag. */
export function tagNameRefusals(base: Manifest): Refusal[] {
  return refusedIn(base, [
    ['a name too long for a tag', 'metadata.name', 'r'.repeat(193), 'metadata.name must have at most 192 characters'],
  ]);
}
