import type { Requester } from '../../src/aws/connection.ts';
import type { Operations } from '../../src/aws/operations.ts';

/** What was asked of AWS: the operation and its input. */
export type AskedOfAws = readonly [operation: string, input: object];

/** Answers operations from a table of functions, and keeps what it was asked. */
export function aFakeRequester<Ops extends Operations>(
  answers: Readonly<Record<string, (input: never) => object>>,
): { readonly aws: Requester<Ops>; readonly asked: AskedOfAws[] } {
  const asked: AskedOfAws[] = [];
  const send = (operation: string, input: object): Promise<object> => {
    asked.push([operation, input]);
    const answer = answers[operation];
    if (!answer) return Promise.reject(new Error(`nobody expected ${operation}`));
    return Promise.resolve().then(() => answer(input as never)); // the test's functions know what they are given
  };
  // A fake has one signature for all operations; what it answers with is the test's business.
  return { aws: { send } as unknown as Requester<Ops>, asked };
}
