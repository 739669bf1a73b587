import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anAwsRedisCluster } from '../../../../test/support/cloud-resources.ts';
import { encoded, type SecretContent } from '../../common/owned-secret.ts';
import { awsRedisCluster } from '../aws-redis-cluster/aws-redis-cluster.ts';
import { askedSecretFor } from './asked-secret.ts';
import { ownTextsOf, withExtraData } from './secret-texts.ts';

type Texts = Readonly<Record<string, string>>;

const TOKEN = 'token-that-nobody-may-see';
const own = ownTextsOf({ host: 'h', port: '6379', authString: TOKEN, ca: '' }, { discoveryEndpoint: 'h:6379' });

const key = fc.constantFrom('team', 'note', 'extra', 'other', 'host', 'url', 'authString', 'app.kubernetes.io/part-of');
const value = fc.constantFrom('a', 'b', '{{ .host }}', '{{ .authString }}', '{{ nope', '{{ .authString.x }}');
const texts: fc.Arbitrary<Texts> = fc.dictionary(key, value, { maxKeys: 5 });
const authSecret = fc.record({ labels: texts, annotations: texts, extraData: texts });

type AuthSecret = { readonly labels: Texts; readonly annotations: Texts; readonly extraData: Texts };

function asked(wish: AuthSecret) {
  const object = anAwsRedisCluster({ spec: { authSecret: wish }, status: { id: 'some-id' } });
  return askedSecretFor(awsRedisCluster, object, 'cache', withExtraData(own, wish.extraData).texts);
}

/** As the cluster has it after a correction. */
function corrected(present: SecretContent, wish: AuthSecret): SecretContent {
  const { content, ownedOf } = asked(wish);
  const ours = ownedOf(present);
  const merged = (part: keyof SecretContent): Texts => {
    const others = Object.entries(present[part]).filter(([key]) => !(key in ours[part]));
    return { ...Object.fromEntries(others), ...content[part] };
  };
  return { labels: merged('labels'), annotations: merged('annotations'), data: merged('data') };
}

const nothing: SecretContent = { labels: {}, annotations: {}, data: {} };
const somebodys = fc.record({ labels: texts, annotations: texts, data: texts.map(encoded) });

describe('a Secret, whatever was in it before,', () => {
  it('has what is asked after one correction, and needs no other', () => {
    fc.assert(
      fc.property(somebodys, authSecret, (present, wish) => {
        const after = corrected(present, wish);
        expect(asked(wish).ownedOf(after)).toEqual(asked(wish).content);
      }),
    );
  });

  it('keeps what others have added, through all wishes of its author', () => {
    const foreign = { labels: { theirs: '1' }, annotations: { theirs: '2' }, data: { theirs: '3' } };
    fc.assert(
      fc.property(fc.array(authSecret), (wishes) => {
        const after = wishes.reduce(corrected, foreign);
        expect(after).toMatchObject(foreign);
      }),
    );
  });

  it('has nothing left of wishes that are no more', () => {
    fc.assert(
      fc.property(fc.array(authSecret), authSecret, (wishes, last) => {
        expect([...wishes, last].reduce(corrected, nothing)).toEqual(corrected(nothing, last));
      }),
    );
  });
});

describe('what a Secret says', () => {
  it('has every key of its own as it is, whatever its author writes, but for the URL', () => {
    fc.assert(
      fc.property(texts, (extraData) => {
        const { texts: said } = withExtraData(own, extraData);
        expect({ ...said, url: own['url'] }).toMatchObject(own);
      }),
    );
  });

  it('has problems that tell nothing of it', () => {
    fc.assert(
      fc.property(texts, (extraData) => {
        expect(withExtraData(own, extraData).problems.join()).not.toContain(TOKEN);
      }),
    );
  });

  it('is the same for the same, in whatever order it is written', () => {
    fc.assert(
      fc.property(texts, (extraData) => {
        const turned = Object.fromEntries(Object.entries(extraData).toReversed());
        expect(withExtraData(own, turned)).toEqual(withExtraData(own, extraData));
      }),
    );
  });
});
