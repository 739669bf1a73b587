import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hasValidSignature, signatureClaimOf, timeOfTimestamp, type SignedRequest } from './sigv4.ts';

const SECRET = 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY';

interface SentRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Record<string, string>;
  /** The SDK does not like its bytes to be read as text, so they stay bytes. */
  readonly body: Uint8Array;
}

/** What the SDK would put on the wire, signature included. */
async function signedBySdk(secretId: string): Promise<SignedRequest> {
  const sent: SentRequest[] = [];
  const client = new SecretsManagerClient({
    endpoint: 'http://127.0.0.1:1',
    region: 'eu-central-1',
    credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: SECRET },
    maxAttempts: 1,
    requestHandler: {
      handle: (request: SentRequest) => {
        sent.push(request);
        return Promise.reject(new Error('not sent'));
      },
    },
  });
  await client.send(new GetSecretValueCommand({ SecretId: secretId })).catch(() => undefined);
  const request = sent[0];
  if (!request) throw new Error('The SDK signed nothing');
  return {
    method: request.method,
    path: request.path,
    query: '',
    headers: request.headers,
    body: new Uint8Array(request.body),
  };
}

/** As the simulator does it: the key named in the claim leads to the secret. */
function isAccepted(request: SignedRequest, secret = SECRET): boolean {
  const claim = signatureClaimOf(request);
  return claim?.accessKeyId === 'AKIDEXAMPLE' && hasValidSignature(request, claim, secret);
}

describe('a signature', () => {
  it("is the one of AWS's published example", () => {
    const request: SignedRequest = {
      method: 'GET',
      path: '/',
      query: 'Action=ListUsers&Version=2010-05-08',
      headers: {
        host: 'iam.amazonaws.com',
        'content-type': 'application/x-www-form-urlencoded; charset=utf-8',
        'x-amz-date': '20150830T123600Z',
        authorization:
          'AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/iam/aws4_request, SignedHeaders=content-type;host;x-amz-date, Signature=5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7',
      },
      body: new Uint8Array(),
    };
    expect(isAccepted(request)).toBe(true);
  });

  it('of the SDK is accepted, whatever the body', async () => {
    const ids = fc.string({ minLength: 1, maxLength: 40, unit: 'grapheme' });
    await fc.assert(
      fc.asyncProperty(ids, async (id) => isAccepted(await signedBySdk(id))),
      { numRuns: 25 },
    );
  });

  it('is refused with another secret', async () => {
    const request = await signedBySdk('id');
    expect(isAccepted(request, `${SECRET}x`)).toBe(false);
  });

  it('is refused when any byte of the body changes', async () => {
    const request = await signedBySdk('my-secret');
    const positions = fc.nat({ max: request.body.length - 1 });
    fc.assert(
      fc.property(positions, fc.integer({ min: 1, max: 255 }), (position, flip) => {
        const body = Uint8Array.from(request.body);
        body[position] = (body[position] ?? 0) ^ flip;
        return !isAccepted({ ...request, body });
      }),
    );
  });

  it('is refused when any character of a signed header or of the signature itself changes', async () => {
    const request = await signedBySdk('my-secret');
    const names = [...(signatureClaimOf(request)?.signedHeaders ?? []), 'authorization'];
    const altered = names.flatMap((name) => {
      const value = request.headers[name] ?? '';
      return value.split('').map((character, position) => {
        const other = character === 'q' ? 'r' : 'q';
        return { [name]: value.slice(0, position) + other + value.slice(position + 1) };
      });
    });
    expect(altered.length).toBeGreaterThan(200);
    const accepted = altered.filter((header) => isAccepted({ ...request, headers: { ...request.headers, ...header } }));
    expect(accepted).toEqual([]);
  });

  it('is refused for another method, path or query', async () => {
    const request = await signedBySdk('my-secret');
    expect(isAccepted({ ...request, method: 'PUT' })).toBe(false);
    expect(isAccepted({ ...request, path: '/other' })).toBe(false);
    expect(isAccepted({ ...request, query: 'a=b' })).toBe(false);
  });

  it('is no claim without a host among the signed headers', async () => {
    const request = await signedBySdk('my-secret');
    const authorization = request.headers['authorization']?.replace(/SignedHeaders=[^,]*/, 'SignedHeaders=x-amz-date');
    expect(signatureClaimOf({ ...request, headers: { ...request.headers, authorization } })).toBeUndefined();
  });
});

it('reads a timestamp to the second and nothing else', () => {
  expect(timeOfTimestamp('20260102T030405Z')).toBe(Date.UTC(2026, 0, 2, 3, 4, 5));
  expect(timeOfTimestamp('2026-01-02T03:04:05Z')).toBeNaN();
});
