import { expect, it } from 'vitest';
import { AwsError, type AwsErrorKind, NotFoundError } from '../../aws/errors.ts';
import { isGoneAfter, isHeldOrBusy, orGone } from './deletion.ts';

const refused = (kind: AwsErrorKind): Promise<never> => {
  const fields = { service: 'ec2', operation: 'DeleteVpc', code: 'Some', requestId: undefined, detail: '' };
  return Promise.reject(new AwsError({ ...fields, kind, isRead: false }));
};
const absent = (): Promise<never> => Promise.reject(new NotFoundError('VPC', 'vpc-1'));

it('what AWS has deleted, or does not know any more, is gone', async () => {
  expect(await isGoneAfter(Promise.resolve())).toBe(true);
  expect(await isGoneAfter(absent())).toBe(true);
  expect(await isGoneAfter(refused('not-found'))).toBe(true);
  await orGone(absent());
});

it('what is used is not gone, and only who has to wait for it anyway is thrown that', async () => {
  expect(await isGoneAfter(refused('in-use'))).toBe(false);
  await expect(orGone(refused('in-use'))).rejects.toMatchObject({ kind: 'in-use' });
});

it('a wrong state means being used where AWS says it so', async () => {
  expect(await isGoneAfter(refused('invalid-state'), isHeldOrBusy)).toBe(false);
  await expect(isGoneAfter(refused('invalid-state'))).rejects.toMatchObject({ kind: 'invalid-state' });
});

it('any other error goes on', async () => {
  await expect(isGoneAfter(refused('access-denied'), isHeldOrBusy)).rejects.toMatchObject({ kind: 'access-denied' });
});
