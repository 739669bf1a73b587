import type { AwsSimulator } from '../../src/sandbox/aws/server.ts';
import type { FaultPlan } from '../../src/sandbox/kube-api/faults.ts';
import type { ScenarioKube } from './scenario-kube.ts';
import { isAwsWrite } from './aws-writes.ts';
import { USER_AGENT } from './user.ts';

/*
 * Deaths of the operator at named moments.
 *
 * A moment is a call to AWS or a write to Kubernetes that is about to have its effect (`before`), or has had it and the
 * operator has not heard of it (`after`). Its name is the same in every telling of a story, whatever was cut before: a
 * write is the n-th of its kind that had its effect in the chapter; a read, which has none and so no second side, is
 * named after the write to AWS that it follows. The operator dies as the request arrives: it writes nothing from then on,
 * and the answer is never sent.
 */

export type When = 'before' | 'after';

/** An operator on a sandbox. */
export interface Mortal {
  readonly aws: Pick<AwsSimulator, 'faults'>;
  readonly api: Pick<ScenarioKube, 'faults'>;
  /** Those beside the control plane. Default: none. */
  readonly userClusters?: readonly { readonly name: string; readonly api: Pick<ScenarioKube, 'faults'> }[];
  readonly isOperatorAlive: boolean;
  killOperator(): void;
}

export interface Request {
  readonly label: string;
  readonly isWrite: boolean;
  readonly isAws: boolean;
}

/** Names the moments of a story as they come, and lets the operator die at chosen ones. */
export class Cuts {
  readonly #mortal: Mortal;
  readonly #shallDieAt: (moment: string) => boolean;
  readonly #counts = new Map<string, number>();
  #chapter = '';
  #lastWrite = '';

  /** `shallDieAt` is asked at each moment while a chapter is told. */
  constructor(mortal: Mortal, shallDieAt: (moment: string) => boolean) {
    this.#mortal = mortal;
    this.#shallDieAt = shallDieAt;
  }

  /** Begins a chapter, which goes on until the function that comes back is called. */
  begin(chapter: string): () => void {
    this.#chapter = chapter;
    this.#counts.clear();
    this.#lastWrite = 'nothing';
    const { aws, api, userClusters = [] } = this.#mortal;
    const ends = [
      aws.faults.intercept(({ operation, input }) => this.#meet(requestToAws(operation, input))),
      this.#follow(api.faults),
      ...userClusters.map(({ name, api: { faults } }) => this.#follow(faults, name)),
    ];
    return () => {
      for (const end of ends) end();
    };
  }

  #follow(faults: FaultPlan, cluster = ''): () => void {
    return faults.intercept(({ isWrite, userAgent, verb, resource, subresource, name }) => {
      if (!isWrite || userAgent === USER_AGENT) return undefined;
      // The name of an Event ends in digits that are others each time.
      const [named = ''] = resource === 'events' ? name.split('.') : [name];
      const words = [cluster && `in ${cluster}`, verb, resource, subresource, withoutIds(named)];
      return this.#meet({ label: words.filter(Boolean).join(' '), isWrite, isAws: false });
    });
  }

  #meet(request: Request): { readonly drop: true; readonly when: When } | undefined {
    // What a dead operator had on its way has its effect; it cannot die twice.
    if (!this.#mortal.isOperatorAlive) return undefined;
    const when = this.#deathAt(request);
    if (request.isWrite && when !== 'before') this.#note(request);
    if (when === undefined) return undefined;
    this.#mortal.killOperator();
    return { drop: true, when };
  }

  #deathAt({ label, isWrite }: Request): When | undefined {
    if (!isWrite) return this.#shallDieAt(`${this.#chapter}: ${label} after ${this.#lastWrite}`) ? 'before' : undefined;
    const moment = `${this.#chapter}: ${label} #${this.#countOf(label)}`;
    return (['before', 'after'] as const).find((when) => this.#shallDieAt(`${moment} ${when}`));
  }

  #note({ label, isAws }: Request): void {
    this.#counts.set(label, this.#countOf(label) + 1);
    if (isAws) this.#lastWrite = label;
  }

  #countOf(label: string): number {
    return this.#counts.get(label) ?? 0;
  }
}

/** What tells the targets of an operation apart; ids that AWS gives do not, they are others each time. */
const NAMES = [
  'ReplicationGroupId',
  'UserGroupId',
  'CacheParameterGroupName',
  'CacheSubnetGroupName',
  'Name',
  'GroupName',
];

/** What a call to AWS is named by. */
export function requestToAws(operation: string, input: Readonly<Record<string, unknown>>): Request {
  const isWrite = isAwsWrite(operation);
  const name = NAMES.map((field) => input[field]).find((value) => typeof value === 'string');
  const label = isWrite && name !== undefined ? `${operation} ${withoutIds(name)}` : operation;
  return { label, isWrite, isAws: true };
}

/** What was made for users is called by ids that are others each time. */
function withoutIds(name: string): string {
  return name.replace(/\w{8}(-\w{4}){3}-\w{12}/, '<id>');
}
