import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { REASON_ADVICE, type UserKindName } from '../../src/api/cloud-resources/v1beta1/advice.ts';
import { USER_CONDITION_REASONS } from '../../src/api/cloud-resources/v1beta1/conditions.ts';
import { USER_KINDS } from '../../src/api/crd.ts';
import { readProgram } from './source-graph.ts';

const REDIS = ['cloud-resources/aws-redis', 'redis', 'replication-group'];

/** Whose words a kind shows: those of its own passes, and of those over what stands for it in the control plane. */
const FOLDERS: Readonly<Record<UserKindName, readonly string[]>> = {
  CloudResources: ['cloud-resources/cloud-resources'],
  IpRange: ['cloud-resources/ip-range', 'cloud-control/ip-range'],
  AwsRedisInstance: ['cloud-resources/aws-redis-instance', 'cloud-control/redis-instance', ...REDIS],
  AwsRedisCluster: ['cloud-resources/aws-redis-cluster', 'cloud-control/redis-cluster', ...REDIS],
  AwsVpcPeering: ['cloud-resources/aws-vpc-peering', 'cloud-control/vpc-peering'],
};

const program = new Map(readProgram().map((file) => [file.path, file]));

/** The files of the folders, and all of the reconcilers that they import. */
function filesOf(folders: readonly string[]): readonly string[] {
  const prefixes = folders.map((folder) => `src/reconcilers/${folder}/`);
  const found = new Set([...program.keys()].filter((path) => prefixes.some((prefix) => path.startsWith(prefix))));
  // A set gives what is added while it is walked, too.
  for (const path of found) {
    const imported = program.get(path)?.imports.filter(({ typeOnly }) => !typeOnly) ?? [];
    for (const { file } of imported) if (file?.startsWith('src/reconcilers/')) found.add(file);
  }
  return [...found];
}

/** As it stands where a finding or a condition is made. */
const MADE = /(?:\b(?:failed|heldBack)\(|\breason: |\bprocessing\([^;]*?, )'(?<reason>[A-Z]\w+)'/g;

/** Told by any kind whose counterpart says it: which kinds those are is found where the control plane says it. */
const PASSED_ON = { file: 'src/reconcilers/cloud-resources/common/counterpart-finding.ts', reason: 'Paused' };

function reasonsIn(path: string): readonly string[] {
  const made = [...readFileSync(path, 'utf8').matchAll(MADE)].map(({ groups }) => groups?.['reason'] ?? '');
  return path === PASSED_ON.file ? made.filter((reason) => reason !== PASSED_ON.reason) : made;
}

describe('what users are advised', () => {
  it.each(USER_KINDS)('has every reason that the passes of $kind find', ({ kind }) => {
    // A kind of the user's is one of the keys.
    const name = kind as UserKindName;
    const found = new Set(filesOf(FOLDERS[name]).flatMap(reasonsIn));
    const ofUsers = Object.entries(REASON_ADVICE).filter(([reason]) => found.has(reason));
    expect(ofUsers.filter(([, advice]) => advice[name] === undefined).map(([reason]) => reason)).toEqual([]);
  });

  it('is looked for where the reasons are: those of a peering are found', () => {
    const found = filesOf(FOLDERS.AwsVpcPeering).flatMap(reasonsIn);
    expect(found).toEqual(expect.arrayContaining(['FailedCreatingRoutes', 'MissingScope', 'CidrOverlap', 'Updating']));
  });

  it('is looked for where the control plane says what is passed on: a Redis can be paused, and nothing else', () => {
    // A kind of the user's is one of the keys.
    const kinds = USER_KINDS.map(({ kind }) => kind as UserKindName);
    const paused = kinds.filter((name) => filesOf(FOLDERS[name]).flatMap(reasonsIn).includes(PASSED_ON.reason));
    expect(paused.toSorted()).toEqual(['AwsRedisCluster', 'AwsRedisInstance']);
    expect(Object.keys(REASON_ADVICE.Paused).toSorted()).toEqual(paused.toSorted());
  });

  it('is looked for in all folders of the users', () => {
    const known = Object.values(FOLDERS).flat();
    const folders = [...program.keys()].flatMap((path) => {
      return /^src\/reconcilers\/(?<folder>cloud-resources\/[^/]+)\//.exec(path)?.groups?.['folder'] ?? [];
    });
    expect(folders.length).toBeGreaterThan(0);
    expect(folders.filter((folder) => folder !== 'cloud-resources/common' && !known.includes(folder))).toEqual([]);
  });

  it('is about reasons that some kind shows, in sentences', () => {
    const advices = Object.entries(REASON_ADVICE).map(([reason, advice]) => [reason, Object.values(advice)] as const);
    expect(advices.map(([reason]) => reason).sort()).toEqual(Object.keys(USER_CONDITION_REASONS).sort());
    expect(advices.filter(([, texts]) => texts.length === 0)).toEqual([]);
    expect(advices.flatMap(([, texts]) => texts).filter((text) => !/^[A-Z].*\.$/.test(text))).toEqual([]);
  });
});
