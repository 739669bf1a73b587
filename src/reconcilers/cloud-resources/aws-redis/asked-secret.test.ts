import { describe, expect, it } from 'vitest';
import { anAwsRedisCluster, anAwsRedisInstance } from '../../../../test/support/cloud-resources.ts';
import { encoded } from '../../common/owned-secret.ts';
import { awsRedisCluster } from '../aws-redis-cluster/aws-redis-cluster.ts';
import { awsRedisInstance } from '../aws-redis-instance/aws-redis-instance.ts';
import { askedSecretFor, chosenSecretName } from './asked-secret.ts';

const ID = 'aaaaaaaa-1111-4111-8111-111111111111';
const RECORD = 'cloud-manager.kyma-project.io/published-keys';
const COMMON = {
  'app.kubernetes.io/component': 'cloud-manager',
  'app.kubernetes.io/part-of': 'kyma',
  'app.kubernetes.io/managed-by': 'cloud-manager',
  'cloud-resources.kyma-project.io/managed': 'true',
};
const texts = { host: 'h', port: '6379' };

describe('the Secret of a Redis', () => {
  it('has labels by which an AwsRedisInstance finds it', () => {
    const object = anAwsRedisInstance({ status: { id: ID } });
    expect(askedSecretFor(awsRedisInstance, object, 'cache', texts)).toMatchObject({
      name: 'cache',
      content: {
        labels: {
          ...COMMON,
          'cloud-resources.kyma-project.io/redisInstanceStatusId': ID,
          'cloud-resources.kyma-project.io/redisInstanceNamespace': 'default',
        },
        annotations: {},
        data: encoded(texts),
      },
    });
  });

  it('has others for an AwsRedisCluster, and what its author asks for', () => {
    const authSecret = { labels: { team: 'a' }, annotations: { note: 'b' } };
    const object = anAwsRedisCluster({ status: { id: ID }, spec: { authSecret } });
    const { content } = askedSecretFor(awsRedisCluster, object, 'cache', { ...texts, extra: 'c' });
    expect(content).toEqual({
      labels: {
        team: 'a',
        ...COMMON,
        'cloud-resources.kyma-project.io/redisClusterStatusId': ID,
        'cloud-resources.kyma-project.io/redisClusterNamespace': 'default',
      },
      annotations: { note: 'b', [RECORD]: '{"labels":["team"],"annotations":["note"],"data":["extra"]}' },
      data: encoded({ ...texts, extra: 'c' }),
    });
  });

  it('does not let its author take away by what it is found and followed', () => {
    const authSecret = {
      labels: {
        'app.kubernetes.io/managed-by': 'me',
        'cloud-resources.kyma-project.io/redisInstanceStatusId': 'another',
      },
      annotations: { [RECORD]: 'nothing' },
    };
    const object = anAwsRedisInstance({ status: { id: ID }, spec: { authSecret } });
    const { content } = askedSecretFor(awsRedisInstance, object, 'cache', texts);
    expect(content.labels).toMatchObject({
      'app.kubernetes.io/managed-by': 'cloud-manager',
      'cloud-resources.kyma-project.io/redisInstanceStatusId': ID,
    });
    expect(content.annotations[RECORD]).toContain('"annotations"');
  });

  it('has label values that Kubernetes takes, whatever the names', () => {
    const metadata = { name: `${'a'.repeat(95)}.${'b'.repeat(95)}`, namespace: 'n'.repeat(63) };
    const object = anAwsRedisInstance({ metadata, status: { id: ID } });
    const { name, content } = askedSecretFor(awsRedisInstance, object, chosenSecretName(object), texts);
    expect(name).toBe(metadata.name);
    const wrong = Object.values(content.labels).filter(
      (value) => !/^([A-Za-z0-9]([\w.-]{0,61}[A-Za-z0-9])?)?$/.test(value),
    );
    expect(wrong).toEqual([]);
  });

  it.each([
    { authSecret: undefined, name: 'cache', reason: 'its author says nothing' },
    { authSecret: {}, name: 'cache', reason: 'its author leaves it out' },
    { authSecret: { name: '' }, name: 'cache', reason: 'its author leaves it empty' },
    { authSecret: { name: 'mine' }, name: 'mine', reason: 'its author says so' },
  ])('is called $name when $reason', ({ authSecret, name }) => {
    expect(chosenSecretName(anAwsRedisInstance({ spec: { ...(authSecret && { authSecret }) } }))).toBe(name);
  });
});

describe('what is ours of a Secret', () => {
  const object = anAwsRedisInstance({ status: { id: ID } });
  const ours = (record: unknown) =>
    askedSecretFor(awsRedisInstance, object, 'cache', texts).ownedOf({
      labels: { team: 'a', other: 'b' },
      annotations: { note: 'c', ...(record !== undefined && { [RECORD]: record as string }) },
      data: { host: 'x', url: 'y', extra: 'z', theirs: 'w' },
    });

  it('is all that was chosen before, and the keys that it has by itself', () => {
    const record = JSON.stringify({ labels: ['team'], annotations: ['note'], data: ['extra'] });
    expect(ours(record)).toEqual({
      labels: { team: 'a' },
      annotations: { note: 'c', [RECORD]: record },
      data: { host: 'x', url: 'y', extra: 'z' },
    });
  });

  it.each(['{', 'null', '7', '"text"', '[]', '{"labels":"team","data":[1,null]}'])(
    'is not more than that when somebody has made the record unreadable: %s',
    (record) => {
      expect(ours(record)).toEqual({ labels: {}, annotations: { [RECORD]: record }, data: { host: 'x', url: 'y' } });
    },
  );
});
